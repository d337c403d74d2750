"""What there is to recover and how it is reached: the home's layout, devices and their paths. Touches no console."""
