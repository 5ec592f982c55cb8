"""Create, change, version and archive bots."""

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.bots.exchange import ImportIn
from dashboard.bots.models import Bot, BotStatus, BotVersion
from dashboard.bots.schemas import BotFacts, BotIn, RollbackIn, VersionIn
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.workflow_types.models import TypeStep, WorkflowType


def create_bot(actor: Actor, wanted: BotIn) -> Bot:
    with audited(actor, Permission.BOT_WRITE) as entry:
        bot = Bot(owner_id=actor.id)
        check_name(bot, wanted.name)
        bot.name = wanted.name
        bot.description = wanted.description
        bot.run_policy = wanted.run_policy
        db.session.add(bot)
        db.session.flush()
        config = wanted.config.stored()
        content = (wanted.code, config, wanted.message, actor, wanted.label)
        db.session.add(bot.new_version(1, *content))
        entry.about(bot, version=1)
    return bot


def update_bot(actor: Actor, bot: Bot, wanted: BotFacts) -> Bot:
    with audited(actor, Permission.BOT_WRITE, bot):
        check_name(bot, wanted.name)
        bot.become(wanted.status)
        bot.name = wanted.name
        bot.description = wanted.description
        bot.run_policy = wanted.run_policy
    return bot


def save_version(actor: Actor, bot: Bot, wanted: VersionIn) -> BotVersion:
    """Keep this content as the next version and make it the active one."""
    with audited(actor, Permission.BOT_WRITE, bot) as entry:
        bot.keep_unarchived()
        current = BotVersion.active_of(bot.id)
        check_based_on(current, wanted.based_on)
        version = bot.new_version(
            current.number + 1,
            wanted.code,
            wanted.config.stored(),
            wanted.message,
            actor,
            wanted.label,
        )
        if version.content_hash == current.content_hash:
            raise Invalid({"code": f"Nothing differs from version {current.number}."})
        replace(current, version)
        entry.about(bot, version=version.number, message=version.message)
    return version


def roll_back(
    actor: Actor, bot: Bot, older: BotVersion, wanted: RollbackIn
) -> BotVersion:
    """Keep the content of an older version as the next one, and make that active."""
    with audited(actor, Permission.BOT_WRITE, bot) as entry:
        current = BotVersion.active_of(bot.id)
        check_based_on(current, wanted.based_on)
        if why_not := older.why_not_back(bot, current):
            raise RuleBroken(why_not)
        version = bot.new_version(
            current.number + 1, older.code, older.config, wanted.message, actor
        )
        replace(current, version)
        entry.about(bot, version=version.number, back_to=older.number)
    return version


def label_version(actor: Actor, bot: Bot, version: BotVersion, label: str) -> None:
    """Name a version, or take its name away; its content stays as it is."""
    with audited(actor, Permission.BOT_WRITE, bot) as entry:
        bot.keep_unarchived()
        version.label = label
        entry.about(bot, version=version.number, label=label)


def import_bot(actor: Actor, wanted: ImportIn) -> Bot:
    """Make a bot of a document: switched off, and nobody runs it without a vote."""
    with audited(actor, Permission.BOT_WRITE) as entry:
        bot = Bot(owner_id=actor.id, status=BotStatus.INACTIVE)
        check_name(bot, wanted.wanted_name)
        bot.name = wanted.wanted_name
        bot.description = wanted.document.bot.description
        db.session.add(bot)
        db.session.flush()
        versions = [
            bot.new_version(v.number, v.code, v.config, v.message, actor, v.label)
            for v in wanted.document.versions
        ]
        for older in versions[:-1]:
            older.is_active = False
        db.session.add_all(versions)
        entry.about(bot, versions=len(versions), imported=True)
    return bot


def archive_bot(actor: Actor, bot: Bot) -> Bot:
    with audited(actor, Permission.BOT_WRITE, bot):
        check_unused(bot)
        bot.archive()
    return bot


def restore_bot(actor: Actor, bot: Bot) -> Bot:
    with audited(actor, Permission.BOT_WRITE, bot):
        bot.restore()
    return bot


def replace(current: BotVersion, version: BotVersion) -> None:
    """Make the new version the active one."""
    current.is_active = False
    db.session.flush()  # the index allows one active version at any moment
    db.session.add(version)


def check_name(bot: Bot, name: str) -> None:
    taken = select(Bot.id).where(Bot.name == name, Bot.id != bot.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another bot has this name."})


def check_based_on(current: BotVersion, based_on: int | None) -> None:
    if based_on in {None, current.number}:
        return
    raise Invalid(
        {
            "based_on": f"Version {current.number} was saved meanwhile. "
            "Look at it, then save again to put yours on top."
        }
    )


def check_unused(bot: Bot) -> None:
    uses = (
        select(WorkflowType.name)
        .join(TypeStep, TypeStep.type_id == WorkflowType.id)
        .where(TypeStep.bot_id == bot.id, WorkflowType.archived_at.is_(None))
        .order_by(WorkflowType.name)
    )
    if name := db.session.scalar(uses.limit(1)):
        raise RuleBroken(
            f"The workflow type {name} runs this bot. Give it another bot first."
        )
