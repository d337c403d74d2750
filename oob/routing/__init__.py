"""Routing tables: routes, the readers of each platform, and the difference of two tables. Touches no console."""
