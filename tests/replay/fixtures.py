"""A fixture: the history of one run as deterministic protobuf, and a note that says what it is."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).parent / "histories"


class Note(BaseModel):
    """What stands beside a history. `sha256` is of the protobuf, not of its compressed file."""

    life: str
    what: str
    run: int
    runs: int
    workflow_id: str
    run_id: str
    events: int
    sdk: str
    sha256: str


def save(life: str, what: str, histories: Sequence[WorkflowHistory], folder: Path) -> None:
    """Write the runs of a life, one file and one note for each."""
    for number, history in enumerate(histories, start=1):
        raw = History(events=history.events).SerializeToString(deterministic=True)
        note = Note(
            life=life,
            what=what,
            run=number,
            runs=len(histories),
            workflow_id=history.workflow_id,
            run_id=history.run_id,
            events=len(history.events),
            sdk=version("temporalio"),
            sha256=hashlib.sha256(raw).hexdigest(),
        )
        stem = folder / f"{life}-{number}"
        stem.with_suffix(".binpb.gz").write_bytes(gzip.compress(raw, mtime=0))
        text = json.dumps(note.model_dump(), ensure_ascii=False, indent=2)
        stem.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def names(folder: Path = HISTORIES) -> list[str]:
    """The lives in a corpus."""
    return sorted({path.name.rpartition("-")[0] for path in folder.glob("*.binpb.gz")})


def notes(life: str, folder: Path = HISTORIES) -> list[Note]:
    """The notes of a life's runs, oldest run first."""
    found = [_read(path) for path in folder.glob(f"{life}-*.json")]
    return sorted((note for note in found if note.life == life), key=lambda note: note.run)


def load(life: str, folder: Path = HISTORIES) -> list[WorkflowHistory]:
    """The histories of a life's runs, oldest run first."""
    return [
        WorkflowHistory(note.workflow_id, list(History.FromString(raw_of(note, folder)).events))
        for note in notes(life, folder)
    ]


def raw_of(note: Note, folder: Path = HISTORIES) -> bytes:
    """The protobuf of a run."""
    return gzip.decompress((folder / f"{note.life}-{note.run}.binpb.gz").read_bytes())


def _read(path: Path) -> Note:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Note.model_validate(values)
