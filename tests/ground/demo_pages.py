"""The demo papers' front pages as printed: PDFs drawn from the demo's own words, with their zones.

Run by hand after the words of a front page changed: `python -m tests.ground.demo_pages`. Writes
`printed-1.pdf` and `printed-1.toml` (story -> [left, top, width, height] in percent) into each
paper's folder.
"""

import base64
import html
import os
import re
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from articles.demo import drawings
from tests.ground import chromium

PAPERS = Path("articles/demo/papers")
WIDTH, HEIGHT = 1080, 1560
STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 1080px; height: 1560px; padding: 40px 44px; background: #fff; color: #111;
  font: 14.5px/23px "Noto Serif CJK SC"; overflow: hidden }
body:lang(en) { font: 14.5px/21px "Charis SIL", Charter, Georgia, serif }
header { text-align: center; border-bottom: 5px double #111; padding-bottom: 8px }
header h1 { font-size: 84px; line-height: 1.15; letter-spacing: .08em }
header:lang(en) h1 { letter-spacing: 0 }
header p { display: flex; justify-content: space-between; font-size: 14px }
main { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px 24px; padding-top: 14px }
article { overflow: hidden }
h2 { line-height: 1.25; font-size: 21px; text-wrap: balance }
.deck { text-wrap: balance }
.text { overflow: hidden }
.kicker { font-size: 15px; color: #444 } .deck { font-size: 15px; color: #444; margin: 4px 0 8px }
.lead { grid-column: 1 / 5; text-align: center; height: 690px; border-bottom: 1px solid #111 }
.lead h2 { font-size: 54px } .lead:lang(en) h2 { font-size: 50px } .lead .kicker { font-size: 20px } .lead .deck { font-size: 18px }
.lead .text { text-align: justify; columns: 4; column-gap: 24px; column-rule: 1px solid #bbb }
.lead img { width: 100%; height: 350px; object-fit: cover; margin: 4px 0 10px }
.second { grid-column: 1 / 3; height: 560px } .second h2 { font-size: 30px }
.second img { width: 100%; height: 180px; object-fit: cover; margin-bottom: 8px }
.second .text { columns: 2; column-gap: 20px }
.normal { height: 560px; border-left: 1px solid #bbb; padding-left: 12px }
.stack { display: grid; gap: 14px; align-content: start; border-left: 1px solid #bbb; padding-left: 12px; height: 560px }
.stack article { border-bottom: 1px solid #bbb; padding-bottom: 8px; max-height: 275px }
.text { text-align: justify } .text p { text-indent: 2em } .text:lang(en) p { text-indent: 1em }
.text:lang(en) { hyphens: auto }
.text b { display: block }
"""

# No line is cut through: each text ends with the last line that has room in its story.
WHOLE_LINES = """() => {
    for (const text of document.querySelectorAll(".text")) {
        const line = parseFloat(getComputedStyle(text).lineHeight);
        const room = text.parentElement.getBoundingClientRect().bottom - 10
            - text.getBoundingClientRect().top;
        const lines = Math.floor(room / line);
        if (text.scrollHeight > room || getComputedStyle(text).columnCount !== "auto") {
            text.style.height = `${lines * line}px`;
        }
    }
}"""


def main() -> None:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        for folder in sorted(path.parent for path in PAPERS.glob("*/edition.toml")):
            paper = tomllib.loads((folder / "edition.toml").read_text(encoding="utf-8"))
            issue = tomllib.loads((folder / "issue-0.toml").read_text(encoding="utf-8"))
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.set_content(_page(paper["edition"], issue["pages"][0]))
            page.evaluate(WHOLE_LINES)
            zones: dict[str, list[float]] = page.evaluate(
                """() => Object.fromEntries([...document.querySelectorAll("article")].map((one) => {
                    const box = one.getBoundingClientRect();
                    const share = (part, whole) => Math.floor(part / whole * 10000) / 100;
                    return [one.id, [share(box.x, 1080), share(box.y, 1560),
                        share(box.width, 1080), share(box.height, 1560)]];
                }))"""
            )
            page.pdf(
                path=folder / "printed-1.pdf",
                width=f"{WIDTH}px",
                height=f"{HEIGHT}px",
                page_ranges="1",
                print_background=True,
            )
            lines = [f'"{slug}" = {zone}' for slug, zone in zones.items()]
            (folder / "printed-1.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(folder / "printed-1.pdf")
        browser.close()


def _page(edition: dict[str, Any], page: dict[str, Any]) -> str:
    language = "zh-Hans-CN" if edition["language"] == "zh-hans" else "en"
    number = edition["first_issue_number"] + len(
        list(PAPERS.glob(f"{edition['slug']}/issue-?.toml"))
    )
    number_line = f"第{number - 1}期" if language != "en" else f"No. {number - 1}"
    stories = page["stories"]
    by_weight = {weight: [one for one in stories if one.get("weight", "normal") == weight]
                 for weight in ("lead", "second", "normal", "brief", "notice")}  # fmt: skip
    normals = by_weight["normal"]
    stack = [*normals[1:], *by_weight["brief"], *by_weight["notice"]]
    parts = [_story(one) for one in by_weight["lead"]]
    parts += [_story(one) for one in by_weight["second"]]
    parts += [_story(one) for one in normals[:1]]
    parts.append(f'<div class="stack">{"".join(_story(one) for one in stack)}</div>')
    return (
        f'<!doctype html><html lang="{language}"><style>{STYLE}</style><body>'
        f'<header lang="{language}"><h1>{html.escape(edition["name"])}</h1><p><span>{number_line}</span>'
        f"<span>{html.escape(edition['motto'])}</span><span>{page['number']} {page['name']}</span></p>"
        f"</header><main>{''.join(parts)}</main></body></html>"
    )


def _story(story: dict[str, Any]) -> str:
    picture = ""
    weight = story.get("weight", "normal")
    if story.get("photos") and weight in ("lead", "second"):
        photo = story["photos"][0]
        with Image.open(BytesIO(drawings.jpeg(photo["drawing"], photo["seed"]))) as drawn:
            drawn.thumbnail((1100, 1100) if weight == "lead" else (600, 600))
            written = BytesIO()
            drawn.save(written, "JPEG", quality=60)
        data = base64.b64encode(written.getvalue()).decode()
        picture = f'<img src="data:image/jpeg;base64,{data}">'
    blocks = []
    for block in re.split(r"\n\s*\n", re.sub(r"\{d[^}]*\}", "今日", story["body"].strip())):
        if block.startswith("> "):
            continue
        plain = html.escape(block.removeprefix("## "))
        blocks.append(f"<b>{plain}</b>" if block.startswith("## ") else f"<p>{plain}</p>")
    text = f"{story.get('lead_in', '')} " if story.get("lead_in") else ""
    lines = [("kicker", story.get("kicker", "")), ("deck", story.get("deck", ""))]
    kicker, deck = (
        f'<p class="{name}">{html.escape(line)}</p>' if line else "" for name, line in lines
    )
    return (
        f'<article id="{story["slug"]}" class="{weight}">{kicker}<h2>{html.escape(story["headline"])}</h2>'
        f"{deck if weight in ('lead', 'second') else ''}{picture}"
        f'<div class="text">{"".join(blocks).replace("<p>", f"<p><strong>{text}</strong>", 1)}</div></article>'
    )


if __name__ == "__main__":
    main()
