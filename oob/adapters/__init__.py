"""Other people's libraries, unmodified, on any console path: one module each, which alone imports its library."""
