"""Routing tables: what a route is, how a platform prints it, and how two tables differ. Touches no console."""
