"""What followed from a decision, and what the audit trail says of it all."""

from itertools import pairwise

from dashboard.receipts.findings import Wrong
from dashboard.receipts.schemas import (
    CalledPart,
    EntryPart,
    Receipt,
    RoundPart,
    RunPart,
    StepPart,
    Stored,
)
from dashboard.workflows.voting import Result


def wrong_in(receipt: Receipt) -> Wrong:
    yield from wrong_runs(receipt)
    yield from wrong_advice(receipt)
    yield from wrong_chain(receipt)
    yield from unrecorded(receipt)


def wrong_advice(receipt: Receipt) -> Wrong:
    hashes = {round_.id: round_.content_hash for round_ in receipt.rounds}
    for number, advice in enumerate(receipt.advice):
        if hashes.get(advice.round) != advice.content_hash:
            name = advice.agent.name
            yield f"advice/{number}", f"{name} advised on another content."


def wrong_runs(receipt: Receipt) -> Wrong:
    rounds = {round_.id: round_ for round_ in receipt.rounds}
    spent = set()
    for number, run in enumerate(receipt.runs):
        path, bought = f"runs/{number}", rounds.get(run.round)
        if bought is None or bought.outcome != Result.APPROVED:
            yield path, "no approval in this receipt bought this run."
            continue
        if run.round in spent:
            yield path, "its approval had bought a run already."
        spent.add(run.round)
        yield from wrong_run(path, run, bought)


def wrong_run(path: str, run: RunPart, bought: RoundPart) -> Wrong:
    if run.started_at and bought.ready_at and run.started_at < bought.ready_at:
        yield path, "it began before the approval might be used."
    if run.started_at and bought.expires_at and run.started_at >= bought.expires_at:
        yield path, "it began after the approval had run out."
    approved = {step["position"]: step for step in steps_of(bought)}
    for number, step in enumerate(run.steps):
        judged = approved.get(step.position, {})
        place = f"{path}/steps/{number}"
        if step.started_at and ran(step) != {**judged, "tools": None}:
            yield place, f"{step.who} ran, and it is not what was voted."
        tools = judged.get("tools")
        for called in step.called:
            if not isinstance(tools, list) or tool(called) not in tools:
                name = f"{called.bot.name} v{called.version}"
                yield place, f"{name} was called, which was not voted."
    if run.status == "completed" and len(run.steps) != len(approved):
        yield path, "other steps ran than were approved."


def ran(step: StepPart) -> dict[str, object]:
    """The same of a step that ran as `steps_of` has of one that was judged."""
    return {
        "position": step.position,
        "bot": step.bot and step.bot.id,
        "agent": step.agent and step.agent.id,
        "version": step.version,
        "content": step.content,
        "tools": None,
    }


def tool(called: CalledPart) -> tuple[object, ...]:
    return called.bot.id, called.version, called.content


def steps_of(round_: RoundPart) -> list[dict[str, object]]:
    """The steps as they were judged; names are their owners' to change."""
    if round_.content.get("change"):
        return []  # what was judged is a change: its run has no steps
    return [
        {
            "position": step.get("position"),
            "bot": part_of(step, "bot").get("id"),
            "agent": part_of(step, "agent").get("id"),
            "version": step.get("version"),
            "content": step.get("content"),
            "tools": tools_of(part_of(step, "pinned")),
        }
        for step in parts_of(round_.content, "steps")
        if part_of(step, "bot") or part_of(step, "agent")
    ]


def tools_of(pinned: Stored) -> list[tuple[object, ...]]:
    """The bots that an agent may call, as they were judged."""
    return [
        (part_of(each, "bot").get("id"), each.get("version"), each.get("content"))
        for each in parts_of(pinned, "tools")
    ]


def part_of(content: Stored, name: str) -> Stored:
    """What stands there, if it has the shape of an object at all."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def parts_of(content: Stored, name: str) -> list[Stored]:
    found = content.get(name)
    listed = found if isinstance(found, list) else []
    return [each for each in listed if isinstance(each, dict)]


def wrong_chain(receipt: Receipt) -> Wrong:
    """The hashes cannot be made anew without Quorum's own key; their order can."""
    for number, (before, entry) in enumerate(pairwise(receipt.audit), start=1):
        path = f"audit/{number}"
        if entry.seq <= before.seq:
            yield path, f"entry {entry.seq} does not come after entry {before.seq}."
        elif entry.seq == before.seq + 1 and entry.prev_hash != before.hash:
            yield path, f"entry {entry.seq} does not follow entry {before.seq}."
    for number, entry in enumerate(receipt.audit):
        if entry.seq > receipt.chain.seq:
            yield (
                f"audit/{number}",
                f"entry {entry.seq} lies after the end of the trail.",
            )
        elif entry.seq == receipt.chain.seq and entry.hash != receipt.chain.hash:
            yield f"audit/{number}", f"entry {entry.seq} is not the end of the trail."


def unrecorded(receipt: Receipt) -> Wrong:
    """Every decision and every vote was written down when it was made."""
    for number, round_ in enumerate(receipt.rounds):
        path, place = f"rounds/{number}", f"workflow_rounds/{round_.id}"
        if round_.is_decided:
            said = last_said(receipt.audit, place, "outcome")
            if said != round_.outcome:
                yield path, "no audit entry records this decision."
        for index, vote in enumerate(round_.votes):
            said = last_said(receipt.audit, f"workflow_votes/{vote.id}", "choice")
            if said != vote.choice:
                yield f"{path}/votes/{index}", "no audit entry records this vote."


def last_said(entries: list[EntryPart], place: str, field: str) -> object:
    """What the trail last made of a field of a record."""
    found = None
    for entry in entries:
        fields = entry.changes.get(place)
        change = fields.get(field) if isinstance(fields, dict) else None
        if entry.result == "done" and isinstance(change, list) and len(change) == 2:
            found = change[1]
    return found
