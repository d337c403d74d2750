"""Drills: a broken network of virtual routers, recovered by the same code as a real one."""
