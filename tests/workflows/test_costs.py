"""What the workflow pages ask of the database."""

import pytest

from tests.factories import make_council, make_type, make_user, open_vote, vote

PARTIAL = {"X-Partial": "1"}


def test_a_page_hears_only_of_news(client, uma, olga, type_, statements):
    workflow = open_vote(uma, type_)
    url = f"/workflows/{workflow.id}/live?seen={workflow.seq}"
    client.as_(uma).get(url)
    statements.clear()

    nothing = client.get(url, headers=PARTIAL)
    cost = len(statements)
    vote(workflow, olga)
    news = client.get(url, headers=PARTIAL)

    assert (nothing.status_code, nothing.data, cost) == (204, b"", 2)
    assert news.status_code == 200
    assert "<html" not in news.text
    assert "Olga" in news.text


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_two_statements(client, uma, type_, statements, size):
    for _ in range(size):
        open_vote(uma, type_)
    client.as_(uma).get("/workflows/")
    statements.clear()

    client.get("/workflows/")

    assert len(statements) == 2  # session and user, rows with total


@pytest.mark.parametrize("size", [3, 12])
@pytest.mark.parametrize(
    ("tab", "cost"), [("overview", 6), ("revisions", 5), ("history", 3)]
)
def test_a_page_costs_the_same_however_many_vote(
    client, uma, bot, statements, size, tab, cost
):
    people = [make_user(f"P{n}", role="council_operator") for n in range(size)]
    type_ = make_type(make_council(*people), bot)
    workflow = open_vote(uma, type_, files={"a.txt": b"one", "b.txt": b"two"})
    for person in people[: size // 3]:
        vote(workflow, person)
    url = f"/workflows/{workflow.id}?tab={tab}"
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == cost, "\n".join(statements)
    both = (
        "workflow_round_voters",
        "workflow_votes",
    )  # each with each: forty times forty
    assert not [sent for sent in statements if all(f"JOIN {t}" in sent for t in both)]


def test_a_page_with_a_queued_run_costs_one_more(
    client, uma, olga, otto, type_, statements
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)
    url = f"/workflows/{workflow.id}"
    client.as_(uma).get(url)
    statements.clear()

    client.get(url)

    # session, workflow, round with its people, votes, run, what holds it back, advice
    assert len(statements) == 7, "\n".join(statements)
