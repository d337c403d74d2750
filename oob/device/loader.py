"""U-Boot at a console: stopped before it boots, commands run, a file brought in over YMODEM and proved by its checksum.

It needs no profile: a boot loader is the board's and not the network OS's. The dialog is that of U-Boot 2023.01.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from zlib import crc32

from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import DeviceError, OobError, PromptTimeout, StateUnreachable
from oob.wire.ymodem import CANCEL, YmodemSender

PROMPT = re.compile(rb"(?:^|[\r\n])=> ?$")
HALF_TYPED = re.compile(rb"(?:^|[\r\n])=> [^\r\n]*$")
# The second form is all that a person sees who arrives between two of its seconds.
COUNTDOWN = re.compile(rb"any key to stop autoboot:[^\r\n]*$|\x08{3} ?[1-9]\d* $", re.IGNORECASE)
STOP = b" "
# A blank, since U-Boot takes an empty line for the last command once more; a login must not see it (`linux.yaml`).
SHOW = b"\x15 \x02\x7f\x7f\r"
READY = re.compile(rb"Ready for binary \(ymodem\) download[^\n]*\n")
ECHOED = re.compile(rb"\n")
REFUSED = re.compile(r"^(?:Unknown command|Usage:|\*\* |## Error).*", re.MULTILINE)
CHECKSUM = re.compile(r"==> ([0-9a-f]{8})")
LISTEN = 0.5
SETTLED = 0.1
STUCK = 1.0
BLOCK_SECONDS = 10.0
TAIL = 256

Progress = Callable[[int, int], None]


class BootLoader:
    """The boot loader behind *stream*; every wait ends after the seconds that it is given."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def catch(self, seconds: float) -> str:
        """Return the output until the prompt, a countdown being stopped on the way; raises StateUnreachable.

        A console that is quiet at first is asked to show its prompt, also where something is typed behind it, as by a
        key that came too late for the countdown; apart from that nothing is typed.
        """
        deadline = Deadline(seconds)
        heard = bytearray(self._stream.read(LISTEN))
        if not heard:
            self._stream.write(SHOW)
        seen = 0
        while not (PROMPT.search(heard[-TAIL:]) and self._is_quiet(heard)):
            if COUNTDOWN.search(heard[seen:][-TAIL:]):
                seen = len(heard)
                self._stream.write(STOP)
            if deadline.is_over:
                last = heard[-TAIL:].decode(errors="replace").strip().rpartition("\n")[2]
                raise StateUnreachable(
                    f"no boot loader stopped within {seconds:.0f} s; the console said last: {last!r}",
                    read=bytes(heard),
                )
            is_half_typed = HALF_TYPED.search(heard[-TAIL:]) is not None
            more = self._stream.read(min(STUCK, deadline.remaining()) if is_half_typed else deadline.remaining())
            if is_half_typed and not more:
                self._stream.write(SHOW)
            heard += more
        return heard.decode(errors="replace")

    def run(self, command: str, seconds: float) -> str:
        """Return what *command* printed; raises DeviceError where it was refused, PromptTimeout."""
        self._stream.write(command.encode() + b"\r")
        shown = self._until_prompt(bytearray(), command, seconds).decode(errors="replace").replace("\r", "")
        echo, _, rest = shown.partition("\n")
        answer = rest.rpartition("=>")[0].strip("\n")
        if command.strip() not in echo:
            raise DeviceError(f"the boot loader took {echo!r} for {command!r}", command=command, answer=answer)
        if refused := REFUSED.search(answer):
            raise DeviceError(f"the boot loader refused {command!r}: {refused[0]}", command=command, answer=answer)
        return answer

    def boot(self, command: str) -> None:
        """Send a command that leaves the boot loader; only its echo is waited for.

        A path that is closed at once takes along what the boot loader has not read yet.
        """
        self._stream.write(command.encode() + b"\r")
        self._until(ECHOED, bytearray(), command, BLOCK_SECONDS)

    def upload(self, name: str, data: bytes, address: str, progress: Progress, seconds: float = 30.0) -> str:
        """Bring *data* to *address* (hex, or a variable such as `${loadaddr}`) and return the checksum read back.

        *seconds* is for getting ready and for the checksum; a block has ten seconds and ten repetitions.
        """
        command = f"loady {address}"
        self._stream.write(command.encode() + b"\r")
        heard = self._until(READY, bytearray(), command, seconds)
        sender = YmodemSender(name, data)
        try:
            self._transfer(sender, heard, progress)
        except (OobError, KeyboardInterrupt):
            with suppress(OobError):
                self._stream.transport.write(CANCEL, BLOCK_SECONDS)
            raise
        return self._proved(data, address, seconds)

    def _transfer(self, sender: YmodemSender, heard: bytes, progress: Progress) -> None:
        """Answer the receiver past the tape, which is for text."""
        transport = self._stream.transport
        while not sender.is_done:
            transport.write(sender.feed(heard) if heard else sender.repeat(), BLOCK_SECONDS)
            if sender.failure:
                raise DeviceError(f"the file did not arrive: {sender.failure}", command="loady")
            progress(sender.acknowledged, sender.size)
            heard = transport.read(TAIL, BLOCK_SECONDS) if not sender.is_done else heard
        self._until_prompt(bytearray(heard), "loady", BLOCK_SECONDS)

    def _proved(self, data: bytes, address: str, seconds: float) -> str:
        answer = self.run(f"crc32 {address} {len(data):x}", seconds)
        found = CHECKSUM.search(answer)
        if not found or int(found[1], 16) != crc32(data):
            raise DeviceError(f"what arrived has another checksum than {crc32(data):08x}", answer=answer)
        return found[1]

    def _is_quiet(self, heard: bytearray) -> bool:
        more = self._stream.read(SETTLED)
        heard += more
        return not more

    def _until_prompt(self, heard: bytearray, command: str, seconds: float) -> bytes:
        self._until(PROMPT, heard, command, seconds)
        return bytes(heard)

    def _until(self, pattern: re.Pattern[bytes], heard: bytearray, command: str, seconds: float) -> bytes:
        """Read into *heard* until *pattern* is there and return what follows it."""
        deadline = Deadline(seconds)
        while not (found := pattern.search(heard)):
            if deadline.is_over:
                raise PromptTimeout(f"{command}: not ended within {seconds:.0f} s", state="boot", read=bytes(heard))
            heard += self._stream.read(deadline.remaining())
        return bytes(heard[found.end() :])
