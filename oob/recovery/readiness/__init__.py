"""Would a recovery work tonight: the evidence for one device, the thresholds, and the verdict. Opens nothing."""
