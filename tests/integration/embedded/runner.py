"""A stack in a process of its own, as `lianban up` would run it; reports on stdout, in JSON lines.

runner.py DATA OPTIONS, where OPTIONS is JSON: `options` for the stack, `extra` as argument lists.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from runtime.embedded.child import ChildSpec
from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.stack import Options, Stack, StackInfo


def report(event: str, facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}, default=str) + "\n")
    sys.stdout.flush()


async def main() -> None:
    wishes = json.loads(sys.argv[2])
    options = wishes.get("options", {})
    if root := options.pop("cluster_root", None):
        options["cluster_root"] = Path(root)

    def extra(_info: StackInfo) -> list[ChildSpec]:
        return [
            ChildSpec(name=name, argv=argv, stop_grace=60)
            for name, argv in wishes.get("extra", {}).items()
        ]

    stack = Stack(
        Path(sys.argv[1]), on_event=report, extra_children=extra, options=Options(**options)
    )

    def up(info: StackInfo) -> None:
        report("up", {"info": asdict(info), "pids": stack.pids})

    try:
        await stack.run_until_stopped(up)
    except AlreadyRunning as refusal:
        report("refused", {"pid": refusal.pid})


if __name__ == "__main__":
    asyncio.run(main())
