"""Dialogues of other platforms and public reports beside the given ones: each kind at every size of a packet."""

from __future__ import annotations

import pytest

from oob.console.attach import attach
from oob.console.console import Console
from oob.console.grammar import Grammar
from oob.console.login import LoginDialog
from oob.console.output import cut
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import LoginRefused, OutputUnverified
from oob.profile.store import load
from oob.secret.entry import HiddenEntry
from tests.console.conftest import Secrets
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

WORD = "s3cret-word"
PROMPTS = {
    "arista_eos": ("leaf1 login: ", "leaf1#"),
    "aruba_aoscx": ("sw1 login: ", "sw1# "),
    "cisco_asa": ("Username: ", "fw1# "),
    "cisco_ios": ("Username: ", "edge1#"),
    "cisco_nxos": ("spine1 login: ", "spine1# "),
    "cisco_xr": ("Username: ", "RP/0/RP0/CPU0:pe1#"),
    "fortinet": ("FGT-01 login: ", "FGT-01 # "),
    "hp_comware": ("login: ", "<dist1>"),
    "huawei_vrp": ("Username:", "<core1>"),
    "juniper_junos": ("core1 (ttyu0)\n\nlogin: ", "ops@core1> "),
    "linux": ("box1 login: ", "ops@box1:~$ "),
    "mikrotik_routeros": ("MikroTik Login: ", "[ops@MikroTik] > "),
    "nokia_sros": ("Login: ", "[/]\nA:ops@pe1# "),
    "nokia_srl": ("srl1 login: ", "--{ running }--[  ]--\nA:srl1# "),
    "paloalto_panos": ("PA-220 login: ", "ops@PA-220> "),
    "vyos": ("r1 login: ", "ops@r1:~$ "),
}


def device_of(platform: str, after: str, packets: Packets, *, to: str = "exec", login: str = "") -> Dialogue:
    """Return a device of *platform* that prints *after* behind the right password, and then is in the state *to*."""
    asks, prompt = PROMPTS[platform]
    states = {
        "user": At(login or asks, {"*": Then(to="pass")}),
        "pass": At(
            "Password: ", {WORD: Then(after, to=to), "*": Then("\nLogin incorrect\n\n", to="user")}, is_secret=True
        ),
        "exec": At(prompt, {"exit": Then(to="user"), "quit": Then(to="user"), "logout": Then(to="user"), "*": Then()}),
        "new": At("", {"*": Then("\n", to="exec")}, {"\x03": Then("\n", to="user")}, is_secret=True),
        "asks": At("", {"*": Then("\n", to="exec")}, {"\x03": Then("\n", to="exec")}),
    }
    return Dialogue(states, "user", packets)


def opened(monkeypatch: pytest.MonkeyPatch, device: Dialogue, platform: str, said: list[str]) -> Console:
    on_its_clock(monkeypatch, device)
    secrets = Secrets(username="ops", password=WORD, enable=WORD)
    console = Console(device, load(platform), secrets, say=said.append)
    if platform == "linux":  # whose prompt `open` makes its own
        found = attach(console.stream, console.grammar, Deadline(60))
        dialog = LoginDialog(console.stream, console.grammar, secrets, Deadline(60), said.append)
        console.conversation.state = dialog.run(found.now)
    else:
        console.open(150)
    return console


# Kind 04: what a device prints behind the right password, though it has words of a refusal, of expiry or of failure.
TAKEN = [
    # sonic-net/SONiC and Debian: pam_unix warns in the days before
    ("linux", "Warning: your password will expire in 3 days.\nLast login: Mon Jan  5 10:11:12 UTC 2026 on ttyS0\n"),
    # pam_lastlog
    (
        "linux",
        "Last failed login: Mon Jan  5 10:11:12 UTC 2026 on ttyS0\nThere were 3 failed login attempts since the last "
        "successful login.\n",
    ),
    # Arista EOS, a banner motd with the words of a refusal
    ("arista_eos", "Access denied to all but staff. Login incorrect? Call the NOC.\n"),
    # Cisco ASA 9.8, aaa authentication login-history
    (
        "cisco_asa",
        "User ops logged in to fw1\nLogins over the last 1 days: 2.  Last login: 10:11:12 UTC Jan 5 2026 from console\n"
        "Failed logins since the last login: 2.  Last failed login: 10:10:12 UTC Jan 5 2026 from console\n"
        "Type help or '?' for a list of available commands.\n",
    ),
    # Cisco IOS, login on-failure: the message of somebody else's failure is printed into the login
    (
        "cisco_ios",
        "\n*Jan  5 10:11:12.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: guest] [Source: 192.0.2.5] "
        "[localport: 22] [Reason: Login Authentication Failed] at 10:11:12 UTC Mon Jan 5 2026\n",
    ),
    # Cisco NX-OS, password expiry warning of a local user
    (
        "cisco_nxos",
        "Your password will expire in 3 day(s). Please change it.\nLogin failed attempts since last login: 1\n",
    ),
    # Junos, login announcement, and login retry options
    ("juniper_junos", "\n--- JUNOS 21.4R3.15 built 2024-01-12\nAuthentication failed attempts are reported.\n"),
    # Palo Alto PAN-OS 10
    (
        "paloalto_panos",
        "Number of failed attempts since last successful login: 2\n\nWarning: Your device is still configured with the "
        "default admin account credentials.\n",
    ),
    # Huawei VRP
    (
        "huawei_vrp",
        "Info: The max number of VTY users is 10, and the number of current VTY users on line is 0.\n"
        "      The current login time is 2026-01-05 10:11:12+08:00.\n"
        "      The last login failed time is 2026-01-05 10:10:12+08:00.\n",
    ),
    # H3C Comware 7
    ("hp_comware", "Your logging failures since the last successful login: 2\n  Last login failed time: Mon Jan  5\n"),
    # Fortinet, post-login banner off
    ("fortinet", "Welcome!\nAttempts with an invalid password since the last login: 1\n"),
    # MikroTik RouterOS 7
    (
        "mikrotik_routeros",
        "\n  MikroTik RouterOS 7.16 (c) 1999-2024\n\n2026-01-05 10:11:12 system,error,critical login failure for user "
        "admin via local\n",
    ),
    # VyOS
    ("vyos", "Authentication failure is reported.\nPermission denied messages are normal here.\nLinux r1 6.6.30\n"),
    # Aruba AOS-CX
    (
        "aruba_aoscx",
        "There were 2 failed login attempts since the last successful login\nYour password expires in 4 days\n",
    ),
]


@pytest.mark.parametrize(("platform", "after"), TAKEN)
def test_words_of_failure_behind_a_right_password_are_no_refusal(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, after: str
) -> None:
    device = device_of(platform, "\n" + after, packets)

    console = opened(monkeypatch, device, platform, [])

    assert console.state.is_prompt
    assert device.lines("pass") == [WORD]


EXPIRED = [
    # Linux-PAM, pam_unix
    ("linux", "You are required to change your password immediately (administrator enforced).\n", "Current password: "),
    # Junos, password expiry
    ("juniper_junos", "Your password has expired.\nYou must change your password.\n", "New password:"),
    # Cisco NX-OS, change on the first login
    ("cisco_nxos", "Password expired. You must change it now.\n", "Enter old password: "),
    # TACACS+ and ISE, a password that has run out
    ("cisco_ios", "Your password has expired.\n", "Enter old password: "),
    ("cisco_xr", "% Your password has expired. Please enter a new one.\n", "New password: "),
    # H3C Comware 7, first login
    (
        "hp_comware",
        "First login or password reset. For security reason, you need to change your password. Please enter your "
        "password.\n",
        "old password:",
    ),
    # MikroTik RouterOS 7
    ("mikrotik_routeros", "Change your password\n\n", "new password> "),
    # Palo Alto PAN-OS 9
    ("paloalto_panos", "Your account is still configured with the default password.\n", "Enter old password : "),
    # Aruba AOS-CX
    ("aruba_aoscx", "Password has expired and must be changed.\n", "Enter current password: "),
    # Fortinet
    ("fortinet", "You are forced to change your password. Please input a new password.\n", "New Password: "),
    # Nokia SR OS
    ("nokia_sros", "Your password has expired, please choose a new one.\n", "Enter new password: "),
    # Huawei VRP
    ("huawei_vrp", "The password has expired.\n", "Old password:"),
]


@pytest.mark.parametrize(("platform", "after", "prompt"), EXPIRED)
def test_a_right_password_that_has_run_out_is_no_refusal_and_none_is_set(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, after: str, prompt: str
) -> None:
    device = device_of(platform, "\n" + after + prompt, packets, to="new")

    with pytest.raises(LoginRefused, match="wants a new password set"):
        opened(monkeypatch, device, platform, [])

    assert WORD not in device.lines("new")


# Kind 05: the line stalls where what has come so far looks like something else.
STALLED = [
    ("linux", "Last login: <<1.2>>Mon Jan  5 10:11:12 UTC 2026 on ttyS0\n"),
    ("linux", "Failed login: <<1.2>>3 times\n"),
    ("cisco_nxos", "Previous login: <<1.2>>Mon Jan  5 10:11:12 2026\n"),
    ("arista_eos", "Welcome to leaf1#<<0.6>> of the fabric\n"),
    ("cisco_ios", "Router edge1><<0.6>>> belongs to EXAMPLE\n"),
    ("cisco_ios", "User: <<1.2>>ops, privilege 15\n"),
    ("cisco_xr", "Password: <<0.6>>never write it down\n"),
    ("juniper_junos", "%<<0.6>>%% maintenance %%%\n"),
    ("juniper_junos", "--- JUNOS 21.4R3.15 <<1.2>>built 2024-01-12\n"),
    ("huawei_vrp", "<<0.6>><core1><<0.6>> is watched\n"),
    ("hp_comware", "$<<0.6>>$$ prices $$$\n"),
    ("paloalto_panos", "Number of failed login: <<1.2>>0\n"),
    ("vyos", "Welcome to VyOS - <<1.2>>type show version: <<1.2>>now\n"),
    ("aruba_aoscx", 'Last login: <<1.2>>2026-01-05 10:11:12 from the console\nUser "ops" has logged in 4 times\n'),
    ("nokia_sros", "Login: <<1.2>>last at 2026/01/05 10:11:12\n"),
    ("fortinet", "Login as <<1.2>>super_admin\n"),
]


@pytest.mark.parametrize(("platform", "after"), STALLED)
def test_a_line_that_stalls_behind_the_password_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, after: str
) -> None:
    device = device_of(platform, "\n" + after, packets)

    console = opened(monkeypatch, device, platform, [])

    assert console.state.is_prompt
    assert device.lines("pass") == [WORD]
    assert device.lines("user") == ["ops"]


# Kind 07: what comes on its own at an idle prompt, in forms that stall, ring, or begin right behind it.
IDLE = [
    ("cisco_ios", "\n*Jan  5 10:11:12.123: %SYS-5-CONFIG_I: Configured<<0.8>> from console by ops on vty0\n"),
    ("cisco_ios", "\n%<<0.8>>SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 10.0.0.5 started\n"),
    ("cisco_ios", "\x07\n\n***\n*** --- SHUTDOWN in 0:05:00 ---\n***\n\n"),
    (
        "cisco_xr",
        "RP/0/RP0/CPU0:Jan  5 10:11:12.123 UTC: bgp[1051]: %ROUTING-BGP-5-ADJCHANGE<<0.8>> : neighbor 10.0.0.2 Down\n",
    ),
    (
        "cisco_nxos",
        "2026 Jan  5 10:11:12 spine1 %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface <<0.8>>Ethernet1/1 is down\n",
    ),
    (
        "arista_eos",
        "Jan  5 10:11:12 leaf1 Rib: %BGP-5-ADJCHANGE: peer 10.0.0.2 (AS 65001) old state Established <<0.8>>Stop\n",
    ),
    (
        "juniper_junos",
        "\nMessage from syslogd@core1 at Jan  5 10:11:12  ...\ncore1 <<0.8>>chassisd[1234]: FAN 2 FAILED\n",
    ),
    (
        "juniper_junos",
        "\nBroadcast Message from ops@core1\n        (ttyp0) at 10:11 UTC...\n\nreboot in 5 minutes<<0.8>>\n\n",
    ),
    ("linux", "\nBroadcast message from root@box1 (pts/0) (Mon Jan  5 10:11:12 2026):\n\nbackup <<0.8>>begins\n\n"),
    ("linux", "[12345.678901] <<0.8>>EXT4-fs error (device sda1): ext4_lookup:1700: inode #2\n"),
    (
        "vyos",
        "\nMessage from syslogd@r1 at Jan  5 10:11:12 ...\n kernel:[12345.678901] <<0.8>>watchdog: BUG: soft lockup\n",
    ),
    (
        "hp_comware",
        "%Jan  5 10:11:12:123 2026 dist1 LLDP/6/LLDP_DELETE_NEIGHBOR: <<0.8>>Nearest bridge agent neighbor deleted\n",
    ),
    (
        "huawei_vrp",
        "\nJan  5 2026 10:11:12+00:00 core1 %%01OSPF/3/NBR_DOWN_REASON(l)[1]:Neighbor <<0.8>>state left full\n",
    ),
    ("cisco_asa", "%ASA-4-106023: Deny tcp src outside:<<0.8>>192.0.2.5/4711 dst inside:10.0.0.1/22\n"),
    ("nokia_sros", '\n252 2026/01/05 10:11:12.00 UTC MAJOR: SYSTEM #2006 Base <<0.8>>CHASSIS\n"fan tray removed"\n'),
    ("aruba_aoscx", "2026-01-05T10:11:12.123456+00:00 sw1 fand[1234]: Event|<<0.8>>204|LOG_WARN|||Fan tray 1 failed\n"),
    ("mikrotik_routeros", "\n10:11:12 echo: interface,<<0.8>>info ether1 link down\n"),
    (
        "paloalto_panos",
        "\nBroadcast message from root (Mon Jan  5 10:11:12 2026):\n\nThe system is <<0.8>>going down NOW!\n",
    ),
]


@pytest.mark.parametrize(("platform", "message"), IDLE)
def test_a_message_that_stalls_at_an_idle_prompt_is_not_another_operator(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, message: str
) -> None:
    device = device_of(platform, "\n", packets)
    console = opened(monkeypatch, device, platform, [])
    prompt = PROMPTS[platform][1]
    redrawn = prompt if platform in {"cisco_xr", "juniper_junos"} else ""
    for late in (0.0, 0.05, 0.5, 1.0, 3.0):
        device._say(message + redrawn)
        device.now += late

        assert console.run("show clock").text in {"", message.replace("<<0.8>>", "").strip()}


# Kind 11: a device has come back, and prints log lines behind what it asks for.
BACK = [
    (
        "cisco_ios",
        "\n\nPress RETURN to get started!\n\n\n*Jan  5 10:11:12.123: %LINK-3-UPDOWN: Interface Gi1, state up\n",
    ),
    (
        "cisco_xr",
        "\n\nios con0/RP0/CPU0 is now available\n\n\n\nPress RETURN to get started.\n\n\n"
        "RP/0/RP0/CPU0:Jan  5 10:11:12.123 UTC: ifmgr[212]: %PKT_INFRA-LINK-3-UPDOWN : Interface Gi0/0/0/0, Up\n",
    ),
    (
        "cisco_nxos",
        "\nUser Access Verification\nspine1 login: \n2026 Jan  5 10:11:12 spine1 %ETHPORT-5-IF_UP: Eth1/1 is up\n",
    ),
    (
        "arista_eos",
        "\nleaf1 login: \nJan  5 10:11:12 leaf1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Et1, state up\n",
    ),
    ("juniper_junos", "\nAmnesiac (ttyu0)\n\nlogin: \nJan  5 10:11:12  core1 /kernel: ge-0/0/0: link up\n"),
    (
        "linux",
        "\nDebian GNU/Linux 12 box1 ttyS0\n\nbox1 login: [   25.123456] IPv6: ADDRCONF: eth0: link ready\n",
    ),
    (
        "vyos",
        "\nWelcome to VyOS - r1 ttyS0\n\nr1 login: [   25.123456] e1000: eth0 NIC Link is Up 1000 Mbps Full Duplex\n",
    ),
    (
        "hp_comware",
        "\nLine con0 is available.\n\n\nPress ENTER to get started.\n"
        "%Jan  5 10:11:12:123 2026 dist1 SHELL/5/SHELL_LOGIN: Logged in.\n",
    ),
    (
        "huawei_vrp",
        "\nPlease Press ENTER.\n\n"
        "Jan  5 2026 10:11:12+00:00 core1 %%01IFNET/4/LINK_STATE(l)[0]:The line protocol is UP.\n",
    ),
    (
        "cisco_asa",
        "\n\nUsername: \nJan 05 2026 10:11:12: %ASA-5-111008: User 'enable_15' executed the 'reload' command.\n",
    ),
    (
        "nokia_sros",
        '\n\nLogin: \n252 2026/01/05 10:11:12.00 UTC WARNING: SNMP #2005 Base eth\n"Interface eth is operational"\n',
    ),
    (
        "aruba_aoscx",
        "\nsw1 login: \n2026-01-05T10:11:12.123456+00:00 sw1 port-statsd[1234]: Event|403|LOG_INFO|||1/1/1 is up\n",
    ),
    (
        "mikrotik_routeros",
        "\nMikroTik 7.16.1 (stable)\nMikroTik Login: \n10:11:12 echo: interface,info ether1 link up\n",
    ),
    (
        "fortinet",
        "\n\nFGT-01 login: \nslave's external files are not in sync with the master's, sequence:0. (type CERT_LOCAL)\n",
    ),
    ("paloalto_panos", "\n\nPA-220 login: \n[   95.123456] device eth1 entered promiscuous mode\n"),
]


@pytest.mark.parametrize(("platform", "text"), BACK)
@pytest.mark.parametrize("count", [1, 5])
def test_a_device_that_is_back_is_known_through_its_log(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, platform: str, text: str, count: int
) -> None:
    *_, message = text.rstrip("\n").rpartition("\n")
    states = {
        "back": At(text + (message + "\n") * (count - 1), {"*": Then(to="user")}),
        "user": At(PROMPTS[platform][0]),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "back", packets))

    found = attach(Stream(device), Grammar(load(platform)), Deadline(60), is_known=True)

    assert found.now.kind in {"press-return", "login"}
    assert device.now < 20


# Kind 13: the echoes of a long line, each as its editor draws it at 80 columns.
COLUMNS = 80
LONG = "show configuration interfaces ge-0/0/0 unit 0 family inet address 192.168.100.100/24 | display set | no-more"


def autowrapped(prompt: str, line: str) -> str:
    """Return the echo of readline: a blank and a return behind the last column (lib/readline/display.c)."""
    whole = prompt + line
    pieces = [whole[start : start + COLUMNS] for start in range(0, len(whole), COLUMNS)]
    return " \r".join(pieces)[len(prompt) :]


def wrapped(prompt: str, line: str) -> str:
    """Return the echo of a terminal that begins a new line at the last column."""
    whole = prompt + line
    return "\n".join(whole[start : start + COLUMNS] for start in range(0, len(whole), COLUMNS))[len(prompt) :]


def redrawn(prompt: str, line: str) -> str:
    """Return the echo of linenoise: the whole line again at each key, as much of its end as there is room for."""
    room = COLUMNS - 1 - len(prompt)
    return "".join(f"\r{prompt}{line[max(0, end - room) : end]}\x1b[0K" for end in range(1, len(line) + 1))


def shifted(prompt: str, line: str) -> str:
    """Return the echo of an editor that shows `<` and the end of the line, drawn again half a row at a time."""
    room = COLUMNS - 1 - len(prompt)
    half = room // 2
    out, shown = line[:room], room
    while shown < len(line):
        fresh = line[shown : shown + half]
        out += f"\r{prompt}<{line[shown - half : shown]}" + " " * half + "\b" * half + fresh
        shown += len(fresh)
    return out


def dollars(prompt: str, line: str) -> str:
    """Return the echo of IOS at a width of 80 (ktbyers/netmiko issue 105): `$` and the line's end, by backspaces."""
    room, kept, window, out = COLUMNS - 1 - len(prompt), 16, 0, ""
    for end in range(1, len(line) + 1):
        window += 1
        if window <= room:
            out += line[end - 1]
            continue
        out += "\b" * room + "$" + line[end - kept : end] + " " * (room - kept - 1) + "\b" * (room - kept - 1)
        window = kept + 1
    return out


ECHOES = {"autowrapped": autowrapped, "wrapped": wrapped, "redrawn": redrawn, "shifted": shifted, "dollars": dollars}
EDITORS = [
    ("linux", "autowrapped"),
    ("vyos", "autowrapped"),
    ("frr", "autowrapped"),
    ("aruba_aoscx", "autowrapped"),
    ("arista_eos", "autowrapped"),
    ("juniper_junos", "wrapped"),
    ("hp_comware", "wrapped"),
    ("huawei_vrp", "wrapped"),
    ("nokia_sros", "wrapped"),
    ("paloalto_panos", "redrawn"),
    ("mikrotik_routeros", "redrawn"),
    ("nokia_srl", "redrawn"),
    ("cisco_asa", "dollars"),
    ("cisco_ios", "dollars"),
    ("cisco_nxos", "dollars"),
    ("cisco_xr", "dollars"),
    ("fortinet", "shifted"),
    ("cisco_xr", "shifted"),
]
ANSWER = "set interfaces ge-0/0/0 unit 0 family inet address 192.168.100.100/24"


@pytest.mark.parametrize(("platform", "editor"), EDITORS)
@pytest.mark.parametrize("length", [60, 79, 80, 81, len(LONG)])
def test_a_long_line_is_known_again_in_its_echo(platform: str, editor: str, length: int) -> None:
    line, prompt = LONG[:length].rstrip(), PROMPTS.get(platform, ("", "r1# "))[1]
    grammar = Grammar(load(platform))
    state = grammar.classify(f"\r\n{prompt}".encode())
    last = prompt.rpartition("\n")[2]
    raw = f"{ECHOES[editor](last, line)}\n{ANSWER}\n{prompt} \b \b".replace("\n", "\r\n").encode()

    output = cut(grammar, raw, line, state, seconds=0)

    assert output.text == ANSWER
    assert not output.doubtful


@pytest.mark.parametrize("editor", ECHOES)
def test_a_character_that_a_long_echo_lacks_shows(editor: str) -> None:
    grammar = Grammar(load("cisco_ios"))
    state = grammar.classify(b"\r\nedge1#")
    echo = ECHOES[editor]("edge1#", LONG[:70] + LONG[71:])

    with pytest.raises(OutputUnverified):
        cut(grammar, f"{echo}\n{ANSWER}\nedge1#".replace("\n", "\r\n").encode(), LONG, state, seconds=0)


# Kind 14: prompts whose answer is not echoed, in wordings and languages that are nowhere listed, and masks.
HIDDEN = [
    "Magic word: ",
    "PIN del token: ",
    "Лозинка: ",
    "Lykilorð: ",
    "Passphrase for key '/root/.ssh/id_rsa': ",
    "Enter value: ",
    "Parole: ",
    "รหัสผ่าน: ",
    "Şifreyi yeniden girin: ",
    "community string (hidden) > ",
    "Key [none]: ",
    "",
]
SECRET = "Tr0ub4dor-3"


@pytest.mark.parametrize("prompt", HIDDEN)
@pytest.mark.parametrize("mask", ["", "*", "#", "\x07"])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_what_is_not_echoed_is_not_written_down_whatever_asked_for_it(prompt: str, mask: str, size: int) -> None:
    learned: list[str] = []
    entry = HiddenEntry(lambda text, asked: learned.append(text))
    shown = entry.received(f"\r\n{prompt}".encode())
    for key in SECRET:
        shown += entry.typed(key.encode())
        shown += entry.received(mask.encode()) if mask else b""
    shown += entry.typed(b"\r")
    answer = b"\r\nedge1>"
    for start in range(0, len(answer), size):
        shown += entry.received(answer[start : start + size])
    shown += entry.typed(b"show clock\r") + entry.received(b"show clock\r\n12:00:00\r\nedge1>") + entry.finish()

    assert learned == [SECRET]
    assert SECRET.encode() not in shown
    assert b"show clock\r" in shown
