"""What the processes of a stack use: memory, and CPU between two looks, from /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_UTIME, _STIME, _PARENT = 11, 12, 1  # in /proc/PID/stat, after the name


@dataclass(frozen=True)
class Usage:
    """Of one child with its own children, at a moment."""

    when: float
    cpu: float
    """Seconds of CPU since its start, of those that still live."""
    memory: float
    """Megabytes that are resident."""


def usages(pids: Mapping[str, int]) -> dict[str, Usage]:
    """By the children's names."""
    parents = {pid: int(stat[_PARENT]) for pid in _pids() if (stat := _stat(pid))}
    return {name: _usage([pid, *_below(pid, parents)]) for name, pid in pids.items()}


def _usage(pids: list[int]) -> Usage:
    stats = [stat for pid in pids if (stat := _stat(pid))]
    cpu = sum(int(stat[_UTIME]) + int(stat[_STIME]) for stat in stats) / _TICKS
    return Usage(time.perf_counter(), cpu, sum(_resident(pid) for pid in pids))


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _below(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    for child, parent in parents.items():
        if parent == pid:
            yield child
            yield from _below(child, parents)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []


def _resident(pid: int) -> float:
    """Shared pages counted by share, where the kernel tells: PostgreSQL's buffers are in each."""
    for source, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{pid}/{source}").read_text().splitlines()
        except OSError:
            continue
        return sum(float(line.split()[1]) for line in lines if line.startswith(field)) / 1024
    return 0.0
