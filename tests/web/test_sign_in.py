"""Signing in: the form, the session that comes of it, and what is not told to strangers."""

from __future__ import annotations

from tests.support.web import Site
from web.viewer import SESSION_COOKIE


async def test_somebody_signs_in_looks_around_and_signs_out(site: Site) -> None:
    password = await site.give_password("u20")
    async with site.visitor() as visitor:
        asked = await visitor.get("/account")
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?back=/account")
        given = {"account": " u20 ", "password": password, "back": "/account"}
        came = await visitor.post("/sign-in", data=given)
        assert (came.status_code, came.headers["location"]) == (303, "/account")
        cookie = came.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "市供电局联络员" in (await visitor.get("/account")).text
        assert (await visitor.get("/")).headers["location"] == "/tasks"
        stolen = visitor.cookies[SESSION_COOKIE]
        assert (await visitor.post("/sign-out")).headers["location"] == "/sign-in"
        visitor.cookies.set(SESSION_COOKIE, stolen)
        assert (await visitor.get("/account")).status_code == 303


async def test_a_wrong_name_and_a_wrong_password_look_the_same(site: Site) -> None:
    await site.give_password("u20")
    answers = []
    async with site.visitor() as visitor:
        for account in ("u20", "u99"):
            given = {"account": account, "password": "wrong-password"}
            answer = await visitor.post("/sign-in", data=given)
            assert answer.status_code == 401
            answers.append(answer.text.replace(account, "?"))
        assert answers[0] == answers[1]
        for _ in range(9):
            await visitor.post("/sign-in", data={"account": "u20", "password": "wrong-password"})
        given = {"account": "u20", "password": await site.give_password("u20")}
        assert (await visitor.post("/sign-in", data=given)).status_code == 429


async def test_forms_of_other_sites_are_refused(site: Site) -> None:
    async with site.as_account("u20") as unit:
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-origin", "origin": "https://elsewhere.example"},
            {"sec-fetch-site": "same-origin", "origin": "null"},
        ):
            answer = await unit.post("/sign-out", headers=headers)
            assert answer.status_code == 403, headers
        assert (await unit.get("/account")).status_code == 200
