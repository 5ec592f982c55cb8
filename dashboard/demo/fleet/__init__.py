"""The bots at work by themselves: clocks, calls, what fails, what they may reach."""

from datetime import timedelta

from dashboard.demo.fleet import access, calls, deploys, quarantine, schedules
from dashboard.demo.stage import Scene

SCENES: tuple[tuple[timedelta, Scene], ...] = (
    (timedelta(days=20), deploys.reply_times),
    (timedelta(days=11), access.who_reaches_what),
    (timedelta(days=10.5), quarantine.courier_tracking),
    (timedelta(days=9.2), schedules.shifts),
    (timedelta(days=4.6), calls.team_chat),
    (timedelta(days=4.4), schedules.quality),
    (timedelta(days=3.6), schedules.refunds),
    (timedelta(days=3.2), calls.bookkeeping),
    (timedelta(hours=30), calls.forecasts),
    (timedelta(hours=3), schedules.staffing),
)
"""How long ago each began."""
