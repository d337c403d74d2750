"""Measures the live page: weight of the first page, size of updates, cost of 50 watchers, time from journal to screen.

python bench/web.py [WATCHERS] [SECONDS]
"""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import oob.recovery.record.events as events
from oob.inventory.home import Home
from oob.web.presence import address_of
from tests.web.written import RUN, SECOND, WrittenRun

PAUSE = 0.5  # seconds between two journal lines; a recovery writes about two a second
SERVE = "from oob.cli.main import main; main()"


def processor_seconds(process: int) -> float:
    """Return the processor time that *process* has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fetched(port: int, path: str) -> bytes:
    """Return the compressed body of *path*, as a browser gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    body = connection.getresponse().read()
    connection.close()
    return body


class Watcher:
    """One browser's stream: when each marked line came, and how large each update was."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.sizes: list[int] = []
        self.first = 0

    async def watch(self, port: int, *, reads: bool = True) -> None:
        """Read the stream until it is cancelled; one that does not read is a client that was stopped."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        writer.write(f"GET /events/{RUN} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        while reads:
            line = await reader.readline()
            if line.startswith(b"data: {"):
                self.first = len(gzip.compress(line))
            elif line.startswith(b"data: "):
                self.sizes.append(len(line))
                if (at := line.find(b"mark-")) >= 0:
                    self.came.setdefault(line[at : at + 10].decode(), time.monotonic())
        await asyncio.Event().wait()


async def measured(port: int, server: int, run: WrittenRun, count: int, seconds: float) -> None:
    """Let *count* watchers look while lines are written for so many *seconds*, and print what it took."""
    watchers = [Watcher() for _ in range(count)]
    stopped = Watcher()
    tasks = [asyncio.create_task(watcher.watch(port)) for watcher in watchers]
    tasks.append(asyncio.create_task(stopped.watch(port, reads=False)))
    await asyncio.sleep(2)
    before, began, wrote = processor_seconds(server), time.monotonic(), dict[str, float]()
    longest = 0.0
    while time.monotonic() - began < seconds:
        name = f"mark-{len(wrote):05}"
        wrote[name] = time.monotonic()
        run.note(events.PROOF_WAITING, f"{name} not yet: critical prefix 10.20.0.0/24: no active route", left=1.0)
        with open(run.journal.location.parent / "console-1.cast", "a") as cast:  # the lane of bytes follows it
            cast.write(json.dumps([time.monotonic() - began, "o", "x" * int(960 * PAUSE)]) + "\n")
        longest = max(longest, time.monotonic() - wrote[name])
        await asyncio.sleep(PAUSE)
    share = 100 * (processor_seconds(server) - before) / (time.monotonic() - began)
    await asyncio.sleep(1)
    late = [watcher.came[name] - at for watcher in watchers for name, at in wrote.items() if name in watcher.came]
    sizes = [size for watcher in watchers for size in watcher.sizes]
    for task in tasks:
        task.cancel()
    print(f"first event          {watchers[0].first} bytes compressed")
    print(
        f"updates              median {statistics.median(sizes):.0f}, largest {max(sizes)} bytes, {len(sizes)} of them"
    )
    print(f"{count} watchers          {share:.1f} % of a core, one more of them stopped; {len(wrote)} lines written")
    print(f"journal to watcher   median {1000 * statistics.median(late):.0f} ms, longest {1000 * max(late):.0f} ms")
    print(f"lines that arrived   {len(late)} of {count * len(wrote)}")
    print(f"longest write        {1000 * longest:.0f} ms: the run never waited for a watcher")


def on_screen(address: str, run: WrittenRun, lines: int = 20) -> None:
    """Print the time from a journal line to the text in Chromium's page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}runs/{RUN}")
        page.wait_for_selector("#log li")
        late = []
        for number in range(lines):
            wanted = f"screen-{number:05}"
            began = time.monotonic()
            run.note(events.READING_DOUBT, wanted)
            page.wait_for_function("(text) => document.getElementById('log').textContent.includes(text)", arg=wanted)
            late.append(time.monotonic() - began)
        browser.close()
    print(f"journal to screen    median {1000 * statistics.median(late):.0f} ms, longest {1000 * max(late):.0f} ms")


def main() -> None:
    """Serve a home of its own and measure."""
    count, seconds = (float(given) for given in [*sys.argv[1:], *("50", "30")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        run = WrittenRun(home)
        run.begin()
        run.attempt(SECOND, fails=False)
        header = {"version": 2, "width": 80, "height": 24, "timestamp": int(time.time())}
        (run.journal.location.parent / "console-1.cast").write_text(json.dumps(header) + "\n")
        command = [sys.executable, "-c", SERVE, "serve", "--home", folder, "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            while not (address := address_of(home)):
                time.sleep(0.1)
            port = int(address.rstrip("/").rpartition(":")[2])
            time.sleep(1)
            parts = {path: len(fetched(port, path)) for path in (f"/runs/{RUN}", "/page.css", "/page.js", "/device.js")}
            print(f"first page           {sum(parts.values())} bytes compressed, {parts}")
            asyncio.run(measured(port, server.pid, run, int(count), seconds))
            on_screen(address, run)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
