"""What every page must keep to: axe's rules, no text key in place of a text, nothing too wide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEXT_KEY = re.compile(
    r"\b(?:web|word|act|event|cli|deadline|refusal|right|clock)\.[a-z0-9]+(?:_[a-z0-9]+)*\b"
)
"""What is shown where a translation is missing: its key."""

_SCHEMES: tuple[tuple[Literal["light", "dark"], list[str]], ...] = (
    ("light", []),
    ("dark", ["color-contrast"]),
)
"""In the dark only colours differ."""

_RUN = """async ([tags, rules]) => {
  const only = rules.length ? { type: "rule", values: rules } : { type: "tag", values: tags };
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.map(one => [one.id, one.nodes.map(node =>
    node.target.join(" ") + " | " + node.failureSummary.split("\\n").slice(1).join(";").trim())]);
}"""
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > room + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""
_SHAPE = """() => [document.title, document.documentElement.lang,
  document.querySelectorAll("h1").length, document.body.innerText]"""


async def audit(page: Page) -> list[str]:
    """All that is wrong with the page as it stands, at both widths; in the dark on a phone."""
    found = [*await shape(page)]
    await page.evaluate(AXE)
    for width, height in ((1280, 800), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        for scheme, rules in _SCHEMES if width < height else _SCHEMES[:1]:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.wait_for_selector(f"html[data-bs-theme={scheme}]")
            found += [f"{width} {scheme}: {one}" for one in await _axe(page, rules)]
        found += [f"{width}: too wide: {one}" for one in await page.evaluate(_TOO_WIDE)]
    return found


async def _axe(page: Page, rules: list[str]) -> list[str]:
    violations: list[tuple[str, list[str]]] = await page.evaluate(_RUN, [TAGS, rules])
    return [f"{rule}: {node}" for rule, nodes in violations for node in nodes[:4]]


async def shape(page: Page) -> list[str]:
    """Whether all its texts are there, and whether it has a title and one main heading."""
    title, lang, headings, text = await page.evaluate(_SHAPE)
    found = [f"text key: {key}" for key in set(TEXT_KEY.findall(f"{title}\n{text}"))]
    if not title.strip() or lang not in ("zh-CN", "en"):
        found.append(f"title {title!r}, language {lang!r}")
    if headings != 1:
        found.append(f"{headings} main headings")
    return found
