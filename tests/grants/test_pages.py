"""Grants as pages: asked for, voted on, in force, revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.grants.models import Grant, GrantState
from dashboard.runs.models import RunStatus
from tests.factories import (
    latest_audit,
    make_bot,
    make_council,
    make_type,
    make_version,
)
from tests.grants.stage import (
    active,
    asked,
    decided,
    grants_type,
    make_grant,
    make_secret,
    newest_workflow,
)


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Orders")


def access(bot):
    return f"/bots/{bot.id}/access"


def test_network_is_asked_for_voted_on_and_granted(client, uma, olga, bot):
    type_ = grants_type(olga)

    answer = client.as_(uma).post(
        f"{access(bot)}/new",
        data=asked(type_, hosts="API.example.org\n b.example:8443 "),
    )
    workflow = newest_workflow()
    page = client.as_(olga).get(answer.location).text
    run = decided(workflow, olga)

    assert answer.location == f"/workflows/{workflow.id}"
    assert "api.example.org" in page
    assert "Version 1 only" in page
    assert "Grant to a bot" in page
    assert run.status is RunStatus.COMPLETED
    grant = db.session.scalar(select(Grant))
    assert grant.hosts == ["api.example.org", "b.example:8443"]
    assert (grant.bot_id, grant.version_id) == (bot.id, active(bot).id)
    assert grant.workflow_id == workflow.id
    assert f"#{workflow.number}" in client.as_(uma).get(access(bot)).text


def test_a_secret_is_granted_by_its_name_for_every_version(client, uma, olga, ada, bot):
    secret = make_secret(ada)
    data = asked(
        grants_type(olga),
        kind="secret",
        secret="CRM_TOKEN",
        holds_for="bot",
        until=f"{now() + timedelta(days=3):%Y-%m-%d}",
    )

    client.as_(uma).post(f"{access(bot)}/new", data=data)
    decided(newest_workflow(), olga)

    grant = db.session.scalar(select(Grant))
    assert (grant.secret_id, grant.version_id, grant.hosts) == (secret.id, None, [])
    assert grant.until.date() == (now() + timedelta(days=4)).date()
    assert grant.until.hour == 0


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"hosts": ""}, "Name at least one host."),
        ({"hosts": "*.example.org"}, "Name each host; * is not possible."),
        ({"hosts": "https://api.example.org/"}, "Write a host such as"),
        ({"hosts": "169.254.169.254"}, "is no public name"),
        ({"hosts": "localhost:8000"}, "is no public name"),
        ({"hosts": "api.example.org:99999"}, "a port is a number"),
        ({"until": "2020-01-01"}, "Choose a day that is not over."),
        ({"why": ""}, "Fill this in."),
        ({"kind": "secret", "secret": "NOPE"}, "No secret has this name."),
    ],
)
def test_what_cannot_be_granted_is_said_and_what_was_typed_stays(
    client, uma, olga, bot, over, sentence
):
    data = asked(grants_type(olga), **{"why": "Kept words"} | over)

    answer = client.as_(uma).post(f"{access(bot)}/new", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept words" in answer.text) == ("why" not in over)
    assert newest_workflow() is None


def test_what_the_operator_opened_may_be_granted(
    client, uma, olga, bot, app, monkeypatch
):
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", ("localhost:8000", "10.0.0.0/8"))
    data = asked(grants_type(olga), hosts="localhost:8000\n10.1.2.3")

    assert client.as_(uma).post(f"{access(bot)}/new", data=data).status_code == 303


def test_a_type_that_decides_no_grants_is_refused(client, uma, olga, bot):
    grants_type(olga)
    other = make_type(make_council(olga), make_bot(uma))

    answer = client.as_(uma).post(f"{access(bot)}/new", data=asked(other))

    assert answer.status_code == 422
    assert "Choose a type that decides on grants." in answer.text


def test_without_such_a_type_the_page_says_what_is_missing(client, ada, bot):
    page = client.as_(ada).get(f"{access(bot)}/new").text

    assert "No council decides on grants yet" in page


def archive(bot):
    bot.archive()


def change_code(bot):
    db.session.execute(
        db.update(type(active(bot)))
        .where(type(active(bot)).id == active(bot).id)
        .values(code="def run(i): return {}")
    )


def stop_deciding(bot):
    newest_workflow().type.decides_grants = False


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (archive, "is archived"),
        (change_code, "is not what was judged"),
        (stop_deciding, "decides on no grants any more"),
    ],
)
def test_what_is_gone_by_then_is_not_granted(
    client, uma, olga, bot, meanwhile, sentence
):
    client.as_(uma).post(f"{access(bot)}/new", data=asked(grants_type(olga)))
    workflow = newest_workflow()
    meanwhile(bot)
    db.session.commit()

    run = decided(workflow, olga)

    assert run.status is RunStatus.BLOCKED
    assert sentence in run.error
    assert db.session.scalar(select(Grant)) is None


def test_a_secret_deleted_before_the_vote_is_not_granted(client, uma, olga, ada, bot):
    secret = make_secret(ada)
    data = asked(grants_type(olga), kind="secret", secret="CRM_TOKEN")
    client.as_(uma).post(f"{access(bot)}/new", data=data)
    client.as_(ada).post(f"/secrets/{secret.id}/delete")

    run = decided(newest_workflow(), olga)

    assert "the secret CRM_TOKEN was deleted" in run.error


def test_a_grant_is_revoked_with_a_reason_and_no_vote(client, uma, bot):
    grant = make_grant(bot, "api.example.org")
    client.as_(uma)

    silent = client.post(f"/grants/{grant.id}/revoke", data={"reason": ""})
    answer = client.post(f"/grants/{grant.id}/revoke", data={"reason": "Key leaked"})
    again = client.post(f"/grants/{grant.id}/revoke", data={"reason": "Once more"})

    assert (silent.status_code, answer.status_code) == (422, 303)
    assert again.status_code == 409
    assert grant.state_at(now()) is GrantState.REVOKED
    assert (grant.revoked_by_id, grant.revoke_reason) == (uma.id, "Key leaked")
    assert "Key leaked" in client.get(answer.location).text
    entry = latest_audit()
    assert (entry.action, entry.result.value) == ("grant.write", "refused")


def test_the_list_filters_by_state(client, uma, bot):
    make_grant(bot, "a.example.org")
    make_grant(bot, "b.example.org", until=now() - timedelta(days=1))
    make_grant(bot, "c.example.org", revoked_at=now(), revoked_by_id=uma.id)
    client.as_(uma)

    def shown(state):
        page = client.get(f"{access(bot)}?state={state}").text
        return {name for name in "abc" if f"{name}.example.org" in page}

    assert shown("") == {"a", "b", "c"}
    assert [shown(s) for s in GrantState] == [{"a"}, {"b"}, {"c"}]


def test_only_who_may_write_the_bot_asks_and_revokes(client, olga, eve, mallory, bot):
    grant = make_grant(bot, "api.example.org")
    data = asked(grants_type(olga))
    revoke = f"/grants/{grant.id}/revoke"

    for stranger in (mallory,):
        client.as_(stranger)
        assert client.get(access(bot)).status_code == 404
        assert client.get(f"/grants/{grant.id}").status_code == 404
        assert client.post(f"{access(bot)}/new", data=data).status_code == 404
        assert client.post(revoke, data={"reason": "Let go"}).status_code == 404
    for reader in (olga, eve):
        client.as_(reader)
        assert client.get(access(bot)).status_code == 200
        assert "Revoke the grant" not in client.get(f"/grants/{grant.id}").text
        assert client.get(f"{access(bot)}/new").status_code == 403
        assert client.post(f"{access(bot)}/new", data=data).status_code == 403
        assert client.post(revoke, data={"reason": "Let go"}).status_code == 403
    assert not grant.is_revoked


@pytest.mark.parametrize("size", [1, 6])
def test_the_tab_costs_the_same_however_much_is_granted(
    client, uma, olga, ada, bot, statements, size
):
    type_ = grants_type(olga)
    for n in range(size):
        make_grant(bot, f"h{n}.example.org", version=make_version(bot))
        make_grant(bot, secret=make_secret(ada, name=f"TOKEN_{n}"))
    client.as_(uma)
    client.post(f"{access(bot)}/new", data=asked(type_))
    tab, one = access(bot), f"/grants/{db.session.scalar(select(Grant.id))}"

    statements.clear()
    client.get(tab)
    assert len(statements) == 4  # session, bot, grants, proposals

    statements.clear()
    client.get(one)
    assert len(statements) == 2  # session, grant
