"""What a rule would mean, asked before anything is saved."""

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from tests.conftest import on_sqlite
from tests.factories import make_council, make_type, rule_of

PARTIAL = {"X-Partial": "1"}
URL = "/councils/rule-preview"
API = "/api/v1/rules/preview"


def form(*people, **over):
    fields = {f"rule-{name.replace('__', '-')}": value for name, value in over.items()}
    for seat, person in enumerate(people):
        fields[f"members-{seat}-user_id"] = str(person.id)
    return fields


def test_a_form_hears_the_sentence_for_the_people_in_it(client, ada, olga, otto):
    fields = form(ada, olga, otto, preset="absolute_majority", voting_period="3600")

    answer = client.as_(ada).post(URL, data=fields, headers=PARTIAL)

    assert answer.status_code == 200
    assert "Passes when at least 2 of 3 approve, within 1 hour." in answer.text
    assert "<html" not in answer.text
    whole = client.post(URL, data=fields).text
    assert "<h1>What this rule means" in whole


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"min_approvals": "3"}, "rule-min_approvals", "and two can vote here"),
        ({"min_approvals": "x"}, "rule-min_approvals", "Enter a whole number."),
        (
            {"required_roles-0-role": "law", "shown": "simple_majority"},
            "rule-required_roles",
            "It asks for one approval from law",
        ),
        ({"preset": "dictator"}, "rule-preset", "Choose one of"),
    ],
)
def test_a_form_hears_beside_which_field_it_is_refused(
    client, ada, olga, over, field, sentence
):
    fields = form(ada, olga, **{"preset": "simple_majority"} | over)

    answer = client.as_(ada).post(URL, data=fields, headers=PARTIAL)

    assert answer.status_code == 200
    _, found = answer.text.split(f'data-beside="{field}"')
    assert sentence in found.partition("</li>")[0]


def test_a_row_that_is_not_right_yet_is_not_counted(client, ada, olga):
    fields = form(ada, olga, preset="everyone") | {"members-1-weight": "lots"}

    answer = client.as_(ada).post(URL, data=fields, headers=PARTIAL)

    assert "the only member approves" in answer.text


def test_a_types_rule_is_read_with_that_of_its_council(client, api, ada, olga):
    council = make_council(ada, olga, rule=rule_of(timelock=60, min_approvals=2))
    own = {"preset": "lazy_objection"}
    asked = {"rule": own, "council_id": str(council.id), "as_type": True}

    page = client.as_(ada).post(
        URL,
        data=form(**own) | {"council_id": str(council.id)},
        headers=PARTIAL,
    )
    told = api.with_key(ada).post(API, json=asked).json

    assert "nobody rejects and at least two people approve" in page.text
    assert told["sentence"] in page.text
    assert told["facts"]["Wait before it runs"] == "1 minute"
    silent = client.post(URL, data={"council_id": str(council.id)}, headers=PARTIAL)
    assert "more than half of the votes cast approve" in silent.text


def test_a_program_is_told_the_same(api, ada, olga, otto):
    members = [{"user_id": str(person.id)} for person in (ada, olga, otto)]
    good = {"rule": {"preset": "two_thirds"}, "members": members}
    bad = {"rule": {"preset": "any_two", "min_approvals": 4}, "members": members}
    broken = {"rule": {"threshold": {"num": 3, "den": 2}}}
    api.with_key(ada)

    answers = [api.post(API, json=body).json for body in (good, bad, broken)]

    assert answers[0]["valid"]
    assert answers[0]["sentence"] == (
        "Passes when two thirds of the votes cast approve and at least 2 of 3 vote, "
        "within 3 days."
    )
    assert answers[0]["facts"]["If everybody votes"] == "2 of 3 approve, at least"
    assert [each["errors"] for each in answers[1:]] == [
        [
            {
                "pointer": "/rule/min_approvals",
                "detail": "It asks for four people to approve, and three can vote "
                "here.",
            }
        ],
        [
            {
                "pointer": "/rule/threshold",
                "detail": "3/2 is more than all: enter 2 or less above the line.",
            }
        ],
    ]


def test_the_seats_of_a_council_are_those_who_may_vote(api, ada, olga, uma):
    council = make_council(ada, olga, uma)
    asked = {"rule": {"preset": "everyone"}, "council_id": str(council.id)}

    told = api.with_key(ada).post(API, json=asked).json

    assert told["sentence"] == "Passes when all 2 approve, within 3 days."


def test_what_is_no_question_is_refused(api, ada):
    api.with_key(ada)

    assert api.post(API, json={}).status_code == 422
    assert api.post(API, json={"rule": "two_thirds"}).status_code == 422
    assert api.post(API, json={"rule": {}, "extra": 1}).status_code == 422


def test_nothing_is_written_and_strangers_hear_nothing(
    client, api, ada, mallory, eve, statements
):
    council = make_council(ada)
    make_type(council)
    asked = {"rule": {}, "council_id": str(council.id)}
    fields = form(ada, preset="everyone")
    client.as_(eve).post(URL, data=fields, headers=PARTIAL)
    before = db.session.scalar(select(func.count(AuditEntry.id)))
    statements.clear()

    client.post(URL, data=fields, headers=PARTIAL)

    assert {sql.split()[0] for sql in statements} == {"SELECT"}
    assert len(statements) == 1  # session and user
    assert db.session.scalar(select(func.count(AuditEntry.id))) == before
    api.with_key(mallory)
    assert api.post(API, json=asked).status_code == 404
    client.as_(mallory)
    assert client.post(URL, data={"council_id": council.id}).status_code == 404
    assert (
        api.with_key(mallory, scopes=["bot.read"]).post(API, json=asked).status_code
        == 403
    )


ODD = ["\0", "\udc80", "9" * 5000, "-1", "1.5", "a.b", "⅔", "never", "[]", "x" * 200]
PARTS = [
    "preset",
    "shown",
    "threshold-num",
    "threshold-den",
    "threshold-strict",
    "threshold-base",
    "threshold-on",
    "quorum-num",
    "quorum-den",
    "quorum-counts",
    "min_approvals",
    "required_roles-0-role",
    "required_roles-0-number",
    "voting_period",
    "voting_period-unit",
    "early_decision",
    "min_open",
    "vote_change",
    "reason_required",
    "late_extension-seconds",
    "late_extension-trigger",
    "timelock",
    "run_window",
    "run_window-unit",
    "exclude",
]


@on_sqlite
@pytest.mark.parametrize("odd", ODD, ids=[ascii(odd)[:12] for odd in ODD])
def test_nothing_odd_in_any_field_is_our_mistake(client, ada, odd):
    council = make_council(ada)
    sane = {"rule-preset": "two_thirds", "rule-shown": "two_thirds"}
    sane |= {"members-0-user_id": str(ada.id), "name": council.name}
    odd = odd.encode("utf-8", "surrogatepass")
    client.as_(ada)

    for part in PARTS:
        fields = sane | {f"rule-{part}": odd}
        asked = client.post(URL, data=fields, headers=PARTIAL)
        saved = client.post(f"/councils/{council.id}/edit", data=fields)
        shown = client.post(
            f"/councils/{council.id}/edit", data=fields | {"meaning": "1"}
        )
        assert asked.status_code == shown.status_code == 200, part
        assert saved.status_code in {303, 422}, part
