"""The live page and the report in Chromium: what a person sees equals the journal, and nothing leaves this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import oob.recovery.record.events as events
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, read
from oob.recovery.record.requests import NAME as REQUESTS
from oob.report.incident import incident
from oob.report.metrics import measure
from oob.report.page import html, metrics_page
from oob.report.story import tell
from oob.web.access import Tokens
from oob.web.casts import xterm
from oob.web.server import Listener
from tests.web.conftest import serving
from tests.web.written import ATTEMPT, RUN, SECOND, WrittenRun, reading

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: it is in the lock file")

PROGRAMS = ["chromium"]
ROOT = Path(__file__).parents[2]
AXE = ROOT / "browser" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RUN = """
axe.run(document, {preload: false, resultTypes: ["violations"]})
  .then((result) => result.violations.map((one) => [one.id, one.impact, one.nodes[0].html]))
"""
PATIENCE = 20_000.0  # milliseconds
CORPUS = (
    "<script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "</script><svg onload=window.owned=1>",
    '"><a href=javascript:window.owned=1 autofocus onfocus=window.owned=1>x</a>',
    "{{ 7*7 }} ${window.owned=1} <style>body{display:none}</style>",
    "\x1b]8;;javascript:window.owned=1\x07link\x1b]8;;\x07 \x1b[2J \x9b31m \u202egnp.exe",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """A page of the browser, and what it asked for, complained about and would have popped up."""

    def __init__(self, browser: object, **options: object) -> None:
        self.context = browser.new_context(**options)  # type: ignore[attr-defined]  # Playwright is optional here
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("console", self._heard)

    def _heard(self, message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        if "Content Security Policy" in text or "Uncaught" in text:
            self.complaints.append(text)

    def wait(self, selector: str, text: str) -> None:
        """Wait until what *selector* names says *text*."""
        playwright.expect(self.page.locator(selector).first).to_contain_text(text, timeout=PATIENCE)


@pytest.fixture
def watched(browser: object) -> Iterator[Watched]:
    """Give a page; afterwards nothing it asked for may have left this machine, and it complained about nothing."""
    seen = Watched(browser, viewport={"width": 1440, "height": 900})
    yield seen
    seen.context.close()
    assert seen.hosts <= {"127.0.0.1", ""}
    assert seen.complaints == []


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def run(home: Home) -> Iterator[WrittenRun]:
    written = WrittenRun(home)
    with written.journal:
        yield written


def test_a_drill_watched_to_its_end_shows_the_numbers_of_its_journal(watched: Watched, tmp_path: Path) -> None:
    home = Home(tmp_path / "drill")
    program = "from oob.cli.main import main; main()"
    drill = [sys.executable, "-c", program, "drill", "clean-rollback", "--fast", "--plain", "--keep", str(home.path)]
    with serving(home, Listener()) as page, subprocess.Popen(drill, stderr=subprocess.DEVNULL, cwd=ROOT) as drilling:
        watched.page.goto(page.address)
        watched.page.locator(".cell .name").first.wait_for(timeout=240_000)
        watched.page.locator(".cell .name").first.click()
        playwright.expect(watched.page.locator("#verdict")).to_have_text("PROVEN", timeout=240_000)
        assert drilling.wait(120) == 0
        name = watched.page.locator("#run").inner_text()
        found = incident(read(home.runs / name / NAME).entries)
        assert watched.page.locator("#percent").inner_text() == "100 %"
        assert watched.page.locator(".top h1").inner_text() == found.device
        states = [text.split(maxsplit=2)[2] for text in watched.page.locator(".ladder .state").all_inner_texts()]
        assert states == [rung.state for rung in found.ladder]
        assert watched.page.locator(".tile .value").all_inner_texts() == [tile.text for tile in found.tiles]
        assert watched.page.locator(".timeline rect").count() == sum(bar.lane != "message" for bar in found.bars)
        assert watched.page.locator(".log .text").first.inner_text() == found.said[0].text
        watched.wait("#count", f"{len(found.messages)} messages")


def test_an_alert_is_raised_and_cleared(watched: Watched, home: Home, run: WrittenRun) -> None:
    run.begin()
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}")
        watched.wait("#tile-impact.alert .base", "ALERT")
        watched.wait("#tile-impact .value", "7 of 10")
        run.attempt(ATTEMPT, fails=True)
        watched.wait("#tile-error-rate.alert .value", "100 %")
        run.attempt(SECOND, fails=False)
        run.finish()
        watched.wait("#tile-impact .value", "10 of 10")
        assert watched.page.locator(".tile.alert").count() == 0


def test_the_difference_from_the_baseline_is_shown_row_by_row_and_its_prefixes_by_cause(
    watched: Watched, home: Home, run: WrittenRun
) -> None:
    run.begin()
    lines = [
        {"kind": "missing", "line": "neighbor 10.0.0.2", "parents": ["router bgp 65000"]},
        {"kind": "extra", "line": "shutdown", "parents": ["interface Gi1"]},
    ]
    found = {**reading(prefixes=3), "lines": lines, "lines_differing": 2}
    run.note(events.DIFFERENCE, "difference from the baseline", **found)
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}")
        watched.wait("#differing", "2 lines differ. Critical prefixes without a route: 10.0.0.0/16")
        watched.page.locator("#difference summary").click()
        watched.wait("#rows .plus", "+ neighbor 10.0.0.2")
        watched.wait("#rows .minus", "- shutdown")
        watched.page.locator("#causes summary").click()
        watched.wait("#causes code", "10.0.0.0/16 10.1.0.0/16 10.2.0.0/16")
        run.note(events.PROOF_WAITING, "wait", **reading())
        watched.wait("#differing", "No line differs in the last reading.")
        playwright.expect(watched.page.locator("#difference")).to_be_hidden()


@pytest.mark.skipif(xterm("xterm.js") is None, reason="xterm.js is missing: make browser")
def test_a_bar_leads_to_the_transcript_at_its_time_and_keeps_the_focus(
    watched: Watched, home: Home, run: WrittenRun
) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    began = datetime.fromisoformat(read(home.runs / RUN / NAME).entries[0].utc).timestamp()
    lines = [{"version": 2, "width": 80, "height": 24, "timestamp": int(began) - 5}]
    lines += [[second, "o", f"at {second} s\r\n"] for second in (1.0, 30.0)]
    (home.runs / RUN / "console-1.cast").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}")
        bar = watched.page.locator("#bars a").first
        bar.focus()
        watched.page.wait_for_timeout(2200)  # the page draws its clock meanwhile
        assert watched.page.evaluate("document.activeElement.closest('#bars') !== null")
        bar.press("Enter")
        watched.wait(".xterm-rows", "at 1.0 s")
        playwright.expect(watched.page.locator(".xterm-rows")).not_to_contain_text("at 30.0 s")
        watched.page.locator("#live").click()
        watched.wait(".xterm-rows", "at 30.0 s")


def test_the_page_comes_back_by_itself_after_the_server_restarts(watched: Watched, home: Home, run: WrittenRun) -> None:
    run.begin()
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}")
        watched.wait("#line", "live")
    watched.wait("#line", "connection lost")
    run.attempt(ATTEMPT, fails=True)
    with serving(home, Listener(port=page.port)):
        watched.wait(".ladder .failed", "failed")
        watched.wait("#line", "live")


def test_what_a_device_prints_stays_text_on_every_page(watched: Watched, home: Home, tmp_path: Path) -> None:
    written = WrittenRun(home, device=CORPUS[0])
    with written.journal:
        written.begin()
        for text in CORPUS:
            written.note(events.READING_DOUBT, text)
        written.note(events.ATTEMPT_STARTED, CORPUS[1], {**ATTEMPT, "strategy": CORPUS[2]}, expected=1.0)
        with serving(home, Listener()) as page:
            for address in (page.address, f"{page.address}runs/{RUN}"):
                watched.page.goto(address)
                watched.wait("h1, .cell .name", "")
                watched.wait("body", "<script>window.owned=1</script>")
                assert watched.page.evaluate("window.owned") is None
                assert watched.page.locator("main img, main script, main style, main a[href^=javascript]").count() == 0
    report = tmp_path / "report.html"
    report.write_text(html(tell(read(home.runs / RUN / NAME).entries)))
    watched.page.goto(report.as_uri())
    assert watched.page.evaluate("window.owned") is None
    assert watched.page.locator("main img, main script, main style").count() == 0


def test_an_operator_confirms_and_a_viewer_has_no_button(watched: Watched, home: Home, run: WrittenRun) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    run.note(
        events.QUESTION.started, "attempt 2 is proven. Confirm it on the device?", expected=120.0, silence="revert"
    )
    token = Tokens().enrol(home.path, "anna", "operator")
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}")
        watched.wait("#asked", "Confirm it on the device?")
        assert watched.page.locator("button").count() == 0
        watched.page.goto(f"{page.address}login")
        watched.page.fill("#token", token)
        watched.page.click("button")
        watched.wait(".top .end", "anna, operator")
        watched.page.goto(f"{page.address}runs/{RUN}")
        watched.page.get_by_role("button", name="Confirm").click()
        watched.wait("#told", "written down")
    assert '"by": "anna"' in (home.runs / RUN / REQUESTS).read_text()


@pytest.mark.skipif(xterm("xterm.js") is None, reason="xterm.js is missing: make browser")
def test_a_console_is_watched_live_and_replayed_and_its_sequences_do_nothing(
    watched: Watched, home: Home, run: WrittenRun
) -> None:
    run.begin()
    lines = [{"version": 2, "width": 80, "height": 24}, [0.0, "o", "edge1#show clock\r\n"], [9.0, "o", "later\r\n"]]
    lines += [[10.0, "o", text] for text in CORPUS]
    cast = home.runs / RUN / "console-1.cast"
    cast.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with serving(home, Listener()) as page:
        watched.page.goto(f"{page.address}runs/{RUN}/console")
        watched.wait("#second", "10.0 of 10.0 s")
        with open(cast, "a") as file:
            file.write('[12.0, "o", "\\r\\nlive line"]\n')
        watched.wait(".xterm-rows", "live line")
        watched.page.locator("#at").fill("1")
        watched.wait("#second", "1.0 of 12.0 s")
        watched.wait(".xterm-rows", "edge1#show clock")
        playwright.expect(watched.page.locator(".xterm-rows")).not_to_contain_text("later")
        assert watched.page.evaluate("window.owned") is None


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(browser: object, home: Home, run: WrittenRun, scheme: str, width: int) -> None:
    run.begin()
    run.attempt(ATTEMPT, fails=True)
    run.attempt(SECOND, fails=False)
    story = tell(read(home.runs / RUN / NAME).entries)
    for name, text in (("report.html", html(story)), ("metrics.html", metrics_page(measure([story])))):
        (home.path / name).write_text(text)
    seen = Watched(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    with serving(home, Listener()) as page:
        files = [(home.path / name).as_uri() for name in ("report.html", "metrics.html")]
        for address in (page.address, f"{page.address}runs/{RUN}", f"{page.address}login", *files):
            seen.page.goto(address)
            if address.startswith("http") and not address.endswith("login"):
                seen.wait("#line", "live")
            seen.page.evaluate(f"{AXE.read_text()};0")
            serious = [one for one in seen.page.evaluate(AXE_RUN) if one[1] in ("serious", "critical")]
            assert serious == []
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.context.close()


def test_a_report_prints_on_two_pages(watched: Watched, home: Home, run: WrittenRun) -> None:
    run.begin()
    run.attempt(ATTEMPT, fails=True)
    run.attempt(SECOND, fails=False)
    run.finish()
    (home.path / "report.html").write_text(html(tell(read(home.runs / RUN / NAME).entries)))
    watched.page.goto((home.path / "report.html").as_uri())
    printed = watched.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 2
