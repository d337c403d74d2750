"""The Unix shell that root lands in, as far as recovering a router needs it."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from oob.lab.dialog import CTRL_C, CTRL_D, Ask, Dialog, Say
from oob.lab.nos.junos.cli import answer, cli
from oob.lab.nos.junos.netconf import netconf
from oob.lab.nos.junos.session import JunosSession, Left


def shell(session: JunosSession, user: str) -> Dialog[None]:
    """Run a shell until `exit`."""
    router = session.router
    while True:
        prompt = router.root_prompt.format(host=router.hostname) if user == "root" else "% "
        typed = yield Ask(prompt=prompt, ends=CTRL_C + CTRL_D)
        if typed.key == CTRL_C:
            continue
        line = typed.text.strip() if typed.key != CTRL_D else "exit"
        if typed.key == CTRL_D:
            yield Say(text="exit\n")
        if line in ("exit", "logout"):
            if typed.key != CTRL_D:
                yield Say(text="exit\n")
            return
        yield from _run(session, user, line)


def _run(session: JunosSession, user: str, line: str) -> Dialog[None]:
    try:
        words = shlex.split(line)
    except ValueError:
        yield Say(text="Unmatched '.\n")
        return
    if not words:
        return
    if words[0] == "cli" and len(words) > 2 and words[1] == "-c":
        inner = session.again(user)
        for part in words[2].split(";"):
            try:
                yield from answer(inner, part.strip())
            except Left:
                return
    elif words[0] == "cli":
        yield from cli(session.again(user))
    elif words[0] == "xml-mode":
        yield from netconf(session.again(user), None)
    elif words[0] in _COMMANDS:
        yield Say(text=_COMMANDS[words[0]](session, user, words[1:]))
    else:
        yield Say(text=f"{words[0]}: Command not found.\n")


def _echo(session: JunosSession, user: str, words: list[str]) -> str:
    for sign in (">>", ">"):
        if sign in words:
            place = words.index(sign)
            rest = words[:place] + words[place + 2 :]
            session.router.files.write(words[place + 1], " ".join(rest) + "\n", more=sign == ">>")
            return ""
    return " ".join(words) + "\n"


def _cat(session: JunosSession, user: str, words: list[str]) -> str:
    texts = [session.router.files.read(name) for name in words]
    return "".join(
        text if text is not None else f"cat: {name}: No such file or directory\n"
        for name, text in zip(words, texts, strict=True)
    )


def _ls(session: JunosSession, user: str, words: list[str]) -> str:
    names = [word for word in words if not word.startswith("-")] or [f"/var/home/{user}"]
    found = session.router.files.names(names[0])
    if found is not None:
        return "".join(f"{name}\n" for name in found)
    there = session.router.files.checksum("md5", names[0])
    return f"{names[0]}\n" if there else f"ls: {names[0]}: No such file or directory\n"


def _md5(session: JunosSession, user: str, words: list[str]) -> str:
    name = words[-1] if words else ""
    found = session.router.files.checksum("md5", name)
    return f"MD5 ({name}) = {found}\n" if found else f"md5: {name}: No such file or directory\n"


def _rm(session: JunosSession, user: str, words: list[str]) -> str:
    names = [word for word in words if not word.startswith("-")]
    missing = [name for name in names if not session.router.files.delete(name)]
    return "" if "-f" in words else "".join(f"rm: {name}: No such file or directory\n" for name in missing)


def _uname(session: JunosSession, user: str, words: list[str]) -> str:
    if "-a" not in words:
        return "JUNOS\n"
    return f"JUNOS {session.router.hostname} {session.router.version} JUNOS {session.router.version} amd64\n"


_COMMANDS: dict[str, Callable[[JunosSession, str, list[str]], str]] = {
    "cat": _cat,
    "echo": _echo,
    "hostname": lambda session, user, words: f"{session.router.hostname}\n",
    "id": lambda session, user, words: f"uid={0 if user == 'root' else 2000}({user}) gid=20(staff)\n",
    "ls": _ls,
    "md5": _md5,
    "mgd": lambda session, user, words: _mgd(session, words),
    "rm": _rm,
    "uname": _uname,
    "whoami": lambda session, user, words: f"{user}\n",
}


def _mgd(session: JunosSession, words: list[str]) -> str:
    """Discard the changed candidate and its editors (`mgd clr-chg`), the last resort against a stale lock."""
    if words == ["clr-chg"]:
        session.database.candidate = session.database.active.copy()
        session.database.others = []
    return ""
