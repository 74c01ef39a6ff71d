"""The way around: which pages somebody is offered, and where they begin."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import Actor
from domain.authority import Page, may_open
from domain.values import Role
from web.viewer import MOST_TROUBLED, Viewer


@dataclass(frozen=True)
class Entry:
    """A link in the rail; `on_phone` in the bar at the bottom as well."""

    page: Page
    href: str
    icon: str
    on_phone: bool = True

    @property
    def text(self) -> str:
        """Its name as a text key."""
        return f"web.nav_{self.page}"

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return f"web.nav_{self.page}_short"

    def count(self, viewer: Viewer) -> str:
        """How much there is to do, where that is counted."""
        counted = {"messages": viewer.troubled, "intake": viewer.waiting}.get(self.page, 0)
        if not counted:
            return ""
        return str(counted) if counted <= MOST_TROUBLED else f"{MOST_TROUBLED}+"

    def is_current(self, path: str) -> bool:
        """Whether a page belongs under this entry."""
        return path == self.href or path.startswith(f"{self.href}/")


ENTRIES = (
    Entry("tasks", "/tasks", "checklist"),
    Entry("leader", "/leader", "chart-bar"),
    Entry("desk", "/demands", "layout-list"),
    Entry("register", "/register", "file-plus", on_phone=False),
    Entry("lists", "/lists", "upload", on_phone=False),
    Entry("intake", "/intake", "inbox"),
    Entry("messages", "/messages", "messages", on_phone=False),
    Entry("links", "/links", "qrcode", on_phone=False),
    Entry("accounts", "/accounts", "users"),
    Entry("looks", "/looks", "eye"),
)


def navigation(viewer: Viewer | None) -> list[Entry]:
    """What this person is offered."""
    if viewer is None:
        return []
    return [entry for entry in ENTRIES if may_open(viewer.actor, entry.page)]


def home_of(actor: Actor) -> str:
    """Where a person begins."""
    match actor.role:
        case Role.BUREAU | Role.AUDITOR:
            return "/demands"
        case Role.LEADER:
            return "/leader"
        case Role.ADMIN:
            return "/accounts"
        case _:
            return "/tasks"
