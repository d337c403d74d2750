"""Real routers (FRR in network namespaces) behind real console servers; needs root and Debian's packages."""
