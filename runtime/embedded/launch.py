"""Turns itself into a child that dies with its parent. Run as a script, by path, never imported.

    python -I -S launch.py DEATH_SIGNAL PARENT_PID UID GID PROGRAM [ARGUMENT...]

A program of its own and not a `preexec_fn`: our process has threads (Temporal's core), and Python
code between fork and exec may deadlock there. The order matters: changing the user id clears the
death signal, and the parent may be gone before it is set. The kernel sends the signal when the
*thread* that started us ends: start children from a thread that stays.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    death_signal, parent, uid, gid = (int(argument) for argument in sys.argv[1:5])
    program = sys.argv[5:]
    _default_signals()
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent died before its child began")
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is the point
    except OSError as problem:
        sys.exit(f"cannot run {program[0]}: {problem}")


def _default_signals() -> None:
    # A shell's background job ignores SIGINT, and Python ignores SIGPIPE: both are inherited.
    for name in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


if __name__ == "__main__":
    main()
