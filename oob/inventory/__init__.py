"""The devices to recover and the paths to them: the home's layout, devices and their paths. Touches no console."""
