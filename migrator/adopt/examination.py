"""Everything that is looked at before a database is adopted. Reads, and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from migrator import errors
from migrator.adopt.access import externals, rights
from migrator.adopt.dependants import dependants
from migrator.adopt.finding import Finding
from migrator.adopt.generators import positions
from migrator.adopt.look import Look, Options
from migrator.adopt.orphans import orphans
from migrator.adopt.rows import contents, times
from migrator.adopt.shapes import Shapes
from migrator.adopt.structure import structure
from migrator.adopt.tables import in_place, nothing_there, whereabouts
from migrator.adopt.traffic import publications, traffic
from migrator.runner import current

_ZONE = "SELECT name FROM pg_timezone_names WHERE lower(name) = lower(:zone)"


@dataclass(frozen=True)
class Examined:
    """Findings around the tables of the baseline, and those within them, which adopt repairs."""

    around: list[Finding]
    within: list[Finding]
    options: Options

    @property
    def findings(self) -> list[Finding]:
        return [*self.around, *self.within]


def examine(connection: sa.Connection, shapes: Shapes, options: Options) -> Examined:
    """All findings of one snapshot. Raises Refused when there is nothing to adopt."""
    stamped = current(connection)
    if stamped is not None:
        raise errors.already_stamped(stamped)
    with connection.begin():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        options = _with_known_zone(connection, options)
        look = Look.at(connection, shapes, options)
        if nothing_there(look):
            raise errors.nothing_to_adopt(shapes.tables)
        around = [*whereabouts(look), *externals(look), *rights(look), *traffic(look)]
        around += publications(look)
        if not in_place(look):
            return Examined(around, [], options)
        _refuse_useless_zone(look)
        return Examined(around, list(within(look)), options)


def within(look: Look) -> Iterator[Finding]:
    """Findings about the tables of the baseline, in an order in which the repairs work."""
    in_the_way = list(dependants(look))
    spoken_of = {one.object for one in in_the_way}
    yield from (one for one in structure(look) if one.object not in spoken_of)
    yield from in_the_way
    for table in look.shapes.tables:
        if look.readable(table):
            yield from contents(look, table)
            yield from times(look, table)
            yield from orphans(look, table)
    yield from positions(look)


def _with_known_zone(connection: sa.Connection, options: Options) -> Options:
    """The zone as the server spells it, which goes by its own list of names."""
    if options.legacy_timezone is None:
        return options
    name = connection.scalar(sa.text(_ZONE), {"zone": options.legacy_timezone})
    if name is None:
        raise errors.unknown_time_zone(options.legacy_timezone)
    return replace(options, legacy_timezone=name)


def _refuse_useless_zone(look: Look) -> None:
    zone = look.options.legacy_timezone
    if zone and not any(look.naive(table) for table in look.shapes.tables):
        raise errors.no_times_without_zone(zone)
