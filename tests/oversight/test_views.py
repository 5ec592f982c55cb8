import pytest

from dashboard.councils.models import Council
from dashboard.extensions import db
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
)
from tests.oversight.stage import block, make_governance_type, make_routed_type

UNKNOWN = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def council(ada, olga):
    return make_council(ada, olga, name="Release", savings_threshold=500)


@pytest.fixture
def type_(council, uma):
    return make_type(council, make_bot(uma), name="Sweep")


def filled(*blocked, **over):
    fields = {"review_actions": "y", "savings_threshold": "250"}
    fields["domains"] = "commerce.pricing\r\n\r\ncommerce\r\ncommerce"
    for row, type_ in enumerate(blocked):
        fields[f"blocked_types-{row}-type_id"] = str(type_.id)
        fields[f"blocked_types-{row}-reason"] = f"Not {type_.name}"
    return fields | over


def test_the_tab_tells_what_the_council_votes_on_and_blocks(
    client, olga, council, type_
):
    council.domains = ["commerce.pricing"]
    block(council, type_, "Not before the audit")

    page = client.as_(olga).get(f"/councils/{council.id}/oversight").text

    assert "estimated savings of 500 a week or more" in page
    assert '<span class="tag">commerce.pricing</span>' in page
    assert "Not before the audit" in page
    assert "Edit oversight" not in page
    assert f'href="/councils/{council.id}/oversight" aria-current="page"' in page
    members = client.get(f"/councils/{council.id}").text
    assert f'href="/councils/{council.id}/oversight"' in members


def test_a_council_that_blocks_nothing_says_so(client, ada, council):
    page = client.as_(ada).get(f"/councils/{council.id}/oversight").text

    assert "No type is blocked here." in page
    assert f'href="/councils/{council.id}/oversight/edit"' in page


def test_an_admin_changes_the_oversight_and_the_audit_has_before_and_after(
    client, ada, council, type_
):
    url = f"/councils/{council.id}/oversight"

    response = client.as_(ada).post(f"{url}/edit", data=filled(type_))

    assert (response.status_code, response.location) == (303, url)
    assert (council.review_actions, council.savings_threshold) == (True, 250)
    assert council.domains == ["commerce.pricing", "commerce"]
    [blocked] = council.blocked_types
    assert (blocked.type_id, blocked.reason) == (type_.id, "Not Sweep")
    entry = latest_audit()
    assert (entry.action, entry.subject_id) == ("council.write", council.id)
    assert entry.changes[f"councils/{council.id}"] == {
        "savings_threshold": [500, 250],
        "domains": [[], ["commerce.pricing", "commerce"]],
    }
    added = entry.changes[f"council_blocked_types/{blocked.id}"]
    assert added["reason"] == [None, "Not Sweep"]


def test_a_row_is_taken_away_and_another_reason_given(client, ada, council, type_):
    block(council, type_, "Old")
    kept = council.blocked_types[0].id
    url = f"/councils/{council.id}/oversight/edit"

    shown = client.as_(ada).get(url).text
    client.post(url, data=filled(type_))
    renamed = db.session.get(Council, council.id).blocked_types
    renamed = [(row.id, row.reason) for row in renamed]
    client.post(url, data=filled())

    assert 'value="Old"' in shown
    assert renamed == [(kept, "Not Sweep")]
    assert db.session.get(Council, council.id).blocked_types == []
    removed = latest_audit().changes[f"council_blocked_types/{kept}"]
    assert removed["reason"] == ["Not Sweep", None]


def test_review_is_switched_off_by_leaving_the_box_empty(client, ada, council):
    given = filled()
    del given["review_actions"]

    client.as_(ada).post(f"/councils/{council.id}/oversight/edit", data=given)

    assert db.session.get(Council, council.id).review_actions is False
    page = client.get(f"/councils/{council.id}/oversight").text
    assert "Nothing is voted on" in page


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"savings_threshold": "-1"}, "savings_threshold", "Enter 0 or more."),
        ({"savings_threshold": "lots"}, "savings_threshold", "Enter a whole number."),
        ({"domains": "Commerce"}, "domains", "Use lower case words"),
        ({"domains": "commerce..pricing"}, "domains", "Use lower case words"),
        (
            {"blocked_types-0-reason": ""},
            "blocked_types-0-reason",
            "Fill this in.",
        ),
        (
            {"blocked_types-0-type_id": UNKNOWN},
            "blocked_types-0-type_id",
            "There is no such workflow type.",
        ),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(
    client, ada, council, type_, wrong, field, sentence
):
    given = filled(type_, **{"domains": "support"} | wrong)

    response = client.as_(ada).post(
        f"/councils/{council.id}/oversight/edit", data=given
    )

    assert response.status_code == 422
    beside = response.text.split(f'id="{field}-error"')[1].partition("</p>")[0]
    assert sentence in beside
    assert given["domains"] in response.text
    assert db.session.get(Council, council.id).savings_threshold == 500


def test_a_type_that_changes_the_council_cannot_be_blocked(client, ada, council):
    charter = make_governance_type(council, name="Charter")
    url = f"/councils/{council.id}/oversight/edit"

    offered = client.as_(ada).get(url).text
    response = client.post(url, data=filled(charter))

    assert str(charter.id) not in offered
    assert response.status_code == 422
    assert "it cannot be blocked" in response.text
    assert council.blocked_types == []


def test_the_same_type_twice_is_refused(client, ada, council, type_):
    url = f"/councils/{council.id}/oversight/edit"

    response = client.as_(ada).post(url, data=filled(type_, type_))

    assert response.status_code == 422
    assert "A type is blocked once." in response.text


def test_strangers_find_nothing_and_members_change_nothing(
    client, olga, eve, mallory, council
):
    url = f"/councils/{council.id}/oversight"

    assert client.as_(mallory).get(url).status_code == 404
    for person, reads in ((olga, 200), (eve, 200)):
        client.as_(person)
        assert client.get(url).status_code == reads
        assert client.get(f"{url}/edit").status_code == 403
        assert client.post(f"{url}/edit", data=filled()).status_code == 403
    assert client.get(f"/councils/{UNKNOWN}/oversight").status_code == 404
    assert council.savings_threshold == 500


def test_an_unknown_council_has_no_oversight_to_edit(client, ada):
    url = f"/councils/{UNKNOWN}/oversight/edit"

    assert client.as_(ada).get(url).status_code == 404
    assert client.post(url, data=filled()).status_code == 404


@pytest.mark.parametrize("size", [1, 20])
def test_the_tab_costs_the_same_however_much_it_shows(
    client, ada, olga, council, uma, statements, size
):
    bot = make_bot(uma)
    for _ in range(size):
        make_agent()
        block(council, make_type(council, bot))
        make_routed_type(bot, domain="commerce")
    url = f"/councils/{council.id}/oversight"
    client.as_(ada).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == 4  # session and user, council, types, agents
