"""The XML agent on a terminal: the running configuration and some operational data, every other request is an error."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from oob.lab.dialog import Ask, Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.xr.session import TABLE, XrSession
from oob.lab.nos.xr.xml_get import operational

_SWITCH = "xml agent tty"
_OFF = (
    "ERROR: 0x24319600 'XML-TTY' detected the 'informational' condition "
    "'The XML TTY Agent has not yet been started. Check that the configuration 'xml agent tty' has been committed.'\n"
)
_CALL, _END = "<Request", "</Request>"


@TABLE.command("xml", text="Enter XML mode")
def xml(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Take requests until `exit`; nothing of them is echoed."""
    yield Wait(seconds=0.1)
    if not any(line.startswith(_SWITCH) for line in session.router.running_config().splitlines()):
        yield Say(text=_OFF)
        return
    received = ""
    while True:
        typed = yield Ask(prompt="XML> " if not received else "", echo=False)
        if not received and typed.text.strip() == "exit":
            return
        received += typed.text
        if _END in received:
            yield Say(text=_answered(session, received))
            received = ""


def _answered(session: XrSession, received: str) -> str:
    """Return the response to what stands between the marks of a request."""
    call = received[received.find(_CALL) : received.find(_END) + len(_END)]
    try:
        inside = next(iter(ElementTree.fromstring(call)))
    except (ElementTree.ParseError, StopIteration):
        return _response("", error="'XML Service Library' detected the 'warning' condition 'Malformed request'")
    answer = _cli(session, inside) if inside.tag == "CLI" else _get(session, inside)
    if answer is None:
        return _response("", error=f"'XMLMDA' detected the 'warning' condition 'Unsupported request {inside.tag}'")
    return _response(answer)


def _cli(session: XrSession, call: Element) -> str | None:
    shown = call.findtext("Configuration") or ""
    if shown.split() != ["show", "running-config"]:
        return None
    return f"<CLI><Configuration>{escape(session.router.running_config())}</Configuration></CLI>"


def _get(session: XrSession, call: Element) -> str | None:
    asked = call.find("Operational")
    return None if call.tag != "Get" or asked is None else operational(session, asked)


def _response(body: str, error: str = "") -> str:
    attributes = f' ErrorCode="0x43688400" ErrorMsg={quoteattr(error)}' if error else ""
    summary = f'<ResultSummary ErrorCount="{int(bool(error))}"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Response MajorVersion="1" MinorVersion="0"{attributes}>{body}{summary}</Response>\n'
    )
