"""Rule sets of time and procedure: check a file, explain it in sentences. Needs no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from domain.policy import Policy
from domain.rules import Rules
from runtime.text import LANGUAGES, text
from starter.cli import output, tables
from starter.cli.app import command, policy_app
from starter.cli.options import Json, option
from starter.cli.tables import Column
from starter.policy_files import read_policy
from starter.policy_text import explain_policy
from starter.toml_file import FileInvalid, FileProblem

File = Annotated[Path, option("policy_file")]
MISTAKES = (Column("line", right=True), Column("entry"), Column("problem", share=1, wrap=True))


@command(policy_app, "check")
async def check(file: File, /, *, json: Json = False) -> int:
    """Every mistake by line; exits 1 where there is one."""
    try:
        policy = read_policy(file)
    except FileInvalid as invalid:
        return _refuse(invalid, json)
    if json:
        output.data(_head(file, policy))
    else:
        title = explain_policy(policy)[0]
        output.say(text("cli.policy_good", file=file, title=title), "bold")
        output.say(text(f"cli.policy_format_{_format(policy)}"), "dim")
        output.say(text("cli.next", step=text("cli.next_explain", file=file)), "dim")
    return output.DONE


@command(policy_app, "explain")
async def explain(file: File, /, *, json: Json = False) -> int:
    """What `check` finds where the file is wrong; else its sentences."""
    try:
        policy = read_policy(file)
    except FileInvalid as invalid:
        return _refuse(invalid, json)
    if json:
        both = {lang: explain_policy(policy, lang) for lang in LANGUAGES}
        output.data(_head(file, policy) | {"sentences": both})
    else:
        title, *sentences = explain_policy(policy)
        output.say(title, "bold")
        for sentence in sentences:
            output.say(sentence)
    return output.DONE


def _refuse(invalid: FileInvalid, json: bool) -> int:
    problems = invalid.problems
    if json:
        facts = [_as_json(problem) for problem in problems]
        output.data({"file": str(invalid.file), "problems": facts})
        return output.REFUSED
    output.say(text("cli.policy_bad", file=invalid.file, count=len(problems)), "bold red")
    rows = [[str(problem.line), problem.key, problem.message()] for problem in problems]
    tables.table(MISTAKES, rows)
    return output.REFUSED


def _head(file: Path, policy: Policy | Rules) -> dict[str, Any]:
    return {
        "file": str(file),
        "format": _format(policy),
        "name": policy.name,
        "version": policy.version,
        "source": policy.source,
        "problems": [],
    }


def _format(policy: Policy | Rules) -> int:
    return policy.format if isinstance(policy, Rules) else 1


def _as_json(problem: FileProblem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "key": problem.key,
        "code": problem.text_key,
        "message": problem.message(),
        "facts": dict(problem.facts),
    }
