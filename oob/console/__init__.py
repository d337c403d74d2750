"""The text conversation on a transport: states, prompts, commands, paste, transcript."""
