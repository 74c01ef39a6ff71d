"""Which TCP ports are free on the loopback interface, and who listens on them."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path

from runtime.embedded.events import Emitter

LOOPBACK = "127.0.0.1"
_NEIGHBOURS = 50
_LISTEN = "0A"  # the state column of /proc/net/tcp


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do it: connections of the last run in TIME_WAIT do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(preferred: Sequence[int], avoid: Collection[int] = ()) -> int:
    """The first free one of `preferred`, then of its neighbours, then any."""
    neighbours = range(preferred[0] + 1, min(preferred[0] + _NEIGHBOURS, 65536))
    for port in chain(preferred, neighbours):
        if port not in avoid and is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def listens(pid: int, port: int) -> bool:
    """Whether the process `pid` itself listens on `port`, not a stranger that was faster.

    Readable for processes of our own user. Elsewhere than on Linux nobody can say: then yes.
    """
    if sys.platform != "linux":
        return not is_free(port)
    wanted = {f"socket:[{inode}]" for inode in _listeners(port)}
    try:
        return any(str(fd.readlink()) in wanted for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it died, or closed a descriptor while we looked
        return False


def _listeners(port: int) -> set[str]:
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[3] == _LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
            inodes.add(columns[9])
    return inodes


class PortBook:
    """The ports of a data directory's servers: those of last time if they are free.

    Addresses that people have noted or bookmarked stay valid from start to start.
    """

    def __init__(self, path: Path, preferred: Mapping[str, int], emit: Emitter) -> None:
        self._path = path
        self._preferred = preferred
        self._emit = emit
        self._chosen: dict[str, int] = {}
        try:
            self._last: dict[str, int] = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            self._last = {}

    def choose(self, name: str) -> int:
        """A free port for the server `name`; says so when it is not the one expected."""
        own = self._preferred[name]
        wanted = list(dict.fromkeys((self._last.get(name, own), own)))
        others = {port for other, port in self._chosen.items() if other != name}
        port = choose(wanted, others)
        if port != wanted[0]:
            self._emit("port.taken", name=name, preferred=wanted[0], chosen=port)
        self._chosen[name] = port
        return port

    def save(self) -> None:
        """Remember what was chosen for the next start; a server not started keeps its port."""
        draft = self._path.with_suffix(".json.new")
        draft.write_text(json.dumps({**self._last, **self._chosen}, indent=2) + "\n")
        draft.replace(self._path)
