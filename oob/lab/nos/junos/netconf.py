"""The part of NETCONF that PyEZ's console mode needs: hello, commands, requests, close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from oob.lab.dialog import CTRL_C, CTRL_D, AskKey, Dialog, Say
from oob.lab.nos.junos.command import Request, split
from oob.lab.nos.junos.configure import shown
from oob.lab.nos.junos.rpc import answered
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession

END = "]]>]]>"
_NS = "urn:ietf:params:xml:ns:netconf:base:1.0"


def netconf(session: JunosSession, request: Request | None) -> Dialog[str]:
    """Talk NETCONF until the other side closes the session; nothing is echoed meanwhile."""
    when = session.router.clock.utc()
    yield Say(text=f"<!-- No zombies were killed during the creation of this user interface -->\n{_hello(session)}")
    received = ""
    while True:
        key = yield AskKey(prompt="")
        if key in CTRL_C + CTRL_D:
            break
        received += key
        if not re.search(r"</rpc>\s*$", received):
            continue
        call, received = received[received.find("<rpc") :], ""
        if "close-session" in call:
            yield Say(text=_reply("<ok/>"))
            break
        yield Say(text=_reply(_answered(session, call)))
    yield Say(text=f"<!-- session end at {when:%Y-%m-%d %H:%M:%S} UTC -->\n")
    return ""


def _hello(session: JunosSession) -> str:
    who = f"<!-- user {session.user}, class super-user -->\n"
    capabilities = "".join(
        f"    <capability>urn:ietf:params:{name}</capability>\n"
        for name in ("netconf:base:1.0", "netconf:capability:candidate:1.0")
    )
    return (
        f'{who}<hello xmlns="{_NS}">\n  <capabilities>\n{capabilities}  </capabilities>\n'
        f"  <session-id>2212</session-id>\n</hello>\n{END}\n"
    )


def _reply(body: str) -> str:
    return f'<rpc-reply xmlns="{_NS}" xmlns:junos="http://xml.juniper.net/junos/21.4R0/junos">\n{body}\n</rpc-reply>\n{END}\n'


def _answered(session: JunosSession, call: str) -> str:
    try:
        inside = next(iter(ElementTree.fromstring(call)))
    except (ElementTree.ParseError, StopIteration):
        return _error("syntax error")
    name = inside.tag.rpartition("}")[2]
    if name == "command":
        return _command(session, (inside.text or "").strip(), inside.get("format", "xml"))
    if name == "get-configuration":
        if (wanted := inside.find("configuration")) is not None:
            return f"<configuration>{''.join(_parts(session, wanted, ()))}</configuration>"
        style = inside.get("format", "text")
        text = shown(session.database.active, [], "set" if style == "set" else "")
        tag = "configuration-set" if style == "set" else "configuration-text"
        return f"<{tag}>\n{escape(text)}</{tag}>"
    try:
        found = answered(session, inside)
    except RefusedStatement as refused:
        return _error(refused.message)
    return found if found is not None else _error(f"syntax error, expecting <rpc>: {name}")


def _parts(session: JunosSession, wanted: Element, path: tuple[str, ...]) -> Iterator[str]:
    """Give the values that a filter of empty elements asks for."""
    for inside in wanted:
        here = (*path, inside.tag)
        if len(inside):
            yield f"<{inside.tag}>{''.join(_parts(session, inside, here))}</{inside.tag}>"
        elif value := session.database.active.value(*here):
            yield f"<{inside.tag}>{escape(value)}</{inside.tag}>"


def _command(session: JunosSession, line: str, style: str) -> str:
    words = [word.text for word in split(line)[0]]
    if style == "xml" and words[:2] == ["show", "version"]:
        return answered(session, Element("get-software-information")) or ""
    try:
        found, rest = session.operational.find(words)
        result = found.run(session, Request(words=rest))
    except RefusedStatement as refused:
        return _error(refused.message)
    if not isinstance(result, str):
        return _error("command is not valid here")
    return f"<output>\n{escape(result)}</output>"


def _error(message: str) -> str:
    return (
        "<rpc-error>\n<error-type>protocol</error-type>\n<error-tag>operation-failed</error-tag>\n"
        f"<error-severity>error</error-severity>\n<error-message>{escape(message)}</error-message>\n</rpc-error>"
    )
