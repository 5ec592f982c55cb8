"""The settings refuse what would not be safe to start with."""

from dataclasses import replace

import pytest
from flask import request

from config import Config, ConfigError, with_driver
from dashboard import create_app

PRODUCTION = {
    "QUORUM_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "AUDIT_KEY": "a" * 32,
    "DATA_KEYS": "d" * 32,
    "DATABASE_URL": "sqlite://",
    "BASE_URL": "https://quorum.example.org",
}


@pytest.mark.parametrize("secret", ["short", "change-me-32-or-more-random-chars"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "AUDIT_KEY"])
def test_a_weak_secret_is_refused(name, secret):
    with pytest.raises(ConfigError, match=f"{name} must be 32 or more"):
        Config.from_env(PRODUCTION | {name: secret})


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "AUDIT_KEY", "DATABASE_URL", "BASE_URL"]
)
def test_production_starts_with_nothing_left_to_chance(name):
    with pytest.raises(ConfigError, match=f"Set {name}"):
        Config.from_env(PRODUCTION | {name: ""})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("QUORUM_ENV", "staging", "QUORUM_ENV must be"),
        ("AUDIT_KEY", PRODUCTION["SECRET_KEY"], "must differ"),
        ("FLASK_DEBUG", "1", "FLASK_DEBUG must be off"),
        ("BASE_URL", "quorum.example.org", "BASE_URL must be like"),
        ("BASE_URL", "https://", "BASE_URL must be like"),
        ("PROXY_HOPS", "-1", "PROXY_HOPS must be a whole number from 0"),
        ("WORKER_THREADS", "many", "WORKER_THREADS must be a whole number"),
        ("LEASE_SECONDS", "1", "LEASE_SECONDS must be a whole number from 2"),
        ("SANDBOX_TIER", "none", "SANDBOX_TIER must be"),
        ("OUTBOUND_ALLOW", "10.0.0.0/8,nonsense", "cannot be read at 'nonsense'"),
        ("OUTBOUND_ALLOW", "hooks.internal", "OUTBOUND_ALLOW cannot be read"),
        ("OUTBOUND_ALLOW", "hooks.internal:http", "OUTBOUND_ALLOW cannot be read"),
        ("OUTBOUND_ALLOW", "hooks.internal:70000", "OUTBOUND_ALLOW cannot be read"),
        ("OUTBOUND_ALLOW", "10.0.0.0/33", "OUTBOUND_ALLOW cannot be read"),
        ("OUTBOUND_ALLOW", "https://hooks.internal:8080", "OUTBOUND_ALLOW cannot be"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(name, value, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Config.from_env(PRODUCTION | {name: value})


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1:11434", "hooks.internal:8080", "10.20.0.0/16", "10.0.0.7", "[::1]:80"],
)
def test_hosts_with_a_port_and_networks_may_be_allowed(place):
    allowed = Config.from_env(PRODUCTION | {"OUTBOUND_ALLOW": f"{place}, fd00::/8"})

    assert allowed.outbound_allow == (place, "fd00::/8")


def test_no_secret_stands_in_a_settings_own_words():
    shown = repr(Config.from_env(PRODUCTION | {"DATABASE_URL": "postgresql://u:pw@h"}))

    assert not any(secret in shown for secret in ("s" * 32, "a" * 32, "pw"))


def test_development_makes_its_secrets_once_and_keeps_them_to_itself(tmp_path):
    folder = tmp_path / "instance"

    first, second = (Config.from_env({"INSTANCE_PATH": str(folder)}) for _ in range(2))

    assert first == second
    assert first.secret_key != first.audit_key
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [
        ("https://quorum.example.org", "__Host-quorum", True),
        ("http://quorum.example.org", "quorum", False),
    ],
)
def test_the_cookie_is_as_safe_as_the_address_allows(base_url, name, secure):
    flask = Config.from_env(PRODUCTION | {"BASE_URL": base_url}).flask()

    assert flask["SESSION_COOKIE_NAME"] == name
    assert flask["SESSION_COOKIE_SECURE"] is secure
    assert flask["SESSION_COOKIE_SAMESITE"] == "Lax"


def started(tmp_path, **over):
    """An app as in production; its database is never asked."""
    config = replace(Config.from_env(PRODUCTION), instance=tmp_path, **over)
    return create_app(config)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_production_answers_to_its_own_name_only(tmp_path, scheme):
    own = f"{scheme}://quorum.example.org"
    client = started(tmp_path, base_url=own).test_client()

    assert client.get("/healthz", base_url=own).status_code == 200
    for path in ("/healthz", "/login", "/api/v1/me"):
        stranger = client.get(path, base_url=f"{scheme}://evil")
        assert (stranger.status_code, stranger.mimetype) == (400, "text/plain")
        assert stranger.text == f"This site is called {own}. Go there."


@pytest.mark.parametrize(
    ("hops", "address"), [(0, "10.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")]
)
def test_only_as_many_proxies_are_believed_as_there_are(tmp_path, hops, address):
    app = started(tmp_path, proxy_hops=hops)
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))

    app.test_client().get(
        "/healthz",
        base_url=PRODUCTION["BASE_URL"],
        headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.7, 203.0.113.9"},
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
    )

    assert seen == [address]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_driver_is_named(scheme):
    assert with_driver(f"{scheme}://h/db") == "postgresql+psycopg2://h/db"
