"""One of everything that agents think with, and of what they said."""

from uuid import uuid4

from dashboard.advice.models import Advice
from dashboard.agents.models import AgentTool, Training
from dashboard.ai_models.models import AIModel
from dashboard.chat.models import ChatMessage, ChatSession, Mode, Speaker
from dashboard.clock import now
from dashboard.model_calls.models import CallStatus, ModelCall, Purpose
from dashboard.prompts.content import hash_of
from dashboard.prompts.models import (
    MoveKind,
    Prompt,
    PromptLabel,
    PromptMove,
    PromptVersion,
)
from dashboard.reputation.models import AdviceScore, Reason, ReputationEntry
from dashboard.sealing import seal
from tests.factories import stored
from tests.projects.stage import make_project
from tests.tasks.stage import make_task


def advised(round_, agent, person):
    """An opinion of an agent."""
    of = {"revision": round_.revision, "content_hash": round_.content_hash}
    said = {"opinion": "reject", "confidence": 70, "reason": "It is early"}
    by = {"round_id": round_.id, "agent_id": agent.id, "given_by_id": person.id}
    return stored(Advice(**of, **said, **by, given_at=now()))


def minds(agent, bot, workflow, advice, person, word="one", known="small"):
    """URL arguments by name; the word is in what this person and a model said.

    Models and prompts are known to everybody: what is known is in all they say.
    """
    model, prompt = made_model(person, known), written(person, known)
    version = prompt.labels[0].version
    agent.ai_model, agent.prompt = model, prompt
    agent.strengths = agent.weaknesses = [known]
    agent.last_feedback = known
    tool = {"description": known, "input_schema": {}}
    tool["input_schema"] = {"type": "object", "description": known}
    stored(AgentTool(agent_id=agent.id, bot_id=bot.id, **tool))
    learned = {"topic": known[:120], "kind": known[:40], "notes": known}
    stored(Training(agent_id=agent.id, outcome="success", **learned))
    facts = {"agent_id": agent.id, "source": f"workflow/{workflow.id}", "note": known}
    agent.reputation = 5000
    score = {"number": 1, "change": 5000, "score_after": 5000, "actions": 1}
    score |= {f"total_{name}": 0 for name in ("successes", "savings", "adjustment")}
    score["total_actions"] = 1
    stored(ReputationEntry(reason=Reason.COMPLETED, **facts, **score))
    stored(
        AdviceScore(
            advice_id=advice.id,
            agent_id=agent.id,
            forecast=70,
            succeeded=True,
            brier=900,
        )
    )
    call = called(model, person, version, word)
    task = carded(person, known)
    chat = talked(call, person, word, task)
    return {
        "model_id": model.id,
        "prompt_id": prompt.id,
        "label": "production",
        "call_id": call.id,
        "chat_id": chat.id,
        "message_id": chat.messages[1].id,
        "project_id": task.project_id,
        "task_id": task.id,
    }


def made_model(person, known):
    model = AIModel(
        id=uuid4(),
        name=known[:80],
        description=known,
        model_id=known[:120],
        base_url="https://93.184.216.34/v1",
        created_by_id=person.id,
    )
    model.sealed_key, model.key_last4 = seal("sk-0123456789abcdef", model), "cdef"
    return stored(model)


def written(person, known):
    named = {"name": f"{known} prompt"[:120], "description": known}
    prompt = stored(Prompt(owner_id=person.id, newest=1, **named))
    text = f"Say what ${{thing}} is about. {known}"
    version = stored(
        PromptVersion(
            prompt_id=prompt.id,
            number=1,
            content=text,
            content_hash=hash_of(text),
            variables={"thing": {"description": known, "example": known}},
            message=known[:200],
            author_id=person.id,
        )
    )
    moved = {"prompt_id": prompt.id, "label": "production", "kind": MoveKind.CREATED}
    moved["reason"] = known
    stored(PromptMove(**moved, to_version_id=version.id, actor_id=person.id))
    prompt.labels = [PromptLabel(name="production", version=version)]
    return stored(prompt)


def called(model, person, version, word):
    asked = {"messages": [{"role": "user", "content": word}], "parameters": {}}
    return stored(
        ModelCall(
            key=f"try/{uuid4()}",
            purpose=Purpose.CHAT,
            ai_model_id=model.id,
            prompt_version_id=version.id,
            asked_by_id=person.id,
            status=CallStatus.COMPLETED,
            request=asked | {"schema": None, "tools": None},
            text=f"It is {word}.",
        )
    )


def talked(call, person, word, task):
    said = [
        ChatMessage(
            number=1, speaker=Speaker.USER, mode=Mode.CHAT, text=f"What is {word}?"
        ),
        ChatMessage(
            number=2,
            speaker=Speaker.ASSISTANT,
            mode=Mode.CHAT,
            text=call.text,
            call=call,
        ),
    ]
    about = {"project_id": task.project_id, "task_id": task.id}
    named = {"user_id": person.id, "title": f"About {word}"}
    return stored(ChatSession(**named, **about, messages=said))


def carded(person, known):
    project = make_project(name=known[:120], description=known, lead_id=person.id)
    said = {"title": known[:160], "description": known, "assignee_id": person.id}
    return make_task(project, **said)
