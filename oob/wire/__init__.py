"""Codecs without I/O: bytes in, meaning and answer bytes out."""
