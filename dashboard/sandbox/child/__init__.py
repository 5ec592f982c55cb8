"""The inside of the sandbox: standard library only, run by a Python of its own."""
