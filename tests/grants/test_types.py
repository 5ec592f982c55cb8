"""The types by which councils decide on grants."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType
from tests.factories import make_bot, make_council
from tests.grants.stage import grants_type

URL = "/api/v1/workflow-types"


def filled(council, **over):
    return {
        "name": "Grants",
        "kind": "governance",
        "council_id": str(council.id),
    } | over


def test_an_admin_lets_a_type_of_governance_decide_on_grants(client, ada, olga):
    data = filled(make_council(olga), decides_grants="y", risk="high")

    answer = client.as_(ada).post("/workflow-types/new?kind=governance", data=data)

    type_ = db.session.scalar(select(WorkflowType))
    assert answer.status_code == 303
    assert type_.decides_grants
    assert "under Access" in client.get(answer.location).text
    edit = f"/workflow-types/{type_.id}/edit"
    assert "checked" in client.get(edit).text
    client.post(edit, data=filled(make_council(olga), risk="high"))
    assert not type_.decides_grants


def test_other_types_decide_on_none(client, ada, olga):
    council = make_council(olga)

    page = client.as_(ada).get("/workflow-types/new").text
    answer = client.with_key(ada).post(
        URL,
        json=filled(
            council,
            kind="work",
            decides_grants=True,
            steps=[str(make_bot(ada).id)],
        ),
    )

    assert "Also decides on grants" not in page
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/decides_grants"


@pytest.mark.parametrize("decides", [True, False])
def test_a_patch_changes_it_and_a_read_tells_it(api, ada, olga, decides):
    type_ = grants_type(olga, decides_grants=not decides)

    patched = api.with_key(ada).patch(
        f"{URL}/{type_.id}", json={"decides_grants": decides}
    )

    assert patched.json["decides_grants"] is decides
    assert api.get(f"{URL}/{type_.id}").json["decides_grants"] is decides
