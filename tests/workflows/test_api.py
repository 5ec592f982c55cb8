from base64 import b64encode

import pytest
from sqlalchemy import func, select

from dashboard.extensions import db
from dashboard.workflows.models import Status, Vote, Workflow
from tests.factories import (
    make_council,
    make_type,
    make_user,
    open_vote,
    propose,
    vote,
)

URL = "/api/v1/workflows"
UNKNOWN = f"{URL}/019a0000-0000-7000-8000-000000000000"


def body(type_, **over):
    return {"title": "Clean up", "type_id": str(type_.id)} | over


def pointers(response):
    return [error["pointer"] for error in response.json["errors"]]


def attached(name="a.txt", content=b"one"):
    return {"name": name, "content_base64": b64encode(content).decode()}


def test_a_program_proposes_opens_and_learns_what_is_judged(api, uma, asking):
    wanted = body(asking, inputs={"threshold": 5}, files=[attached()], open=True)

    response = api.with_key(uma).post(URL, json=wanted)

    assert response.status_code == 201
    found = api.get(response.headers["Location"]).json
    assert found["status"] == "open"
    assert found["content"]["inputs"] == {"threshold": 5, "mode": "safe"}
    assert found["content"]["files"][0]["name"] == "a.txt"
    assert found["content_hash"] == found["round"]["content_hash"]
    assert [each["choice"] for each in found["round"]["ballots"]] == [None] * 3
    assert (found["may_vote"], found["run_id"]) == (False, None)
    assert found["why_not"] == "You proposed this, so you have no vote on it."


def test_a_draft_shows_the_digest_it_would_have(api, uma, type_):
    workflow = propose(uma, type_)
    url = f"{URL}/{workflow.id}"

    draft = api.with_key(uma).get(url).json
    opened = api.post(f"{url}/round")

    assert draft["round"] is None
    assert draft["content_hash"].startswith("sha256:")
    assert opened.status_code == 201
    assert opened.json["content_hash"] == draft["content_hash"]


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"title": "x"}, "/title"),
        ({"title": None}, "/title"),
        ({"type_id": "nothing"}, "/type_id"),
        ({"type_id": "0" * 32}, "/type_id"),
        ({"inputs": {}}, "/inputs/threshold"),
        ({"inputs": {"threshold": 1e999}}, "/inputs"),
        ({"inputs": {"threshold": 0}}, "/inputs/threshold"),
        ({"weekly_savings": -1}, "/weekly_savings"),
        ({"agent_id": "0" * 32}, "/agent_id"),
        ({"status": "approved"}, "/status"),
        ({"files": [{"name": "a.txt", "content_base64": "%"}]}, None),
        ({"files": [{"name": "../a", "content_base64": "YQ=="}]}, "/files/0"),
    ],
)
def test_an_invalid_proposal_points_at_the_field(api, uma, asking, wanted, pointer):
    given = body(asking, inputs={"threshold": 5}) | wanted

    response = api.with_key(uma).post(URL, json=given)

    assert response.status_code == 422
    assert pointers(response) == [pointer or "/files/0/content_base64"]
    assert db.session.scalar(select(func.count(Workflow.id))) == 0


def test_put_changes_a_proposal_and_says_what_became_of_it(api, uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    url = f"{URL}/{workflow.id}"

    same = api.with_key(uma).put(url, json={"title": "Clean up"})
    changed = api.put(url, json={"title": "Clean up more"})
    invalid = api.put(url, json={"title": ""})

    assert (same.json["status"], same.json["revision"]) == ("open", 1)
    assert (changed.json["status"], changed.json["revision"]) == ("draft", 2)
    assert changed.json["round"] is None
    assert (invalid.status_code, pointers(invalid)) == (422, ["/title"])


def test_files_are_kept_by_name_and_added_as_base64(api, uma, type_):
    workflow = propose(uma, type_, files={"a.txt": b"one", "b.txt": b"two"})
    url = f"{URL}/{workflow.id}"
    wanted = {"title": "Clean up", "keep": ["a.txt"], "files": [attached("c.txt")]}

    changed = api.with_key(uma).put(url, json=wanted).json

    assert [file["name"] for file in changed["content"]["files"]] == ["a.txt", "c.txt"]
    assert api.get(f"{url}/files/a.txt").data == b"one"
    assert api.get(f"{url}/files/b.txt").status_code == 404


def test_votes_are_cast_changed_and_counted(api, uma, olga, type_):
    workflow = open_vote(uma, type_)
    url = f"{URL}/{workflow.id}"
    api.with_key(olga)

    first = api.post(f"{url}/votes", json={"choice": "abstain", "revision": 1})
    second = api.post(f"{url}/votes", json={"choice": "approve", "revision": 1})

    assert (first.status_code, first.json["status"]) == (201, "open")
    assert second.json["content_hash"] == workflow.content_hash
    found = api.get(url).json
    mine = [each for each in found["round"]["ballots"] if each["choice"]]
    assert [each["name"] for each in mine] == ["Olga"]
    assert found["may_vote"]


def test_the_deciding_vote_says_so(api, uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, otto)
    url = f"{URL}/{workflow.id}"

    answer = api.with_key(olga).post(
        f"{url}/votes", json={"choice": "approve", "revision": 1}
    )

    assert answer.json["status"] == "approved"
    assert api.get(url).json["run_id"] is not None


def test_a_repeated_key_is_the_same_vote(api, uma, olga, type_):
    url = f"{URL}/{open_vote(uma, type_).id}/votes"
    wanted = {"choice": "approve", "revision": 1, "key": "k-1"}

    first = api.with_key(olga).post(url, json=wanted)
    again = api.post(url, json=wanted)

    assert again.status_code == 201
    assert first.json["id"] == again.json["id"]
    assert db.session.scalar(select(func.count(Vote.id))) == 1


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"choice": "maybe", "revision": 1}, "/choice"),
        ({"choice": "approve"}, "/revision"),
        ({"choice": "approve", "revision": 1, "key": "a b"}, "/key"),
        ({"choice": "approve", "revision": 1, "reason": "\0"}, "/reason"),
    ],
)
def test_an_invalid_vote_points_at_the_field(api, uma, olga, type_, wanted, pointer):
    url = f"{URL}/{open_vote(uma, type_).id}/votes"

    response = api.with_key(olga).post(url, json=wanted)

    assert (response.status_code, pointers(response)) == (422, [pointer])


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"choice": "approve", "revision": 2}, "changed since you opened"),
        ({"choice": "reject", "revision": 1}, "Write down your reason"),
        ({"choice": "veto", "revision": 1, "reason": "No."}, "may not veto"),
    ],
)
def test_a_refused_vote_says_why(api, uma, olga, type_, wanted, sentence):
    url = f"{URL}/{open_vote(uma, type_).id}/votes"

    response = api.with_key(olga).post(url, json=wanted)

    assert response.status_code == 409
    assert response.mimetype == "application/problem+json"
    assert sentence in response.json["detail"]


def test_a_vote_on_a_draft_or_a_withdrawn_proposal_is_refused(api, uma, olga, type_):
    url = f"{URL}/{propose(uma, type_).id}"
    wanted = {"choice": "approve", "revision": 1}

    early = api.with_key(olga).post(f"{url}/votes", json=wanted)
    api.with_key(uma).post(f"{url}/cancellation", json={})
    late = api.with_key(olga).post(f"{url}/votes", json=wanted)

    assert (early.status_code, late.status_code) == (409, 409)
    assert "not been opened yet" in early.json["detail"]
    assert "this was cancelled" in late.json["detail"]


def test_a_proposal_is_withdrawn_with_a_reason(api, uma, type_):
    url = f"{URL}/{open_vote(uma, type_).id}/cancellation"

    too_long = api.with_key(uma).post(url, json={"reason": "x" * 501})
    done = api.post(url, json={"reason": "Not needed."})
    again = api.post(url, json={})

    assert (too_long.status_code, pointers(too_long)) == (422, ["/reason"])
    assert (done.json["status"], done.json["status_reason"]) == (
        "cancelled",
        "withdrawn",
    )
    assert again.status_code == 409


def test_an_approval_without_auto_run_buys_one_run(api, uma, olga, otto, council, bot):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    url = f"{URL}/{workflow.id}/run"
    too_soon = api.with_key(uma).post(url)
    vote(workflow, olga)
    vote(workflow, otto)

    first, second = api.post(url), api.post(url)

    assert too_soon.status_code == 409
    assert (first.status_code, first.json["status"]) == (202, "queued")
    assert second.status_code == 409


def test_the_list_is_filtered(api, ada, uma, olga, type_, council):
    draft = propose(uma, type_, title="A draft")
    waiting = open_vote(uma, type_, title="A vote")
    own = open_vote(olga, type_, title="Of Olga")
    api.with_key(olga)

    def titles(**query):
        items = api.get(URL, query_string=query).json["items"]
        return [each["title"] for each in items]

    assert titles() == ["Of Olga", "A vote", "A draft"]
    assert titles(status="draft") == [draft.title]
    assert titles(mine="vote") == [waiting.title]
    assert titles(mine="proposed") == [own.title]
    assert titles(q="vote") == [waiting.title]
    assert titles(q=f"#{draft.number}") == [draft.title]
    assert titles(council_id=council.id, limit=1) == [own.title]
    assert api.get(URL, query_string={"mine": "all"}).status_code == 422
    assert api.get(URL, query_string={"q": "9" * 30}).json["items"] == []
    vote(waiting, olga)
    assert titles(mine="vote") == []


def test_people_see_what_they_proposed_and_what_their_councils_decide(
    api, uma, olga, mallory, eve, type_
):
    id_ = str(open_vote(uma, type_).id)

    def seen_by(person):
        items = api.with_key(person).get(URL).json["items"]
        return [each["id"] for each in items]

    assert seen_by(uma) == seen_by(olga) == seen_by(eve) == [id_]
    assert seen_by(mallory) == []


WRITES = [
    ("put", "", {"title": "Clean up"}),
    ("post", "/round", None),
    ("post", "/cancellation", {}),
    ("post", "/run", None),
]


@pytest.mark.parametrize(("method", "path", "given"), WRITES)
def test_a_stranger_gets_404_and_a_viewer_and_a_member_403(
    app, database, mallory, eve, uma, olga, type_, method, path, given
):
    workflow = propose(uma, type_)
    url = f"{URL}/{workflow.id}{path}"

    def status(person):
        call = getattr(app.test_client().with_key(person), method)
        return call(url, json=given).status_code

    assert (status(mallory), status(eve), status(olga)) == (404, 403, 403)
    assert db.session.get(Workflow, workflow.id).status is Status.DRAFT


def test_who_may_not_vote_gets_403_and_a_stranger_404(
    app, database, mallory, eve, uma, olga, type_
):
    url = f"{URL}/{open_vote(uma, type_).id}"
    wanted = {"choice": "approve", "revision": 1}

    def status(person):
        caller = app.test_client().with_key(person)
        return caller.post(f"{url}/votes", json=wanted).status_code

    assert (status(eve), status(uma), status(mallory)) == (403, 403, 403)
    olga.role = "user"
    assert status(olga) == 403
    stranger = app.test_client().with_key(mallory)
    assert stranger.get(url).status_code == 404
    assert stranger.get(f"{url}/files/a.txt").status_code == 404
    assert stranger.get(UNKNOWN).status_code == 404


def test_an_operator_without_a_seat_does_not_know_the_vote(app, database, uma, bot):
    member, other = (make_user(n, role="council_operator") for n in ("Ann", "Bob"))
    workflow = open_vote(uma, make_type(make_council(member), bot))
    wanted = {"choice": "approve", "revision": 1}

    answer = app.test_client().with_key(other)
    answer = answer.post(f"{URL}/{workflow.id}/votes", json=wanted)
    assert answer.status_code == 404


def test_a_key_without_the_scope_does_not_vote(api, uma, olga, type_):
    url = f"{URL}/{open_vote(uma, type_).id}"
    api.with_key(olga, scopes=["workflow.read"])

    assert api.get(url).status_code == 200
    answer = api.post(f"{url}/votes", json={"choice": "approve", "revision": 1})
    assert answer.status_code == 403
    assert "workflow.vote" in answer.json["detail"]


def test_a_key_that_may_propose_does_not_open_by_proposing(api, uma, type_):
    api.with_key(uma, scopes=["workflow.write", "workflow.read"])

    refused = api.post(URL, json=body(type_, open=True))

    assert refused.status_code == 403
    assert "workflow.open" in refused.json["detail"]
    assert api.get(URL).json["items"] == []
    assert api.post(URL, json=body(type_)).json["status"] == "draft"


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_two_statements_however_long_it_is(
    api, uma, type_, statements, size
):
    for _ in range(size):
        open_vote(uma, type_)
    api.with_key(uma).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total


def test_one_workflow_costs_four_statements(api, uma, olga, type_, statements):
    workflow = open_vote(uma, type_, files={"a.txt": b"one"})
    vote(workflow, olga)
    url = f"{URL}/{workflow.id}"
    api.with_key(uma).get(url)
    statements.clear()

    api.get(url)

    assert len(statements) == 4, "\n".join(statements)  # key, workflow, round


@pytest.mark.parametrize("size", [3, 12])
def test_a_vote_costs_the_same_however_many_vote(app, api, uma, bot, statements, size):
    people = [make_user(f"P{n}", role="council_operator") for n in range(size)]
    workflow = open_vote(uma, make_type(make_council(*people), bot))
    vote(workflow, people[0])
    url = f"{URL}/{workflow.id}/votes"
    api.with_key(people[1]).get(URL)
    statements.clear()

    answer = api.post(url, json={"choice": "abstain", "revision": 1, "key": "some-key"})

    assert answer.status_code == 201
    asked = [each for each in statements if "clock_timestamp" not in each]
    assert len(asked) == 14, "\n".join(asked)
