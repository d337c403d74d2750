"""Paths to a console, one module per URL scheme."""
