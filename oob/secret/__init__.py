"""Secrets and how they stay secret: the secrets file, the credentials of a session, and the masks that hide them."""
