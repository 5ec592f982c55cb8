"""How gunicorn serves Quorum, unless its command line says otherwise."""

preload_app = True
"""Loaded once, before the workers are forked: they share what none of them changes."""
