import json
from io import BytesIO

import pytest
from sqlalchemy import select

from dashboard.bots.documents import as_yaml, read_document
from dashboard.bots.exchange import MOST_BYTES
from dashboard.bots.models import Bot, BotStatus, BotVersion, RunPolicy
from dashboard.extensions import db
from tests.factories import ECHO, latest_audit, make_bot, make_version

API = "/api/v1/bots"
OTHER = "def run(inputs, files):\n    return {'other': '\u00e9\\t'}\n"


@pytest.fixture
def bot(uma):
    bot = make_bot(uma, ECHO, {"retry": "never"}, name="Crane", description="Lifts")
    bot.run_policy = RunPolicy.OWNER
    make_version(bot, OTHER).label = "known good"
    return bot


@pytest.fixture
def document(client, ada, bot):
    return json.loads(client.as_(ada).get(f"/bots/{bot.id}/export.json").text)


def versions_of(bot_id):
    wanted = select(BotVersion).filter_by(bot_id=bot_id).order_by(BotVersion.number)
    return db.session.scalars(wanted).all()


def bots():
    return db.session.scalars(select(Bot).order_by(Bot.id)).all()


def test_an_export_holds_facts_and_every_version_and_no_people(client, uma, bot):
    response = client.as_(uma).get(f"/bots/{bot.id}/export.json")

    content = json.loads(response.text)
    assert response.headers["Content-Disposition"] == "attachment; filename=crane.json"
    assert (content["format"], content["format_version"]) == ("quorum-bot", 1)
    assert content["bot"] == {
        "name": "Crane",
        "description": "Lifts",
        "status": "active",
        "run_policy": "owner",
    }
    first, second = content["versions"]
    assert (first["number"], first["code"], first["config"]) == (
        1,
        ECHO,
        {"retry": "never"},
    )
    assert (second["label"], second["code"]) == ("known good", OTHER)
    assert first["content_hash"] == versions_of(bot.id)[0].content_hash
    assert "Uma" not in response.text


def test_yaml_and_the_api_say_the_same(client, api, uma, bot, document):
    url = f"{API}/{bot.id}/export"

    page = client.as_(uma).get(f"/bots/{bot.id}/export.yaml")
    as_json = api.with_key(uma).get(url)

    assert page.mimetype == "application/yaml"
    assert read_document(page.text) == document == json.loads(as_json.text)
    assert api.get(f"{url}?format=yaml").text == page.text
    assert api.get(f"{url}?format=xml").status_code == 422


def test_an_import_shows_first_what_it_would_make(client, uma, document):
    text = json.dumps(document)

    page = client.as_(uma).post("/bots/import", data={"document": text})

    assert page.status_code == 200
    assert "What would be made" in page.text
    assert page.text.count("Matches") == 2
    assert "A bot named “Crane” is here already. “Crane 2” is free." in page.text
    assert 'value="Crane 2"' in page.text
    assert len(bots()) == 1


@pytest.mark.parametrize("write", [json.dumps, as_yaml])
def test_a_second_press_makes_the_bot_with_all_of_its_versions(
    client, olga, document, bot, write
):
    fields = {"document": write(document).replace("\n", "\r\n"), "name": "Crane 2"}

    response = client.as_(olga).post("/bots/import?confirm=1", data=fields)

    made = bots()[-1]
    assert response.location == f"/bots/{made.id}?tab=versions"
    assert (made.name, made.description, made.owner_id) == ("Crane 2", "Lifts", olga.id)
    assert (made.status, made.run_policy) == (BotStatus.INACTIVE, RunPolicy.NOBODY)
    pairs = zip(versions_of(bot.id), versions_of(made.id), strict=True)
    for old, new in pairs:
        assert new.content_hash == new.true_hash == old.content_hash
        assert (new.code, new.config, new.label) == (old.code, old.config, old.label)
        assert (new.message, new.is_active) == (old.message, old.is_active)
        assert new.author_id == olga.id
    assert latest_audit().detail == {"versions": 2, "imported": True}


def test_a_file_wins_over_what_was_pasted_and_its_text_is_carried_on(
    client, uma, document
):
    file = (BytesIO(f"\ufeff{as_yaml(document)}".encode()), "crane.yaml")

    page = client.as_(uma).post("/bots/import", data={"file": file, "document": "{}"})

    assert page.status_code == 200
    assert "format: quorum-bot" in page.text
    assert "What would be made" in page.text


def test_a_taken_name_is_refused_also_at_the_second_press(client, uma, document):
    fields = {"document": json.dumps(document)}

    response = client.as_(uma).post("/bots/import?confirm=1", data=fields)

    assert response.status_code == 422
    assert "Another bot has this name." in response.text
    assert "quorum-bot" in response.text
    assert len(bots()) == 1


def spoiled(document, path, value):
    *way, last = path
    inner = document
    for part in way:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return document


WRONG = [
    (["format"], "other", "Format: "),
    (["format_version"], 2, "Format_version: "),
    (["bot", "name"], "x", "Bot, name: Use at least 2 characters."),
    (["owner"], "ada", "Owner: This is not asked for."),
    (["versions"], [], "Versions: Add at least 1."),
    (["versions", 1, "number"], 3, "Number the versions 1, 2, 3"),
    (["versions", 1, "code"], "run(", "Version 2, code: Line 1: "),
    (["versions", 1, "code"], "x = 1", "Version 2, code: Define a function run"),
    (["versions", 0, "config"], {"retry": "x"}, "Version 1, config: retry: "),
    (["versions", 1, "code"], f"{ECHO}# more", "Version 2: This content does not have"),
    (["versions", 0, "author"], "ada", "Version 1, author: This is not asked for."),
    (["versions", 1, "label"], "x" * 41, "Version 2, label: Use at most 40"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG)
def test_what_is_wrong_is_said_with_its_version_and_field(
    client, uma, document, path, value, sentence
):
    text = json.dumps(spoiled(document, path, value))

    response = client.as_(uma).post("/bots/import?confirm=1", data={"document": text})

    assert response.status_code == 422
    assert sentence in response.text
    assert len(bots()) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Fill this in."),
        ("hello", "This is no exported bot"),
        ("a: &b 1", "Anchors and aliases are not taken"),
        ('{"format":', "Line 1: Expecting value."),
        ("x" * (MOST_BYTES - 99) + "\u00e9" * 99, "At most 2 MiB are taken."),
    ],
    ids=["nothing", "no document", "alias", "broken", "large"],
)
def test_what_is_no_document_is_refused(api, client, uma, text, sentence):
    file = (BytesIO(text.encode()), "bot.yaml")

    page = client.as_(uma).post("/bots/import", data={"file": file})
    answer = api.with_key(uma).post(f"{API}/import", json={"document": text or None})

    assert page.status_code == answer.status_code == 422
    assert sentence in page.text
    assert answer.json["errors"][0]["pointer"] == "/document"


def test_a_version_without_its_hash_is_taken_and_said_to_be_unchecked(
    client, uma, document
):
    spoiled(document, ["versions", 1, "content_hash"], None)
    document["versions"][1]["code"] += "# mended by hand\n"

    page = client.as_(uma).post("/bots/import", data={"document": json.dumps(document)})

    assert page.status_code == 200
    assert "1 version has no hash in the document" in page.text
    assert page.text.count("Matches") == 1


def test_a_program_looks_first_and_imports_then(api, uma, document):
    api.with_key(uma)

    seen = api.post(f"{API}/import/preview", json={"document": document})
    taken = api.post(f"{API}/import", json={"document": document})
    body = {"document": as_yaml(document), "name": seen.json["free_name"]}
    made = api.post(f"{API}/import", json=body)

    assert (seen.status_code, seen.json["is_taken"]) == (200, True)
    first = seen.json["versions"][0]
    assert first["content_hash"] == first["true_hash"]
    assert [each["pointer"] for each in taken.json["errors"]] == ["/name"]
    assert made.status_code == 201
    assert made.headers["Location"] == f"{API}/{made.json['id']}"
    assert (made.json["name"], made.json["status"]) == ("Crane 2", "inactive")
    assert made.json["active"]["number"] == 2


def test_a_program_is_pointed_at_what_is_wrong(api, uma, document):
    spoiled(document, ["versions", 1, "code"], "run(")

    answer = api.with_key(uma).post(f"{API}/import", json={"document": document})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/document/versions/1/code"


def test_strangers_export_nothing_and_viewers_import_nothing(
    app, database, mallory, eve, bot, document
):
    stranger = app.test_client().as_(mallory).with_key(mallory)
    viewer = app.test_client().as_(eve).with_key(eve)
    exports = (
        f"/bots/{bot.id}/export.json",
        f"/bots/{bot.id}/export.yaml",
        f"{API}/{bot.id}/export",
    )

    for url in exports:
        assert stranger.get(url).status_code == 404
        assert viewer.get(url).status_code == 200
    assert viewer.get("/bots/import").status_code == 403
    assert viewer.post("/bots/import").status_code == 403
    for url in (f"{API}/import", f"{API}/import/preview"):
        assert viewer.post(url, json={"document": document}).status_code == 403


@pytest.mark.parametrize("size", [1, 60])
def test_an_import_costs_the_same_however_many_versions(
    client, uma, bot, document, statements, size
):
    document["versions"] = [
        document["versions"][0] | {"number": n + 1} for n in range(size)
    ]
    fields = {"document": json.dumps(document), "name": "Crane 2"}
    client.as_(uma).get("/bots/import")
    statements.clear()

    client.post("/bots/import?confirm=1", data=fields)

    # seven, and the look-ups of the two names
    assert len(statements) <= 10, "\n".join(statements)
