"""Fills a Word template. Texts of people stay texts: no markup, no placeholder, no control code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from starter.errors import CommandRefused

_NOT_IN_XML = re.compile("[^\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZERO = "\u200b"


def fill(template: Path, values: Mapping[str, str], names: Collection[str]) -> bytes:
    """The document. `names` are those that a template may ask for.

    Raises `CommandRefused` where the file is no Word document, asks for something else, or has
    placeholders that can't be understood.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    facts = {"file": template.name}
    try:
        document = DocxTemplate(str(template))
        asked: set[str] = document.get_undeclared_template_variables(environment)
        unknown = sorted(asked - set(names))
        if unknown:
            known = ", ".join(names)
            raise CommandRefused(
                "slip_placeholder", **facts, unknown=", ".join(unknown), known=known
            )
        document.render({name: plain(values.get(name, "")) for name in names}, environment)
        content = io.BytesIO()
        document.save(content)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, LxmlError, OSError) as error:
        kind = "template_not_word" if template.is_file() else "template_absent"
        facts |= {"type": kind, "problem": getattr(error, "strerror", None) or type(error).__name__}
        raise CommandRefused("slip_template_unreadable", **facts) from error
    except (TemplateError, OverflowError, TypeError, ValueError) as error:
        raise CommandRefused("slip_template_wrong", **facts, problem=str(error)) from error
    return content.getvalue()


def plain(value: str) -> str:
    """Without what XML or the template's machinery would take for something else.

    Line breaks stay. docxtpl turns `{_{` into `{{` at the end; a zero-width space keeps it apart.
    """
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(r"([{%}])_([{%}])", rf"\1{_ZERO}_\2", _NOT_IN_XML.sub("", lines))
