"""Several jump hosts: nothing starts without mutual TLS, and a worker that is killed leaves devices unknown."""

from __future__ import annotations

import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.fleet.dask_engine import DaskEngine
from oob.fleet.mutual_tls import check_address, security
from tests.cli.conftest import Oob, home, identity, oob
from tests.fleet.cluster import Cluster, authority
from tests.fleet.kill import gates, survive

__all__ = ["home", "identity", "oob"]  # fixtures of the command line's tests

pytest.importorskip("distributed", reason="Dask is missing: pip install 'oob[fleet]'")


def test_a_scheduler_without_certificates_does_not_start(oob: Oob, tmp_path: Path) -> None:
    refused = oob("fleet", "scheduler", "--tls", tmp_path)

    assert refused.code == 2
    assert "ca.pem: missing; mutual TLS needs ca.pem, cert.pem and key.pem" in refused.err


def test_an_address_without_tls_is_refused() -> None:
    with pytest.raises(UsageError, match="without mutual TLS a scheduler runs anyone's code"):
        check_address("tcp://192.0.2.1:8786")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    tls = authority(tmp_path / "tls")
    (tls / "key.pem").chmod(0o640)

    with pytest.raises(UsageError, match=r"others may read it; chmod 600"):
        security(tls)


def test_a_certificate_of_another_authority_is_refused(tmp_path: Path) -> None:
    tls, other = authority(tmp_path / "tls"), authority(tmp_path / "other")
    (tls / "cert.pem").write_bytes((other / "cert.pem").read_bytes())

    with pytest.raises(UsageError, match=r"not a certificate that .* has issued"):
        security(tls)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler without workers."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "desk").mkdir()
    with Cluster(folder / "cluster", folder / "desk", ()) as cluster:
        yield cluster


def test_the_scheduler_refuses_a_client_without_a_certificate(scheduler: Cluster) -> None:
    context = ssl.create_default_context(cafile=str(scheduler.tls / "ca.pem"))
    context.check_hostname = False

    assert _answer(context, scheduler.port) == b""


def _answer(context: ssl.SSLContext, port: int) -> bytes:
    """Return what the far end says first; in TLS 1.3 a refusal comes in the place of it."""
    with (
        suppress(ssl.SSLError, ConnectionError),
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain) as secure,
    ):
        return secure.recv(1)
    return b""


def test_the_scheduler_refuses_a_client_of_another_authority(scheduler: Cluster, tmp_path: Path) -> None:
    other = authority(tmp_path / "tls")
    with pytest.raises(UsageError, match="no scheduler of this authority answers"):
        DaskEngine(scheduler.address, other)


def test_a_worker_killed_in_mid_recovery_leaves_a_device_unknown_and_a_resume_proves_it(tmp_path: Path) -> None:
    survived = survive(tmp_path, gates(1, ("north", "south")), "worker")

    assert survived.first == {"gate1": "recovered", "gate2": "unknown"}
    assert set(survived.last.values()) == {"recovered"}
    assert survived.claims == Counter({"gate1": 1, "gate2": 1})
    assert survived.started == Counter({"gate1": 1, "gate2": 1})
    assert survived.damage == ()
