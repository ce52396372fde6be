"""A catalog as JSON, always the same for the same schema, and its fingerprint."""

import hashlib
import json

from migrator.catalog.model import Catalog, Object


def to_json(catalog: Catalog) -> str:
    """An array of objects in the order of kind and identity, one a line."""
    lines = [
        json.dumps(
            {
                "kind": one.kind,
                "identity": one.identity,
                "parents": one.parents,
                "attributes": one.attributes,
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        for _, one in sorted(catalog.objects.items())
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def from_json(text: str) -> Catalog:
    """The catalog that `to_json` wrote."""
    return Catalog.of(
        Object(
            one["kind"],
            one["identity"],
            one["attributes"],
            tuple((kind, identity) for kind, identity in one["parents"]),
        )
        for one in json.loads(text)
    )


def digest(catalog: Catalog) -> str:
    """SHA-256 of the JSON, 64 hexadecimal characters."""
    return hashlib.sha256(to_json(catalog).encode()).hexdigest()
