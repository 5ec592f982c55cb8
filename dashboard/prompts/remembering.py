"""What was typed for a try, kept until its page is drawn, for browsers without scripts.

It travels in the session's cookie, which holds little: longer texts are only found
again by the script of the page.
"""

import json
from typing import Any
from uuid import UUID

from flask import session

NAME = "tried"
LONGEST = 1500
"""Characters as JSON; a cookie of more than 4,096 would be dropped as a whole."""


def remember(try_id: UUID, **typed: Any) -> None:
    kept = {"run": str(try_id), **typed}
    session.pop(NAME, None)
    if len(json.dumps(kept)) <= LONGEST:
        session[NAME] = kept


def remembered(run: str | None) -> dict[str, Any]:
    """What was typed for this try; nothing if it was another one."""
    kept: dict[str, Any] = session.get(NAME, {})
    return kept if run and kept.get("run") == run else {}
