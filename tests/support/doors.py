"""Every address of the application, and who may go through it: what test_matrix holds true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.actors import Actor
from domain.authority import Page, may_link, may_open, may_read
from domain.values import Role
from tests.support.cast import Park

May = Callable[[Actor, Park], bool]


@dataclass(frozen=True)
class Door:
    """An address, `Park.fills` in its gaps.

    `may` says who gets through, None that a stranger does as well; `through` are the statuses that
    those get. A POST is sent only by those who may not, with `fields`, unless it is `harmless`.
    `by_link` is for whoever came by an enterprise's link.
    """

    address: str
    may: May | None
    through: tuple[int, ...] = (200,)
    fields: Mapping[str, Any] = field(default_factory=dict)
    harmless: bool = False
    by_link: bool = False


def anybody(_: Actor, __: Park) -> bool:
    """Whoever is signed in."""
    return True


def page(name: Page) -> May:
    """Those for whom there is this page."""
    return lambda actor, _: may_open(actor, name)


def reader(name: str) -> May:
    """Those who may read this demand of the park."""
    return lambda actor, park: may_read(actor, park.states[name])


def assigners(actor: Actor, _: Park) -> bool:
    """The bureau, and whoever belongs to a secretary unit."""
    return actor.role is Role.BUREAU or bool(actor.secretary_of)


def linker(name: str) -> May:
    """Those who may give the enterprise of this demand its link."""
    return lambda actor, park: may_link(actor, park.states[name])


def slips_of(name: str) -> May:
    """Those who may print this demand's slips."""
    return lambda actor, park: may_open(actor, "slips") and may_read(actor, park.states[name])


def nobody(_: Actor, __: Park) -> bool:
    """None of the cast."""
    return False


DOORS: dict[tuple[str, str], tuple[Door, ...]] = {
    ("GET", "/healthz"): (Door("/healthz", None),),
    ("GET", "/readyz"): (Door("/readyz", None, (200, 503)),),
    ("GET", "/"): (Door("/", anybody, (303,)),),
    ("GET", "/sign-in"): (Door("/sign-in", None, (200, 303)),),
    ("POST", "/sign-in"): (
        Door("/sign-in", None, (401, 429), {"account": "nobody", "password": "x"}, harmless=True),
    ),
    ("POST", "/sign-out"): (Door("/sign-out", anybody),),
    ("POST", "/language"): (Door("/language", None, (303,), {"lang": "zh"}, harmless=True),),
    ("GET", "/activate/{token}"): (
        Door("/activate/{activation}", None),
        Door("/activate/void", None, (410,)),
    ),
    ("POST", "/activate/{token}"): (
        Door("/activate/void", None, (410,), {"password": "x", "again": "x"}, harmless=True),
    ),
    ("GET", "/account"): (Door("/account", anybody),),
    ("POST", "/account/password"): (
        Door("/account/password", anybody, (422,), {"now": "wrong"}, harmless=True),
    ),
    ("POST", "/account/sessions/{session}/end"): (
        # Somebody else's: the answer is the same, the session stays.
        Door("/account/sessions/{session}/end", anybody, (303,), harmless=True),
    ),
    ("GET", "/accounts"): (Door("/accounts", page("accounts")),),
    ("GET", "/accounts/{account}"): (Door("/accounts/u20", page("accounts")),),
    ("POST", "/accounts/{account}/link"): (Door("/accounts/u20/link", page("accounts")),),
    ("POST", "/accounts/{account}/links/revoke"): (
        Door("/accounts/u20/links/revoke", page("accounts")),
    ),
    ("POST", "/accounts/{account}/password/remove"): (
        Door("/accounts/u20/password/remove", page("accounts")),
    ),
    ("POST", "/accounts/{account}/sessions/end"): (
        Door("/accounts/u20/sessions/end", page("accounts")),
    ),
    ("GET", "/looks"): (Door("/looks", page("looks")),),
    ("GET", "/tasks"): (Door("/tasks", page("tasks")),),
    ("GET", "/demands"): (Door("/demands", page("desk")),),
    ("GET", "/demands.xlsx"): (Door("/demands.xlsx", page("export")),),
    ("GET", "/demands/assign"): (Door("/demands/assign", assigners),),
    ("POST", "/demands/assign"): (
        Door("/demands/assign", assigners, fields={"demand": "{listed}", "unit.{listed}": "U20"}),
    ),
    ("GET", "/lists"): (Door("/lists", page("lists")),),
    ("POST", "/lists"): (Door("/lists", page("lists"), fields={"file": "x"}),),
    ("GET", "/lists/{number}"): (Door("{upload}", page("lists")),),
    ("GET", "/lists/{number}/file"): (Door("{upload}/file", page("lists")),),
    ("GET", "/lists/{number}/rejects"): (Door("{upload}/rejects", page("lists")),),
    ("GET", "/lists/{number}/progress"): (Door("{upload}/progress", page("lists"), (404,)),),
    ("GET", "/lists/{number}/rows"): (Door("{upload}/rows?sheet=需求清单&row=3", page("lists")),),
    ("POST", "/lists/{number}/rows"): (
        Door("{upload}/rows", page("lists"), fields={"sheet": "需求清单", "row": "3"}),
    ),
    ("POST", "/lists/{number}/start"): (
        Door("{upload}/start", page("lists"), fields={"list_id": "AN-2026Q4"}),
    ),
    ("POST", "/lists/{number}/go-on"): (Door("{upload}/go-on", page("lists")),),
    ("GET", "/register"): (Door("/register", page("register")),),
    ("POST", "/register"): (Door("/register", page("register"), fields={"text": "试"}),),
    ("GET", "/register/{demand}"): (Door("/register/{planned}", page("register")),),
    ("GET", "/leader"): (Door("/leader", page("leader")),),
    ("GET", "/inbox"): (Door("/inbox", page("inbox")),),
    ("POST", "/inbox/read"): (
        Door("/inbox/read", page("inbox"), (303,), {"newest": "0"}, harmless=True),
    ),
    # Somebody else's message, for all of the cast: it stays unread.
    ("POST", "/inbox/{number}/open"): (
        Door("/inbox/{message}/open", page("inbox"), (404,), harmless=True),
    ),
    ("POST", "/inbox/{number}/read"): (
        Door("/inbox/{message}/read", page("inbox"), (303,), harmless=True),
    ),
    ("GET", "/demands/{demand}"): tuple(
        Door(f"/demands/{{{name}}}", reader(name)) for name in ("planned", "listed", "theirs")
    ),
    ("GET", "/demands/{demand}/moved"): (
        Door("/demands/{planned}/moved?seen=1", reader("planned")),
        Door("/demands/{theirs}/moved?seen=1", reader("theirs")),
    ),
    ("GET", "/demands/{demand}/acts/{kind}/taken"): (
        Door("/demands/{theirs}/acts/claim/taken?command_id=x", reader("theirs")),
    ),
    ("GET", "/intake"): (Door("/intake", page("intake")),),
    ("GET", "/intake/qr.svg"): (Door("/intake/qr.svg", page("intake")),),
    ("GET", "/intake/poster"): (Door("/intake/poster", page("intake")),),
    ("GET", "/intake/{submission}"): (Door("/intake/{submission}", page("intake")),),
    ("POST", "/intake/{submission}/take"): (Door("/intake/{submission}/take", page("intake")),),
    ("POST", "/intake/{submission}/decline"): (
        Door("/intake/{submission}/decline", page("intake"), fields={"declined": "试"}),
    ),
    ("GET", "/ask"): (Door("/ask", None),),
    ("POST", "/ask"): (Door("/ask", None, (422,), {"text": "x"}, harmless=True),),
    ("POST", "/ask/find"): (Door("/ask/find", None, (303,), {"receipt": "x"}, harmless=True),),
    ("GET", "/ask/{receipt}"): (
        Door("/ask/{receipt}", None, (200, 429)),
        Door("/ask/AAAAAAAA", None, (404, 429)),
    ),
    ("GET", "/messages"): (Door("/messages", page("messages")),),
    ("GET", "/messages/{number}"): (Door("/messages/{message}", page("messages")),),
    ("POST", "/messages/passed-on"): (
        Door("/messages/passed-on", page("messages"), fields={"message": "{message}"}),
    ),
    ("POST", "/messages/retry-failed"): (Door("/messages/retry-failed", page("messages")),),
    ("POST", "/messages/{number}/passed-on"): (
        Door("/messages/{message}/passed-on", page("messages")),
    ),
    ("POST", "/messages/{number}/retry"): (Door("/messages/{message}/retry", page("messages")),),
    ("POST", "/attachments"): (Door("/attachments", page("tasks"), (422,), harmless=True),),
    ("GET", "/attachments/{sha256}"): (Door("/attachments/{draft}", nobody),),
    ("GET", "/attachments/{sha256}/thumbnail"): (Door("/attachments/{draft}/thumbnail", nobody),),
    ("GET", "/demands/{demand}/attachments/{sha256}"): (
        Door("/demands/{planned}/attachments/{photo}", reader("planned")),
        Door("/demands/{theirs}/attachments/{photo}", nobody),
        Door("/demands/{planned}/attachments/{draft}", nobody),
    ),
    ("GET", "/demands/{demand}/attachments/{sha256}/thumbnail"): (
        Door("/demands/{planned}/attachments/{photo}/thumbnail", reader("planned")),
        Door("/demands/{theirs}/attachments/{photo}/thumbnail", nobody),
    ),
    ("GET", "/precedents"): (Door("/precedents", page("precedents")),),
    ("GET", "/demands/{demand}/slips/{name}"): (
        Door("/demands/{planned}/slips/assignment", slips_of("planned")),
    ),
    ("GET", "/demands/{demand}/slips/{name}/word"): (
        Door("/demands/{planned}/slips/assignment/word", slips_of("planned")),
    ),
    ("GET", "/links"): (Door("/links", page("links")),),
    ("POST", "/demands/{demand}/links"): (Door("/demands/{planned}/links", linker("planned")),),
    ("GET", "/demands/{demand}/links/{link}"): (
        Door("/demands/{planned}/links/{link}", linker("planned")),
        Door("/demands/{planned}/links/{other_link}", nobody),
    ),
    ("GET", "/demands/{demand}/links/{link}/print"): (
        Door("/demands/{planned}/links/{link}/print", linker("planned")),
    ),
    ("GET", "/demands/{demand}/links/{link}/qr.svg"): (
        Door("/demands/{planned}/links/{link}/qr.svg", linker("planned")),
    ),
    ("POST", "/demands/{demand}/links/{link}/revoke"): (
        Door("/demands/{planned}/links/{link}/revoke", linker("planned")),
        Door("/demands/{planned}/links/{other_link}/revoke", nobody),
    ),
    ("GET", "/e/{token}"): (Door("/e/void", None, (404, 410)),),
    ("GET", "/my/{link}"): (
        Door("/my/{link}", nobody, by_link=True),
        Door("/my/{other_link}", nobody),
    ),
    ("GET", "/my/{link}/{act}"): (
        Door("/my/{link}/material", nobody, by_link=True),
        Door("/my/{other_link}/material", nobody),
        Door("/my/{link}/resolve", nobody),
    ),
    ("POST", "/my/{link}/{act}"): (
        Door("/my/{link}/withdraw", nobody, fields={"reason": "试", "sure": "yes"}, by_link=True),
        Door("/my/{other_link}/material", nobody, fields={"text": "试"}),
        Door("/my/{link}/resolve", nobody, fields={"text": "试"}),
    ),
}
"""By method and route. Acts have a matrix of their own."""

OF_ACTS = {
    ("GET", "/demands/{demand}/acts/{kind}"),
    ("POST", "/demands/{demand}/acts/{kind}"),
}
STREAMS = {("GET", "/live"), ("GET", "/my/{link}/live")}
