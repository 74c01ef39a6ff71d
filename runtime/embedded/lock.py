"""One stack a directory: an flock'ed file that holds the pid of its owner.

The kernel drops the lock when the owner dies, however it dies. The file itself stays: removing
it would let two owners lock two different files of the same name.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from runtime.embedded.errors import AlreadyRunning

# A reader who looks (see `holder`) holds a shared lock for microseconds: outlast it.
_TRIES = 10
_PAUSE = 0.02


class Lock:
    """An exclusive lock on `path`; held until released or until this process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise AlreadyRunning with the pid of who has it."""
        # Python's descriptors are close-on-exec, so that no child keeps the lock alive.
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        if not _flock(fd):
            pid = _read_pid(fd)
            os.close(fd)
            raise AlreadyRunning(self._path.parent, pid)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def holder(path: Path) -> int | None:
    """The pid that holds the lock at `path`; None when nobody does."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_pid(fd)
    else:
        return None
    finally:
        os.close(fd)


def _flock(fd: int) -> bool:
    for _ in range(_TRIES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def _read_pid(fd: int) -> int | None:
    text = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None
