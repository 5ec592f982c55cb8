"""Savings as people read them."""

from decimal import Decimal


def to_the_cent(amount: str) -> str:
    """A stored amount in dollars: 17680.00 as $17,680.00."""
    return f"${Decimal(amount):,.2f}"
