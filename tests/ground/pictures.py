"""Takes the pictures of the README: loads the demo papers, serves them, opens them in Chromium."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.ground import chromium

PORT = "8199"
HOME = f"http://127.0.0.1:{PORT}"
# As the proxy before it says.
HEADERS = {"X-Forwarded-Proto": "https"}
# For the README.
SHOTS = {
    "front": ("/", 1280, 1100),
    "phone": ("/tide/", 390, 844),
}
# Made by tests/ground/unusual.py.
UNUSUAL = ("plain", "single", "long", "lengthy")
# For looking at: every kind of page, on phone and desktop, in both languages, light and dark.
# Wanted by a folder on the command line; they are not part of the project.
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
PAPERS = {"zh": ("xipu", "潮"), "en": ("tide", "boat")}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{folder}/paper.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
        }
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "-v", "0"], env=environment, check=True)
        subprocess.run([*manage, "demo"], env=environment, check=True)
        # As in production, whose pages for what is not there are the paper's own.
        environment |= {
            "DEBUG": "false",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "STATIC_ROOT": f"{folder}/static",
            "PAGE_CACHE_MB": "0",
        }
        subprocess.run(
            [*manage, "collectstatic", "--noinput", "-v", "0"], env=environment, check=True
        )
        server = subprocess.Popen([*manage, "runserver", "--noreload", PORT], env=environment)
        try:
            _wait()
            _take(Path("docs/pictures"))
            if sys.argv[1:]:
                unusual = [sys.executable, "-m", "tests.ground.unusual"]
                settings = {"DJANGO_SETTINGS_MODULE": "newsroom.settings"}
                subprocess.run(unusual, env=environment | settings, check=True)
            for folder in sys.argv[1:]:
                take_all(Path(folder))
        finally:
            server.terminate()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{HOME}/healthz", timeout=1)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("The demo did not answer.")


def _take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        for name, (address, width, height) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, extra_http_headers=HEADERS
            )
            page.goto(HOME + address, wait_until="networkidle")
            path = folder / f"{name}.png"
            page.screenshot(path=str(path))
            with Image.open(path) as shot:
                shot.convert("RGB").quantize(200).save(path, optimize=True)
            print(path)
        browser.close()


def take_all(folder: Path, home: str = HOME, only: str = "") -> None:
    """Every kind of page, whole: `only` those whose name has these words in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        page = browser.new_page(extra_http_headers=HEADERS)
        addresses = {
            f"{name}-{language}": address
            for language, (paper, word) in PAPERS.items()
            for name, address in _pages_of(page, home, paper, word).items()
        }
        addresses |= {f"front-{slug}": f"/{slug}/" for slug in UNUSUAL}
        for (name, address), (size, (width, height)), scheme in product(
            addresses.items(), SIZES.items(), ("light", "dark")
        ):
            if only not in (title := f"{name}-{size}-{scheme}"):
                continue
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                extra_http_headers=HEADERS,
            )
            page = context.new_page()
            page.goto(home + address, wait_until="networkidle")
            for down in range(0, page.evaluate("document.body.scrollHeight"), height):
                page.mouse.wheel(0, height)  # pictures come as they are scrolled to
                page.wait_for_timeout(60 if down else 120)
            page.mouse.wheel(0, -100_000)
            path = folder / f"{title}.png"
            page.screenshot(path=str(path), full_page=True)
            print(path)
            context.close()
        browser.close()


def _pages_of(page: Page, home: str, paper: str, word: str) -> dict[str, str]:
    """One address of each kind of page of a paper, as its own links lead there."""

    def link(selector: str) -> str:
        found = page.locator(selector)
        return (found.first.get_attribute("href") or "") if found.count() else ""

    page.goto(f"{home}/{paper}/")
    issue, story = link(".masthead .dateline a"), link(".lead .head a")
    found = {
        "front": f"/{paper}/",
        "issue": issue,
        "page-printed": f"{issue}1/",
        "page-typeset": f"{issue}2/",
        "story": story,
        "search": f"/search/?q={word}&edition={paper}",
        "search-nothing": f"/search/?q=qxz&edition={paper}&sort=newest&from=2020-01-01",
        "archive": f"/archive/?edition={paper}",
        "corrections": f"/corrections/?edition={paper}",
        "about": f"/about/?edition={paper}",
        "offline": f"/offline/?edition={paper}",
        "not-found": "/no/such/page/",
        "section": link(".sections a"),
        "crossed": f"/{paper}/?lang={'en' if paper == 'xipu' else 'zh-hans'}",
    }
    page.goto(home + story)
    found |= {"contributor": link(".said-by a"), "tag": link(".tags a")}
    page.goto(f"{home}{found['corrections']}")
    return {**found, "story-corrected": link(".list .head a")}


if __name__ == "__main__":
    main()
