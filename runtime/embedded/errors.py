"""What can go wrong while starting, as types: the CLI puts it into the reader's language."""

from __future__ import annotations

from pathlib import Path


class EmbeddedError(RuntimeError):
    """The embedded stack cannot do what was asked; the message says why."""


class AlreadyRunning(EmbeddedError):
    """Another stack holds this directory."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        super().__init__(f"{directory} is in use by process {pid or 'unknown'}")
        self.directory = directory
        self.pid = pid


class StartFailed(EmbeddedError):
    """A child did not come up; `tail` is the end of its log."""

    def __init__(self, name: str, reason: str, log: Path, tail: str) -> None:
        super().__init__(f"{name} {reason}; see {log}\n{tail}".rstrip())
        self.name = name
        self.reason = reason
        self.log = log
        self.tail = tail


class MissingBinary(EmbeddedError):
    """A server's program is not installed."""


class ClusterUnusable(EmbeddedError):
    """PostgreSQL's data directory cannot be used as it is."""
