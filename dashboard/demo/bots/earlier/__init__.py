"""Versions that came before, with the flaws they were replaced for."""
