"""Virtual routers and lines to drill on; speaks to oob only over its consoles."""
