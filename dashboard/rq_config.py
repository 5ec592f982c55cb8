"""RQ_CONFIG=dashboard.rq_config rq worker workflows: RQ's own command runs our runs.

It loads the app once, before RQ forks a process for each run, and reads the same
environment as every other process of Quorum.
"""

import os
import signal
from typing import Any

from rq import Worker
from rq.cli.helpers import CliConfig

from dashboard.dispatch.crew import keep_time
from dashboard.dispatch.family import fork
from dashboard.dispatch.horses import RunWorker
from dashboard.dispatch.rehearsal import rehearse
from dashboard.queue import CREW
from dashboard.runs.engine import worker_name
from dashboard.runs.readiness import prepare
from wsgi import app

REDIS_URL = app.config["REDIS_URL"] or None
QUEUES = ["workflows"]


class LoneWorker(RunWorker):
    """One worker that no crew looks after: it brings the process that ticks."""

    def work(self, *args: Any, **options: Any) -> bool:
        app.extensions[CREW] = worker_name()
        prepare(app)
        rehearse(app)
        keeper = fork(lambda: keep_time(app, 1))
        try:
            return super().work(*args, **options)
        finally:
            os.kill(keeper, signal.SIGTERM)
            os.waitpid(keeper, 0)


def chosen(command: CliConfig) -> type[Worker]:
    """Ours, unless `--worker-class` asks for another one."""
    asked: type[Worker] = command.__dict__["worker_class"]
    return LoneWorker if asked is Worker else asked


def choose(command: CliConfig, asked: type[Worker]) -> None:
    command.__dict__["worker_class"] = asked


# RQ reads no worker class from its settings module, and its own one reads pickles.
CliConfig.worker_class = property(chosen, choose)  # type: ignore[assignment]

app.app_context().push()
