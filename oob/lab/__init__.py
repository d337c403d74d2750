"""Virtual routers and lines for drills; oob meets them only over their consoles."""
