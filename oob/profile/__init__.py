"""What `device_profiles/<platform>.yaml` says about a platform; data, no code."""
