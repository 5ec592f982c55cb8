"""Money as people read it."""

from decimal import Decimal

from dashboard.ai_models.models import in_dollars

CENT = Decimal("0.01")
FINEST = Decimal("0.000001")


def dollars(micros: int | None) -> str:
    """Millionths of a dollar in words: $12.30, $0.0042, $0, or – for none."""
    if micros is None:
        return "–"
    amount = in_dollars(micros)
    if amount == 0:
        return "$0"
    if abs(amount) >= 1:
        return f"${amount.quantize(CENT):,}"
    if abs(amount) >= CENT:
        return f"${amount.quantize(Decimal('0.0001')).normalize():f}"
    return f"${amount.quantize(FINEST).normalize():f}"
