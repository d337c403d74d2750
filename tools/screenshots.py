"""Make the pictures of docs/assets: a drill and a fleet watched in Chromium, their reports, and the figures of a home.

python -m tools.screenshots
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        home = Home(Path(folder) / "drill")
        with _drilled(home, "drill") as address:
            _live(browser, address)
        _files(browser, home)
        fleet = Home(Path(folder) / "fleet")
        with _drilled(fleet, "fleet", "drill", "--small") as address:
            _fleet(browser, address)
        _fleet_report(browser, fleet)
        browser.close()


@contextmanager
def _drilled(home: Home, *words: str) -> Iterator[str]:
    """Run a drill in *home*, and yield the address of its live page; wait for the end of the drill."""
    page = LivePage(home, Listener())
    server = threading.Thread(target=page.run)
    server.start()
    command = [sys.executable, "-c", PROGRAM, *words, "--plain", "--keep", str(home.path)]
    drill = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield page.address
        drill.wait()
    finally:
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


def _fleet(browser: Any, address: str) -> None:
    """Picture the overview while the last wave of a fleet is under way."""
    pages = {shape: browser.new_context(**options).new_page() for shape, options in SHAPES.items()}
    for shape, page in pages.items():
        page.goto(address)
        page.wait_for_selector("#fleets p:has-text('wave 3 of 3')", timeout=WAIT)
        page.wait_for_selector("#fleets .in-progress")
        page.screenshot(path=ASSETS / f"fleet-{shape}.png")


def _fleet_report(browser: Any, home: Home) -> None:
    """Picture the report of the newest fleet."""
    subprocess.run([sys.executable, "-c", PROGRAM, "--home", str(home.path), "fleet", "report", "latest"], check=True)
    (file,) = home.fleets.glob("*/report.html")
    for shape, options in SHAPES.items():
        page = browser.new_context(**options).new_page()
        page.goto(file.as_uri())
        page.screenshot(path=ASSETS / f"fleet-report-{shape}.png")


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
