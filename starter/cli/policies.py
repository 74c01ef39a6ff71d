"""Rule sets of time and procedure: check a file, explain it in sentences. Needs no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from domain.policy import Policy
from domain.rules import Rules
from runtime.text import LANGUAGES, text
from starter.cli import output
from starter.cli.app import command, policy_app
from starter.cli.mistakes import refuse
from starter.cli.options import Json, option
from starter.policy_files import read_policy
from starter.policy_text import explain_policy, notices
from starter.toml_file import FileInvalid

File = Annotated[Path, option("policy_file")]


@command(policy_app, "check")
async def check(file: File, /, *, json: Json = False) -> int:
    """Every mistake by line; exits 1 where there is one."""
    try:
        policy = read_policy(file)
    except FileInvalid as invalid:
        return refuse(invalid, json)
    if json:
        output.data(_head(file, policy))
    else:
        title = explain_policy(policy)[0]
        output.say(text("cli.policy_good", file=file, title=title), "bold")
        for notice in notices(policy):
            output.say(text(f"rules.{notice}"), "yellow")
        output.say(text(f"cli.policy_format_{_format(policy)}"), "dim")
        output.say(text("cli.next", step=text("cli.next_explain", file=file)), "dim")
    return output.DONE


@command(policy_app, "explain")
async def explain(file: File, /, *, json: Json = False) -> int:
    """What `check` finds where the file is wrong; else its sentences."""
    try:
        policy = read_policy(file)
    except FileInvalid as invalid:
        return refuse(invalid, json)
    if json:
        both = {lang: explain_policy(policy, lang) for lang in LANGUAGES}
        output.data(_head(file, policy) | {"sentences": both})
    else:
        title, *sentences = explain_policy(policy)
        output.say(title, "bold")
        for sentence in sentences:
            output.say(sentence)
    return output.DONE


def _head(file: Path, policy: Policy | Rules) -> dict[str, Any]:
    return {
        "file": str(file),
        "format": _format(policy),
        "name": policy.name,
        "version": policy.version,
        "source": policy.source,
        "problems": [],
        "notices": list(notices(policy)),
    }


def _format(policy: Policy | Rules) -> int:
    return policy.format if isinstance(policy, Rules) else 1
