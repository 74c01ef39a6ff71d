"""Reads docker-compose.yml as Compose would, as far as our file goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")
_UNITS = {"s": 1, "m": 60}

Service = dict[str, Any]


class MissingVariable(Exception):
    """A `${NAME:?message}` whose variable is not set; Compose stops with this message."""


def services() -> dict[str, Service]:
    """The services by name, as they are written: nothing filled in."""
    loaded = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Service] = loaded["services"]
    return found


def volumes() -> set[str]:
    """The named volumes."""
    loaded = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    return set(loaded["volumes"])


def variables(value: str) -> dict[str, str]:
    """The variables that a value names, and how: `:-` with a default, `:?` required, or bare."""
    return {found["name"]: found["how"] or "" for found in _VARIABLE.finditer(value)}


def fill_in(value: str, given: Mapping[str, str]) -> str:
    """The value with its variables filled in. Raises `MissingVariable` with the file's message."""

    def one(found: re.Match[str]) -> str:
        present = given.get(found["name"], "")
        if not present and found["how"] == ":?":
            raise MissingVariable(found["rest"])
        return present or (found["rest"] if found["how"] == ":-" else "")

    return _VARIABLE.sub(one, value)


def environment(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """What a service's process finds in its environment."""
    return {name: fill_in(value, given) for name, value in service["environment"].items()}


def seconds(duration: str) -> int:
    """`15s` or `1m` as a number of seconds."""
    return int(duration[:-1]) * _UNITS[duration[-1]]
