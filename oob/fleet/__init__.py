"""Many devices in order: a plan with waves, at-most-once claims, one scheduler, and the engines that carry it out."""
