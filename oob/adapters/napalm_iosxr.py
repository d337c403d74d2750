"""The session that NAPALM's IOS-XR driver talks to an XML agent in, on a console that oob has reached."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from napalm.pyIOSXR import IOSXR
from napalm.pyIOSXR.exceptions import XMLCLIError


class LineIosxr(IOSXR):  # type: ignore[misc]  # NAPALM has no types
    """NAPALM's session, which connects by *connect* and leaves the XML mode before the line."""

    def __init__(self, connect: Callable[[], Any], username: str, password: str) -> None:
        super().__init__("console", username, password, lock=False)
        self._connect = connect

    def open(self) -> None:
        """Connect, and enter the XML mode; raises NAPALM's ConnectError where no agent answers."""
        self.device = self._connect()
        try:
            self._cli_prompt = self.device.find_prompt()
            self._enter_xml_mode()
        except BaseException:
            self.device.disconnect()
            raise
        self._xml_agent_alive = True

    def is_alive(self) -> bool:
        """Tell whether the line is open; nothing is sent to find out."""
        return bool(self._xml_agent_alive and self.device.is_alive())

    def close(self) -> None:
        """Leave the XML mode, and the console as it was found."""
        self._unlock_xml_agent()
        with suppress(XMLCLIError):  # which is what an answer without another request is to NAPALM
            self._send_command("exit", expect_string=self._cli_prompt)
        self._xml_agent_alive = False
        self.device.disconnect()
