"""Calls of models: asked, answered, failed, counted."""
