"""Quorum: the application factory."""

from importlib import import_module
from pathlib import Path

from apiflask import APIFlask

from config import Config
from dashboard import api, errors, late, once, requests, templating
from dashboard.drawing import Drawing
from dashboard.extensions import csrf, db, login_manager

ROOT = Path(__file__).resolve().parent.parent
FEATURES = (
    "home",
    "inbox",
    "chat",
    "auth",
    "users",
    "workflows",
    "councils",
    "oversight",
    "simulation",
    "advice",
    "receipts",
    "metrics",
    "agents",
    "reputation",
    "workflow_types",
    "savings",
    "bots",
    "runs",
    "schedules",
    "hooks",
    "incidents",
    "grants",
    "projects",
    "tasks",
    "prompts",
    "ai_models",
    "model_calls",
    "thinking",
    "webhooks",
    "freezes",
    "files",
    "audit_log",
    "health",
    "demo",
)
"""In the order in which they stand in the navigation."""


def create_app(config: Config) -> APIFlask:
    app = APIFlask(
        __name__,
        title="Quorum",
        version="1.0",
        spec_path="/api/openapi.json",
        docs_path=None,
        json_errors=False,
        root_path=str(ROOT),
        instance_path=str(config.instance),
    )
    app.config.from_mapping(config.flask())
    app.jinja_environment = Drawing

    db.init_app(app)
    late.init_app(app, db)
    login_manager.init_app(app, add_context_processor=False)  # no page asks twice
    requests.init_app(app, config.proxy_hops)
    csrf.init_app(app)
    for part in (errors, templating, api, once):
        part.init_app(app)
    for name in FEATURES:
        import_module(f"dashboard.{name}").init_app(app)
    return app
