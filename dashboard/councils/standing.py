"""Everything about a council that a vote may change, as one piece of JSON."""

from typing import Any

from dashboard.audit import digest
from dashboard.councils.models import Council

Standing = dict[str, Any]


def standing_of(council: Council) -> Standing:
    """How the council is now."""
    return {
        "council": {
            "name": council.name,
            "description": council.description,
            "rule": council.rule,
            "members": [
                {
                    "user_id": str(member.user_id),
                    "role": member.role,
                    "weight": member.weight,
                    "can_veto": member.can_veto,
                }
                for member in council.members
            ],
            "advisers": [
                {"agent_id": str(adviser.agent_id), "role": adviser.role}
                for adviser in council.advisers
            ],
        },
        "oversight": oversight_of(council),
        "charter_type_id": council.charter and str(council.charter.type_id),
        "archived": council.is_archived,
    }


def oversight_of(council: Council) -> dict[str, Any]:
    return {
        "review_actions": council.review_actions,
        "savings_threshold": council.savings_threshold,
        "domains": council.domains,
        "blocked_types": [
            {"type_id": str(each.type_id), "reason": each.reason}
            for each in council.blocked_types
        ],
    }


def digest_of(council: Council) -> str:
    """By which a later look tells whether anything was changed meanwhile."""
    return digest(standing_of(council))
