"""Progress of long steps: bars on a terminal, nothing or a line each elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from starter.cli.output import error_console

Count = Callable[[int, int], None]


def bars(shown: Console) -> Progress:
    """A set of bars: what is done, how far, how many, for how long."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=shown,
        transient=True,
    )


@contextmanager
def counting(title: str, quiet: bool = False) -> Iterator[Count]:
    """A bar that counts, on standard error; nothing where nobody watches."""
    shown = error_console()
    if quiet or not shown.is_terminal:
        yield lambda done, total: None
        return
    with bars(shown) as progress:
        bar = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
