"""The settings refuse what would not be safe to start with."""

import pytest

from config import Config, ConfigError, with_driver


@pytest.mark.parametrize("secret", ["", "short", "change-me-32-or-more-random-chars"])
def test_a_weak_secret_is_refused(secret):
    env = {
        "QUORUM_ENV": "production",
        "SECRET_KEY": secret,
        "AUDIT_KEY": "a" * 32,
        "DATABASE_URL": "sqlite://",
        "BASE_URL": "https://quorum.example.org",
    }

    with pytest.raises(ConfigError, match="SECRET_KEY"):
        Config.from_env(env)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_driver_is_named(scheme):
    assert with_driver(f"{scheme}://h/db") == "postgresql+psycopg2://h/db"
