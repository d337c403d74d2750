"""One virtual machine with U-Boot and a real UART, served as telnet, and its power switch."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from oob.lab.real.power import Powered
from oob.lab.real.process import ServerProcess, answers, free_port

FIRMWARE = Path("/usr/lib/u-boot/qemu-x86/u-boot.rom")
MEMORY = 256
# A guest that panics in a loop makes QEMU grow: tb-size bounds its code cache, the limit the whole process.
CODE_CACHE = 64
LIMIT = (MEMORY + 448) << 20


class Machine(Powered):
    """The machine that boots from *disk*; its log and its control socket lie in *folder*."""

    def __init__(self, folder: Path, disk: Path) -> None:
        super().__init__()
        self.port = free_port()
        self._folder = folder
        self._disk = disk
        self._control = folder / "qemu"

    @property
    def url(self) -> str:
        """The console, there only while it has power."""
        return f"telnet://127.0.0.1:{self.port}"

    @property
    def serial_log(self) -> Path:
        """The whole output of the serial line, from before the first client as well."""
        return self._folder / "console.log"

    def power_on(self) -> None:
        """Let it boot, if it is off; returns once its console can be opened."""
        if self.is_on:
            return
        line = f"socket,id=line,host=127.0.0.1,port={self.port},telnet=on,server=on,wait=off"
        command = ["prlimit", f"--as={LIMIT}", "qemu-system-x86_64"]
        command += ["-machine", "pc", "-m", str(MEMORY), "-smp", "1", "-nodefaults", "-display", "none"]
        command += ["-accel", f"tcg,tb-size={CODE_CACHE}", "-bios", str(FIRMWARE)]
        command += ["-drive", f"file=fat:{self._disk},format=raw,if=virtio,readonly=on"]
        command += ["-chardev", f"{line},logfile={self.serial_log}", "-serial", "chardev:line"]
        command += ["-qmp", f"unix:{self._control},server=on,wait=off"]
        self._process = ServerProcess(command, self._folder, answers(self.port))

    def power_cycle(self) -> None:
        """Press the reset button, which leaves the console open, or switch the machine on."""
        if not self.is_on:
            return self.power_on()
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(10)
            control.connect(str(self._control))
            with control.makefile("rwb") as lines:
                lines.readline()
                for command in ("qmp_capabilities", "system_reset"):
                    lines.write(json.dumps({"execute": command}).encode() + b"\n")
                    lines.flush()
                    lines.readline()

    def power_off(self) -> None:
        """Switch the machine off."""
        if self._process:
            self._process.close()
            self._process = None
