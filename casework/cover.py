"""What covers each table: how `manage.py verify` finds a row that was changed or deleted past the triggers.

An app declares it beside its triggers, as `models.COVER`. A table is *digested* (`casework.row_digests` compares each
row with the digest stored when it was last written), *derived* (something else proves it, and is named), or
*operational* (nothing compares it, and the reason is given). So may single columns of a digested table be.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.apps import apps
from django.db.models import Model


class Kind(Enum):
    DIGESTED = "digested"
    DERIVED = "derived"
    OPERATIONAL = "operational"


@dataclass(frozen=True, slots=True)
class Cover:
    """`why` says what proves a derived table, or why nothing compares an operational one; `columns` names the
    operational columns of a digested table, each with its reason.
    """

    kind: Kind
    why: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def digested(tables: str, **columns: Mapping[str, str]) -> dict[str, Cover]:
    """Cover of these tables by digest, but for the named operational columns of some: table, column, reason."""
    assert columns.keys() <= set(tables.split()), columns
    return {table: Cover(Kind.DIGESTED, columns=columns.get(table, {})) for table in tables.split()}


def derived(**tables: str) -> dict[str, Cover]:
    """Tables that something else proves, each with what does."""
    return {table: Cover(Kind.DERIVED, why) for table, why in tables.items()}


def operational(**tables: str) -> dict[str, Cover]:
    """Tables that nothing compares, each with the reason."""
    return {table: Cover(Kind.OPERATIONAL, why) for table, why in tables.items()}


def declared() -> Iterator[tuple[str, Cover]]:
    """The cover of each table, as the installed apps declare it."""
    for config in apps.get_app_configs():
        yield from getattr(config.models_module, "COVER", {}).items()


def digested_models() -> dict[str, tuple[type[Model], Cover]]:
    """Model and cover of each table whose rows are digested."""
    covers = dict(declared())
    return {
        table: (model, covers[table])
        for model in apps.get_models(include_auto_created=True)
        if (table := model._meta.db_table) in covers and covers[table].kind is Kind.DIGESTED
    }
