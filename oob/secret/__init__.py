"""What nobody may read by accident: the secrets file, the credentials of a session, and the masks that hide them."""
