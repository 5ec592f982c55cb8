"""Which checks are asked where."""

from dashboard.health.checks import (
    Check,
    audit,
    clock,
    database,
    migrations,
    outbox,
    queue,
    redis,
    schedules,
    worker,
)
from dashboard.health.keys import audit_tail, files, sealed, secrets, settings
from dashboard.health.machine import disk, sandbox, sandbox_here

PROBE = (
    Check("database", "Database", database),
    Check("migrations", "Migrations", migrations),
    Check("worker", "Workers", worker),
    Check("audit", "Audit trail", audit),
)
"""For anybody who asks, a word each."""

SYSTEM = (
    *PROBE,
    Check("queue", "Queue", queue),
    Check("redis", "Redis", redis, of_database=False),
    Check("sandbox", "Sandbox", sandbox),
    Check("schedules", "Schedules", schedules),
    Check("webhooks", "Webhooks", outbox),
    Check("clock", "Clock", clock),
    Check("disk", "Disk", disk, of_database=False),
)
"""For those who look after the place."""

DOCTOR = (
    *(check for check in SYSTEM if check.name != "sandbox"),
    Check("sandbox", "Sandbox", sandbox_here),
    Check("audit_tail", "Audit trail, newest entries", audit_tail),
    Check("secrets", "Secrets", secrets, of_database=False),
    Check("sealed", "Stored secrets", sealed),
    Check("files", "Files", files, of_database=False),
    Check("settings", "Settings", settings, of_database=False),
)
"""Also what takes longer, or is for nobody but who sits at the machine."""
TITLES = {check.name: check.title for check in DOCTOR}
