"""What each rule means, in words for somebody who meets it for the first time."""

from dataclasses import dataclass

from migrator.review.rules import RULES


@dataclass(frozen=True)
class About:
    """`title` is a few words, `effect` and `instead` are sentences."""

    title: str
    effect: str
    instead: str


_OF_THE_WAY_BACK = {
    "row-lost": About(
        "Rows do not come back",
        "After upgrade and downgrade, rows that were there before are missing.",
        "Keep what the old schema needs until it is contracted, or refuse in the downgrade: "
        "ops.refuse_data_loss.",
    ),
    "value-changed": About(
        "Values do not come back",
        "After upgrade and downgrade, columns hold other values than before.",
        "Write the new form beside the old one, and drop the old one in a later revision.",
    ),
    "sequence-restarted": About(
        "A sequence starts again",
        "The next number was given out before: the first INSERT after a downgrade collides.",
        "Keep the sequence, or set it in the downgrade: setval to the greatest number.",
    ),
    "schema-not-restored": About(
        "The downgrade leaves another schema",
        "What the upgrade changed is not as it was, so the release before meets a schema that "
        "nobody has tested.",
        "Undo in the downgrade everything that the upgrade does, in the opposite order.",
    ),
    "downgrade-fails": About(
        "The downgrade fails",
        "There is no way back to the release before when this one turns out to be broken.",
        "Write a downgrade that runs over rows too, or say that there is none: ops.irreversible.",
    ),
    "upgrade-again-fails": About(
        "The upgrade does not run a second time",
        "After a downgrade the revision cannot be applied again: something was left behind.",
        "Drop in the downgrade everything that the upgrade creates, types and functions too.",
    ),
    "irreversible-declared": About(
        "The revision says that it cannot be undone",
        "Going back means to restore a backup.",
        "Nothing, when that is what you want: take the backup before.",
    ),
}

_OF_THE_REVIEW = {
    "not-filled": About(
        "A table without rows",
        "What the revision does to rows of this table was not seen.",
        "Give rows of your own: --seed seed.sql.",
    ),
    "stale-acknowledgement": About(
        "An acknowledgement of nothing",
        "It would hide the hazard on the day it appears.",
        "Delete it, or give its reason.",
    ),
}

OTHERS = _OF_THE_WAY_BACK | _OF_THE_REVIEW
"""Those that are about no statement, by id."""


def about(rule: str) -> About:
    """The words for a rule: of those of statements, of the way back, and of the review itself."""
    known = RULES.get(rule)
    return About(known.title, known.effect, known.instead) if known else OTHERS[rule]


def rules() -> list[str]:
    """The ids of all rules."""
    return [*RULES, *OTHERS]
