"""A virtual Junos router: its configuration database, its command line, and its place in the network."""
