"""One folder per reading of a device, its manifest, and the catalogue of all of them."""
