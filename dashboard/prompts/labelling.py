"""Make, move, roll back, remove and protect labels that no council guards."""

from dashboard.audit import audited
from dashboard.errors import RuleBroken
from dashboard.permissions import Permission, require
from dashboard.prompts import moving
from dashboard.prompts.models import MoveKind, Prompt, PromptLabel
from dashboard.prompts.moving import Cause
from dashboard.prompts.protection import usable_type
from dashboard.prompts.schemas import MoveIn, ProtectIn
from dashboard.users.models import User


def put_label(actor: User, prompt: Prompt, wanted: MoveIn) -> PromptLabel:
    """Make a label, or let it point at another version."""
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        cause = Cause(wanted.reason, actor)
        label = moving.label_if_any(prompt, wanted.label)
        to = moving.version_wanted(prompt, wanted.version)
        if label is None:
            label = moving.create(prompt, wanted.label, to, cause)
        else:
            refuse_if_protected(label)
            moving.refuse_same(label, to)
            moving.point(label, to, MoveKind.MOVED, cause)
        entry.about(
            prompt,
            verb="move_label",
            label=label.name,
            version=to.number,
            reason=wanted.reason,
        )
    return label


def roll_back(actor: User, prompt: Prompt, name: str, reason: str) -> PromptLabel:
    """Let a label point at the version before this one again."""
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        label = moving.label_now(prompt, name)
        refuse_if_protected(label)
        to = moving.version_before(label)
        moving.point(label, to, MoveKind.ROLLED_BACK, Cause(reason, actor))
        entry.about(
            prompt,
            verb="roll_back_label",
            label=name,
            version=to.number,
            reason=reason,
        )
    return label


def remove_label(actor: User, prompt: Prompt, name: str, reason: str) -> None:
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        label = moving.label_now(prompt, name)
        refuse_if_protected(label)
        moving.remove(label, Cause(reason, actor))
        entry.about(prompt, verb="remove_label", label=name, reason=reason)


def protect(actor: User, prompt: Prompt, name: str, wanted: ProtectIn) -> PromptLabel:
    """From now on this label moves only by an approved proposal of this type."""
    require(actor, Permission.TYPE_WRITE)
    with audited(actor, Permission.PROMPT_WRITE, prompt) as entry:
        prompt.keep_unarchived()
        label = moving.label_now(prompt, name)
        refuse_if_protected(label)
        type_ = usable_type(wanted.type_id)
        moving.protect(label, type_.id, Cause(wanted.reason, actor))
        entry.about(
            prompt,
            verb="protect_label",
            label=name,
            type=type_.name,
            reason=wanted.reason,
        )
    return label


def refuse_if_protected(label: PromptLabel) -> None:
    if label.is_protected:
        raise RuleBroken(
            f"{label.name} is protected: a council decides. Propose this instead.",
            "protected",
        )
