"""`python -m dashboard.receipts FILE --key FILE`: the check alone, without an app."""

from dashboard.receipts.cli import verify_receipt

verify_receipt(prog_name="python -m dashboard.receipts")
