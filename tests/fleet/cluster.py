"""Jump hosts for a test: an authority, a scheduler and workers in processes of their own, each with its own home."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIMITS = "fleet.yaml"
LOGIN = {"OOB_USERNAME": "ops", "OOB_PASSWORD": "oob-lab", "OOB_ENABLE": "oob-lab"}


def authority(folder: Path) -> Path:
    """Make *folder* with the certificate of a new authority, and with one that it has issued."""
    folder.mkdir(parents=True)
    issuer, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("oob test authority", issuer, "oob test authority", issuer, is_authority=True)
    leaf = _certificate("oob test", own, "oob test authority", issuer, is_authority=False)
    (folder / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "cert.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key = folder / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(signer, hashes.SHA256())
    )


class Process:
    """One `oob` of the cluster; its output lies in *log*."""

    def __init__(self, words: Sequence[str], home: Path, log: Path, environ: Mapping[str, str] = LOGIN) -> None:
        self.log = log
        self.home = home
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from oob.cli.main import main; main()", *words],
                env={**os.environ, **environ, "OOB_HOME": str(home), "PYTHONUNBUFFERED": "1"},
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """Kill it at once, as a power failure would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(errors="replace")


class Cluster:
    """A scheduler and a worker for each site of *sites*; the home of a worker is a copy of *desk*."""

    def __init__(self, folder: Path, desk: Path, sites: Sequence[str], wait: object = None) -> None:
        self.folder = folder
        self.desk = desk
        self.sites = tuple(sites)
        self.tls = authority(folder / "tls")
        self.workers: dict[str, Process] = {}
        self.port = 0

    def __enter__(self) -> Self:
        self.start_scheduler()
        for site in self.sites:
            home = self.folder / f"home-{site}"
            for part in ("inventory", "backups"):
                shutil.copytree(self.desk / part, home / part)
            if (self.desk / LIMITS).exists():
                shutil.copy(self.desk / LIMITS, home / LIMITS)
            self.start_worker(site)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.scheduler, *self.workers.values()):
            process.kill()

    @property
    def address(self) -> str:
        """The address of the scheduler."""
        return f"tls://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        """Start the scheduler, on the same port as before where there was one."""
        words = ["fleet", "scheduler", "--port", str(self.port), "--tls", str(self.tls)]
        self.scheduler = Process(words, self.desk, self.folder / "scheduler.log", {})
        self.port = int(self._until(self.scheduler, "tls://").rpartition("tls://")[2].split()[0].rpartition(":")[2])

    def start_worker(self, site: str) -> None:
        """Start the worker of *site* in its home."""
        words = ["fleet", "worker", self.address, "--site", site, "--name", f"jump-{site}", "--tls", str(self.tls)]
        home = self.folder / f"home-{site}"
        self.workers[site] = Process(words, home, self.folder / f"worker-{site}.log")
        self._until(self.workers[site], "is there for")

    def client(self, *words: str) -> Process:
        """Start an `oob` at the operator's desk that uses the cluster."""
        more = ["--cluster", self.address, "--tls", str(self.tls), "--json"]
        return Process([*words, *more], self.desk, self.folder / f"client-{len(list(self.folder.iterdir()))}.log", {})

    def homes(self) -> list[Path]:
        """Return the homes of the workers."""
        return [self.folder / f"home-{site}" for site in self.sites]

    @staticmethod
    def _until(process: Process, text: str) -> str:
        """Return what *process* has said once *text* is in it."""
        tail = subprocess.Popen(["tail", "-n", "+1", "-f", str(process.log)], stdout=subprocess.PIPE, text=True)
        assert tail.stdout is not None
        said = ""
        try:
            while text not in said:
                assert process.process.poll() is None, process.said()
                said += tail.stdout.readline()
        finally:
            tail.kill()
            tail.stdout.close()
            tail.wait()
        return said
