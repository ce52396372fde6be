"""The report as JSON, described by docs/review.schema.json."""

import json

from migrator.review.review import Review


def document(done: Review) -> str:
    """One object, `findings` first."""
    return json.dumps(done.as_json(), indent=1, ensure_ascii=False) + "\n"
