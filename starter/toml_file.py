"""Reading a TOML file into a model, with every mistake named by line and key."""

from __future__ import annotations

import difflib
import errno
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from domain.fault import Fault
from runtime.text import LANGUAGES, catalogue, text
from starter.errors import LianbanError
from starter.toml_lines import TomlLines

Model = TypeVar("Model", bound=BaseModel)

_LISTS = frozenset({"clock", "expected"})
_CAUSES = {
    r"Illegal character '\\[nr]'": "line_end",
    "Illegal character|Found invalid character": "character",
    "Invalid value": "value",
    "Expected newline": "rest",
    "Expected '='|Invalid statement|Invalid initial character": "statement",
    r"Expected '\]": "header",
    "Cannot (overwrite|declare|redefine|mutate)|Duplicate": "twice",
    "Unclosed": "unclosed",
    "Expected|Unterminated": "quote",
    "Unescaped|Invalid hex|Escaped": "escape",
    "Invalid date": "date",
}
"""What `tomllib` says, as the beginning of its words, in the order in which they are looked for."""
_UNREADABLE = {errno.ENOENT: "absent", errno.EISDIR: "is_folder", errno.EACCES: "not_allowed"}

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class FileProblem:
    """One mistake: the line, the key as TOML writes it, and the sentence `text_key` with facts.

    Line 0 is no line: the file as a whole can't be read. Lists in the facts are joined by ", ".
    """

    line: int
    key: str
    text_key: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str | None = None) -> str:
        """What is wrong, in that language or the process's own."""
        facts = dict(self.facts)
        for name in _LISTS & facts.keys():
            facts[name] = facts[name].replace(", ", text("cli.list_comma", lang))
        if self.text_key == "file.syntax":
            facts["reason"] = text(f"file.syntax_{_cause(facts['reason'])}", lang)
        return text(self.text_key, lang, key=self.key, **facts)


class FileInvalid(LianbanError):
    """A data file that can't be used. `problems` are all that were found, by line."""

    def __init__(self, file: Path, problems: tuple[FileProblem, ...]) -> None:
        first = problems[0]
        super().__init__(
            "file_invalid", file=file.name, line=str(first.line), problem=first.message()
        )
        self.file = file
        self.problems = problems


def read_toml(path: Path, model: type[Model]) -> Model:
    """The file as that model; unknown keys are mistakes. Raises `FileInvalid`."""
    source = _source(path)
    try:
        return model.model_validate(tomllib.loads(source), extra="forbid")
    except tomllib.TOMLDecodeError as error:
        raise FileInvalid(path, (_syntax(error, source),)) from error
    except ValidationError as error:
        raise FileInvalid(path, _problems(error, TomlLines(source), model)) from error


def mistake(path: Path, where: tuple[str | int, ...], text_key: str, **facts: str) -> FileInvalid:
    """A mistake of a file that can be read: what is at `where` doesn't go with something else."""
    line = TomlLines(_source(path)).line(where)
    return FileInvalid(path, (FileProblem(line, _dotted(where), text_key, facts),))


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileInvalid(path, (FileProblem(1, "", "file.not_utf8"),)) from error
    except OSError as error:
        known = _UNREADABLE.get(error.errno or 0, "unreadable")
        facts = {"reason": error.strerror or type(error).__name__}
        raise FileInvalid(path, (FileProblem(0, "", f"file.{known}", facts),)) from error


def _cause(reason: str) -> str:
    return next((cause for said, cause in _CAUSES.items() if re.match(said, reason)), "else")


def _syntax(error: tomllib.TOMLDecodeError, source: str) -> FileProblem:
    message = str(error)
    found = _AT_LINE.search(message)
    line = int(found.group(1)) if found else len(source.splitlines())  # "at end of document"
    reason = _AT_LINE.sub("", message).strip()
    return FileProblem(line, "", "file.syntax", {"reason": reason})


def _problems(
    error: ValidationError, lines: TomlLines, model: type[BaseModel]
) -> tuple[FileProblem, ...]:
    problems = (_problem(detail, lines, model) for detail in error.errors(include_url=False))
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _problem(detail: ErrorDetails, lines: TomlLines, model: type[BaseModel]) -> FileProblem:
    where = detail["loc"]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Fault):
        where = (*where, *cause.where)
        return FileProblem(lines.line(where), _dotted(where), cause.key, cause.facts)
    context = detail.get("ctx", {})
    where = (*where, *context.get("where", ()))  # what a whole finds wrong with a part of it
    line, key = lines.line(where), _dotted(where)
    if detail["type"] == "extra_forbidden":
        return _unknown(line, key, str(where[-1]), model)
    known = detail["type"] if "." in detail["type"] else f"file.{detail['type']}"
    if known in catalogue(LANGUAGES[0]):
        facts = {name: str(value) for name, value in context.items() if name != "where"}
        if detail["type"] in ("enum", "literal_error"):
            return _of_several(line, key, known, facts["expected"], detail["input"])
        return FileProblem(line, key, known, facts)
    return FileProblem(line, key, "file.invalid", {"reason": detail["msg"]})


def _unknown(line: int, key: str, name: str, model: type[BaseModel]) -> FileProblem:
    close = difflib.get_close_matches(name, sorted(_all_names(model)), n=1)
    if close:
        return FileProblem(line, key, "file.unknown_key_meant", {"meant": close[0]})
    return FileProblem(line, key, "file.unknown_key")


def _of_several(line: int, key: str, known: str, said: str, given: object) -> FileProblem:
    """A value that is none of those that may be written; `said` is pydantic's list of them."""
    may_be = re.findall("'([^']*)'", said) or [said]
    facts = {"expected": ", ".join(may_be)}
    if close := difflib.get_close_matches(str(given), may_be, n=1):
        return FileProblem(line, key, f"{known}_meant", facts | {"meant": close[0]})
    return FileProblem(line, key, known, facts)


def _all_names(model: type[BaseModel]) -> set[str]:
    """Every field name of the model and of the models in it."""
    names: set[str] = set()
    waiting: list[Any] = [model]
    seen: set[Any] = set()
    while waiting:
        found = waiting.pop()
        if found in seen:
            continue
        seen.add(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            names |= {_as_written(name, info) for name, info in found.model_fields.items()}
            waiting += [info.annotation for info in found.model_fields.values()]
        else:
            waiting += getattr(found, "__args__", ())
    return names


def _as_written(name: str, info: FieldInfo) -> str:
    return info.validation_alias if isinstance(info.validation_alias, str) else name


def _dotted(path: tuple[str | int, ...]) -> str:
    dotted = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    return dotted.removeprefix(".")
