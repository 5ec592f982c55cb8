"""Make a hook, switch it, give it another secret, revoke it."""

from uuid_utils.compat import uuid7

from dashboard.audit import audited
from dashboard.bots.models import Bot, RunPolicy
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.hooks.models import Hook
from dashboard.hooks.schemas import HookIn
from dashboard.hooks.signing import new_secret
from dashboard.permissions import Actor, Permission, require
from dashboard.sealing import seal

NEEDS_VOTE = (
    "This bot runs only after a council's vote, so no call may start it. Let its "
    "owner run it without one first, or propose a workflow."
)


def create_hook(actor: Actor, bot: Bot, wanted: HookIn) -> tuple[Hook, str]:
    """A hook that runs the bot in the actor's name, and its secret to show once."""
    with audited(actor, Permission.HOOK_WRITE, bot) as entry:
        bot.keep_unarchived()
        if bot.run_policy is RunPolicy.NOBODY:
            require(actor, Permission.BOT_WRITE, bot)
            raise RuleBroken(NEEDS_VOTE, code="needs_vote")
        require(actor, Permission.BOT_RUN, bot)
        hook = Hook(id=uuid7(), bot_id=bot.id, owner_id=actor.id, name=wanted.name)
        secret = new_secret()
        hook.sealed_secret = seal(secret, hook)
        db.session.add(hook)
        entry.about(hook, bot=bot.name)
    return hook, secret


def switch_hook(actor: Actor, hook: Hook, *, is_on: bool) -> Hook:
    with audited(actor, Permission.HOOK_WRITE, hook):
        hook.keep_unrevoked()
        hook.is_on = is_on
    return hook


def replace_secret(actor: Actor, hook: Hook) -> str:
    """Another secret, to show once; what signs with the old one is refused.

    Whoever knows the secret answers for the calls: from now on they are in their name.
    """
    with audited(actor, Permission.HOOK_WRITE, hook) as entry:
        hook.keep_unrevoked()
        secret = new_secret()
        hook.owner_id = actor.id
        hook.sealed_secret = seal(secret, hook)
        entry.about(hook, event="secret_replaced")
    return secret


def revoke_hook(actor: Actor, hook: Hook) -> Hook:
    with audited(actor, Permission.HOOK_WRITE, hook):
        hook.revoke(now())
    return hook
