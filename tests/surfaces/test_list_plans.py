"""On PostgreSQL, each order of a declared list is read along an index that it names: it is used, not only there.

The tables are filled with rows that mean nothing, without laws, so that there are enough of them to plan by.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, models

from casework import clock
from casework.actor import Actor, ActorKind, Via
from casework.errors import CaseError
from surfaces.lists import declaring
from tests.surfaces.test_declared_lists import LISTS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a plan of PostgreSQL"),
]
ROWS = 20_000
PEOPLE = 200
STAFF = Actor(
    kind=ActorKind.STAFF, via=Via.CONSOLE, ref="usr_7", user_id=7, session="s", roles=frozenset({"compliance"})
)
REVIEWER = Actor(
    kind=ActorKind.STAFF,
    via=Via.CONSOLE,
    ref="usr_8",
    user_id=8,
    session="s",
    roles=frozenset({"reviewer", "mediator"}),
)
HELP_LINE = Actor(
    kind=ActorKind.STAFF, via=Via.CONSOLE, ref="usr_9", user_id=9, session="s", roles=frozenset({"help_line"})
)
PARTY = Actor(kind=ActorKind.PARTY, via=Via.WEB, ref="usr_10", user_id=10, session="s", parties={10: "owner"})
EVERYBODY = (STAFF, REVIEWER, HELP_LINE, PARTY)


def value_of(field):
    """An expression for a column, by the number `g` of the row."""
    if field.primary_key:
        return "g"
    if isinstance(field, models.ForeignKey):
        return "g" if field.unique else f"g % {PEOPLE} + 1"
    codes = list(field.model.TABS) if field.name == "waits_on" else [code for code, _label in field.flatchoices]
    if codes:
        listed = ", ".join(f"'{code}'" for code in codes)
        return f"(ARRAY[{listed}])[g % {len(codes)} + 1]"
    if isinstance(field, models.DateTimeField):
        return "now() - g * interval '1 minute'"
    if isinstance(field, models.DateField):
        return "current_date - g"
    if isinstance(field, models.BooleanField):
        return "g % 2 = 0"
    if isinstance(field, models.JSONField):
        return "'[]'::jsonb"
    if isinstance(field, models.BinaryField):
        return "''::bytea"
    if isinstance(field, (models.CharField, models.TextField)):
        return f"substr(md5(g::text), 1, {field.max_length or 32})"
    return "g"


def fill(model):
    """So many rows; the laws of the table are gone until the test is over."""
    table = connection.ops.quote_name(model._meta.db_table)
    fields = [each for each in model._meta.concrete_fields if not each.generated]
    columns = ", ".join(connection.ops.quote_name(each.column) for each in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
            [model._meta.db_table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {connection.ops.quote_name(name)}")
        values = ", ".join(value_of(each) for each in fields)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, {ROWS}) g ON CONFLICT DO NOTHING"
        )
        cursor.execute(f"ANALYZE {table}")


def test_each_order_is_read_along_an_index_that_it_names():
    now = clock.now() - timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    filled, tried, wrong = set(), 0, []
    for name, listing in LISTS.items():
        for order, each in listing.orders.items():
            plans = [plan for actor in EVERYBODY for plan in plans_of(listing, order, actor, now, filled)]
            tried += bool(plans and each.indexes)
            if plans and each.indexes and not any(index in plan for index in each.indexes for plan in plans):
                wrong.append(f"{name} {order} {each.indexes}\n{plans[0]}")
    assert not wrong, "\n\n".join(wrong)
    assert tried > 20


def plans_of(listing, order, actor, now, filled):
    """The plans of the first page on each tab that has the order; none for whoever may not open the list."""
    try:
        first = listing.asked(actor, {}, now, {})
        for tab in first.tabs or [declaring.Tab("", "")]:
            asked = replace(first.on(tab.name), order=order)
            if asked.has(listing.orders[order]):
                model = asked.rows.model
                beside = {
                    each.related_model for each in model._meta.concrete_fields if each.many_to_one or each.one_to_one
                }
                for needed in {model, *beside} - filled:
                    fill(needed)
                filled |= {model, *beside}
                yield asked.rows[:51].explain()
    except (CaseError, KeyError, RuntimeError):
        return
