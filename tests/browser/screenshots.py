"""`python -m tests.browser.screenshots`: pictures of the main pages for docs/screenshots.

Starts a demonstration park of its own, signs in as everybody and takes each page at both widths.
With `--at ADDRESS --password PASSWORD` it looks at a park that runs already. The machine needs
fonts with Chinese characters.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from tests.browser.chromium import chromium
from tests.browser.person import WIDTHS, Person, Width, person

DEMAND = "AN-2026Q4-022"
"""One of the demonstration's that has come a long way."""
FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


_WELCOME = re.compile(r"(http://127\.0\.0\.1:\d+) ，样例账号")


@dataclass(frozen=True)
class Shot:
    """A page of somebody's: where, and what is said below its picture; `dark` in dark colours.

    `follow` is a selector of a link on the page whose page is taken instead.
    """

    name: str
    account: str
    path: str
    said: str
    follow: str = ""
    dark: bool = False


SHOTS = (
    Shot("sign-in", "", "/sign-in", "登录 · Signing in"),
    Shot("desk", "bureau1", "/demands", "服务中心：需求台账 · The bureau's ledger of demands"),
    Shot("desk-dark", "bureau1", "/demands?colour=red", "深色 · In the dark", dark=True),
    Shot("register", "bureau1", "/register", "登记一条需求 · Registering a demand"),
    Shot("lists", "bureau1", "/lists", "导入清单 · Lists"),
    Shot("intake", "bureau1", "/intake", "企业自行提交的 · What the public sent in"),
    Shot("messages", "bureau1", "/messages?show=all", "消息 · Messages"),
    Shot("tasks-unit", "u06", "/tasks", "责任单位：我的待办 · A unit's tasks"),
    Shot("tasks-squad", "s02m", "/tasks", "突击队：我的待办 · A squad's tasks"),
    Shot("demand", "u06", f"/demands/{DEMAND}", "需求页 · A demand"),
    Shot("act", "s02m", "/tasks", "填报进展 · Reporting progress", follow="a.task-do"),
    Shot("leader", "leader-ne", "/leader", "链长：升级事项与态势 · A leader's overview"),
    Shot("leader-dark", "committee", "/leader", "深色 · In the dark", dark=True),
    Shot("looks", "auditor1", "/looks", "审计：查阅记录 · What auditors looked at"),
    Shot("accounts", "admin", "/accounts", "管理员：账号 · Accounts"),
    Shot("ask", "", "/ask", "企业：提交需求 · An enterprise asks"),
    Shot(
        "enterprise",
        "u06",
        f"/demands/{DEMAND}",
        "企业：凭链接跟踪 · An enterprise follows by its link",
    ),
)


async def take(address: str, password: str) -> None:
    """Every shot at both widths, and a page that shows them."""
    FOLDER.mkdir(exist_ok=True)
    async with chromium() as browser:
        for shot in SHOTS:
            for width in WIDTHS:
                someone = await _signed_in(browser, address, password, shot, width)
                await someone.open(shot.path)
                if shot.name == "enterprise":
                    await _by_link(someone)
                if shot.follow and await someone.page.locator(shot.follow).count():
                    await someone.page.locator(shot.follow).first.click()
                await _picture(someone, FOLDER / f"{shot.name}-{width}.png")
                await someone.page.context.close()
    _write_index()


async def _signed_in(
    browser: Browser, address: str, password: str, shot: Shot, width: Width
) -> Person:
    scheme = "dark" if shot.dark else "light"
    someone = await person(browser, address, width, color_scheme=scheme)
    if shot.account:
        await someone.open("/sign-in?back=/account")
        await someone.fill(account=shot.account, password=password)
        await someone.page.keyboard.press("Enter")
        await someone.page.wait_for_url(f"{address}/account")
    return someone


async def _by_link(unit: Person) -> None:
    """The unit makes a link to the demand, and the enterprise opens it."""
    page = unit.page
    await page.locator("#links form button").click()
    entrance = await page.locator("#link-address").input_value()
    await page.goto(entrance)


async def _picture(someone: Person, file: Path) -> None:
    page = someone.page
    await page.wait_for_load_state("load")
    await page.evaluate("() => document.fonts.ready")
    await page.wait_for_timeout(300)
    tall = await page.evaluate("() => document.documentElement.scrollHeight")
    width, height = (390, 844) if someone.width == "phone" else (1280, 800)
    most = 1900 if someone.width == "phone" else 1200
    await page.set_viewport_size({"width": width, "height": max(height, min(tall, most))})
    await page.screenshot(path=file)
    with Image.open(file) as taken:
        small = taken.convert("RGB")
    if someone.width == "phone":  # taken at two pixels a point
        small = small.resize(
            (small.width * 3 // 4, small.height * 3 // 4), Image.Resampling.LANCZOS
        )
    small.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def _write_index() -> None:
    lines = [
        "# 页面截图 · Screenshots",
        "",
        "由 `python -m tests.browser.screenshots` 在演示数据（`lianban up --demo`）上拍摄，"
        "左为手机（390 像素宽），右为桌面（1280 像素宽）。",
        "",
        "Taken by `python -m tests.browser.screenshots` of the demonstration data, on a phone",
        "(390 pixels wide) and on a desk (1280).",
        "",
    ]
    for shot in SHOTS:
        lines += [f"## {shot.said}", ""]
        for width, size in (("phone", 240), ("desk", 620)):
            source = f"{shot.name}-{width}.png"
            lines.append(f'<img src="{source}" width="{size}" alt="{shot.said} ({width})">')
        lines.append("")
    (FOLDER / "README.md").write_text("\n".join(lines), encoding="utf-8")


@contextlib.contextmanager
def demo_park() -> Iterator[tuple[str, str]]:
    """A demonstration park that is thrown away: its address and everybody's password."""
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as clusters:
        Path(clusters).chmod(0o711)
        log = Path(data) / "up.log"
        env = {**os.environ, "LIANBAN_CLUSTER_ROOT": clusters, "LIANBAN_WEB_PORT": "0"}
        command = [str(Path(sys.executable).parent / "lianban"), "up", "--demo", "--data", data]
        with log.open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, env=env)
        try:
            password = Path(data) / "sample-password"
            while not (found := _WELCOME.search(log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(1)
            yield found[1], password.read_text().strip()
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at")
    parser.add_argument("--password")
    given = parser.parse_args()
    if given.at:
        asyncio.run(take(given.at, given.password))
        return
    with demo_park() as (address, password):
        asyncio.run(take(address, password))


if __name__ == "__main__":
    main()
