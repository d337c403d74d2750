"""One module per platform: how its routing tables are read. The name of the module is the name of the platform."""
