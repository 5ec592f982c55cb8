"""The workflows: one or more in every state that lasts."""

from datetime import timedelta

from dashboard.demo.cases import content, governing, payments, safety
from dashboard.demo.stage import Scene

SCENES: tuple[tuple[timedelta, Scene], ...] = (
    (timedelta(days=20.3), payments.lost_parcels),
    (timedelta(days=20), governing.jonas_leaves_payments),
    (timedelta(days=13), content.first_digest),
    (timedelta(days=12.5), governing.payments_is_put_under_votes),
    (timedelta(days=12.2), governing.two_approvals),
    (timedelta(days=11.6), payments.small_refunds),
    (timedelta(days=11), payments.generous_refunds),
    (timedelta(days=10), content.unanswered_pages),
    (timedelta(days=9.5), content.blocked_mailing),
    (timedelta(days=9), safety.mail_host),
    (timedelta(days=8.8), safety.foreign_logs),
    (timedelta(days=8.5), payments.forgotten_quarter),
    (timedelta(days=7.5), content.shipping_pages),
    (timedelta(days=7), payments.restricted_refunds),
    (timedelta(days=6.5), content.stolen_vote),
    (timedelta(days=6), payments.broken_batch),
    (timedelta(days=5.5), safety.first_block_list),
    (timedelta(days=5), payments.tampered_batch),
    (timedelta(days=4.5), payments.late_quarter),
    (timedelta(days=4), content.weekly_review),
    (timedelta(days=3.4), content.withdrawn_digest),
    (timedelta(days=3), content.weekend_digest),
    (timedelta(hours=68.8), payments.courier_refunds),
    (timedelta(hours=50), governing.sentinel_is_frozen),
    (timedelta(days=2), safety.night_sweep),
    (timedelta(hours=46), safety.backup_host),
    (timedelta(days=1.6), payments.coming_quarter),
    (timedelta(hours=30), content.returns_guide),
    (timedelta(hours=22), safety.web1_report),
    (timedelta(hours=20), governing.jonas_comes_back),
    (timedelta(hours=9), safety.second_block_list),
    (timedelta(hours=1.5), content.next_digest),
)
"""How long ago each began."""
