"""The verbs that rearrange the history: rebase, squash."""

import json
from dataclasses import asdict

import click

from migrator import rebase as rebasing
from migrator import squash as squashing
from migrator.cli import verb
from migrator.project import Project


@verb
@click.argument("own", required=False)
def rebase(project: Project, as_json: bool, own: str | None) -> None:
    """Put your own revisions on top of the other branch's, and render sql/ again.

    OWN is the head of your branch. Without it, git tells which of the two is not shared yet, and
    without git it is the newest.
    """
    done = rebasing.rebase(project, own)
    if as_json:
        print(json.dumps(asdict(done)))
    elif not done.moved:
        print("nothing to do: the revisions have one head")
    else:
        for before, after in done.moved:
            print(f"moved  {before}" + (f" -> {after}" if after != before else ""))
        print(f"it follows {done.onto} now, and no longer {done.before}")
        print("\n".join(f"rendered  sql/{name}" for name in done.rendered))


@verb
@click.argument("to", default="head")
def squash(project: Project, as_json: bool, to: str) -> None:
    """Replace the revisions up to TO (default: head) by one that is proved to do the same.

    It has the id of the last of them, so databases there or further on notice nothing. Those still
    among the old ones go on by them: they are kept in squashed/ beside the revisions.
    """
    done = squashing.squash(project, to)
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        print(f"squashed  {len(done.replaced)} revisions into {done.file}")
        print(f"its schema is the same, up and down; its id is that of the last: {done.revision}")
        print(f"rendered  sql/ ({len(done.rendered)} files)")
