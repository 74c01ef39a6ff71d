"""Progress, as named events with facts: one stream for the CLI's display and for the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

OnEvent = Callable[[str, dict[str, Any]], None]

_log = logging.getLogger("lianban.stack")
_log.addHandler(logging.NullHandler())  # unconfigured logging would print warnings amid a display

# Everything the stack may report, with the facts it carries.
EVENTS: dict[str, tuple[str, ...]] = {
    "port.taken": ("name", "preferred", "chosen"),
    "postgres.copied": ("path",),
    "postgres.elsewhere": ("path",),
    "postgres.initdb": ("path",),
    "postgres.orphan": ("pid",),
    "postgres.ready": ("address", "seconds"),
    "temporal.unfinished": ("path",),
    "temporal.ready": ("address", "ui", "seconds"),
    "stack.preparing": (),
    "stack.ready": ("seconds",),
    "stack.stopping": (),
    "stack.stopped": ("seconds",),
    "child.started": ("name", "pid"),
    "child.ready": ("name", "pid", "seconds"),
    "child.unready": ("name", "pid", "reason"),
    "child.died": ("name", "pid", "code"),
    "child.restarted": ("name", "pid", "seconds"),
    "child.stopped": ("name", "pid", "code", "seconds"),
}
_WARNINGS = {
    *("port.taken", "postgres.orphan", "temporal.unfinished"),
    *("child.unready", "child.died", "child.restarted"),
}


class Emitter:
    """Hands each event to the log and to whoever listens."""

    def __init__(self, listener: OnEvent | None = None) -> None:
        self._listener = listener

    def __call__(self, event: str, **facts: Any) -> None:
        level = logging.WARNING if event in _WARNINGS else logging.INFO
        _log.log(level, "%s %s", event, facts)
        if self._listener is None:
            return
        try:
            self._listener(event, facts)
        except Exception:  # a broken display must not take the supervision down with it
            _log.exception("the listener failed on %s", event)
