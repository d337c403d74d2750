"""A console server that encrypts proves who it is before it hears a login."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oob.deadline import Deadline
from oob.errors import HostKeyRefused, HostKeyUnknown, PathInvalid
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url


def certificate(folder: Path, name: str = "cs1.example.net") -> Path:
    """Return a file with a key and the certificate that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{made.serial_number}.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    return file


class Master:
    """Speaks as conserver does up to an attached console, and keeps what it heard after the encryption began."""

    def __init__(self, credentials: Path) -> None:
        self.heard: list[bytes] = []
        self.certify(credentials)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def certify(self, credentials: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(credentials)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with client, suppress(OSError):
                    self._speak(client)

    def _speak(self, client: socket.socket) -> None:
        client.settimeout(5)
        client.sendall(b"ok\r\n")
        client.recv(100)
        client.sendall(b"ok\r\n")
        with self._context.wrap_socket(client, server_side=True) as encrypted:
            answers = [b"ok\r\n", b"[attached]\r\n", b"[\r\n[up]\r\n[connected]\r\n"]
            while data := encrypted.recv(4096):
                self.heard.append(data)
                if answers:
                    encrypted.sendall(answers.pop(0))


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Master]]:
    masters: list[Master] = []

    def start(credentials: Path) -> Master:
        masters.append(Master(credentials))
        return masters[-1]

    yield start
    for master in masters:
        master.close()


Serve = Callable[[Path], Master]


def url_of(master: Master, options: str = "") -> str:
    return f"console://ops@/r1?server=127.0.0.1&port={master.port}{options}"


def access_of(folder: Path) -> Access:
    return Access(known_hosts=folder / "known_hosts", server_login=ServerLogin(password="x"))


def test_a_stranger_hears_no_login_and_is_accepted_on_request_once(serve: Serve, tmp_path: Path) -> None:
    master, access = serve(certificate(tmp_path)), access_of(tmp_path)
    with pytest.raises(HostKeyUnknown, match=r"is not in .*tls-sha256 [0-9A-F:]{95}: compare"):
        open_url(url_of(master), Deadline(5), access)
    assert master.heard == []
    open_url(url_of(master), Deadline(5), replace(access, accept_new_key=True)).close()
    open_url(url_of(master), Deadline(5), access).close()
    assert master.heard[0] == b"login ops\r\n"
    assert (tmp_path / "known_hosts").read_text().startswith(f"[127.0.0.1]:{master.port} tls-sha256 ")


def test_another_certificate_is_refused_also_where_new_ones_are_accepted(serve: Serve, tmp_path: Path) -> None:
    master, access = serve(certificate(tmp_path)), replace(access_of(tmp_path), accept_new_key=True)
    open_url(url_of(master), Deadline(5), access).close()
    heard = len(master.heard)
    master.certify(certificate(tmp_path))
    with pytest.raises(HostKeyRefused, match="is not the server it was") as caught:
        open_url(url_of(master), Deadline(5), access)
    assert not isinstance(caught.value, HostKeyUnknown)
    assert len(master.heard) == heard


def test_a_certificate_of_the_given_ca_is_taken_for_its_name_only(serve: Serve, tmp_path: Path) -> None:
    own, other = certificate(tmp_path), certificate(tmp_path)
    master, access = serve(own), access_of(tmp_path)
    for options in (f"&ca={own.name}", f"&ca={own}&name=cs1.example.net"):
        open_url(url_of(master, options), Deadline(5), access).close()
    for options in (f"&ca={other}", f"&ca={own}&name=cs2.example.net"):
        with pytest.raises(HostKeyRefused, match="the server's certificate is not valid"):
            open_url(url_of(master, options), Deadline(5), access)
    with pytest.raises(PathInvalid, match="CA file"):
        open_url(url_of(master, "&ca=/nowhere.pem"), Deadline(5), access)


def test_an_unproven_server_is_let_in_only_where_the_url_says_so(serve: Serve, tmp_path: Path) -> None:
    master = serve(certificate(tmp_path))
    open_url(url_of(master, "&verify=no"), Deadline(5), access_of(tmp_path)).close()
    assert not (tmp_path / "known_hosts").exists()
