"""Prompts as pages: written, versioned, compared, archived."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.prompts.models import Prompt, PromptVersion
from tests.factories import latest_audit, make_agent
from tests.prompts.stage import TEXT, make_label, make_prompt, version

NEW = {
    "name": "triage",
    "description": "Sorts the mail",
    "kind": "system",
    "content": "Hello ${who}\r\nEnd",
    "message": "First version",
    "variables-0-name": "who",
    "variables-0-description": "Whom it greets",
    "variables-0-example": "Ada",
    "variables-1-name": "nobody",
    "variables-1-description": "Is not in the text",
}


def save(client, prompt, **over):
    data = {"content": "Another text", "message": "Changed", "based_on": prompt.newest}
    return client.post(f"/prompts/{prompt.id}/versions/new", data=data | over)


def test_a_prompt_is_written_and_its_variables_are_found(client, uma):
    answer = client.as_(uma).post("/prompts/new", data=NEW)

    prompt = db.session.scalar(select(Prompt))
    first = version(prompt, 1)
    page = client.get(answer.location).text
    assert answer.location == f"/prompts/{prompt.id}"
    assert (prompt.owner_id, prompt.newest, prompt.labels) == (uma.id, 1, [])
    assert first.content == "Hello ${who}\nEnd"
    assert first.variables == {
        "who": {"description": "Whom it greets", "example": "Ada"}
    }
    assert '<mark class="var">${who}</mark>' in page
    assert "Whom it greets" in page
    entry = latest_audit()
    assert (entry.action, entry.detail) == ("prompt.write", {"version": 1})
    assert "Hello" not in str(entry.changes)


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "Taken"}, "Another prompt has this name."),
        ({"content": "  "}, "Write what the model is told."),
        ({"content": "a\0b"}, "cannot be stored"),
        ({"content": "x" * 65_537}, "Use at most 65536 characters."),
        ({"message": "x"}, "Use at least 2 characters."),
        ({"variables-0-description": "x" * 301}, "Use at most 300 characters."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, uma, over, sentence):
    make_prompt(uma, name="Taken")

    answer = client.as_(uma).post("/prompts/new", data=NEW | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Sorts the mail" in answer.text
    assert "Is not in the text" in answer.text
    assert db.session.scalars(select(Prompt.name)).all() == ["Taken"]


def test_a_new_version_keeps_what_is_known_and_moves_no_label(client, uma):
    prompt = make_prompt(uma, "Hello ${who}")
    first = version(prompt, 1)
    first.variables = {"who": {"description": "Whom", "example": "Ada"}}
    make_label(prompt)
    client.as_(uma)

    form = client.get(f"/prompts/{prompt.id}/versions/new").text
    answer = save(client, prompt, content="Hello ${who} and ${other}")

    second = version(prompt, 2)
    assert "Hello ${who}</textarea>" in form
    assert answer.location == f"/prompts/{prompt.id}?version=2"
    assert (second.parent_id, second.author_id) == (first.id, uma.id)
    assert second.variables == {
        "who": {"description": "Whom", "example": "Ada"},
        "other": {"description": "", "example": ""},
    }
    assert prompt.labels[0].version_id == first.id
    page = client.get(f"/prompts/{prompt.id}").text
    assert "Production is v1, the latest is v2." in page


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"message": ""}, "Fill this in."),
        ({"content": "Two"}, "Nothing differs from version 2."),
        ({"content": "One"}, "Version 1 says exactly this already."),
        ({"based_on": "1"}, "Version 2 was saved meanwhile."),
    ],
)
def test_a_version_that_is_none_is_refused_kindly(client, uma, over, sentence):
    prompt = make_prompt(uma, "One", "Two")

    answer = save(client.as_(uma), prompt, **{"content": "Kept words"} | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept words" in answer.text) == ("content" not in over)
    assert db.session.scalar(select(Prompt.newest)) == 2


def test_the_same_text_with_other_words_on_its_variables_is_a_version(client, uma):
    prompt = make_prompt(uma, "Hello ${who}")
    row = {"variables-0-name": "who", "variables-0-example": "Eve"}

    answer = save(client.as_(uma), prompt, content="Hello ${who}", **row)

    assert answer.status_code == 303
    assert version(prompt, 2).variables["who"]["example"] == "Eve"
    assert version(prompt, 2).content_hash == version(prompt, 1).content_hash


def test_a_saved_text_never_changes(client, ada, uma):
    prompt = make_prompt(uma, "One")
    client.as_(uma)

    save(client, prompt)
    facts = {"name": "Renamed", "description": "x"}
    client.post(f"/prompts/{prompt.id}/edit", data=facts)

    rows = db.session.execute(select(PromptVersion.number, PromptVersion.content))
    assert sorted(rows.all()) == [(1, "One"), (2, "Another text")]
    assert db.session.scalar(select(Prompt.name)) == "Renamed"


def test_an_older_version_is_read_and_started_from(client, uma):
    prompt = make_prompt(uma, "One", "Two")
    client.as_(uma)

    page = client.get(f"/prompts/{prompt.id}?version=1").text
    form = client.get(f"/prompts/{prompt.id}/versions/new?from=1").text

    assert ">One</div>" in page
    assert "One</textarea>" in form
    assert "Back to version 1" in form
    assert client.get(f"/prompts/{prompt.id}?version=3").status_code == 404


def test_any_two_versions_are_compared_word_by_word(client, uma):
    prompt = make_prompt(uma, "Be kind to all\nEnd", "Be fair to all\nEnd", "Third")
    client.as_(uma)

    page = client.get(f"/prompts/{prompt.id}/diff?from=1&to=2").text
    missing = client.get(f"/prompts/{prompt.id}/diff?from=1&to=9")

    assert "<mark>kind</mark>" in page
    assert "<mark>fair</mark>" in page
    assert missing.status_code == 404
    assert "no version 9" in missing.text


def test_left_alone_the_diff_is_from_production_to_the_newest(client, uma):
    prompt = make_prompt(uma, "One", "Two", "Three")
    make_label(prompt)

    page = client.as_(uma).get(f"/prompts/{prompt.id}/diff").text

    assert "What changed from version 1 to 3" in page


def test_the_list_says_what_is_behind_and_finds_it(client, uma):
    make_label(make_prompt(uma, "One", "Two", name="Behind"))
    make_label(make_prompt(uma, "One", name="Even"))
    archived = make_prompt(uma, name="Gone")
    archived.archived_at = archived.created_at
    make_agent(prompt_id=make_prompt(uma, name="Followed").id)
    client.as_(uma)

    def shown(query):
        page = client.get(f"/prompts/?{query}").text
        return {n for n in ("Behind", "Even", "Gone", "Followed") if f">{n}<" in page}

    assert shown("") == {"Behind", "Even", "Followed"}
    assert shown("behind=1") == {"Behind"}
    assert shown("archived=1") == {"Gone"}
    assert shown("q=foll") == {"Followed"}
    assert "1 agent" in client.get("/prompts/?q=foll").text
    assert "behind the latest" in client.get("/prompts/").text


def test_a_prompt_that_an_agent_follows_is_not_archived(client, uma):
    prompt = make_prompt(uma)
    agent = make_agent(name="Scout", prompt_id=prompt.id)
    client.as_(uma)

    refused = client.post(f"/prompts/{prompt.id}/archive")
    agent.prompt_id = None
    gone = client.post(f"/prompts/{prompt.id}/archive")
    late = save(client, prompt)
    back = client.post(f"/prompts/{prompt.id}/restore")

    assert (refused.status_code, gone.status_code) == (409, 303)
    assert "Scout follows this prompt" in refused.text
    assert (late.status_code, back.status_code) == (409, 303)
    assert "is archived" in late.text
    assert not db.session.get(Prompt, prompt.id).is_archived


def test_only_its_owner_and_admins_write_it(client, ada, uma, olga, eve):
    prompt = make_prompt(uma, TEXT)
    where = f"/prompts/{prompt.id}"
    writing = ("/versions/new", "/edit", "/labels/move", "/archive")

    for person in (olga, eve):
        client.as_(person)
        assert client.get(where).status_code == 200
        assert "New version" not in client.get(where).text
        for path in writing:
            assert client.post(where + path).status_code == 403
    assert client.get("/prompts/new").status_code == 403  # a viewer writes none
    assert save(client.as_(ada), prompt).status_code == 303
    gone = "/prompts/019a0000-0000-7000-8000-000000000000"
    for path in ("", *writing):
        opened = client.post if path else client.get
        assert opened(gone + path).status_code == 404


@pytest.mark.parametrize("size", [1, 6])
def test_the_pages_cost_the_same_however_much_there_is(client, uma, statements, size):
    for _ in range(size):
        prompt = make_prompt(uma, *(f"Text {i} ${{v}}" for i in range(size)))
        for each in range(size):
            make_label(prompt, name=f"label{each}")
    client.as_(uma)
    where = f"/prompts/{prompt.id}"
    costs = {
        "/prompts/": 3,  # session, prompts with total, labels
        where: 6,  # session, prompt, labels, version, its author, the others
        f"{where}?tab=moves": 4,  # session, prompt, labels, moves with total
        f"{where}?tab=usage": 5,  # session, prompt, labels, calls, agents
        f"{where}?tab=history": 4,
        f"{where}/diff": 4,  # session, prompt, labels, both versions
        f"{where}/labels/": 5,  # session, prompt, labels, ways back, proposals
        f"{where}/try/": 5,  # session, prompt, labels, models, versions
    }

    for url, cost in costs.items():
        statements.clear()
        client.get(url)
        assert len(statements) == cost, url
