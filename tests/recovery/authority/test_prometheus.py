"""Figures from a Prometheus server: one that only speaks its API, and the real program."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
import yaml
from click.testing import CliRunner

from oob.cli.main import oob_command
from oob.errors import UsageError
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.prometheus import STEP, Prometheus, sustained
from tests.stand_in import QuietHandler, Served

NOW = 1_800_000_000.0
Values = Callable[[float], list[tuple[float, float]]]


class Api(Served):
    """A server that answers `query_range` with what *series* gives for the end of the range, each a series."""

    def __init__(self, *series: Values, status: int = 200) -> None:
        self.series, self.status = series, status
        self.asked: list[dict[str, list[str]]] = []
        super().__init__(_Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(QuietHandler):
    server: Api

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        self.server.asked.append(asked)
        end = float(asked["end"][0])
        result = [{"metric": {}, "values": [[t, str(v)] for t, v in each(end)]} for each in self.server.series]
        body: dict[str, Any] = {"status": "success", "data": {"resultType": "matrix", "result": result}}
        if self.server.status != 200:
            body = {"status": "error", "error": "invalid parameter query"}
        data = json.dumps(body).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def api() -> Iterator[Callable[..., Api]]:
    made: list[Api] = []

    def make(*series: Values, status: int = 200) -> Api:
        made.append(Api(*series, status=status))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def since(minutes: float, before: float, now: float) -> Values:
    """Return samples that are *before* until so many minutes ago, and *now* from then on."""

    def values(end: float) -> list[tuple[float, float]]:
        times = [end - STEP * number for number in reversed(range(41))]
        return [(t, now if t >= end - 60 * minutes else before) for t in times]

    return values


def home(tmp_path: Path, *urls: str, **queries: str) -> Path:
    text = yaml.safe_dump({"urls": list(urls), "queries": queries or {"availability": "up"}, "timeout": 2})
    (tmp_path / "figures.yaml").write_text(text)
    return tmp_path


def decided(home: Path) -> dict[str, Any]:
    done = CliRunner().invoke(oob_command, ["decide", "--prometheus", "--json", "--home", str(home)])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("minutes", "answer", "automatic_in"), [(6, "roll back now", None), (1, "monitor", 4.0), (2.5, "monitor", 2.5)]
)
def test_a_figure_of_prometheus_is_sustained_since_it_crossed_its_limit(
    api: Callable[..., Api], tmp_path: Path, minutes: float, answer: str, automatic_in: float | None
) -> None:
    server = api(since(minutes, 100.0, 93.0))

    found = decided(home(tmp_path, server.url))

    assert (found["answer"], found["automatic_in"]) == (answer, automatic_in)
    assert found["figures"]["availability"] == 93.0
    assert found["figures"]["availability_minutes"] == minutes


def test_the_first_server_that_replies_is_asked(api: Callable[..., Api], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    server = api(since(9, 0.1, 12.0))

    found = decided(home(tmp_path, dead, server.url, error_rate="100 * errors / requests"))

    assert found["answer"] == "roll back now"
    assert server.asked[0]["query"] == ["100 * errors / requests"]
    with pytest.raises(UsageError, match=f"no Prometheus server replies: {dead}: "):
        Prometheus.load(home(tmp_path, dead) / "figures.yaml").figures(Thresholds.load(tmp_path), NOW)


@pytest.mark.parametrize(
    ("series", "status", "why"),
    [
        ((), 200, "gives no value"),
        ((since(1, 1, 1), since(1, 1, 1)), 200, "gives 2 series"),
        ((lambda end: [(end, float("nan"))],), 200, "gives no number"),
        ((), 400, "Prometheus refuses the query: invalid parameter query"),
    ],
)
def test_an_answer_without_a_figure_is_no_figure(
    api: Callable[..., Api], tmp_path: Path, series: tuple[Values, ...], status: int, why: str
) -> None:
    path = home(tmp_path, api(*series, status=status).url) / "figures.yaml"
    with pytest.raises(UsageError, match=why):
        Prometheus.load(path).figures(Thresholds.load(tmp_path), NOW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{urls: ['http://prometheus:9090'], queries: {availability: up}}", "'prometheus' is a name"),
        ("{urls: [], queries: {}}", "urls"),
        ("{urls: ['http://192.0.2.1:9090'], queries: {latency: up}}", "queries.latency: known figures are"),
        ("[", "cannot be read"),
    ],
)
def test_figures_that_cannot_be_queried_are_refused_with_the_key(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "figures.yaml").write_text(text)
    with pytest.raises(UsageError, match=why):
        Prometheus.load(tmp_path / "figures.yaml")


def test_a_gap_is_a_break_since_nothing_is_known_of_it() -> None:
    samples = [(NOW - 300, 12.0), (NOW - 60, 12.0), (NOW - 45, 12.0), (NOW - 30, 12.0), (NOW, 12.0)]
    assert sustained(samples, lambda value: value > 10) == 60
    assert sustained(samples, lambda value: value > 20) == 0


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs prometheus: .ci/install-servers")
def test_the_real_prometheus_is_understood(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\n"
        f"scrape_configs: [{{job_name: own, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n"
    )
    options = ("--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}")
    with subprocess.Popen(["prometheus", *options], cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                with suppress(OSError), urlopen(f"{url}/api/v1/query?query=up", timeout=2) as answer:
                    if json.loads(answer.read())["data"]["result"]:
                        break
            queries = {"availability": "100 * avg(up)", "error_rate": "vector(12)"}

            found = decided(home(tmp_path, url, **queries))

            assert found["figures"]["availability"] == 100.0
            assert found["figures"]["error_rate"] == 12.0
            assert found["figures"]["error_rate_minutes"] == 15.0
            assert found["answer"] == "roll back now"
            with pytest.raises(UsageError, match="parse error"):
                Prometheus.load(home(tmp_path, url, availability="sum(") / "figures.yaml").figures(
                    Thresholds.load(tmp_path), time.time()
                )
        finally:
            process.terminate()
