"""The demo's bots: each file is the code of one, kept as it is shown and run."""
