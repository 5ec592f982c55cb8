"""What people do with calls: ask them to stop."""

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.asking import request_stop
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import Permission
from dashboard.users.models import User


def stop_call(actor: User, call: ModelCall) -> ModelCall:
    """Have its worker hang up; what came until then stays."""
    with audited(actor, Permission.MODEL_ASK, call) as entry:
        request_stop(call, database_now(db.session()))
        entry.about(call, event="stop")
    return call
