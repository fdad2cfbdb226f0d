"""Fills a PostgreSQL database with copies of the sample's cases, by SQL and with triggers off: for `bench/scale.py`.

Each copy is whole: a notice with its measures, appeals, disputes, acts, events, deadlines and messages, moved into the
past, so that what hangs together in the sample hangs together in the copy. One copy in twenty is to the sample's own
parties, the others are to copies of them, so that one merchant has many notices and most have few; one in ten was
worked on by the sample's own staff, the others by copies of them. Hashes and signatures are copied and prove nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models

from casework import clock
from executors.commands import count_outcomes

ROOTS = ("notices.Notice", "appeals.Appeal", "disputes.Dispute", "executors.Act", "casework.Event", "casework.Deadline")
PEOPLE = 200  # copies of the sample's people
STRIDE = 1_000_000  # between the keys of one copy and of the next
SPAN = timedelta(days=365)  # the newest copy is as old as the sample, the oldest so much older
VARIED = ("external_ref", "order_ref", "client_id", "reference")
"""Texts that a constraint wants unique beside a key that is not copied."""


def copied_models() -> list[type[models.Model]]:
    """The cases and everything that belongs to one."""
    found = {apps.get_model(name) for name in ROOTS}
    while more := {model for model in apps.get_models() if _targets(model) & found} - found:
        found |= more
    return sorted(found, key=lambda model: model._meta.db_table)


def _targets(model: type[models.Model]) -> set[type[models.Model]]:
    return {field.remote_field.model for field in model._meta.concrete_fields if field.remote_field is not None}


def load(copies: int) -> None:
    """Every case of the sample is there `copies` times more."""
    user, party = apps.get_model("accounts.User"), apps.get_model("accounts.Party")
    cases = copied_models()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger, no foreign key is asked
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("DELETE FROM executors_outcomerecord")  # one for each executor, and there are no more of these
        for model, times in ((user, PEOPLE), (party, copies), *((model, copies) for model in cases)):
            indexes = _without_indexes(cursor, model._meta.db_table)
            cursor.execute(copy_statement(model, {*cases, user, party}, times=times))
            print(f"  {model._meta.label}: {cursor.rowcount}", flush=True)
            for made_again in indexes:
                cursor.execute(made_again)
        cursor.execute("SET session_replication_role = origin")
        for model in (user, party, *cases):
            _after_the_last(cursor, model)
        cursor.execute("RESET synchronous_commit")
        while count_outcomes(now=clock.now()):
            pass
        cursor.execute("VACUUM ANALYZE")


def _without_indexes(cursor: Any, table: str) -> list[str]:
    """Drops what no constraint needs, which is made again in a fraction of the time; returns the statements for it."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [table],
    )
    there = cursor.fetchall()
    for name, _statement in there:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _name, statement in there]


def copy_statement(model: type[models.Model], copied: set[type[models.Model]], *, times: int) -> str:
    """The INSERT that copies every row of the model so many times; `k` numbers the copies."""
    columns = dict(_columns(model, copied, times=times))
    kinds = [f"'{each.KIND}'" for each in copied if hasattr(each, "KIND")]
    table = model._meta.db_table
    is_copied = f"case_kind IN ({', '.join(sorted(kinds))})"
    where = f"AND {is_copied}" if "case_kind" in columns else ""
    if "event_id" in columns:
        where = f"AND event_id IN (SELECT id FROM casework_event WHERE {is_copied})"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
        f"FROM {table}, generate_series(1, {times}) k WHERE {table}.{model._meta.pk.column} < {STRIDE} {where}"
    )


def _columns(
    model: type[models.Model], copied: Iterable[type[models.Model]], *, times: int
) -> Iterator[tuple[str, str]]:
    user, party = apps.get_model("accounts.User"), apps.get_model("accounts.Party")
    to_person, to_party = ("k", "k") if model in (user, party) else (_PERSON, _PARTY)
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField):
            continue
        own = f"{model._meta.db_table}.{field.column}"
        target = field.remote_field.model if field.remote_field is not None else None
        if target is user:
            yield field.column, f"{own} + ({to_person})::bigint * {STRIDE}"
        elif target is party:
            yield field.column, f"{own} + ({to_party})::bigint * {STRIDE}"
        elif target in copied or field.primary_key or field.column == "case_id":
            yield field.column, f"{own} + k::bigint * {STRIDE}"
        elif isinstance(field, models.DateTimeField) and model not in (user, party):
            yield field.column, f"{own} - make_interval(secs => k * {SPAN.total_seconds() / times})"
        elif field.column in ("ref", "case_ref"):
            yield field.column, _ref(own, "k")
        elif field.column == "actor_ref":
            yield (
                field.column,
                f"CASE WHEN actor_kind = 'staff' AND {_PERSON} > 0 THEN {_ref(own, _PERSON)} ELSE {own} END",
            )
        elif field.column in ("number", "username", "officer_code"):
            yield field.column, f"CASE WHEN {own} = '' THEN '' ELSE left({own}, 1) || k || '-' || {_key(model)} END"
        elif field.column in VARIED and not field.is_relation:
            yield field.column, f"CASE WHEN {own} = '' THEN '' ELSE left({own}, 80) || '-' || k END"
        elif model.__name__.endswith("Band") and field.column == "name":
            yield field.column, f"{own} # (k::bigint * 2654435761)"  # else each copy would repeat every other
        else:
            yield field.column, own


_PARTY = "CASE WHEN k % 20 = 0 THEN 0 ELSE k END"
_PERSON = f"CASE WHEN k % 10 = 0 THEN 0 ELSE 1 + k % {PEOPLE} END"


def _key(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}.{model._meta.pk.column}"


def _ref(own: str, copy: str) -> str:
    return f"left({own}, 4) || left(md5({own} || ({copy})), 22)"


def _after_the_last(cursor: Any, model: type[models.Model]) -> None:
    pk = model._meta.pk
    if isinstance(pk, models.AutoField):
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', '{pk.column}'), max(id)) "
            f"FROM {model._meta.db_table}"
        )
