"""Ctrl-C while the program is still being loaded ends it with 130 and one line, at whatever moment it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

BEGIN = "print('begun', flush=True); from oob.cli.start import main; main()"


@pytest.mark.parametrize("late", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_a_press_while_the_program_is_loaded_prints_no_traceback(late: float, tmp_path: object) -> None:
    environ = {**os.environ, "OOB_HOME": str(tmp_path)}
    command = [sys.executable, "-c", BEGIN, "serve", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        time.sleep(late)  # the moment, not a synchronisation: each is right
        program.send_signal(signal.SIGINT)
        said = program.stderr.read().decode()
        code = program.wait(10)
    if code == -signal.SIGINT and "start.py" not in said:
        return  # it came before the first line of the program
    assert (code, "Traceback" in said, "interrupted" in said) == (130, False, True), said
