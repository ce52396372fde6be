"""Which way goes with which kind, and the order in which kinds come."""

from migrator.repair import sides
from migrator.repair.columns import Column, Default
from migrator.repair.constraints import Constraint
from migrator.repair.database import (
    DefaultAcl,
    Extension,
    Language,
    Publication,
    Schema,
    Subscription,
)
from migrator.repair.foreign import Server, UserMapping, Wrapper
from migrator.repair.indexes import Index, Statistics
from migrator.repair.kind import Kind
from migrator.repair.methods import AccessMethod, Conversion, Transform
from migrator.repair.others import (
    Cast,
    Collation,
    Configuration,
    Dictionary,
    Operator,
    OperatorClass,
    OperatorFamily,
    OperatorFamilyMembers,
    Parser,
    Template,
)
from migrator.repair.privileges import PRIVILEGES
from migrator.repair.routines import Aggregate, EventTrigger, Policy, Routine, Rule, Trigger
from migrator.repair.sequences import Sequence
from migrator.repair.tables import Attachment, Table
from migrator.repair.types import DomainConstraint, Type
from migrator.repair.views import MaterializedView, View

KINDS: dict[str, Kind] = {
    "schema": Schema(),
    "extension": Extension(),
    "language": Language(),
    "foreign-data wrapper": Wrapper(),
    "server": Server(),
    "user mapping": UserMapping(),
    "collation": Collation(),
    "type": Type(),
    "domain constraint": DomainConstraint(),
    "text search parser": Parser(),
    "text search template": Template(),
    "text search dictionary": Dictionary(),
    "text search configuration": Configuration(),
    "sequence": Sequence(),
    "table": Table(),
    "foreign table": Table("FOREIGN TABLE"),
    "table column": Column(),
    "foreign table column": Column(),
    "function": Routine("FUNCTION", "FUNCTION"),
    "procedure": Routine("PROCEDURE", "PROCEDURE"),
    "access method": AccessMethod(),
    "operator family": OperatorFamily(),
    "operator": Operator(),
    "operator class": OperatorClass(),
    sides.FAMILY_MEMBERS: OperatorFamilyMembers(),
    "cast": Cast(),
    "transform": Transform(),
    "conversion": Conversion(),
    "aggregate": Aggregate(),
    sides.DEFAULT: Default(),
    "view": View(),
    "view column": Column(),
    "index": Index(),
    "table constraint": Constraint(),
    "materialized view": MaterializedView(),
    "materialized view column": Column(),
    sides.ATTACHMENT: Attachment(),
    "statistics object": Statistics(),
    "trigger": Trigger(),
    "rule": Rule(),
    "policy": Policy(),
    "event trigger": EventTrigger(),
    "publication": Publication(),
    "subscription": Subscription(),
    "default privileges": DefaultAcl(),
    **PRIVILEGES,
}

RANK = {kind: number for number, kind in enumerate(KINDS)}
"""Where nothing else decides, objects are made in this order and dropped in the reverse."""
