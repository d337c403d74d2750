"""Which devices there are and how their consoles are reached."""
