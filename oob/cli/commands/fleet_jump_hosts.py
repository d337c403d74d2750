"""`oob fleet scheduler` and `oob fleet worker`: the processes of several jump hosts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.fleet_arguments import tls_folder, tls_option
from oob.cli.options import Settings, common

if TYPE_CHECKING:
    pass


@click.command("scheduler")
@common
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8786, show_default=True, help="Port; 0 is any free one.")
@tls_option
def scheduler(settings: Settings, host: str, port: int, tls: Path | None) -> None:
    """Run the scheduler of several jump hosts until Ctrl-C; it sees no secret, and refuses to start without TLS."""
    import asyncio

    from oob.fleet.dask_worker import serve_scheduler

    asyncio.run(serve_scheduler(host, port, tls_folder(settings, tls), settings.show))


@click.command("worker")
@common
@click.argument("address", metavar="tls://HOST:PORT")
@click.option("--site", "sites", multiple=True, required=True, metavar="SITE", help="A site that this host reaches.")
@click.option("--name", default="", metavar="NAME", help="Name of this jump host (else its hostname).")
@click.option("--username", default=None, help="User on the devices; else $OOB_USERNAME, the secrets file.")
@click.option("--accept-new-key", is_flag=True, help="Trust SSH console servers seen for the first time.")
@tls_option
def worker(
    settings: Settings,
    address: str,
    sites: tuple[str, ...],
    name: str,
    username: str | None,
    accept_new_key: bool,
    tls: Path | None,
) -> None:
    """Recover devices of the SITEs of this jump host for the scheduler at tls://HOST:PORT, until Ctrl-C.

    Inventory, backups and secrets are those of this host's own home; secrets never cross the scheduler.
    """
    import asyncio
    import socket

    from oob.cli.fleet_means import FleetMeans
    from oob.events import Events
    from oob.fleet.dask_worker import offered, serve_worker
    from oob.fleet.document import resources
    from oob.fleet.limits import FleetLimits
    from oob.fleet.work import Worker

    means = FleetMeans(settings, Events(), username=username, accept_new_key=accept_new_key).unlock()
    limits = FleetLimits.load(settings.home.path)
    caps = limits.caps(one for entry in means.inventory for path in entry.paths for one in resources(entry, path))
    named = name or socket.gethostname()
    serving = serve_worker(
        address,
        tls_folder(settings, tls),
        name=named,
        resources=offered(sites, caps, limits.jobs),
        jobs=limits.jobs,
        work=Worker(settings.home, means, named),
        ready=settings.show,
    )
    asyncio.run(serving)
