"""Runs on many machines: Redis carries hints, the database stays the truth."""
