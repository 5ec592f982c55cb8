"""What a council's pages offer and list: what can be chosen, and what is its own."""

from dashboard.agents.models import AgentStatus
from dashboard.permissions import Role
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_user,
    make_workflow,
)


def test_who_can_be_seated_is_offered_and_so_is_who_is(client, ada):
    make_user("Nora Newcomer", role=Role.VIEWER)
    make_user("Paul Program", role=Role.API_USER)
    make_user("Gina Gone", is_active=False)
    seated = make_user("Sam Seated", is_active=False)
    council = make_council(ada, seated)
    client.as_(ada)

    new, edit = client.get("/councils/new"), client.get(f"/councils/{council.id}/edit")

    for page in (new, edit):
        assert "Nora Newcomer" in page.text
        assert "Paul Program" not in page.text
        assert "Gina Gone" not in page.text
    assert "Sam Seated" not in new.text
    assert "Sam Seated" in edit.text


def test_an_active_agent_is_offered_and_so_is_who_is_heard(client, ada):
    make_agent("Triage")
    make_agent("Sleeper", status=AgentStatus.PAUSED)
    heard = make_agent("Veteran", status=AgentStatus.RETIRED)
    council = make_council(ada, advisers=[heard])
    client.as_(ada)

    new, edit = client.get("/councils/new"), client.get(f"/councils/{council.id}/edit")

    for page in (new, edit):
        assert "Triage" in page.text
        assert "Sleeper" not in page.text
    assert "Veteran" not in new.text
    assert "Veteran" in edit.text


def test_a_council_lists_its_own_workflows_only(client, ada):
    council, other = make_council(ada), make_council(ada)
    bot = make_bot(ada)
    make_workflow(ada, make_type(council, bot), title="Sweep the yard")
    make_workflow(ada, make_type(other, bot), title="Buy a crown")

    page = client.as_(ada).get(f"/councils/{council.id}?tab=workflows").text

    assert "Sweep the yard" in page
    assert "Buy a crown" not in page
