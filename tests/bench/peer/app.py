"""Flask-Admin over our table of runs; it lives in an environment of its own."""

import os

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SECRET_KEY"] = "s" * 32
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app)


class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Uuid, primary_key=True)
    name = db.Column(db.String)

    def __str__(self):
        return self.name


class Bot(db.Model):
    __tablename__ = "bots"
    id = db.Column(db.Uuid, primary_key=True)
    name = db.Column(db.String)

    def __str__(self):
        return self.name


class Run(db.Model):
    __tablename__ = "runs"
    id = db.Column(db.Uuid, primary_key=True)
    bot_id = db.Column(db.ForeignKey("bots.id"))
    started_by_id = db.Column(db.ForeignKey("users.id"))
    status = db.Column(db.String)
    trigger = db.Column(db.String)
    error = db.Column(db.Text)
    queued_at = db.Column(db.DateTime)
    started_at = db.Column(db.DateTime)
    ended_at = db.Column(db.DateTime)
    bot = db.relationship(Bot)
    started_by = db.relationship(User)


class Runs(ModelView):
    page_size = 25
    column_list = (
        "status",
        "trigger",
        "bot",
        "started_by",
        "error",
        "queued_at",
        "started_at",
        "ended_at",
    )
    column_filters = ("status", "trigger", "queued_at")
    column_default_sort = ("id", True)


Admin(app, name="Peer").add_view(Runs(Run, db))
