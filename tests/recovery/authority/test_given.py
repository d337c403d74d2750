"""Figures of the impact that the home gives: a query, a URL or a command."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from oob.errors import UsageError
from oob.recovery.authority.given import GivenFigure
from oob.recovery.authority.prometheus import Prometheus


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path != "/gone" else 500)
        self.end_headers()
        self.wfile.write({"/number": b" 42.5\n", "/text": b"fine"}.get(self.path, b""))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_a_url_and_a_command_give_a_number(server: str) -> None:
    assert GivenFigure(url=f"{server}/number", baseline=50).value(5) == 42.5
    assert GivenFigure(command=(sys.executable, "-c", "print(7)"), baseline=0).value(20) == 7.0


@pytest.mark.parametrize(
    ("path", "why"), [("/text", "not a number: 'fine'"), ("/gone", "500"), ("/nan", "not a number")]
)
def test_an_answer_that_is_no_number_is_named(server: str, path: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        GivenFigure(url=f"{server}{path}", baseline=1).value(5)


@pytest.mark.parametrize(
    "command", [("/nothing/there",), (sys.executable, "-c", "raise SystemExit(3)"), (sys.executable, "-c", "input()")]
)
def test_a_command_that_fails_is_named(command: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: |not a number"):
        GivenFigure(command=command, baseline=1).value(20)


def test_a_command_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OOB_PASSWORD", "canary-4711")
    program = "import os; print(sum('OOB' in name for name in os.environ))"
    assert GivenFigure(command=(sys.executable, "-c", program), baseline=0).value(20) == 0.0


@pytest.mark.parametrize(
    "given",
    [{}, {"url": "http://192.0.2.1", "command": ["x"]}, {"url": "http://shop.example"}, {"query": "x", "baseline": -1}],
)
def test_a_figure_has_one_source_and_a_baseline(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GivenFigure(**{"baseline": 1, **given})


def test_figures_without_a_query_need_no_server(tmp_path: Path) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text("impact: {shop: {command: [/bin/echo, '3'], baseline: 3}}")
    assert Prometheus.load(file).given("shop", 0.0) == 3.0
    file.write_text("impact: {shop: {query: up, baseline: 3}}")
    with pytest.raises(UsageError, match="a query needs a server"):
        Prometheus.load(file)
