"""Before anything was told."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.users.models import User

pytestmark = pytest.mark.usefixtures("nothing_told")


@pytest.fixture
def production(app, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)


def test_it_stays_out_of_production(flask, production):
    result = flask("seed-demo")

    assert result.exit_code == 1
    assert "--force" in result.output
    assert db.session.scalar(select(User)) is None


def test_a_production_start_only_names_the_first_step(flask, production):
    result = flask("seed-demo", "--if-empty")

    assert result.exit_code == 0
    assert "No people yet. Make the first admin:" in result.output


def test_an_empty_house_names_the_first_step(flask):
    result = flask("first-steps")

    assert "No people yet. Make the first admin:" in result.output
