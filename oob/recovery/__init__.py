"""Plan, preflight, run, prove, resume."""
