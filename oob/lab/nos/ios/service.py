"""Commands that query servers: `test aaa` and name look-ups."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.ios.ping import ping
from oob.lab.nos.ios.session import TABLE, IosSession

RESOLVED = "192.0.2.80"  # what every name is an address of


@TABLE.command("test aaa group NAME USER PASSWORD legacy|new-code", text="Test a server group")
def test_group(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Ask the servers of a group about a login, as AAA would."""
    router = session.router
    yield Say(text=f"Attempting authentication test to server-group {params['NAME']} using radius\n")
    if router.aaa_mode == "dead":
        yield Wait(seconds=sum(seconds for _, seconds in router.aaa_servers()), breakable=True)
        yield Say(text="No authoritative response from any server.\n\n")
        return
    yield Wait(seconds=0.1)
    known = (router.identity.username, router.identity.password)
    is_known = router.aaa_mode == "alive" and (params["USER"], params["PASSWORD"]) == known
    said = "User was successfully authenticated." if is_known else "User authentication request was rejected by server."
    yield Say(text=f"{said}\n\n")


_OPTIONS = "[repeat <COUNT:1-2147483647>] [timeout <SECONDS:0-3600>]"


@TABLE.command(f"ping [vrf VRF] NAME {_OPTIONS}", text="Send echo messages", user=True)
def ping_name(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping a host by its name, which a name server has to know."""
    router = session.router
    servers = router.config.root.under("ip name-server")
    if router.looks_up_names:
        address = servers[0].text.split()[-1] if servers else "255.255.255.255"
        yield Say(text=f'Translating "{params["NAME"]}"...domain server ({address})')
        yield Wait(seconds=router.lookup_seconds, breakable=True)
    if not servers or router.dns_dead or not router.looks_up_names:
        yield Say(text="\n% Unrecognized host or address, or protocol not running.\n\n")
        return
    yield Say(text=" [OK]\n\n")
    yield from ping(session, {**params, "ADDRESS": RESOLVED}, words)
