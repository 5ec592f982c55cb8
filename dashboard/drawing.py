"""Jinja as pages are drawn with it."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Drawing(Environment):
    """An environment whose templates share its globals.

    Jinja gives each a chain of none of its own and the environment's, which every
    include and import of a page looks through anew.
    """

    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
