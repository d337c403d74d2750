"""Drills for people: a team recovers a broken lab itself, is watched, timed and scored."""
