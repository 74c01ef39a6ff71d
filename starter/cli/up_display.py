"""What `lianban up` shows while it starts and runs: steps, surprises, and where things are."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from runtime.text import text
from starter.cli.output import console

STARTS = {
    "postgres": "start_postgres",
    "temporal": "start_temporal",
    "worker": "start_worker",
    "web": "start_web",
}
"""The step that the start of each child is."""


class Display:
    """Steps as bars on a terminal, as a line each elsewhere. Also the stack's listener."""

    def __init__(self) -> None:
        self._console = console()
        self._bars: Progress | None = None
        if self._console.is_terminal:
            self._bars = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                TextColumn("{task.fields[note]}", markup=False),
                TimeElapsedColumn(),
                console=self._console,
            )
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._exit_codes: dict[str, int] = {}

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.settle()

    def settle(self) -> None:
        """No more bars: what follows are lines."""
        if self._bars:
            self._bars.stop()
            self._bars = None

    def line(self, shown: str, style: str | None = None) -> None:
        """A line, above the bars while there are any."""
        self._console.print(shown, style=style, soft_wrap=not self._console.is_terminal)

    def begin(self, step: str) -> None:
        """A step has begun; how long it takes is not known."""
        self._began[step] = time.monotonic()
        if self._bars and step not in self._tasks:
            title = text(f"cli.step_{step}")
            self._tasks[step] = self._bars.add_task(title, total=None, note="")

    def count(self, step: str, done: int, total: int) -> None:
        """How far a step is."""
        if self._bars:
            self._bars.update(
                self._tasks[step], completed=done, total=total, note=f"{done}/{total}"
            )

    def finish(self, step: str, note: str = "") -> None:
        """A step is done."""
        if step not in self._began:
            return
        seconds = time.monotonic() - self._began.pop(step)
        if self._bars:
            task = self._tasks[step]
            total = self._bars.tasks[self._bars.task_ids.index(task)].total or 1
            self._bars.update(task, completed=total, total=total, note=note)
            self._bars.stop_task(task)
        else:
            done = text("cli.step_done", step=text(f"cli.step_{step}"), seconds=f"{seconds:.1f}")
            self.line(f"{done}  {note}".rstrip())

    def on_event(self, event: str, facts: dict[str, Any]) -> None:
        """One event of the stack."""
        match event:
            case "postgres.initdb":
                self.begin("initdb")
            case "child.started":
                self._child_started(facts["name"])
            case "child.ready" if facts["name"] in ("worker", "web"):
                self.finish(f"start_{facts['name']}")
            case "postgres.ready" | "temporal.ready":
                self.finish(f"start_{event.partition('.')[0]}", facts["address"])
            case "child.died":
                self._exit_codes[facts["name"]] = facts["code"]
            case "port.taken" | "postgres.orphan" | "stack.stopping" | "child.unready":
                self.line(_told(event, facts), "yellow")
            case "child.restarted":
                code = self._exit_codes.get(facts["name"], "?")
                self.line(_told(event, facts | {"code": code}), "yellow")
            case "stack.stopped":
                self.line(_told(event, facts | {"seconds": f"{facts['seconds']:.1f}"}))
            case _:
                pass

    def _child_started(self, name: str) -> None:
        if name == "postgres":
            self.finish("initdb")
        step = STARTS.get(name)
        if step and name not in self._exit_codes:
            self.begin(step)


def _told(event: str, facts: dict[str, Any]) -> str:
    named = facts | {"part": text(f"cli.part_{facts['name']}")} if "name" in facts else facts
    return text(f"cli.on_{event.replace('.', '_')}", **named)
