"""The version of oob, which every backup names."""

from __future__ import annotations

VERSION = "0.1.0"
