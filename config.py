"""Settings: the only file that reads the environment, and it refuses nonsense."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fcntl import LOCK_EX, flock
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).resolve().parent
MIN_SECRET = 32
KEEP = os.O_RDWR | os.O_CREAT
EXAMPLE = "change-me"
KIB, MIB = 1 << 10, 1 << 20
REDIS_SCHEMES = {"redis", "rediss", "unix"}
TIERS = ("auto", "base", "lockdown", "bwrap")
WALLS = {"fs", "net", "proc"}
PLACE = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?")
PATIENCE = 5
"""Seconds until a database that does not answer is called silent."""
LINE = {
    "connect_timeout": PATIENCE,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How PostgreSQL's line is watched: one that is dead is given up within a minute."""
MADE_SECRETS = ("SECRET_KEY", "AUDIT_KEY", "DATA_KEYS")


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
    data_keys: tuple[str, ...] = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    instance: Path = ROOT / "instance"
    proxy_hops: int = 0
    worker_threads: int = 4
    lease_seconds: int = 30
    sandbox_tier: str = "auto"
    sandbox_require: frozenset[str] = frozenset()
    outbound_allow: tuple[str, ...] = ()
    runs_waiting: int = 1000
    production: bool = False
    testing: bool = False

    def __post_init__(self) -> None:
        self._check_secrets()
        base = urlsplit(self.base_url)
        if base.scheme not in {"http", "https"} or not base.hostname:
            raise ConfigError("BASE_URL must be like https://quorum.example.org.")
        if self.redis_url and urlsplit(self.redis_url).scheme not in REDIS_SCHEMES:
            raise ConfigError("REDIS_URL must be like redis://localhost:6379/0.")
        if self.sandbox_tier not in TIERS:
            raise ConfigError(f"SANDBOX_TIER must be one of {', '.join(TIERS)}.")
        if self.sandbox_require - WALLS:
            raise ConfigError("SANDBOX_REQUIRE must be a list out of fs,net,proc.")
        for each in self.outbound_allow:
            if not is_place(each):
                raise ConfigError(
                    f"OUTBOUND_ALLOW cannot be read at {each!r}: name hosts with their "
                    "port, or networks, like hooks.internal:8080,10.20.0.0/16."
                )

    def _check_secrets(self) -> None:
        secrets_of = {
            "SECRET_KEY": [self.secret_key],
            "AUDIT_KEY": [self.audit_key],
            "DATA_KEYS": list(self.data_keys),
        }
        for name, values in secrets_of.items():
            weak = [v for v in values if len(v) < MIN_SECRET or v.startswith(EXAMPLE)]
            if weak or not values:
                raise ConfigError(
                    f"{name} must be {MIN_SECRET} or more random characters."
                )
        if self.secret_key == self.audit_key and not self.testing:
            raise ConfigError("AUDIT_KEY must differ from SECRET_KEY.")
        if {self.secret_key, self.audit_key} & set(self.data_keys) and not self.testing:
            raise ConfigError("DATA_KEYS must differ from SECRET_KEY and AUDIT_KEY.")

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
        required = [*MADE_SECRETS, "DATABASE_URL"]
        if mode is Mode.PRODUCTION:
            required.append("BASE_URL")
        if missing := [name for name in required if name not in given]:
            raise ConfigError(f"Set {', '.join(missing)}; see .env.example.")
        if mode is Mode.PRODUCTION and given.get("FLASK_DEBUG", "0") != "0":
            raise ConfigError("FLASK_DEBUG must be off in production.")
        return cls(
            secret_key=given["SECRET_KEY"],
            audit_key=given["AUDIT_KEY"],
            data_keys=listed(given["DATA_KEYS"]),
            database_url=given["DATABASE_URL"],
            redis_url=given.get("REDIS_URL", ""),
            base_url=given.get("BASE_URL", cls.base_url),
            instance=instance,
            proxy_hops=whole(given, "PROXY_HOPS", cls.proxy_hops, 0, 8),
            worker_threads=whole(given, "WORKER_THREADS", cls.worker_threads, 1, 64),
            lease_seconds=whole(given, "LEASE_SECONDS", cls.lease_seconds, 2, 600),
            sandbox_tier=given.get("SANDBOX_TIER", cls.sandbox_tier),
            sandbox_require=frozenset(listed(given.get("SANDBOX_REQUIRE", ""))),
            outbound_allow=listed(given.get("OUTBOUND_ALLOW", "")),
            runs_waiting=whole(given, "RUNS_WAITING", cls.runs_waiting, 1, 10**6),
            production=mode is Mode.PRODUCTION,
        )

    def flask(self) -> dict[str, Any]:
        secure = self.base_url.startswith("https://")
        host = urlsplit(self.base_url).hostname
        return {
            "SECRET_KEY": self.secret_key,
            "AUDIT_KEY": self.audit_key,
            "DATA_KEYS": self.data_keys,
            "BASE_URL": self.base_url,
            "REDIS_URL": self.redis_url,
            "SQLALCHEMY_DATABASE_URI": with_driver(self.database_url),
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database_url),
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
            "SANDBOX_REQUIRE": self.sandbox_require,
            "OUTBOUND_ALLOW": self.outbound_allow,
            "RUNS_WAITING": self.runs_waiting,
            "PRODUCTION": self.production,
            "TESTING": self.testing,
            "WTF_CSRF_ENABLED": not self.testing,
            "WTF_CSRF_TIME_LIMIT": None,  # the session has its own end
        }


def kept_in(instance: Path) -> dict[str, str]:
    """The development secrets, made once; only their owner may read them."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = {"DATABASE_URL": f"sqlite:///{instance / 'quorum.db'}"}
    with open(os.open(instance / "keys.json", KEEP, 0o600), "r+") as file:
        flock(file, LOCK_EX)  # of two processes that start together, one makes them
        text = file.read()
        kept: dict[str, str] = json.loads(text) if text else {}
        missing = [name for name in MADE_SECRETS if name not in kept]
        if missing:
            kept |= {name: secrets.token_urlsafe(48) for name in missing}
            file.seek(0)
            file.write(json.dumps(kept))
    return database | kept


def listed(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(part for part in map(str.strip, text.split(",")) if part)


def is_place(text: str) -> bool:
    """A host with its port, or a network: what may be reached though it is private."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        host, _, port = text.rpartition(":")
        bare = host.removeprefix("[").removesuffix("]")
        is_host = bool(PLACE.fullmatch(bare)) or (bare != host and ":" in bare)
        return is_host and port.isdecimal() and 0 < int(port) < 65536
    return True


def whole(
    given: Mapping[str, str], name: str, default: int, low: int, high: int
) -> int:
    """A whole number within limits, or a clear refusal."""
    text = given.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}.")
    return int(text)


def engine_options(url: str) -> dict[str, Any]:
    """A server may restart: notice it before use, and let nobody wait for long."""
    # what people typed, and hashes, stay out of the log of a failed statement
    options: dict[str, Any] = {"hide_parameters": True}
    if with_driver(url).startswith("postgresql"):
        options |= {"pool_pre_ping": True, "pool_timeout": PATIENCE}
        said = dict(parse_qsl(urlsplit(url).query))
        wanted = {name: n for name, n in LINE.items() if name not in said}
        options["connect_args"] = wanted
    return options


def with_driver(url: str) -> str:
    """Name psycopg2: SQLAlchemy 2.1 reads a bare postgresql:// as psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg2://" + url.removeprefix(scheme)
    return url
