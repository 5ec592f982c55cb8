"""What was judged in each round, what changed, and whose votes count no more."""

import pytest

from dashboard.workflows import actions
from dashboard.workflows.diff import changed_lines
from dashboard.workflows.models import Status
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    make_version,
    open_vote,
    propose,
    vote,
)
from tests.workflows.test_rounds import close_in_the_past

FIRST = "def run(inputs, files):\n    return {'sum': 1}\n"
SECOND = "def run(inputs, files):\n    return {'sum': 2}\n"


def tab_of(workflow):
    return f"/workflows/{workflow.id}?tab=revisions"


def reopened(uma, workflow, **over):
    """Changed and opened once more."""
    wanted = {"title": "Clean up", "inputs": {"threshold": 5}} | over
    actions.edit(uma, workflow, WorkflowEdit(**wanted), {})
    actions.open_voting(uma, workflow)


@pytest.fixture
def changed(uma, olga, asking):
    """Olga voted on the first revision; the second one is open."""
    workflow = open_vote(uma, asking, inputs={"threshold": 5})
    vote(workflow, olga, reason="Good at five.")
    reopened(uma, workflow, inputs={"threshold": 9})
    return workflow


def test_each_round_is_shown_with_what_changed_before_it(client, uma, changed):
    page = client.as_(uma).get(tab_of(changed)).text

    assert page.index("Revision 2</h2>") < page.index("Revision 1</h2>")
    assert "What changed since revision 1" in page
    assert '+<span class="vh">added</span></td><td>    &#34;threshold&#34;: 9' in page
    assert '−<span class="vh">removed</span></td><td>    &#34;threshold&#34;: 5' in page
    assert page.count("Passes when") == 2


def test_stale_votes_are_struck_through_and_labelled(client, uma, changed):
    page = client.as_(uma).get(tab_of(changed)).text

    assert page.count("count for nothing: the proposal changed") == 1
    assert "<s>“Good at five.”</s>" in page
    assert 'class="end"><span class="badge ok">' in page
    assert "Superseded" in page


def test_who_voted_before_the_change_is_told_with_a_link_to_the_diff(
    client, olga, otto, uma, changed
):
    url = f"/workflows/{changed.id}"
    told = "Changed since you voted."

    page = client.as_(olga).get(url).text

    assert told in page
    assert f"{tab_of(changed)}#revision-2" in page
    assert told not in client.as_(otto).get(url).text
    vote(changed, olga)
    assert told not in client.as_(olga).get(url).text


def test_a_draft_after_a_vote_shows_what_would_be_judged(client, uma, olga, changed):
    wanted = WorkflowEdit(title="Sweep up", inputs={"threshold": 9})
    actions.edit(uma, changed, wanted, {})

    page = client.as_(olga).get(tab_of(changed)).text

    assert "would be judged if voting opened now" in page
    assert "Sweep up" in page
    assert (
        "you may vote again once voting opens"
        in client.get(f"/workflows/{changed.id}").text
    )


def test_a_draft_nobody_voted_on_has_nothing_to_compare(client, uma, type_):
    page = client.as_(uma).get(tab_of(propose(uma, type_))).text

    assert "Nobody has voted on it." in page
    assert "What changed since" not in page


def test_another_version_of_a_bot_shows_the_code_that_changed(
    client, ada, uma, olga, council
):
    bot = make_bot(uma, FIRST, name="Adder")
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)
    make_version(bot, SECOND)
    actions.edit(uma, workflow, WorkflowEdit(title="Clean up"), {})
    actions.open_voting(uma, workflow)

    page = client.as_(olga).get(tab_of(workflow)).text

    assert "Adder: version 1 to 2" in page
    assert "<td>    return {&#39;sum&#39;: 1}" in page
    assert "<td>    return {&#39;sum&#39;: 2}" in page


def test_code_is_shown_only_to_those_who_may_read_it(client, ada, uma, council):
    bot = make_bot(ada, FIRST, name="Adder")
    workflow = open_vote(uma, make_type(council, bot))
    make_version(bot, SECOND)
    actions.edit(uma, workflow, WorkflowEdit(title="Clean up"), {})

    page = client.as_(uma).get(tab_of(workflow)).text

    assert "The code is for those who judge what runs." in page
    assert "&#39;sum&#39;: 2" not in page


def test_strangers_see_no_revisions(client, mallory, changed):
    assert client.as_(mallory).get(tab_of(changed)).status_code == 404


def test_a_program_reads_every_round_with_its_votes(api, uma, changed):
    url = f"/api/v1/workflows/{changed.id}/rounds"

    second, first = api.with_key(uma).get(url).json["items"]

    assert (second["revision"], second["outcome"]) == (2, None)
    assert (first["revision"], first["outcome"]) == (1, "superseded")
    assert first["content"]["inputs"]["threshold"] == 5
    [cast] = [each for each in first["ballots"] if each["choice"]]
    assert (cast["name"], cast["reason"]) == ("Olga", "Good at five.")


def test_rounds_are_for_those_who_see_the_workflow(
    app, database, mallory, eve, changed
):
    url = f"/api/v1/workflows/{changed.id}/rounds"

    def status(person, **over):
        return app.test_client().with_key(person, **over).get(url).status_code

    assert (status(mallory), status(eve)) == (404, 200)
    assert status(eve, scopes=["council.read"]) == 403


@pytest.mark.parametrize("size", [1, 4])
def test_the_tab_costs_the_same_however_many_rounds(
    client, uma, asking, statements, size
):
    workflow = open_vote(uma, asking, inputs={"threshold": 1})
    for number in range(2, size + 1):
        reopened(uma, workflow, inputs={"threshold": number})
    url = tab_of(workflow)
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)

    # session, workflow, rounds, their voters, their votes
    assert len(statements) == 5, "\n".join(statements)


def test_a_page_after_a_change_costs_one_more(client, olga, changed, statements):
    url = f"/workflows/{changed.id}"
    client.as_(olga).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) <= 7, "\n".join(statements)


def kinds(before, after):
    lines = changed_lines(before, after)
    return [(line.kind, line.text) for line in lines if line.kind in {"add", "del"}]


def test_a_diff_tells_lines_added_from_lines_removed():
    assert kinds({"a": 1, "b": 2}, {"b": 2, "a": 3}) == [
        ("del", '  "a": 1,'),
        ("add", '  "a": 3,'),
    ]
    assert kinds("one\ntwo\n", "one\ntwo\nthree\n") == [("add", "three")]
    assert changed_lines({"a": 1}, {"a": 1}) == []


def test_a_diff_shows_three_lines_around_a_change_and_numbers_both_sides():
    before = "\n".join(f"line {n}" for n in range(1, 21))
    after = before.replace("line 10\n", "line ten\n")

    lines = changed_lines(before, after)

    assert lines[0] == ("hunk", None, None, "from line 7")
    assert lines[1] == ("same", 7, 7, "line 7")
    assert lines[4:6] == [("del", 10, None, "line 10"), ("add", None, 10, "line ten")]
    assert len(lines) == 9


def test_councils_of_any_size_show_their_revisions(client, uma, bot):
    people = [make_user(f"P{n}", role="council_operator") for n in range(9)]
    workflow = open_vote(uma, make_type(make_council(*people), bot))

    page = client.as_(uma).get(tab_of(workflow)).text

    assert page.count("Not voted") == 9


def test_what_is_over_by_now_is_not_listed_as_open(client, uma, type_):
    workflow = open_vote(uma, type_)
    close_in_the_past(workflow)

    page = client.as_(uma).get(tab_of(workflow)).text

    assert workflow.status is Status.LAPSED
    assert "Lapsed: nobody voted." in page


def test_programs_are_told_of_it_too(api, uma, type_):
    workflow = open_vote(uma, type_)
    close_in_the_past(workflow)

    found = api.with_key(uma).get(f"/api/v1/workflows/{workflow.id}/rounds").json

    assert [each["outcome"] for each in found["items"]] == ["lapsed"]
