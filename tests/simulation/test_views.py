"""The page on which a council's rule is tried out."""

import html
import json
import re

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.simulation.what_if import TAIL
from tests.factories import make_council, make_user, rule_of
from tests.simulation.stories import played

PARTIAL = {"X-Partial": "1"}


@pytest.fixture
def council(ada, olga, otto):
    """Simple majority: two approvals of three decide."""
    return make_council(ada, olga, otto, name="Release")


def votes(**chosen):
    """By member: a choice, or a choice and the hour."""
    asked = {}
    for person, vote in chosen.items():
        choice, hour = vote if isinstance(vote, tuple) else (vote, "")
        asked |= {f"{person}-c": choice, f"{person}-h": hour}
    return asked


def tail(user):
    return user.id.hex[-TAIL:]


def asked(client, council, **query):
    return client.get(f"/councils/{council.id}/try", query_string=query)


def scenario_on(page):
    """The scenario the page offers to copy."""
    return json.loads(
        html.unescape(re.search(r'data-copy="(\{.*?)">', page.text, re.DOTALL)[1])
    )


def test_nobody_votes_until_somebody_is_said_to(client, ada, council):
    page = asked(client.as_(ada), council)

    assert page.status_code == 200
    assert "Lapsed: nobody voted." in page.text
    assert "Nobody votes yet: choose how they would." in page.text
    assert 'aria-current="page">Try this rule' in page.text


def test_the_members_vote_and_the_page_says_how_it_ends(
    client, ada, olga, otto, council
):
    chosen = {tail(ada): ("approve", "2"), tail(olga): ("approve", "30,5")}

    page = asked(client.as_(ada), council, **votes(**chosen))

    assert "Approved: 2 of 2 approved and 2 were needed." in page.text
    assert "It may run, within 7 days." in page.text
    lines = [line.strip() for line in re.findall(r'class="name">(.*?)<', page.text)]
    assert lines == [
        "The vote opens: three people may vote",
        "Ada approves",
        "Olga approves",
        "Decided early: approved",
    ]
    assert "After 30.5 hours" in page.text
    assert "<dt>Quorum</dt><dd>2 of 3, needs 2</dd>" in page.text
    assert 'value="30,5"' in page.text


def test_a_refused_vote_says_why(client, ada, olga, otto, council):
    chosen = {tail(ada): "approve", tail(olga): "approve", tail(otto): ("reject", "1")}

    page = asked(client.as_(ada), council, **votes(**chosen))

    assert "Otto is refused" in page.text
    assert "Voting has closed." in page.text


def test_who_proposes_may_be_one_of_them_and_then_has_no_vote(
    client, ada, olga, council
):
    chosen = votes(**{tail(olga): "approve"}) | {"proposer": str(olga.id)}

    page = asked(client.as_(ada), council, **chosen)

    assert "two people may vote" in page.text
    assert "Olga is refused" in page.text


def test_a_preset_is_tried_in_place_of_the_rule(client, ada, olga, council):
    chosen = votes(**{tail(ada): "approve", tail(olga): "reject"})

    own = asked(client.as_(ada), council, **chosen)
    page = asked(client, council, preset="any_one_other", **chosen)

    assert "Rejected: 1 approved, 1 rejected, and a tie" in own.text
    assert "Approved: 1 of 3 people approved and 1 was needed." in page.text


def test_a_few_numbers_are_tried_over_the_rule(client, ada, olga, council):
    chosen = votes(**{tail(ada): "approve", tail(olga): "approve"})
    numbers = {"threshold-num": "1", "threshold-den": "1", "threshold-base": "eligible"}
    numbers |= {"threshold-strict": "false", "voting_period": "1,5"}

    page = asked(client.as_(ada), council, **chosen, **numbers)

    assert "Rejected: 2 of 3 approved and 3 were needed." in page.text
    assert "After 1.5 hours" in page.text
    rule = scenario_on(page)["rule"]
    assert rule["threshold"] == {
        "num": 1,
        "den": 1,
        "strict": False,
        "base": "eligible",
    }
    assert (rule["voting_period"], rule["quorum"]) == (5400, rule_of()["quorum"])


def test_a_late_vote_extends_and_the_page_says_until_when(client, ada, olga, council):
    chosen = votes(**{tail(ada): "approve", tail(olga): ("abstain", "71")})
    late = {"late_extension-seconds": "24", "late_extension-trigger": "quorum"}

    page = asked(client.as_(ada), council, **chosen, **late)

    assert "The vote is extended: it closes after 95 hours" in page.text
    assert "The vote closes: approved" in page.text


def test_an_early_decision_waits_for_the_least_time(client, ada, olga, council):
    chosen = votes(**{tail(ada): "approve", tail(olga): "approve"})

    page = asked(client.as_(ada), council, min_open="5", **chosen)

    assert "Decided early: approved" in page.text
    assert "After 5 hours" in page.text


def test_the_same_as_a_scenario_ends_the_same(client, ada, olga, otto, council):
    chosen = {tail(ada): "approve", tail(olga): ("reject", "3")}

    page = asked(client.as_(ada), council, **votes(**chosen))

    told = scenario_on(page)
    assert told["expected"] == {"state": "rejected", "reason": "tie"}
    assert played(told).differences == []


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"threshold-num": "3", "threshold-den": "2"}, "threshold-num", "3/2 is more"),
        ({"threshold-num": "most"}, "threshold-num", "Enter a whole number."),
        ({"threshold-den": "0"}, "threshold-den", "Enter 1 or more."),
        ({"threshold-base": "moon"}, "threshold-base", "Choose "),
        ({"min_approvals": "0"}, "min_approvals", "Enter 1 or more."),
        ({"min_approvals": "4"}, "preset", "could not pass even if everyone approved"),
        ({"voting_period": "long"}, "voting_period", "Enter hours from 0 to 8,760"),
        ({"voting_period": "nan"}, "voting_period", "Enter hours from 0 to 8,760"),
        ({"voting_period": "0"}, "voting_period", "Enter 1 or more."),
        ({"min_open": "99"}, "min_open", "The vote lasts 3 days: enter that or less."),
        (
            {"late_extension-seconds": "73"},
            "late_extension-seconds",
            "The vote lasts 3 days: enter that or less.",
        ),
        ({"preset": "moon"}, "preset", "Choose one of the list."),
        ({"proposer": "moon"}, "proposer", "Choose one of the list."),
    ],
)
def test_a_rule_that_cannot_be_says_so_beside_the_field(
    client, ada, olga, council, wrong, field, sentence
):
    chosen = votes(**{tail(olga): ("approve", "7")})

    page = asked(client.as_(ada), council, **wrong, **chosen)

    assert page.status_code == 422
    beside = re.search(rf'id="{field}-error">(.*?)</p>', page.text, re.DOTALL)[1]
    assert sentence in html.unescape(beside)
    assert 'value="7"' in page.text
    typed = [value for name, value in wrong.items() if name in {"min_approvals"}]
    assert all(f'value="{value}"' in page.text for value in typed)
    assert "<details" in page.text


@pytest.mark.parametrize("hour", ["soon", "-1", "1e99", "Infinity"])
def test_an_hour_that_is_none_is_marked_in_its_line(client, ada, olga, council, hour):
    page = asked(client.as_(ada), council, **votes(**{tail(olga): ("approve", hour)}))

    assert page.status_code == 422
    assert f'id="{tail(olga)}-h-error"' in page.text
    assert f'value="{hour}"' in page.text
    assert "Nothing was played yet." in page.text


def test_a_choice_that_is_none_is_marked_in_its_line(client, ada, olga, council):
    page = asked(client.as_(ada), council, **votes(**{tail(olga): "perhaps"}))

    assert (page.status_code, f'id="{tail(olga)}-c-error"' in page.text) == (422, True)


def test_only_who_may_veto_is_offered_to(client, ada, olga, council):
    council.members[1].can_veto = True
    db.session.commit()

    page = asked(client.as_(ada), council, **votes(**{tail(olga): "veto"}))

    assert page.text.count('value="veto"') == 1
    assert "Rejected: a veto stands." in page.text


def test_who_only_watches_is_not_asked(client, ada, olga, otto):
    watcher, lena = make_user("Wanda"), make_user("Lena", role=Role.USER)
    council = make_council(olga, watcher, lena)
    council.members[1].weight = 0
    db.session.commit()

    page = asked(client.as_(ada), council)

    assert "Vote of Olga" in page.text
    assert "Vote of Wanda" not in page.text
    assert "Vote of Lena" not in page.text


def test_people_of_one_name_are_told_apart(client, ada):
    twins = [make_user("Kim", role=Role.COUNCIL_OPERATOR) for _ in range(2)]
    council = make_council(*twins)

    page = asked(client.as_(ada), council, **votes(**{tail(twins[1]): "approve"}))

    assert [seat["voter"] for seat in scenario_on(page)["eligible"]] == [
        "Kim",
        "Kim (2)",
    ]
    assert "Kim (2) approves" in page.text


def test_a_council_without_voters_says_what_to_do(client, ada):
    page = asked(client.as_(ada), make_council())

    assert page.status_code == 422
    assert "Nobody here can vote. Seat somebody with a weight first." in page.text
    assert 'id="proposer-error"' in page.text


def test_a_script_is_given_the_same_without_the_page_around(client, ada, council):
    client.as_(ada)
    page = client.get(f"/councils/{council.id}/try", headers=PARTIAL)

    assert page.status_code == 200
    assert 'id="answer"' in page.text
    assert "<html" not in page.text


def test_it_takes_few_statements_and_leaves_no_trace(
    client, statements, ada, olga, council
):
    client.as_(ada)
    before = db.session.scalars(select(AuditEntry)).all()
    del statements[:]

    asked(client, council, **votes(**{tail(olga): "approve"}))

    asked_for = [each for each in statements if "clock_timestamp" not in each]
    assert len(asked_for) <= 4
    assert all(each.startswith("SELECT") for each in asked_for)
    assert db.session.scalars(select(AuditEntry)).all() == before


def test_a_member_and_a_viewer_may_try(client, olga, eve, council):
    assert asked(client.as_(olga), council).status_code == 200
    assert asked(client.as_(eve), council).status_code == 200


def test_a_stranger_finds_nothing(client, mallory, council):
    assert asked(client.as_(mallory), council).status_code == 404


def test_the_council_page_leads_there(client, ada, council):
    page = client.as_(ada).get(f"/councils/{council.id}")

    assert f'href="/councils/{council.id}/try"' in page.text
