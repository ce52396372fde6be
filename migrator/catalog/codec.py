"""A catalog as JSON, always the same for the same schema, and its fingerprint."""

import hashlib
import json

from migrator.catalog.model import Catalog, Key, Object

_COMPARED = ("kind", "identity", "parents", "attributes")
_REST = ("details", "needs", "default_needs")


def to_json(catalog: Catalog) -> str:
    """An array of objects in the order of kind and identity, one a line."""
    return _lines(catalog, _COMPARED + _REST)


def _lines(catalog: Catalog, names: tuple[str, ...]) -> str:
    lines = [
        json.dumps(
            {name: value for name in names if (value := getattr(one, name)) or name in _COMPARED},
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
            _keys(one["parents"]),
            one.get("details", {}),
            _keys(one.get("needs", [])),
            _keys(one.get("default_needs", [])),
        )
        for one in json.loads(text)
    )


def _keys(pairs: list[list[str]]) -> tuple[Key, ...]:
    return tuple((kind, identity) for kind, identity in pairs)


def digest(catalog: Catalog) -> str:
    """SHA-256 of what is compared, as JSON: 64 hexadecimal characters."""
    return hashlib.sha256(_lines(catalog, _COMPARED).encode()).hexdigest()
