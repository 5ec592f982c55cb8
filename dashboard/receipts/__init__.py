"""Receipts: proof of a decision that anyone can check."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    pass
