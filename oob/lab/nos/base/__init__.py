"""The common base of platforms with an IOS-like command line: commands, configuration lines, sessions, logins."""
