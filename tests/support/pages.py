"""What a browser makes of a page: its forms with what stands in them, its links, its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_UNSENT = {"submit", "button", "reset", "image", "file"}
_SILENT = {"script", "style", "template"}


@dataclass
class Button:
    """A button that submits: its name and value go along with the form."""

    name: str
    value: str
    action: str | None
    text: str = ""


@dataclass
class Form:
    """A form as it stands; `fields` are what would be sent without touching it."""

    action: str
    method: str
    id: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def filled(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is sent when these are typed over it; a list for a name that is sent repeatedly."""
        unknown = values.keys() - self.names - {button.name for button in self.buttons}
        assert not unknown, f"the form has no {unknown}, but {self.names}"
        sent: dict[str, Any] = {}
        for name, value in self.fields:
            if name not in values:
                sent.setdefault(name, []).append(value)
        return sent | {name: value for name, value in values.items() if value is not None}

    def value(self, name: str) -> str | None:
        """What stands in a field."""
        return next((value for key, value in self.fields if key == name), None)


class Page(HTMLParser):
    """A page, read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self._words: list[str] = []
        self._within: list[str] = []
        self._awaited: dict[str, Form] = {}
        self._target = Form("", "", "")
        self._chosen: list[tuple[str, bool]] = []
        self._multiple = False
        self._form: Form | None = None
        self._select: str | None = None
        self._area: list[str] | None = None
        self._button: Button | None = None
        self._link: list[str] | None = None
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """What can be read on it, spaces as one."""
        return " ".join(" ".join(self._words).split())

    def form(self, action: str = "") -> Form:
        """The only form whose action or id is, or else contains, this."""
        exact = [form for form in self.forms if action in (form.action, form.id)]
        found = exact or [form for form in self.forms if action in form.action]
        assert len(found) == 1, [form.action for form in self.forms]
        return found[0]

    def link(self, words: str) -> str:
        """Where a link with these words leads."""
        return next(href for href, shown in self.links if words in shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part of HTMLParser."""
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        if tag in _SILENT:
            self._within.append(tag)
        match tag:
            case "form":
                name = given.get("id", "")
                self._form = self._awaited.pop(name, None) or Form("", "", name)
                self._form.action = given.get("action", "")
                self._form.method = given.get("method", "get").lower()
                self.forms.append(self._form)
            case "a" if "href" in given:
                self._link = [given["href"], ""]
            case "input":
                self._input(given)
            case "button" if given.get("type", "submit") == "submit":
                action = given.get("formaction")
                self._button = Button(given.get("name", ""), given.get("value", ""), action)
                self._owner(given).buttons.append(self._button)
            case "textarea":
                self._area = [given.get("name", ""), ""]
                self._target = self._owner(given)
            case "select":
                self._select = given.get("name", "")
                self._target = self._owner(given)
                self._target.names.add(self._select)
                self._target.options[self._select] = []
                self._chosen = []
                self._multiple = "multiple" in given
            case "option" if self._select is not None:
                self._chosen.append((given.get("value", ""), "selected" in given))
                self._target.options[self._select].append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Part of HTMLParser."""
        if self._within and self._within[-1] == tag:
            self._within.pop()
        match tag:
            case "form":
                self._form = None
            case "a" if self._link is not None:
                self.links.append((self._link[0], " ".join(self._link[1].split())))
                self._link = None
            case "button":
                self._button = None
            case "textarea" if self._area is not None:
                name, value = self._area
                self._target.names.add(name)
                self._target.fields.append((name, value.removeprefix("\n")))
                self._area = None
            case "select" if self._select is not None:
                picked = [value for value, selected in self._chosen if selected]
                if not picked and self._chosen and not self._multiple:
                    picked = [self._chosen[0][0]]
                self._target.fields += [(self._select, value) for value in picked]
                self._select = None

    def handle_data(self, data: str) -> None:
        """Part of HTMLParser."""
        if self._within:
            return
        if self._area is not None:
            self._area[1] += data
            return
        self._words.append(data)
        if self._link is not None:
            self._link[1] += data
        if self._button is not None:
            self._button.text += data.strip()

    def _owner(self, given: dict[str, str]) -> Form:
        if "form" in given:  # a field may stand before the form that it belongs to
            known = next((form for form in self.forms if form.id == given["form"]), None)
            return known or self._awaited.setdefault(given["form"], Form("", "", given["form"]))
        return self._form if self._form is not None else Form("", "", "")

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if not name or "disabled" in given:
            return
        owner = self._owner(given)
        owner.names.add(name)
        if kind in ("checkbox", "radio"):
            owner.options.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                owner.fields.append((name, given.get("value", "on")))
        elif kind not in _UNSENT:
            owner.fields.append((name, given.get("value", "")))
