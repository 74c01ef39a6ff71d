"""What is wrong with a data file, by line: a table for people, an object for programs."""

from __future__ import annotations

from typing import Any

from runtime.text import text
from starter.cli import output, tables
from starter.cli.tables import Column
from starter.toml_file import FileInvalid, FileProblem

MISTAKES = (Column("line", right=True), Column("entry"), Column("problem", share=1, wrap=True))


def refuse(invalid: FileInvalid, json: bool) -> int:
    """Print every mistake; the exit code."""
    problems = invalid.problems
    if json:
        facts = [_as_json(problem) for problem in problems]
        output.data({"file": str(invalid.file), "problems": facts})
        return output.REFUSED
    output.say(text("cli.file_bad", file=invalid.file, count=len(problems)), "bold red")
    rows = [[str(problem.line or ""), problem.key, problem.message()] for problem in problems]
    tables.table(MISTAKES, rows)
    return output.REFUSED


def _as_json(problem: FileProblem) -> dict[str, Any]:
    return {
        "line": problem.line or None,
        "key": problem.key,
        "code": problem.text_key,
        "message": problem.message(),
        "facts": dict(problem.facts),
    }
