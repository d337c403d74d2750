"""Drills: a stage is set on virtual routers, and the same recovery runs on it that runs in earnest."""
