"""A router in a virtual machine, with a boot loader and a real UART; needs root and Debian's packages."""
