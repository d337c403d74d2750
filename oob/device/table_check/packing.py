"""A text that a device packs before it prints it: base64 of gzip, as shells write it."""

from __future__ import annotations

import base64
import gzip
import zlib


def packed_size(text: str) -> int:
    """Return how many bytes *text* has when it is packed."""
    return len(base64.encodebytes(gzip.compress(text.encode("utf-8", "surrogateescape"))))


def unpacked(text: str) -> str:
    """Return text that was packed as base64 of gzip; ValueError where it is not whole: gzip knows length and CRC."""
    try:
        return gzip.decompress(base64.b64decode("".join(text.split()), validate=True)).decode()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
