"""One of everything that starts bots, watches them and tells of them."""

from uuid import uuid4

from dashboard.clock import now
from dashboard.grants.models import Grant, GrantKind, StoredSecret
from dashboard.hooks.models import Hook, HookCall
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.once import Submission
from dashboard.runs.models import (
    Execution,
    LogChunk,
    OutputFile,
    RunInput,
    StepStatus,
)
from dashboard.schedules.models import Schedule, ScheduleSlot, SlotStatus
from dashboard.sealing import seal
from dashboard.webhooks.models import Delivery, Endpoint, Event
from dashboard.webhooks.signing import new_secret
from tests.factories import stored


def machinery(bot, run, workflow, person, word="one"):
    """URL arguments by name, for records of this person's bot; the word is in each."""
    stored(RunInput(run_id=run.id, name="file", value="auth.log"))
    stored(Submission(key="form:1", actor_id=person.id, fingerprint="sha256:0"))
    endpoint = told(person, word)
    return {
        "schedule_id": scheduled(bot, run, person, word).id,
        "hook_id": hooked(bot, run, person, word).id,
        "endpoint_id": endpoint.id,
        "delivery_id": delivered(endpoint, word).id,
        "incident_id": failing(bot, run, word).id,
        "grant_id": granted(bot, workflow).id,
        "secret_id": kept(person, word).id,
        "sub": called(run, word).sub,
    }


def called(run, word):
    """What an agent called in the first step, with the same files and a log."""
    step = run.steps[0]
    made = stored(
        Execution(
            run_id=run.id,
            position=1,
            sub=1,
            parent_id=step.id,
            bot_id=step.bot_id,
            bot_version_id=step.bot_version_id,
            status=StepStatus.COMPLETED,
            inputs={"word": word},
            output={"word": word},
            message=word,
            log_lines=1,
            files=[OutputFile(name=f.name, blob_id=f.blob_id) for f in step.files],
        )
    )
    chunk = {"attempt": 1, "first_line": 0, "lines": 1, "text": word}
    stored(LogChunk(execution_id=made.id, **chunk))
    return made


def scheduled(bot, run, person, word):
    schedule = stored(
        Schedule(
            bot_id=bot.id,
            owner_id=person.id,
            name=f"Every morning, {word}",
            inputs={"word": word},
            cron="0 7 * * *",
            is_on=False,
        )
    )
    slot = {"due_at": now(), "status": SlotStatus.FIRED, "run_id": run.id}
    stored(ScheduleSlot(schedule_id=schedule.id, **slot))
    return schedule


def hooked(bot, run, person, word):
    hook = Hook(id=uuid4(), bot_id=bot.id, owner_id=person.id, name=f"Deploys, {word}")
    hook.sealed_secret = seal(new_secret(), hook)
    stored(hook)
    stored(HookCall(hook_id=hook.id, message_id="msg_1", run_id=run.id))
    return hook


def told(person, word):
    endpoint = Endpoint(
        id=uuid4(),
        name=f"The chat room, {word}",
        url="https://chat.example.org/hook",
        events=[Event.RUN_ENDED],
        created_by_id=person.id,
    )
    endpoint.sealed_secret = seal(new_secret(), endpoint)
    return stored(endpoint)


def delivered(endpoint, word):
    facts = {"event": Event.RUN_ENDED, "payload": {"run": word}, "next_at": now()}
    return stored(Delivery(endpoint_id=endpoint.id, **facts))


def failing(bot, run, word):
    return stored(
        Incident(
            kind=IncidentKind.QUARANTINE,
            bot_id=bot.id,
            run_id=run.id,
            summary=f"It failed five times in a row: {word}",
        )
    )


def granted(bot, workflow):
    return stored(
        Grant(
            bot_id=bot.id,
            kind=GrantKind.NETWORK,
            hosts=["api.example.org"],
            workflow_id=workflow.id,
        )
    )


def kept(person, word):
    secret = StoredSecret(id=uuid4(), name="CRM_TOKEN", created_by_id=person.id)
    secret.description = f"Of {word}"
    secret.sealed_value = seal("very secret", secret)
    return stored(secret)
