"""The verbs of the local database: db, psql."""

import json
import os

import click

from migrator import embedded
from migrator.cli import verb
from migrator.project import Project


@verb
@click.option("--stop", is_flag=True, help="Stop the embedded PostgreSQL.")
def db(project: Project, as_json: bool, stop: bool) -> None:
    """Start the embedded PostgreSQL and print its address."""
    if stop:
        embedded.stop(project.path("embedded"))
        return
    address = project.server.url(project.option("embedded_database"), "migrator")
    print(json.dumps({"url": address}) if as_json else address)


@verb
def psql(project: Project, as_json: bool) -> None:  # noqa: ARG001  every verb takes it
    """Open psql on the database."""
    address = project.url.set(drivername="postgresql", password=None)
    program = embedded.wheel_programs() / "psql"
    # Not among the arguments, where every user of the machine reads it.
    password = {"PGPASSWORD": project.url.password} if project.url.password else {}
    arguments = ["psql", "--dbname", address.render_as_string()]
    os.execve(program, arguments, os.environ | password)  # noqa: S606
