"""An instance of Quorum on a database: its environment, its tables, its app."""

import subprocess
import sys

from config import Config
from dashboard import create_app
from tests.redis import ROOT, worker_env

USUAL = {"SANDBOX_TIER": "auto", "LEASE_SECONDS": "30"}


def env_on(url, folder, redis_url=""):
    """As its operators would have it, not as tests do."""
    return worker_env(url, folder, redis_url, **USUAL)


def app_on(url, folder, redis_url=""):
    return create_app(Config.from_env(env_on(url, folder, redis_url)))


def upgrade(url, folder):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(
        command, cwd=ROOT, env=env_on(url, folder), check=True, capture_output=True
    )
