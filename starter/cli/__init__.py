"""The command line, `lianban`. Start reading at `app.py`; `run.py` knows all the commands."""

from __future__ import annotations

import contextlib
import os
import sys


def main() -> None:
    """Entry point of `lianban`. Ends the process with the command's exit code."""
    from starter.cli.run import run, set_up_process

    set_up_process()
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):  # whoever read it may have gone
                stream.flush()
    # Not sys.exit: a process that ends right after an RPC can crash (sdk-python #300).
    os._exit(code)
