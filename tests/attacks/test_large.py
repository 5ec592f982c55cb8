"""What is too large is refused with a sentence, and nothing of it is kept."""

import gzip
from base64 import b64encode
from io import BytesIO

import pytest
import sqlalchemy as sa

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.files.models import LARGEST, Blob
from dashboard.runs.models import Run
from dashboard.workflows.models import Workflow
from tests.factories import make_bot, make_council, make_type

MIB = 1 << 20


@pytest.fixture
def type_(uma, olga):
    return make_type(make_council(olga), make_bot(uma))


def kept():
    """How many files, proposals and runs there are."""
    return [
        db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (Blob, Workflow, Run)
    ]


def upload(size, name="big.bin"):
    return (BytesIO(b"x" * size), name)


def test_a_file_beyond_the_limit_is_named_and_not_kept(client, uma, type_):
    form = {"type_id": str(type_.id), "title": "Big", "files": upload(LARGEST + 1)}

    answer = client.as_(uma).post("/workflows/new", data=form)

    assert answer.status_code == 422
    assert "big.bin" in answer.text
    assert "10 MiB" in answer.text
    assert kept() == [0, 0, 0]


def test_one_file_too_large_keeps_none_of_the_others(api, uma, type_):
    files = [
        {"name": "small.txt", "content_base64": b64encode(b"small").decode()},
        {"name": "big.bin", "content_base64": b64encode(b"x" * (LARGEST + 1)).decode()},
    ]
    body = {"type_id": str(type_.id), "title": "Big", "files": files}

    answer = api.with_key(uma).post("/api/v1/workflows", json=body)

    assert answer.status_code == 422
    assert "big.bin" in answer.text
    assert kept() == [0, 0, 0]


@pytest.mark.parametrize(
    ("url", "megabytes"),
    [
        ("/api/v1/councils", 3),
        ("/api/v1/agents", 3),
        ("/api/v1/bots", 3),
        ("/api/v1/auth/login", 3),
        ("/api/v1/workflows", 151),
    ],
)
def test_a_body_beyond_the_limit_is_413_with_the_limit(api, ada, url, megabytes):
    answer = api.with_key(ada).post(
        url, data=b" " * (megabytes * MIB), content_type="application/json"
    )

    assert answer.status_code == 413
    assert f"at most {megabytes - 1} MiB" in answer.json["detail"]
    assert kept() == [0, 0, 0]


@pytest.mark.parametrize(
    "url", ["/bots/new", "/login", "/profile/password", "/keys/new"]
)
def test_a_form_beyond_the_limit_is_413_with_the_limit(client, ada, url):
    answer = client.as_(ada).post(url, data={"name": "x" * (3 * MIB)})

    assert answer.status_code == 413
    assert "at most 2 MiB" in answer.text


def test_a_form_of_endless_fields_is_refused(client, ada):
    form = {f"field{n}": "x" for n in range(600)}

    answer = client.as_(ada).post(
        "/agents/new", data=form, content_type="multipart/form-data"
    )

    assert answer.status_code == 413


def test_a_body_is_not_unpacked(api, ada):
    packed = gzip.compress(b" " * (50 * MIB) + b"{}")

    answer = api.with_key(ada).post(
        "/api/v1/councils",
        data=packed,
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )

    assert answer.status_code == 400


def test_an_archive_is_kept_as_it_came(api, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    bomb = gzip.compress(b"\0" * (50 * MIB))
    file = {"name": "bomb.gz", "content_base64": b64encode(bomb).decode()}

    answer = api.with_key(uma).post(
        f"/api/v1/bots/{bot.id}/runs", json={"files": [file]}
    )

    assert answer.status_code == 202
    assert db.session.scalar(sa.select(Blob.size)) == len(bomb)


def test_a_body_that_lies_about_its_length_is_no_server_error(client, ada):
    for length in ("-1", "x", str(10**30)):
        answer = client.as_(ada).post("/theme", headers={"Content-Length": length})
        assert answer.status_code < 500
