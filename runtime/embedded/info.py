"""What a running stack says about itself, in DATA/stack.json, and where DATA is."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from runtime.embedded import lock

FILE = "stack.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackInfo:
    """The addresses of a stack. `running` is false for what a killed stack left behind."""

    data: Path
    pid: int
    postgres: str = field(repr=False)  # holds the password
    temporal: str
    namespace: str
    ui: str | None
    started_at: datetime
    web: str | None = None
    running: bool = True


def default_data_dir() -> Path:
    """LIANBAN_DATA; else /var/lib/lianban for root; else the user's XDG data directory."""
    if configured := os.environ.get("LIANBAN_DATA"):
        return Path(configured).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/lianban")
    if xdg := os.environ.get("XDG_DATA_HOME"):
        return Path(xdg).expanduser().absolute() / "lianban"
    return Path.home() / ".local" / "share" / "lianban"


def read_stack(data: Path) -> StackInfo | None:
    """The stack of a data directory; None when none was started or it was stopped in order."""
    try:
        facts = json.loads((data / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    # Only a living process can hold the lock, so holding it answers for being alive as well.
    facts["running"] = lock.holder(data / LOCK) == facts["pid"]
    facts["started_at"] = datetime.fromisoformat(facts["started_at"])
    return StackInfo(data=data, **facts)


def write_stack(info: StackInfo) -> None:
    """Publish a stack's addresses to the owner of the data directory alone."""
    facts = {
        "pid": info.pid,
        "postgres": info.postgres,
        "temporal": info.temporal,
        "namespace": info.namespace,
        "ui": info.ui,
        "web": info.web,
        "started_at": info.started_at.isoformat(),
    }
    write_private(info.data / FILE, json.dumps(facts, indent=2) + "\n")


def remove_stack(data: Path) -> None:
    """Take the addresses back."""
    (data / FILE).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace a file, readable by us alone, so that a reader sees the old or the new whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
