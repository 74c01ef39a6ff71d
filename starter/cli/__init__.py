"""The command line, `lianban`. Start reading at `app.py`; `run.py` knows all the commands."""

from __future__ import annotations

import contextlib
import os
import sys


def main() -> None:
    """Entry point of `lianban`. Ends the process with the command's exit code."""
    _open_standard_streams()
    from starter.cli.run import run, set_up_process

    set_up_process()
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):  # whoever read it may have gone
                stream.flush()
    # Not sys.exit: a process that ends right after an RPC can crash (sdk-python #300).
    os._exit(code)


def _open_standard_streams() -> None:
    """Give a stream that was closed to us nowhere to go, before a file of ours takes its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))
