"""The key goes to the provider, and nowhere else; nor does anything go astray."""

import logging
from traceback import format_exception

import pytest
import sqlalchemy as sa

from dashboard.database import Model
from dashboard.extensions import db
from dashboard.model_calls import performing
from dashboard.model_calls.claim import claim
from dashboard.model_calls.models import Problem
from tests.listeners import certificate, listening
from tests.model_calls import scripted
from tests.model_calls.stage import KEY, answered, asked, make_model

ECHOES = [
    scripted.fails(401, message=f"Incorrect key: {KEY}"),
    scripted.fails(400, message=f"What is {KEY}?"),
    scripted.fails(500, message=f"Cannot log {KEY}"),
    scripted.babbles(f'data: {{"error": {{"message": "{KEY}"}}}}\n\n'.encode()),
    scripted.says(f"Your key is {KEY}.", piece=5),
    scripted.cuts_off(f"Your key is {KEY}."),
]


def stored_in(database):
    return "\n".join(
        str(database.execute(sa.select(table)).all())
        for table in Model.metadata.sorted_tables
    )


@pytest.mark.parametrize("scene", ECHOES)
def test_a_key_that_is_said_back_is_kept_nowhere(
    client, ada, model_server, database, caplog, scene
):
    caplog.set_level(logging.DEBUG)
    model_server.scenes = [scene] * 3

    call = answered(ada, make_model(model_server))

    assert model_server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in stored_in(database)
    assert KEY not in caplog.text
    assert "[key]" in call.text + call.message


def test_no_repr_and_no_exception_holds_the_key(client, ada, model_server):
    model_server.fails(500)
    call = asked(ada, make_model(model_server, key=f"{KEY}\n"))

    turn = claim(call.id)
    verdict = performing.attempt(turn, performing.never)

    told = "".join(format_exception(verdict.fault))
    assert KEY not in f"{turn!r} {verdict!r} {turn.place!r} {told}"
    assert verdict.problem in {Problem.UNREACHABLE, Problem.SERVER_ERROR}


def test_a_key_that_was_saved_for_another_address_is_of_no_use(
    client, ada, model_server
):
    model = make_model(base_url="https://elsewhere.example.org/v1")
    model.base_url = model_server.url
    db.session.commit()

    call = answered(ada, model)

    assert call.problem is Problem.UNAUTHORIZED
    assert not model_server.requests


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{port}/v1", "must begin with https"),
        ("https://127.0.0.1:{port}/v1", "lies inside a network"),
        ("https://localhost:{port}/v1", "lies inside a network"),
        ("https://2130706433:{port}/v1", "four plain numbers"),
        ("https://[::1]:{port}/v1", "lies inside a network"),
        ("https://169.254.169.254/v1", "lies inside a network"),
        ("gopher://127.0.0.1:{port}/v1", "must begin with https"),
    ],
)
def test_no_model_lies_inside_our_network_unless_it_is_allowed(
    app, client, ada, model_server, monkeypatch, url, said
):
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", ())
    port = model_server.server_port

    call = answered(ada, make_model(base_url=url.format(port=port)))

    assert (call.problem, call.tries) == (Problem.UNREACHABLE, 1)
    assert said in call.message
    assert not model_server.requests


def test_a_certificate_is_looked_at(client, ada, model_server, tmp_path):
    with listening(200, tls=certificate(tmp_path, "127.0.0.1")) as listener:
        model = make_model(base_url=listener.url("/v1", scheme="https"))

        call = answered(ada, model)

    assert call.problem is Problem.UNREACHABLE
    assert "shows a bad certificate" in call.message
    assert not listener.got


def test_a_packed_answer_is_not_unpacked(client, ada, model_server):
    def packed(request):
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.send_header("Content-Length", "0")
        request.end_headers()

    model_server.scenes = [packed]

    call = answered(ada, make_model(model_server))

    assert call.problem is Problem.BAD_ANSWER
    assert "packed" in call.message
