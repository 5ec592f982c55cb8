"""Ask for the password again before something sensitive."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, g, request, url_for

from dashboard.templating import go_to

View = Callable[..., Any]


def confirmed(view: View) -> View:
    """Let only sessions in that gave their password lately; it stands under @needs.

    Every such view answers GET with a form, so the way back is its own address.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if g.session.is_confirmed:
            return view(*args, **kwargs)
        if request.method != "GET":
            flash(
                "Nothing was saved: too much time has passed. Fill it in again.", "bad"
            )
        return go_to(url_for("auth.confirm", next=request.path))

    return guarded
