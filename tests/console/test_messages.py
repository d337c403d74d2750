"""Messages of a device in every form: out of an output, never another operator, doubtful where the form is unknown."""

from __future__ import annotations

import pytest

from oob.console.conversation import Conversation
from oob.console.grammar import Grammar
from oob.console.progress import quiet
from oob.console.stream import Stream
from oob.errors import ConsoleInUse
from oob.profile.store import load
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

# A message, the platform, and where it is published.
MESSAGES = [
    (
        "cisco_ios",
        "*Mar  1 00:03:48.203: %SYS-3-CPUHOG: Task is running for (2044)msecs\n-Traceback= 0x61F80240 0x61F4\n",
    ),
    ("cisco_ios", "00:01:23: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan1, changed state to up\n"),  # Catalyst
    ("cisco_ios", "1d02h: %LINK-3-UPDOWN: Interface FastEthernet0/1, changed state to up\n"),
    ("cisco_ios", "2w3d: %SYS-5-CONFIG_I: Configured from console by console\n"),
    ("cisco_ios", "000123: *Mar  1 2024 00:03:48.203 UTC: %SYS-5-CONFIG_I: Configured from console by console\n"),
    ("cisco_ios", "%Error opening tftp://255.255.255.255/network-confg (Timed out)\n"),  # autoinstall
    ("cisco_ios", "\n\n\n***\n*** --- SHUTDOWN in 0:01:00 ---\n***\n"),  # hknutzen/Netspoc-Approve
    (
        "cisco_ios",
        "*Nov 24 23:14:31.211: %SYS-5-RESTART: System restarted --\nCisco IOS Software, C1900 Software, Version 15.4\n"
        "Technical Support: http://www.cisco.com/techsupport\nCopyright (c) 1986-2015 by Cisco Systems, Inc.\n"
        "Compiled Fri 05-Jun-15 12:31 by prod_rel_team\n",
    ),
    (
        "cisco_xr",
        "LC/0/0/CPU0:Jul 17 16:46:18.959 UTC: ifmgr[259]: %PKT_INFRA-LINK-3-UPDOWN : Interface changed state\n",
    ),
    ("cisco_xr", "0/RP0/ADMIN0:Mar  7 16:31:39.530 UTC: inst_agent[3128]: %INFRA-INSTAGENT-4-XR_PART_PREP_RPM : SDR\n"),
    ("cisco_xr", "RP/0/RSP0/CPU0:2023 Jul 17 16:46:18.959 UTC: ifmgr[259]: %PKT_INFRA-LINK-3-UPDOWN : Interface\n"),
    ("cisco_nxos", "2023 Oct 20 12:00:00.123 spine1 %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up\n"),
    ("cisco_nxos", "2023 Oct 20 12:00:00 spine1 %$ VDC-1 %$ %VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty\n"),
    ("arista_eos", "2023-10-20T12:00:00.123456+00:00 leaf1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Ethernet1\n"),
    (
        "arista_eos",
        "Oct 20 2023 12:00:00 leaf1 Rib: %BGP-5-ADJCHANGE: peer 192.0.2.1 (AS 65001) old state Established\n",
    ),
    ("juniper_junos", "\nMar  3 10:12:02.391 2026  EX1 mgd[4321]: UI_COMMIT_PROGRESS: Commit operation in progress\n"),
    ("juniper_junos", "\nMar  3 10:12:02 2026  EX1 mgd[4321]: UI_COMMIT_PROGRESS: Commit operation in progress\n"),
    (
        "juniper_junos",
        "\n\r" + 79 * " " + "\nAuto Image Upgrade: DHCP INET Client State Reset : ge-0/0/0.0   \n" + 79 * " " + "\n"
        'Auto Image Upgrade: To stop, on CLI apply   \n"delete chassis auto-image-upgrade"  and commit  \n'
        + 79 * " "
        + "\n",
    ),
    (
        "nokia_sros",  # Nokia, Log Events Guide
        "\n252 2013/05/07 16:21:00.76 UTC WARNING: SNMP #2005 Base my-interface-abc\n"
        '"Interface my-interface-abc is operational"\n',
    ),
    (
        "linux",  # systemd, wall of a scheduled shutdown
        "\n\nBroadcast message from root@box1 on pts/1 (Fri 2026-07-03 10:39:32 KST):\n\n"
        "The system will power off at Fri 2026-07-03 10:49:32 KST!\n\n",
    ),
    # VyOS, vyos.config_mgmt (two versions); systemd, sysvinit, rsyslog, util-linux.
    (
        "vyos",
        "[commit-confirm] System will reload previous config in 1 minute\nto rollback the last commit.\n"
        "Confirm your changes to cancel the reload.\n",
    ),
    (
        "vyos",
        "[commit-confirm] System will reboot in 2 minutes\nto rollback the last commit.\n"
        "Confirm your changes to cancel the reboot.\n",
    ),
    ("vyos", "The system is going down for reboot at Mon 2026-01-01 10:00:00 UTC!\n"),
    ("vyos", "\nBroadcast message from ops@r1 (pts/0) (Mon Jan  1 10:00:00 2026):\n\nLog out.\nNow.\n\n"),
    ("vyos", "Message from syslogd@r1 at Jan  1 10:00:00 ...\n kernel:[12345.678] watchdog: BUG: soft lockup\n"),
    ("vyos", "\nMessage from ops@r1 on pts/0 at 10:00 ...\nplease log out\nEOF\n"),
    ("frr", "The system shutdown has been cancelled\n"),
    ("frr", "Reboot scheduled for Mon 2026-01-01 10:10:00 UTC, use 'shutdown -c' to cancel.\n"),
    ("frr", "\nMessage from ops@r1 on pts/0 at 10:00 ...\nplease log out\nEOF\n"),
    ("linux", "The system will power off now!\n"),
    ("linux", "The system is going down for system halt NOW!\n"),
    (
        "hp_comware",
        "%Oct 20 12:00:00:123 2023 dist1 IFNET/3/PHY_UPDOWN: Physical state on GigabitEthernet1/0/1 is up.\n",
    ),
    (
        "huawei_vrp",
        "Oct 20 2023 12:00:00+08:00 core1 %%01IFNET/4/LINK_STATE(l)[0]:The line protocol IP has entered UP.\n",
    ),
    ("cisco_asa", "Oct 20 2023 12:00:00: %ASA-5-111008: User 'ops' executed the 'enable' command.\n"),
    ("aruba_aoscx", "2023-10-20T12:00:00.123456+00:00 sw1 port-statsd[1234]: Event|403|LOG_INFO|||Link status up\n"),
]
BEFORE, BEHIND = "line one\nline two\n", "  indented\nlast line\n"


@pytest.mark.parametrize(("platform", "message"), MESSAGES)
def test_a_message_between_two_lines_is_taken_out(platform: str, message: str) -> None:
    grammar = Grammar(load(platform))
    data = (BEFORE + message + BEHIND).replace("\n", "\r\n").encode()

    cleaned = grammar.notices.clean(data)

    assert cleaned.text.replace(b"\r\n", b"\n").decode() == BEFORE + BEHIND
    assert cleaned.notices


def conversation_on(monkeypatch: pytest.MonkeyPatch, device: Dialogue, platform: str) -> Conversation:
    grammar = Grammar(load(platform))
    stream = Stream(on_its_clock(monkeypatch, device))
    conversation = Conversation(stream, grammar)
    state = grammar.prompt_at_end(quiet(stream, grammar, 1.0))
    assert state
    conversation.state = state
    return conversation


PROMPTS = {
    "cisco_ios": "edge1#",
    "cisco_xr": "RP/0/RP0/CPU0:pe1#",
    "cisco_nxos": "spine1# ",
    "arista_eos": "leaf1#",
    "juniper_junos": "root@EX1> ",
    "nokia_sros": "\n[/]\nA:admin@pe1# ",
    "linux": "ops@box1:~$ ",
    "frr": "root@r1:~# ",
    "vyos": "ops@r1:~$ ",
    "hp_comware": "<dist1>",
    "huawei_vrp": "<core1>",
    "cisco_asa": "fw1# ",
    "aruba_aoscx": "sw1# ",
}


@pytest.mark.parametrize(("platform", "message"), MESSAGES)
def test_a_message_at_an_idle_prompt_is_not_another_operator(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, message: str
) -> None:
    prompt = PROMPTS[platform]
    apart = "" if message.startswith("\n") or platform == "cisco_xr" else "\n"
    device = Dialogue({"priv": At(prompt, by_itself=[(5.0, Then(apart + message))])}, "priv", packets)
    conversation = conversation_on(monkeypatch, device, platform)
    device.now += 10

    conversation.check_idle()


def test_a_message_of_unknown_form_at_an_idle_prompt_is_not_another_operator(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    device = Dialogue({"priv": At("edge1#", by_itself=[(5.0, Then("\n== fan 2 failed ==\n"))])}, "priv", packets)
    conversation = conversation_on(monkeypatch, device, "cisco_ios")
    device.now += 10

    conversation.check_idle()


def test_what_another_operator_types_is(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    device = Dialogue({"priv": At("edge1#", {"*": Then("Interface   IP\n")})}, "priv", packets)
    conversation = conversation_on(monkeypatch, device, "cisco_ios")
    device.write(b"show ip int brief\r", 1)
    device.now += 10

    with pytest.raises(ConsoleInUse, match="show ip int brief"):
        conversation.check_idle()


@pytest.mark.parametrize(
    "line",
    [
        "Switch-7: 17:03:12 11/30: %PLATFORM-3-OVERHEAT: too hot\n",
        "<189>Nov 30 17:03:12 edge1 some.daemon[99]: something happened\n",
        "*** System RELOAD in 5 minutes ***\n",
    ],
)
def test_a_line_that_may_be_a_message_of_unknown_form_is_doubtful(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, line: str
) -> None:
    states = {"priv": At("edge1#", {"show version": Then("IOS\n" + line + "uptime is 3 weeks\n")})}
    conversation = conversation_on(monkeypatch, Dialogue(states, "priv", packets), "cisco_ios")
    conversation.can_mark = True

    output = conversation.run("show version")

    assert output.doubtful == 1
