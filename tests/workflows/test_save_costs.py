"""What saving costs: the same, however many vote and however many steps run."""

import pytest

from tests.factories import make_bot, make_council, make_type, make_user, propose

# Seven for any save (session, find, lock, change, head, entry, head), and besides:
PROPOSE = 12  # no find or lock; the number, type and council, its steps, their
# versions, steps, the words it is found by
EDIT = 13  # all of it again once it is locked; the steps of the type, their versions,
# the files, who edited, the words of its new title
OPEN = 16  # all of it again once it is locked; oversight, the council's people, the
# round, its voters, the rounds before, and who is told, people and programs
CANCEL = 8  # the rounds


@pytest.fixture(params=[3, 12])
def wide(request, uma):
    """A type with as many steps as its council has voters."""
    people = [make_user(f"P{n}", role="council_operator") for n in range(request.param)]
    bots = [make_bot(uma) for _ in range(min(request.param, 10))]
    return make_type(make_council(*people), *bots)


def cost_of(client, statements, url, **fields):
    statements.clear()
    response = client.post(url, data=fields)
    assert response.status_code == 303, response.text
    return len([sent for sent in statements if "clock_timestamp" not in sent])


def test_proposing(client, uma, wide, statements):
    client.as_(uma)
    client.get("/workflows/")
    asked = {"type_id": str(wide.id), "title": "A proposal"}

    cost = cost_of(client, statements, f"/workflows/new?type_id={wide.id}", **asked)

    assert cost == PROPOSE, "\n".join(statements)


def test_changing_a_draft(client, uma, wide, statements):
    draft = propose(uma, wide)
    client.as_(uma).get("/workflows/")

    cost = cost_of(client, statements, f"/workflows/{draft.id}/edit", title="Better")

    assert cost == EDIT, "\n".join(statements)


def test_opening(client, uma, wide, statements):
    draft = propose(uma, wide)
    client.as_(uma).get("/workflows/")

    cost = cost_of(client, statements, f"/workflows/{draft.id}/round")

    assert cost == OPEN, "\n".join(statements)


def test_withdrawing(client, uma, wide, statements):
    draft = propose(uma, wide)
    client.as_(uma).get("/workflows/")

    cost = cost_of(client, statements, f"/workflows/{draft.id}/cancellation")

    assert cost == CANCEL, "\n".join(statements)
