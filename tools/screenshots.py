"""Make the pictures of docs/assets: a drill watched in Chromium, its report, and the figures of its home.

python -m tools.screenshots
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, read
from oob.report.metrics import measure
from oob.report.page import html, metrics_page
from oob.report.story import tell
from oob.web.server import Listener, LivePage

ASSETS = Path(__file__).parents[1] / "docs" / "assets"
PROGRAM = "from oob.cli.main import main; main()"
SHAPES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
}
WAIT = 300_000  # milliseconds for the drill to come so far


def main() -> None:
    """Run the drill, take the pictures while it goes on and afterwards."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        home = Home(Path(folder) / "drill")
        page = LivePage(home, Listener())
        server = threading.Thread(target=page.run)
        server.start()
        command = [sys.executable, "-c", PROGRAM, "drill", "--plain", "--keep", str(home.path)]
        drill = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            _live(browser, page.address)
            drill.wait()
            _files(browser, home)
        finally:
            browser.close()
            page.stop()
            server.join()


def _live(browser: Any, address: str) -> None:
    """Picture the overview and the first device while its device's revert timer is armed."""
    pages = {shape: browser.new_context(**options).new_page() for shape, options in SHAPES.items()}
    first = pages["desktop"]
    first.goto(address)
    first.wait_for_selector(".cell .numbers:has-text('reverts in')", timeout=WAIT)
    run = first.locator(".cell:has(.numbers:has-text('reverts in')) .name").first.get_attribute("href")
    for shape, page in pages.items():
        page.goto(f"{address}{run.lstrip('/')}")
        page.wait_for_selector(".ladder li")
        page.wait_for_selector(".timeline rect")
        page.screenshot(path=ASSETS / f"device-{shape}.png")
    for shape, page in pages.items():
        page.goto(address)
        page.wait_for_selector(".cell")
        page.screenshot(path=ASSETS / f"overview-{shape}.png")


def _files(browser: Any, home: Home) -> None:
    """Picture a report and the figures."""
    stories = [tell(read(path).entries) for path in sorted(home.runs.glob(f"*/{NAME}"))]
    for name, text in (("report", html(stories[-1])), ("metrics", metrics_page(measure(stories)))):
        file = home.path / f"{name}.html"
        file.write_text(text)
        for shape, options in SHAPES.items():
            page = browser.new_context(**options).new_page()
            page.goto(file.as_uri())
            page.screenshot(path=ASSETS / f"{name}-{shape}.png")


if __name__ == "__main__":
    main()
