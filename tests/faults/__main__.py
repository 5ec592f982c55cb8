"""`bin/faults`: break Quorum on purpose, and count what was lost or doubled."""

import argparse
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from tests.faults.box import redis_box
from tests.faults.report import write_table
from tests.faults.servers import SERVERS
from tests.faults.survey import Survey
from tests.faults.world import world_of

HERE = Path(__file__).parent
NOWHERE = "sqlite://"
AT_ONCE = 3
"""Trials at a time: they mostly wait."""


@dataclass(frozen=True)
class Trial:
    """One fault, for one engine on one kind of database."""

    promise: str
    fault: str
    engine: str
    server: str
    run: object
    has_own: bool
    """It starts a database server of its own, to stop it."""


def main():
    asked = arguments()
    began, done = time.monotonic(), []
    print(f"seed={asked.seed}, {'short' if asked.quick else 'long'} form", flush=True)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(server(name)) for name in names(asked)}
        run = partial(attempt, servers, asked)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for trial, survey in pool.map(run, trials(asked)):
                where = f"engine={trial.engine} database={trial.server}"
                print(survey, where, survey.note, flush=True)
                done.append((trial, survey))
    print(f"{len(done)} faults in {time.monotonic() - began:.0f} s")
    if asked.write:
        write_table(done, seed=asked.seed)
    sys.exit(0 if all(survey.held for _, survey in done) else 1)


@contextmanager
def server(name):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o711)  # bots have users of their own
        with SERVERS[name](place) as started:
            yield started


def names(asked):
    """The servers that are needed: to start one takes a while."""
    return sorted({trial.server for trial in trials(asked) if not trial.has_own})


def trials(asked):
    """Every fault in every setting it applies to; the short form takes one each."""
    for path in sorted(HERE.glob("test_g*.py")):
        module = import_module(f"tests.faults.{path.stem}")
        promise = path.stem.split("_")[1].upper()
        servers = getattr(module, "SERVERS", tuple(SERVERS))
        settings = [
            (engine, server)
            for engine in module.ENGINES
            for server in servers
            if asked.engine in {None, engine} and asked.database in {None, server}
        ]
        for fault, run in module.TRIALS.items():
            if asked.only and not any(only in fault for only in asked.only):
                continue
            for engine, server in settings[:1] if asked.quick else settings:
                has_own = fault in getattr(module, "OWN_SERVER", ())
                yield Trial(promise, fault, engine, server, run, has_own)


def attempt(servers, asked, trial):
    """The survey, also of a trial that broke off: that counts as lost."""
    try:
        with ExitStack() as stack:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            place.chmod(0o711)
            facts = {"engine": trial.engine, "seed": asked.seed}
            if trial.engine == "rq":
                facts["box"] = stack.enter_context(redis_box(place))
            url = NOWHERE if trial.has_own else servers[trial.server].copy()
            world = stack.enter_context(world_of(place, url, **facts))
            return trial, trial.run(world, not asked.quick)
    except Exception:  # one broken trial must not hide the others
        traceback.print_exc()
        return trial, Survey(trial.fault, n=1, lost=1, note="broke off, see above")


def arguments():
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few of each")
    parser.add_argument("--only", action="append", help="faults with this in the name")
    parser.add_argument("--engine", choices=("embedded", "rq", "web"))
    parser.add_argument("--database", choices=tuple(SERVERS))
    parser.add_argument("--seed", type=int, default=20_418, help="other moments")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reliability.md"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
