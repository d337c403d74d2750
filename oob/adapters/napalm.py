"""NAPALM's drivers and getters over a console, and NAPALM as it comes for asking whether management is back.

Only what reads is offered over a console: NAPALM's configuration methods believe a device too early on a slow line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from napalm import get_network_driver
from napalm.base.base import NetworkDriver

from oob.adapters import netmiko
from oob.adapters.line import base
from oob.errors import NotProven, UsageError
from oob.inventory.device import Expect
from oob.transport.access import Access
from oob.transport.url import address_of

DRIVERS = {
    "arista_eos": "eos",
    "cisco_ios": "ios",
    "cisco_nxos": "nxos_ssh",
    "cisco_xe": "ios",
    "cisco_xr": "iosxr",
    "juniper_junos": "junos",
}
CHANGING = (
    "load_template",
    "load_replace_candidate",
    "load_merge_candidate",
    "compare_config",
    "commit_config",
    "confirm_commit",
    "rollback",
)
IN_BAND = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class InBand:
    """The facts that a device gave over its management network, and in how many *seconds*."""

    address: str
    hostname: str
    serial: str
    version: str
    seconds: float


def _refusing(name: str) -> Callable[..., None]:
    def refuse(self: object, *args: object, **options: object) -> None:
        raise UsageError(
            f"{name} is not offered over a console: on a slow line NAPALM says that a change is made before it is; "
            "oob recover and oob paste read back what they do"
        )

    return refuse


class OverConsole:
    """A mixin for a NAPALM driver: it receives our connection and only reads over it."""

    paths: str | Sequence[str]
    access: Access | None
    expect: Expect | None
    device: Any
    username: str
    password: str

    def discard_config(self) -> None:
        """Do nothing: over a console there is never a candidate, and some drivers discard one when they close."""


for _name in CHANGING:
    setattr(OverConsole, _name, _refusing(_name))


class OverNetmiko(OverConsole):
    """For a driver that talks through Netmiko."""

    def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> Any:
        options = {key: value for key, value in (netmiko_optional_args or {}).items() if key != "port"}
        self._netmiko_device = netmiko.connect(
            self.paths,
            device_type=device_type,
            username=self.username,
            password=self.password,
            access=self.access,
            expect=self.expect,
            **options,
        )
        self._netmiko_device.enable()
        return self._netmiko_device

    def is_alive(self) -> dict[str, bool]:
        """Tell whether the line is open; nothing is sent to find out."""
        return {"is_alive": self.device is not None and self.device.is_alive()}


class OverPyez(OverConsole):
    """For the driver that talks through PyEZ."""

    def open(self) -> None:
        """Connect; raises what PyEZ raises, and oob's own errors on the way to the console."""
        from oob.adapters import pyez  # PyEZ is slow to import, and one driver needs it

        self.device = pyez.console(
            self.paths, username=self.username, password=self.password, access=self.access, expect=self.expect
        )
        self.device.open(gather_facts=False)

    def is_alive(self) -> dict[str, bool]:
        """Tell whether the line is open; nothing is sent to find out."""
        return {"is_alive": bool(self.device.connected)}


class OverXmlAgent(OverConsole):
    """For the driver that talks XML to an agent (`xml agent tty`), through a session object of its own."""

    def open(self) -> None:
        """Connect; raises what Netmiko raises, and NAPALM's ConnectionException where no agent answers."""
        from oob.adapters.napalm_iosxr import LineIosxr  # one driver needs it

        self.device = LineIosxr(self._connect, self.username, self.password)
        super().open()  # type: ignore[misc]  # the driver that this one is put in front of

    def _connect(self) -> Any:
        return netmiko.connect(
            self.paths,
            device_type="cisco_xr",
            username=self.username,
            password=self.password,
            access=self.access,
            expect=self.expect,
            global_cmd_verify=False,  # the XML mode echoes nothing
        )


FRONTS: dict[str, type[OverConsole]] = {
    "eos": OverNetmiko,
    "ios": OverNetmiko,
    "iosxr": OverXmlAgent,
    "junos": OverPyez,
    "nxos_ssh": OverNetmiko,
}


def console(
    url: str | Sequence[str],
    *,
    driver: str,
    username: str,
    password: str = "",
    secret: str = "",
    access: Access | None = None,
    expect: Expect | None = None,
    optional_args: Mapping[str, Any] | None = None,
) -> NetworkDriver:
    """Return NAPALM's *driver* for the console behind *url* (or the first of several that works).

    *expect* is who the device must be. `open()` or `with` connects it, and raises what Netmiko (for Junos, PyEZ)
    raises. Its getters are NAPALM's; its configuration methods raise UsageError.
    """
    if driver not in FRONTS:
        raise UsageError(f"NAPALM's driver {driver} takes no console; those that do are {', '.join(sorted(FRONTS))}")
    known = get_network_driver(driver)
    kind = type(known.__name__, (FRONTS[driver], known), {"__module__": known.__module__})
    options = {"transport": "ssh", "secret": secret, **(optional_args or {})}
    device: Any = kind("console", username, password, optional_args=options)
    device.paths = url
    device.access = access
    device.expect = expect
    unopened: NetworkDriver = device
    return unopened


def driver_of(platform: str) -> str:
    """Return the name of NAPALM's driver for a platform; raises UsageError naming those that have one."""
    driver = DRIVERS.get(base(platform))
    if driver is None:
        raise UsageError(f"NAPALM has no driver for {platform}; it has: {', '.join(DRIVERS)}")
    return driver


def verify_in_band(
    address: str,
    *,
    platform: str,
    username: str,
    password: str,
    secret: str = "",
    hosts: Mapping[str, str] | None = None,
    timeout: int = IN_BAND,
    optional_args: Mapping[str, Any] | None = None,
) -> InBand:
    """Ask a device over its management network who it is, with NAPALM as it comes; raises NotProven with the reason.

    *address* is an IP address, or a name in *hosts*.
    """
    driver = driver_of(platform)
    literal = address_of(address, hosts)
    options = {"secret": secret, **(optional_args or {})}
    started = time.monotonic()
    try:
        with get_network_driver(driver)(literal, username, password, timeout, options) as device:
            facts = device.get_facts()
    except Exception as error:  # the drivers let through what the libraries under them raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise NotProven(f"management at {literal} does not answer NAPALM: {reason}") from error
    return InBand(
        address=literal,
        hostname=facts["hostname"],
        serial=facts["serial_number"],
        version=facts["os_version"],
        seconds=time.monotonic() - started,
    )
