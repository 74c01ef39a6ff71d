"""From an exception to what a person reads: a sentence, a code, how to go on, an exit code."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from pydantic import ValidationError
from temporalio.service import RPCError

from domain.duration import DurationError, parse
from domain.values import Role, Status
from ledger.migrate import MigrationError
from ledger.pool import PASSING, LedgerUnreachable
from runtime import logs
from runtime.embedded.errors import (
    AlreadyRunning,
    ClusterUnusable,
    EmbeddedError,
    MissingBinary,
    StartFailed,
)
from runtime.settings import Settings
from runtime.text import catalogue, language, text
from starter.deadline_text import duration_text
from starter.errors import LianbanError, SystemUnreachable, Unconfirmed
from starter.resolve import invalid_input
from starter.workbook.errors import WorkbookError

log = logs.get(__name__)

_OUTPUT = (errno.ENOSPC, errno.EIO, errno.EBADF)
DETAIL = 160
"""So many characters of a machine's own words are shown; JSON has them all."""


class WrongUsage(Exception):
    """The command was typed in a way that parsing could not see. The text is `cli.<key>`."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


@dataclass(frozen=True)
class Explained:
    """What is told of a failure."""

    code: str
    message: str
    exit_code: int
    hint: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON form; facts stay codes."""
        shown: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "facts": dict(self.facts),
        }
        shown |= {"hint": self.hint} if self.hint else {}
        return shown | ({"problems": list(self.problems)} if self.problems else {})


def explain(error: Exception) -> Explained:
    """Explain any exception at all."""
    match error:
        case LianbanError():
            return of_refusal(error)
        case WorkbookError():
            facts = {name: str(value) for name, value in error.facts.items()}
            problems = tuple(p.model_dump(mode="json") for p in error.problems)
            return Explained(error.code.value, error.message, 1, facts=facts, problems=problems)
        case WrongUsage():
            return Explained("usage", text(f"cli.{error.key}", **error.facts), 2, facts=error.facts)
        case ValidationError() if error.title == Settings.__name__:
            return _of_settings(error)
        case ValidationError():
            return of_refusal(invalid_input(error, "list"))
        case RPCError():
            return of_refusal(SystemUnreachable("temporal", str(error)))
        case AlreadyRunning():
            facts = {"directory": str(error.directory), "pid": str(error.pid or "?")}
            return _of_start("already_running", facts)
        case StartFailed():
            facts = {"reason": error.reason, "log": str(error.log), "tail": error.tail}
            return _of_start("start_failed", facts | {"part": error.name})
        case MissingBinary():
            return _of_start("missing_binary", {"problem": str(error)})
        case ClusterUnusable():
            return _of_start("cluster_unusable", {"problem": str(error)})
        case EmbeddedError():
            return _of_start("embedded_failed", {"problem": str(error)})
        case MigrationError():
            return _of_start("migration_failed", {"problem": str(error)})
        case OSError() if error.errno in _OUTPUT:
            return _of_start("output_failed", {"problem": error.strerror or str(error)})
        case OSError() if error.filename is not None:
            facts = {"file": str(error.filename), "problem": error.strerror or str(error)}
            return _of_start("file_unusable", facts)
        case LedgerUnreachable() | asyncpg.PostgresError():
            return of_refusal(SystemUnreachable("postgresql", str(error)))
        case _ if isinstance(error, PASSING):
            return of_refusal(SystemUnreachable("postgresql", str(error) or type(error).__name__))
        case _:
            log.debug("cli.unexpected", exc_info=error)
            what = f"{type(error).__name__}: {error}"
            return Explained("unexpected", text("cli.unexpected", what=what), 1)


def of_refusal(error: LianbanError) -> Explained:
    """A refusal in the words of the reader's language."""
    exit_code = 3 if isinstance(error, SystemUnreachable | Unconfirmed) else 1
    facts = error.facts
    key = f"refusal.{error.code}"
    if (error.code, facts.get("part")) == ("unreachable", "stack"):
        key = "cli.stack_down"
    elif (error.code, facts.get("act")) == ("not_authorized", "list"):
        key = "cli.not_authorized_list"
    elif (error.code, facts.get("act")) == ("not_authorized", "adopt_calendar"):
        key = "cli.not_authorized_calendar"
    elif (error.code, facts.get("line")) == ("file_invalid", "0"):
        key = "cli.file_invalid_whole"
    return Explained(error.code, text(key, **in_words(facts)), exit_code, _hint_of(error), facts)


def _hint_of(error: LianbanError) -> str:
    facts = error.facts
    keys = [f"{error.code}_{facts.get('part', '')}", error.code]
    if error.code == "wrong_status" and _is_ahead(facts):
        waits = "evaluate" if facts.get("act") == "evaluate" else facts["status"]
        keys.insert(0, f"wrong_status_{waits}")
    if error.code == "wrong_status" and "adjudicating" in facts:
        keys.insert(0, "adjudication_pending")
    if error.code == "unknown_account" and "near" in facts:
        keys = ["unknown_account_near"]
    if error.code == "not_authorized" and _is_with_no_unit(facts):
        keys = ["not_with_a_unit"]
    return next(filter(None, (_hint(key, facts) for key in keys)), "")


def _is_ahead(facts: Mapping[str, str]) -> bool:
    """Whether the demand still comes to where this may be done."""
    order = [status.value for status in Status]
    return order.index(facts["status"]) < min(map(order.index, facts["allowed"].split(",")))


def _is_with_no_unit(facts: Mapping[str, str]) -> bool:
    return (facts["role"], facts.get("status")) == (Role.UNIT.value, Status.LISTED.value)


def in_words(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts with codes replaced by words."""
    return {name: _in_words(name, value, facts) for name, value in facts.items()}


def _in_words(name: str, value: str, facts: Mapping[str, str]) -> str:
    match name:
        case "status" | "role":
            return _known(f"word.{value}") or value
        case "standing":
            return _known(f"cli.{value}") or value
        case "allowed":
            return text("cli.or").join(_known(f"word.{one}") or one for one in value.split(","))
        case "act":
            return _known(f"act.{value}") or value
        case "longest":
            return _duration(value)
        case "before":
            return text("cli.ahead", ahead=_duration(value)) if value else text("cli.ahead_at_all")
        case "part":
            return _known(f"cli.part_{value}") or value
        case "field":
            return _known(f"cli.field_{value}") or value
        case "detail":
            line = " ".join(value.split())
            return line if len(line) <= DETAIL else line[: DETAIL - 1] + "…"
        case "problem":
            known = _known(f"cli.problem_{facts.get('type', '')}")
            return known.format(limit=facts.get("limit", "")) if known else value
        case _:
            return value


def _duration(value: str) -> str:
    try:
        return duration_text(parse(value))
    except DurationError:
        return value


def _of_start(code: str, facts: dict[str, str]) -> Explained:
    return Explained(code, text(f"cli.{code}", **in_words(facts)), 1, facts=facts)


def _of_settings(error: ValidationError) -> Explained:
    first = error.errors(include_url=False)[0]
    name = "LIANBAN_" + "_".join(str(part) for part in first["loc"]).upper()
    given = first.get("ctx", {})
    limit = str(given.get("expected") or next(iter(given.values()), ""))
    known = _known(f"cli.problem_{first['type']}")
    said = known.format(limit=limit.replace(" or ", text("cli.or_bare"))) if known else first["msg"]
    facts = {"setting": name, "problem": said}
    return Explained("setting_invalid", text("cli.setting_invalid", **facts), 2, facts=facts)


def _hint(code: str, facts: Mapping[str, str]) -> str:
    known = _known(f"cli.hint_{code}")
    if not known or ("{demand}" in known and "demand" not in facts):
        return ""
    return text(f"cli.hint_{code}", **facts)


def _known(key: str) -> str | None:
    return catalogue(language()).get(key)
