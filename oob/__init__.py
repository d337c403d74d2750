"""oob gets a network device back over its console and proves it from the device."""

__version__ = "0.1.0"
