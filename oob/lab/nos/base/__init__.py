"""What routers have in common whose command line resembles IOS: commands, configuration lines, sessions, logins."""
