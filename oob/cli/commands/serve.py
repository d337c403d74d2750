"""`oob serve`: the runs of a home in a browser, while they go on."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from pathlib import Path

import click

from oob.cli.options import Settings, common
from oob.errors import UsageError

PORT = 8022


class Listen(click.ParamType[tuple[str, int]]):
    """ADDRESS:PORT, an IP address."""

    name = "address"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        host, _, port = str(value).rpartition(":")
        try:
            address = str(ipaddress.ip_address(host.strip("[]")))
        except ValueError:
            self.fail(f"{value!r} is not ADDRESS:PORT with an IP address", param, ctx)
        if not port.isascii() or not port.isdigit() or int(port) > 65535:
            self.fail(f"{port!r} is not a port", param, ctx)
        return address, int(port)


@click.command("serve")
@common
@click.option(
    "--listen",
    type=Listen(),
    default=f"127.0.0.1:{PORT}",
    show_default=True,
    metavar="ADDRESS:PORT",
    help="Where to serve; beyond loopback TLS and tokens are needed.",
)
@click.option("--name", "names", multiple=True, help="A name that browsers know this machine by; may be given again.")
@click.option(
    "--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Certificate (PEM), with chain."
)
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its private key (PEM).")
@click.option("--enrol", default="", metavar="NAME", help="Make a token for NAME, print it once, and end.")
@click.option(
    "--role",
    type=click.Choice(["viewer", "operator"]),
    default="viewer",
    show_default=True,
    help="What the holder of the token may do.",
)
def command(
    settings: Settings,
    listen: tuple[str, int],
    names: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    enrol: str,
    role: str,
) -> None:
    """Serve a page with the runs of this home: who recovers what, how far it is, when a device reverts.

    It reads the journals, so no run waits for it or notices it. Every file of the page comes from this machine.
    """
    from oob.web.access import Tokens
    from oob.web.presence import present

    if enrol:
        token = Tokens.load(settings.home.path).enrol(
            settings.home.path, enrol, "operator" if role == "operator" else "viewer"
        )
        settings.answer({"name": enrol, "role": role, "token": token}, token)
        return
    try:
        from oob.web.server import Listener, LivePage
    except ModuleNotFoundError as error:
        raise UsageError("oob serve needs Starlette and uvicorn: pip install 'oob[web]'") from error
    listener = Listener(address=listen[0], port=listen[1], names=names, certificate=tls_cert, key=tls_key)
    page = LivePage(settings.home, listener)
    with present(settings.home, page.address):
        settings.note(f"oob: the live page is at {page.address}; Ctrl-C ends it, and no run with it")
        with suppress(KeyboardInterrupt):  # as it is meant to end
            page.run()
