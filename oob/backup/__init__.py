"""Backups: writing one folder whole, telling every kind of damage apart, finding one, comparing configurations."""
