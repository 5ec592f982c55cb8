"""`bin/faults`: break Quorum on purpose, and count what was lost or doubled."""

import argparse
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.faults.box import redis_box
from tests.faults.report import write_table
from tests.faults.servers import SERVERS
from tests.faults.survey import Survey
from tests.faults.world import world_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Trial:
    """One fault, for one engine on one kind of database."""

    promise: str
    fault: str
    engine: str
    server: str
    run: object


def main():
    asked = arguments()
    began, done, servers = time.monotonic(), [], {}
    print(f"seed={asked.seed}, {'short' if asked.quick else 'long'} form", flush=True)
    with ExitStack() as stack:
        for trial in trials(asked):
            if trial.server not in servers:
                place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                place.chmod(0o711)  # bots have users of their own
                servers[trial.server] = stack.enter_context(
                    SERVERS[trial.server](place)
                )
            survey = attempt(trial, servers[trial.server].copy(), asked)
            where = f"engine={trial.engine} database={trial.server}"
            print(survey, where, survey.note, flush=True)
            done.append((trial, survey))
    print(f"{len(done)} faults in {time.monotonic() - began:.0f} s")
    if asked.write:
        write_table(done, seed=asked.seed, quick=asked.quick)
    sys.exit(0 if all(survey.held for _, survey in done) else 1)


def trials(asked):
    """Every fault in every setting it applies to; the short form takes one each."""
    for path in sorted(HERE.glob("test_g*.py")):
        module = import_module(f"tests.faults.{path.stem}")
        promise = path.stem.split("_")[1].upper()
        servers = getattr(module, "SERVERS", tuple(SERVERS))
        settings = [(e, s) for e in module.ENGINES for s in servers]
        for fault, run in module.TRIALS.items():
            if asked.only and not any(only in fault for only in asked.only):
                continue
            for engine, server in settings[:1] if asked.quick else settings:
                yield Trial(promise, fault, engine, server, run)


def attempt(trial, database_url, asked):
    """The survey, also of a trial that broke off: that counts as lost."""
    try:
        with ExitStack() as stack:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            place.chmod(0o711)
            facts = {"engine": trial.engine, "seed": asked.seed}
            if trial.engine == "rq":
                facts["box"] = stack.enter_context(redis_box(place))
            world = stack.enter_context(world_of(place, database_url, **facts))
            return trial.run(world, not asked.quick)
    except Exception:  # one broken trial must not hide the others
        traceback.print_exc()
        return Survey(trial.fault, n=1, lost=1, note="broke off, see above")


def arguments():
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few of each")
    parser.add_argument("--only", action="append", help="faults with this in the name")
    parser.add_argument("--seed", type=int, default=20_418, help="other moments")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/reliability.md"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
