"""`oob lab`: virtual routers to practise on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.options import Amount, CommandGroup, Settings, common, shared
from oob.errors import UsageError

if TYPE_CHECKING:
    from oob.lab.topology import Topology


@click.group("lab", cls=CommandGroup)
@shared
def command() -> None:
    """Start and stop virtual routers on slow console lines."""


def _state(settings: Settings) -> Path:
    return settings.home.path / "lab"


@command.command("up")
@common
@click.option("--topology", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A lab of your own.")
@click.option("--big", is_flag=True, help="Give edge1 a configuration of about 12 KB.")
@click.option("--five", is_flag=True, help="Five routers: IOS, Junos, EOS, NX-OS and IOS-XR.")
@click.option("--real", is_flag=True, help="Three FRR routers behind real console servers; needs root and Debian.")
@click.option("--vm", is_flag=True, help="An FRR router in a virtual machine with U-Boot; needs root and Debian.")
@click.option("--baud", type=click.IntRange(min=0), help="Speed of the serial lines in bit/s; 0: unlimited.")
@click.option("--round-trip", type=Amount(), metavar="MS", help="Round trip to the console servers, in ms.")
@click.option("--loss", type=Amount(0.5), default=0.0, metavar="SHARE", help="Share of bytes lost: 0.001.")
@click.option(
    "--wrong-speed", default="", metavar="ROUTER", help="Its console runs at another speed than its URLs say."
)
def up(settings: Settings, topology: Path | None, big: bool, five: bool, real: bool, vm: bool, **lines: Any) -> None:
    """Start the routers in the background and print their consoles: edge1 (IOS) and core1 (Junos), cabled together.

    Each console keeps its URL until the next lab in the same home, so an inventory that was imported once stays true.
    """
    from oob.lab.control import lab_up

    if (real or vm) and any(value not in (None, "", 0.0) for value in lines.values()):
        raise UsageError("--baud, --round-trip, --loss and --wrong-speed are for the lines of virtual routers")
    if (real or vm) and (topology or big or five):
        raise UsageError("--real and --vm have routers of their own; --topology, --five and --big are for virtual ones")
    if five and (topology or big):
        raise UsageError("--five is a lab of its own; --topology is another, and --big is for the two routers")
    if real and vm:
        raise UsageError("--real and --vm are two labs; each has a --home of its own")
    settings.home.create(settings.home.path)
    if real:
        from oob.lab.real.packages import check

        check()
        lab = lab_up(_state(settings), None, owned=False)
    elif vm:
        from oob.lab.real.packages import NEEDED_BY_VM, check
        from oob.lab.vm.image import build

        check(NEEDED_BY_VM)
        build(_state(settings))
        lab = lab_up(_state(settings), None, owned=False, real="vm")
    else:
        virtual = _on_lines(_virtual(topology, big=big, five=five), **lines)
        lab = lab_up(_state(settings), virtual, owned=False)
    _show(settings, lab)
    settings.note(f"now: oob inventory import oob-lab {lab.state / 'lab.json'}")


def _virtual(own: Path | None, *, big: bool, five: bool) -> Topology:
    from oob.lab.topology import default_topology, five_topology, from_yaml

    if own:
        return from_yaml(own.read_text(), own.name)
    return five_topology() if five else default_topology(big=big)


def _on_lines(
    topology: Topology, *, baud: int | None, round_trip: float | None, loss: float, wrong_speed: str
) -> Topology:
    topology = topology.with_lines(baud=baud, round_trip_ms=round_trip, loss=loss)
    return topology.with_wrong_speed(wrong_speed) if wrong_speed else topology


@command.command("list")
@common
def list_routers(settings: Settings) -> None:
    """List the routers: platform, console URLs, username and password."""
    from oob.lab.control import lab_list

    _show(settings, lab_list(_state(settings)))


@command.command("down")
@common
def down(settings: Settings) -> None:
    """Stop the routers; their flash and configurations stay."""
    from oob.lab.control import lab_down

    lab_down(_state(settings))
    settings.answer({"down": True}, "the lab is down")


@command.command("fault")
@common
@click.argument("router")
@click.argument("name")
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
def fault(settings: Settings, router: str, name: str, arguments: tuple[str, ...]) -> None:
    """Let something go wrong on ROUTER, as in: oob lab fault edge1 drop seconds=5"""
    from oob.lab.control import lab_list

    lab_list(_state(settings)).fault(router, name, **dict(_pair(argument) for argument in arguments))
    settings.answer({"router": router, "fault": name}, f"{router}: {name}")


def _pair(argument: str) -> tuple[str, object]:
    key, separator, value = argument.partition("=")
    if not separator:
        raise UsageError(f"{argument}: a fault takes KEY=VALUE")
    try:
        return key, float(value) if "." in value else int(value)
    except ValueError:
        return key, value


def _show(settings: Settings, lab: object) -> None:
    from oob.lab.control import Lab

    assert isinstance(lab, Lab)  # imported late: the lab is needed by this command alone
    lines = []
    for router in lab.routers:
        lines.append(f"{router.name}  {router.platform}  user {router.username}, password {router.password}")
        if router.server_password:
            lines.append(f"  console servers: user ops (BMC: admin), password {router.server_password}")
        lines += [f"  {url}" for url in router.consoles]
        if router.moved_from:
            lines.append(f"  WARN another program uses its TCP port {router.moved_from}: its URL has changed")
    settings.answer([asdict(router) for router in lab.routers], "\n".join(lines), is_copied=True)
