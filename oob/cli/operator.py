"""Who is at the keyboard, for the records."""

from __future__ import annotations

import getpass
import os


def operator() -> str:
    """Return the person's login name, or the number of a user that has none (as in some containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError until Python 3.12
        return f"uid {os.getuid()}"
