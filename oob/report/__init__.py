"""What a person looks at, made from journal events."""
