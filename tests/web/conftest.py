"""A home with runs, and its live page served from this process."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from oob.inventory.home import Home
from oob.web.server import Listener, LivePage
from tests.web.written import WrittenRun


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def run(home: Home) -> Iterator[WrittenRun]:
    written = WrittenRun(home)
    with written.journal:
        yield written


@contextmanager
def serving(home: Home, listener: Listener) -> Iterator[LivePage]:
    """Serve the page of *home* until the block ends."""
    page = LivePage(home, listener)
    thread = threading.Thread(target=page.run)
    thread.start()
    try:
        yield page
    finally:
        page.stop()
        thread.join()


@pytest.fixture
def serve(home: Home) -> Iterator[Callable[..., LivePage]]:
    """Return what serves the page of *home* at a listener until the test ends."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(serving(home, Listener(**options)))


@pytest.fixture
def ask(serve: Callable[..., LivePage]) -> Callable[..., tuple[int, dict[str, str], str]]:
    """Return what asks a page served on loopback and gives status, headers and body."""
    page = serve()

    def asked(
        path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
        connection.request(
            method, path, body=body, headers={name.replace("_", "-"): it for name, it in headers.items()}
        )
        answer = connection.getresponse()
        found = answer.status, {name.lower(): it for name, it in answer.getheaders()}, answer.read().decode()
        connection.close()
        return found

    return asked
