"""Settings: the only file that reads the environment, and it refuses nonsense."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
MIN_SECRET = 32
EXAMPLE = "change-me"
KIB, MIB = 1 << 10, 1 << 20


class ConfigError(Exception):
    """The environment does not describe an app that may be started."""


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything an app is told from outside; `flask()` is its Flask spelling."""

    secret_key: str = field(repr=False)
    audit_key: str = field(repr=False)
    database_url: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    instance: Path = ROOT / "instance"
    proxy_hops: int = 0
    worker_threads: int = 4
    lease_seconds: int = 30
    sandbox_tier: str = "auto"
    production: bool = False
    testing: bool = False

    def __post_init__(self) -> None:
        for name in ("secret_key", "audit_key"):
            secret = getattr(self, name)
            if len(secret) < MIN_SECRET or secret.startswith(EXAMPLE):
                raise ConfigError(
                    f"{name.upper()} must be {MIN_SECRET} or more random characters."
                )
        if self.secret_key == self.audit_key and not self.testing:
            raise ConfigError("AUDIT_KEY must differ from SECRET_KEY.")
        base = urlsplit(self.base_url)
        if base.scheme not in {"http", "https"} or not base.hostname:
            raise ConfigError("BASE_URL must be like https://quorum.example.org.")
        if self.sandbox_tier not in {"auto", "base", "lockdown"}:
            raise ConfigError("SANDBOX_TIER must be auto, base or lockdown.")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        try:
            mode = Mode(env.get("QUORUM_ENV") or Mode.DEVELOPMENT)
        except ValueError as error:
            raise ConfigError(
                "QUORUM_ENV must be development or production."
            ) from error
        instance = Path(env.get("INSTANCE_PATH") or cls.instance).resolve()
        secrets_of = kept_in(instance) if mode is Mode.DEVELOPMENT else {}
        given = {**secrets_of, **{name: env[name] for name in env if env[name]}}
        required = ["SECRET_KEY", "AUDIT_KEY", "DATABASE_URL"]
        if mode is Mode.PRODUCTION:
            required.append("BASE_URL")
        if missing := [name for name in required if name not in given]:
            raise ConfigError(f"Set {', '.join(missing)}; see .env.example.")
        if mode is Mode.PRODUCTION and given.get("FLASK_DEBUG", "0") != "0":
            raise ConfigError("FLASK_DEBUG must be off in production.")
        return cls(
            secret_key=given["SECRET_KEY"],
            audit_key=given["AUDIT_KEY"],
            database_url=given["DATABASE_URL"],
            base_url=given.get("BASE_URL", cls.base_url),
            instance=instance,
            proxy_hops=whole(given, "PROXY_HOPS", cls.proxy_hops, 0, 8),
            worker_threads=whole(given, "WORKER_THREADS", cls.worker_threads, 1, 64),
            lease_seconds=whole(given, "LEASE_SECONDS", cls.lease_seconds, 2, 600),
            sandbox_tier=given.get("SANDBOX_TIER", cls.sandbox_tier),
            production=mode is Mode.PRODUCTION,
        )

    def flask(self) -> dict[str, Any]:
        secure = self.base_url.startswith("https://")
        host = urlsplit(self.base_url).hostname
        return {
            "SECRET_KEY": self.secret_key,
            "AUDIT_KEY": self.audit_key,
            "BASE_URL": self.base_url,
            "SQLALCHEMY_DATABASE_URI": with_driver(self.database_url),
            # what people typed, and hashes, stay out of the log of a failed statement
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
            "SESSION_COOKIE_NAME": "__Host-quorum" if secure else "quorum",
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "MAX_CONTENT_LENGTH": 2 * MIB,
            "MAX_FORM_MEMORY_SIZE": 2 * MIB,
            "MAX_FORM_PARTS": 500,
            "TRUSTED_HOSTS": [host] if secure or self.production else None,
            "WORKER_THREADS": self.worker_threads,
            "LEASE_SECONDS": self.lease_seconds,
            "SANDBOX_TIER": self.sandbox_tier,
            "PRODUCTION": self.production,
            "TESTING": self.testing,
            "WTF_CSRF_ENABLED": not self.testing,
            "WTF_CSRF_TIME_LIMIT": None,  # the session has its own end
        }


def kept_in(instance: Path) -> dict[str, str]:
    """The development secrets, made once; only their owner may read them."""
    file = instance / "keys.json"
    if not file.exists():
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "AUDIT_KEY")}
        draft = file.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            json.dump(made, out)
        try:
            os.link(draft, file)  # of two processes that start together, one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(file.read_text())
    return {"DATABASE_URL": f"sqlite:///{instance / 'quorum.db'}", **kept}


def whole(
    given: Mapping[str, str], name: str, default: int, low: int, high: int
) -> int:
    """A whole number within limits, or a clear refusal."""
    text = given.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}.")
    return int(text)


def with_driver(url: str) -> str:
    """Name psycopg2: SQLAlchemy 2.1 reads a bare postgresql:// as psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg2://" + url.removeprefix(scheme)
    return url
