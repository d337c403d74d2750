"""Profiles: the facts about a platform in `device_profiles/<platform>.yaml`; data, no code."""
