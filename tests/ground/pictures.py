"""Takes the pictures of the README: loads the demo papers, serves them, opens them in Chromium."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.ground import chromium

PORT = "8199"
HOME = f"http://127.0.0.1:{PORT}"
SHOTS = {
    "front": ("/", 1280, 1100),
    "phone": ("/tide/", 390, 844),
}


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
        server = subprocess.Popen([*manage, "runserver", "--noreload", PORT], env=environment)
        try:
            _wait()
            _take(Path("docs/pictures"))
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
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(HOME + address, wait_until="networkidle")
            path = folder / f"{name}.png"
            page.screenshot(path=str(path))
            with Image.open(path) as shot:
                shot.convert("RGB").quantize(200).save(path, optimize=True)
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
