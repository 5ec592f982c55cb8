from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from dashboard.bots import actions
from dashboard.bots.models import Bot, BotStatus, BotVersion, version_hash
from dashboard.bots.schemas import BotIn, VersionIn
from dashboard.clock import now
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from tests.factories import (
    ECHO,
    latest_audit,
    make_bot,
    make_council,
    make_type,
    make_user,
    stored,
)

OTHER = "def run(inputs, files):\n    return {'other': True}\n"


def version(code=OTHER, **over):
    return VersionIn(code=code, message="Says other", **over)


def versions_of(bot):
    wanted = select(BotVersion).filter_by(bot_id=bot.id).order_by(BotVersion.number)
    return db.session.scalars(wanted).all()


def test_a_new_bot_is_its_owners_and_has_one_active_version(database, uma):
    bot = actions.create_bot(uma, BotIn(name="Echo", code=ECHO))

    [first] = versions_of(bot)
    assert (bot.owner_id, bot.run_policy) == (uma.id, "nobody")
    assert (first.number, first.is_active, first.author_id) == (1, True, uma.id)
    assert first.message == "First version"
    assert first.content_hash == version_hash(ECHO, first.config) == first.true_hash
    assert latest_audit().subject_name == "Echo"


def test_saving_a_version_leaves_the_old_one_as_it_was(database, uma, otto):
    bot = make_bot(otto)
    [before] = versions_of(bot)
    hash_before = before.content_hash

    saved = actions.save_version(otto, bot, version(based_on=1))

    first, second = versions_of(bot)
    assert (first.is_active, second.is_active) == (False, True)
    assert (first.code, first.content_hash) == (ECHO, hash_before)
    assert (saved.number, second.code, second.author_id) == (2, OTHER, otto.id)
    entry = latest_audit()
    assert entry.subject_id == bot.id
    assert entry.detail == {"version": 2, "message": "Says other"}
    assert "sha256:" in str(entry.changes[f"bot_versions/{second.id}"]["code"])
    assert "other" not in str(entry.changes[f"bot_versions/{second.id}"]["code"])


def test_identical_content_is_refused_but_an_older_content_may_return(database, ada):
    bot = actions.create_bot(ada, BotIn(name="Echo", code=ECHO))

    with pytest.raises(Invalid) as refused:
        actions.save_version(ada, bot, version(ECHO))
    actions.save_version(ada, bot, version(OTHER))
    again = actions.save_version(ada, bot, version(ECHO))

    assert refused.value.errors == {"code": "Nothing differs from version 1."}
    assert again.number == 3
    assert [each.is_active for each in versions_of(bot)] == [False, False, True]


def test_another_config_alone_is_a_version(database, ada):
    bot = actions.create_bot(ada, BotIn(name="Echo", code=ECHO))

    saved = actions.save_version(ada, bot, version(ECHO, config={"retry": "never"}))

    assert (saved.number, saved.config["retry"]) == (2, "never")


def test_who_started_from_an_older_version_is_told(database, ada):
    bot = make_bot(ada)
    actions.save_version(ada, bot, version())

    with pytest.raises(Invalid) as refused:
        actions.save_version(ada, bot, version(OTHER + "# mine", based_on=1))

    assert "Version 2 was saved meanwhile" in refused.value.errors["based_on"]
    assert len(versions_of(bot)) == 2


def test_only_its_owner_and_admins_save_versions(database, ada, uma, otto):
    bot = make_bot(uma)

    with pytest.raises(Denied):
        actions.save_version(otto, bot, version())
    assert latest_audit().result == "refused"
    assert actions.save_version(ada, bot, version()).number == 2


def test_concurrent_saves_get_a_number_each_and_one_stays_active(app, real_database):
    bot = make_bot(make_user())
    bot_id, owner_id = bot.id, bot.owner_id
    db.session.remove()

    def save(n):
        with app.app_context():
            bot = db.session.get(Bot, bot_id)
            saved = actions.save_version(bot.owner, bot, version(f"{OTHER}# {n}"))
            return saved.number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(save, range(8)))

    assert sorted(numbers) == list(range(2, 10))
    saved = versions_of(db.session.get(Bot, bot_id))
    assert [each.is_active for each in saved] == [False] * 8 + [True]
    assert {each.author_id for each in saved} == {owner_id}


def test_of_two_who_started_from_one_version_one_wins(app, real_database):
    bot_id = make_bot(make_user()).id
    db.session.remove()

    def save(n):
        with app.app_context():
            bot = db.session.get(Bot, bot_id)
            wanted = version(f"{OTHER}# {n}", based_on=1)
            try:
                return actions.save_version(bot.owner, bot, wanted).number
            except Invalid as error:
                return next(iter(error.errors))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, range(4)))

    assert sorted(answers, key=str) == [2, "based_on", "based_on", "based_on"]


def test_a_bot_that_a_type_runs_is_not_archived(database, ada):
    bot = make_bot(ada)
    type_ = make_type(make_council(ada), bot, name="Deploy")

    with pytest.raises(RuleBroken, match="The workflow type Deploy runs this bot"):
        actions.archive_bot(ada, bot)
    type_.archived_at = now()
    stored(type_)
    actions.archive_bot(ada, bot)

    assert bot.status is BotStatus.ARCHIVED


def test_an_archived_bot_keeps_its_history_and_changes_no_more(database, ada):
    bot = make_bot(ada)
    actions.archive_bot(ada, bot)

    with pytest.raises(RuleBroken, match="Restore it first"):
        actions.save_version(ada, bot, version())
    with pytest.raises(RuleBroken, match="archived already"):
        actions.archive_bot(ada, bot)

    assert len(versions_of(bot)) == 1
    actions.restore_bot(ada, bot)
    assert bot.status is BotStatus.INACTIVE


def test_what_was_tampered_with_no_longer_has_its_hash(database, ada):
    bot = make_bot(ada)
    [first] = versions_of(bot)
    db.session.execute(db.update(BotVersion).values(code=OTHER))
    db.session.commit()
    db.session.refresh(first)

    assert first.true_hash != first.content_hash
