"""The page about the API."""

import pytest


def test_it_is_a_page_for_people_and_asks_them_to_sign_in(client):
    answer = client.get("/api/docs")

    assert (answer.status_code, answer.location) == (303, "/login?next=/api/docs")


def test_it_draws_the_description_under_the_strict_policy(client, ada):
    page = client.as_(ada).get("/api/docs")

    assert page.status_code == 200
    assert 'data-url="/api/openapi.json"' in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")],
)
def test_its_files_come_from_the_wheel(client, ada, name, kind):
    with client.as_(ada).get(f"/api/docs/assets/{name}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert "max-age=3600" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["plugins.py", "swagger.svg", "..%2f__init__.py"])
def test_no_other_file_of_the_wheel_is_served(client, ada, name):
    assert client.as_(ada).get(f"/api/docs/assets/{name}").status_code == 404


def test_an_error_on_it_is_a_page(client, ada):
    answer = client.as_(ada).get("/api/docs/nowhere")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
