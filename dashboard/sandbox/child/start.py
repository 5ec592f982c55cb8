"""The first code of a bot's interpreter: takes its rights away, then runs the bot."""

import json
import os
import sys
from typing import Any

from . import (
    bot,
    denials,
    landlock,
    namespaces,
    privileges,
    quorum,
    rlimits,
    seccomp,
    supervisor,
)

LAYERS_MISSING = 96
PARENT_GONE = 98


def lock_down(control: dict[str, Any]) -> dict[str, Any]:
    """Apply every layer in the only order that works; say which took effect."""
    layers: dict[str, Any] = {"platform": sys.platform}
    if control["outside"]:
        layers |= namespaces.look(control["outside"])
    layers["uid"] = privileges.drop_user(control["uid"])
    os.chdir(control["work"])
    layers["limits"] = rlimits.apply(control["rlimits"])
    if sys.platform == "linux":
        layers["capabilities_dropped"] = privileges.drop_capabilities()
        layers["no_new_privs"] = privileges.refuse_new_privileges()
        privileges.on_parent_death(privileges.KILL)
        if os.getppid() != control["supervisor"]:
            os._exit(PARENT_GONE)
        if control["lockdown"]:
            layers["landlock"] = landlock.restrict(
                control["readable"], control["writable"]
            )
            layers["seccomp"] = seccomp.restrict()
    return layers


def replace_stdin() -> None:
    """The request was read from it; the bot gets an empty one."""
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)


def main() -> None:
    request = json.load(sys.stdin)
    control = request["control"]
    result_fd = control["result_fd"]
    os.umask(0o077)
    sys.path.pop(
        0
    )  # our own folder: the bot imports the standard library, nothing else
    log = sys.stdout
    log.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    replace_stdin()

    quorum.offer(request)

    control["supervisor"] = supervisor.supervise(control)
    layers = lock_down(control)
    missing = [name for name in control["require"] if not layers.get(name)]
    supervisor.send(result_fd, {"layers": layers, "missing": missing})
    if missing:
        os._exit(LAYERS_MISSING)

    watched = denials.watch()
    known = [*control["readable"], *control["writable"]]
    report = bot.run(request, lambda error: denials.of(error, watched, layers, known))
    if not log.closed:
        log.flush()
    supervisor.send(result_fd, report)
    os._exit(0)  # the bot's threads and exit hooks may not keep it alive
