"""Views and pages for people, made from journal events."""
