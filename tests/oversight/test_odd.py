"""Whatever stands in a question's address, it is no mistake of ours."""

import pytest

from tests.factories import make_council

ODD = ["%00", "1" + "0" * 30, "9" * 5000, "-1", "%ff%fe", "x" * 60_000, "[" * 500]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", ["action", "review", "route", "nothing"])
def test_an_odd_question_is_the_askers_mistake(client, ada, kind, odd):
    url = f"/councils/{make_council(ada).id}/oversight"
    names = ("type_id", "agent_id", "weekly_savings")
    query = "&".join(f"{name}={odd}" for name in names)

    response = client.as_(ada).get(f"{url}?ask={kind}&{query}")

    assert response.status_code < 500
    assert 'class="answer"' not in response.text
