"""Laws that a constraint cannot say, held by triggers on both databases, named like constraints.

They are declared in an app's `models.TRIGGERS`. After every `migrate` the database has exactly these. On SQLite a
migration takes them down first: it rebuilds tables by renaming them, and SQLite renames none while a trigger speaks of
it. A migration that fails leaves them down, and `require` refuses to serve until one has succeeded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

MARK = "/* casework.triggers */"
"""Stands in every trigger of ours in the database; what does not have it is somebody else's and stays."""

SEALED = "sealed"
SEES = "'read committed', 'read uncommitted'"
"""Isolation levels at which a statement sees what others committed before it began."""
AGO = re.compile(r"CURRENT_TIMESTAMP - INTERVAL '([^']+)'")
"""A time before now, as PostgreSQL says it."""
EVENTS = ("INSERT", "DELETE", "UPDATE")  # in PostgreSQL's order


@dataclass(frozen=True, slots=True)
class Trigger:
    """One law: `when` (SQL over NEW/OLD, true = refuse), before `events` on `table`, refused under `name`.

    `lock` is PostgreSQL-only SQL run first, so that two transactions which could break the law together wait for
    each other. That holds where a statement sees what was committed while it waited; at an isolation level with one
    snapshot for the transaction the later one would not, and the law refuses. `only` is SQL for the rows that the law
    is about: where `when` joins tables, a cheap question asked before it spares every other row most of the cost.
    `problem` is the problem type that a refusal is shown as, or `sealed` for `casework.errors.Sealed`.
    """

    name: str
    table: str
    events: tuple[str, ...]
    when: str = "1=1"
    lock: str = ""
    only: str = ""
    problem: str = "not-your-turn"

    def body(self) -> str:
        """The body of the function that PostgreSQL runs."""
        blind = f"current_setting('transaction_isolation') NOT IN ({SEES}) OR " if self.lock else ""
        question = f"""{self.lock}
              IF {blind}({self.when}) THEN
                RAISE EXCEPTION '{self.name}'
                  USING ERRCODE = '23514', CONSTRAINT = '{self.name}', TABLE = '{self.table}';
              END IF;"""
        if self.only:
            question = f"IF {self.only} THEN {question} END IF;"
        return f"""
            BEGIN {MARK}
              {question}
              IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
              RETURN NEW;
            END """

    def statements(self, vendor: str) -> dict[str, str]:
        """`CREATE TRIGGER …` by the name that the trigger has in the database; SQLite needs one for each event."""
        if vendor == "postgresql":
            events = " OR ".join(event for event in EVENTS if event in self.events)
            return {
                self.name: f"CREATE TRIGGER {self.name} BEFORE {events} ON {self.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {self.name}()"
            }
        when = f"({self.only}) AND ({self.when})" if self.only else self.when
        when = when.replace(" IS DISTINCT FROM ", " IS NOT ")  # which SQLite says since 3.39
        when = AGO.sub(r"datetime('now', '-\1')", when)
        return {
            f"{self.name}_{event.lower()}": f"""CREATE TRIGGER {self.name}_{event.lower()}
                BEFORE {event} ON {self.table} FOR EACH ROW WHEN {when}
                BEGIN {MARK} SELECT RAISE(ABORT, '{self.name}'); END"""
            for event in self.events
        }

    def definitions(self, vendor: str) -> dict[tuple[str, str], str]:
        """What `installed` reads back, by table and name, once the trigger is in force."""
        body = self.body() if vendor == "postgresql" else ""
        return {(self.table, name): _plain(text, body) for name, text in self.statements(vendor).items()}


def on_insert(table: str, name: str, when: str, **more: str) -> Trigger:
    """The trigger that refuses new rows of `table` for which `when` is true; `more` of `Trigger`."""
    return Trigger(name, table, ("INSERT",), when, **more)


def on_update(table: str, name: str, when: str, **more: str) -> Trigger:
    """The trigger that refuses changes to rows of `table` for which `when` is true."""
    return Trigger(name, table, ("UPDATE",), when, **more)


def on_write(table: str, name: str, when: str, **more: str) -> Trigger:
    """The trigger that refuses rows of `table` for which `when` is true, new or changed."""
    return Trigger(name, table, ("INSERT", "UPDATE"), when, **more)


def append_only(table: str, name: str, when: str = "1=1") -> Trigger:
    """The trigger that refuses to change or delete rows of `table`, or those for which `when` is true."""
    return Trigger(name, table, ("UPDATE", "DELETE"), when, problem=SEALED)


def kept(table: str, name: str, when: str = "1=1") -> Trigger:
    """The trigger that refuses to delete rows of `table`, or those for which `when` is true."""
    return Trigger(name, table, ("DELETE",), when, problem=SEALED)


def sealed(table: str, name: str, columns: str = "", *, once: Sequence[str] = (), also: str = "") -> Trigger:
    """The trigger that refuses to change these columns; each group in `once` from when the first of the group is set.

    `also` is SQL, true = refuse, for what else belongs to the same law.
    """
    groups = [f"OLD.{group.split()[0]} IS NOT NULL AND {changed(group)}" for group in once]
    terms = [changed(columns) if columns else "", *groups, also]
    when = " OR ".join(term for term in terms if term)
    return on_update(table, name, when, problem=SEALED)


def changed(columns: str) -> str:
    """SQL that is true when one of these columns has changed."""
    return "(" + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns.split()) + ")"


def declared() -> Iterator[Trigger]:
    """Every trigger that an installed app declares."""
    for config in apps.get_app_configs():
        yield from getattr(config.models_module, "TRIGGERS", ())


def installed(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str]:
    """The definition of every trigger that the database has, by table and name."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                """SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc,
                    CASE WHEN t.tgenabled IN ('O', 'A') THEN '' ELSE 'DISABLED' END
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
                WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"""
            )
        else:
            cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): _plain(*definition) for table, name, *definition in cursor.fetchall()}


def not_in_force(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the declared triggers that the database does not have, or has otherwise than declared."""
    present = installed(connection)
    return [
        name
        for trigger in declared()
        for (table, name), definition in trigger.definitions(connection.vendor).items()
        if present.get((table, name)) != definition
    ]


def require(connection: BaseDatabaseWrapper) -> None:
    """Raises `RuntimeError` naming the declared triggers that are not in force as declared."""
    if names := not_in_force(connection):
        raise RuntimeError(
            f"the database lacks triggers that hold the law, or has others; run migrate: {abbreviated(names)}"
        )


def abbreviated(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def install(connection: BaseDatabaseWrapper) -> None:
    """Installs every declared trigger whose table exists, and drops what is no longer declared of ours."""
    present = installed(connection)
    wanted = [(trigger, trigger.definitions(connection.vendor)) for trigger in declared()]
    names = {key for _trigger, definitions in wanted for key in definitions}
    _drop(connection, [key for key, definition in present.items() if MARK in definition and key not in names])
    tables = connection.introspection.table_names()
    changed = [
        trigger
        for trigger, definitions in wanted
        if trigger.table in tables and any(present.get(key) != text for key, text in definitions.items())
    ]
    if connection.vendor == "postgresql":
        _replace_on_postgresql(connection, changed)
    else:
        _replace_on_sqlite(connection, changed)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Drops our triggers on SQLite, so that none stands in the way of a migration; on PostgreSQL they stay."""
    if connection.vendor == "sqlite":
        _drop(connection, [key for key, definition in installed(connection).items() if MARK in definition])


def _replace_on_postgresql(connection: BaseDatabaseWrapper, changed: list[Trigger]) -> None:
    """Replaces triggers one by one, so that no table is locked for long and no law is out of force meanwhile."""
    with connection.cursor() as cursor:
        for trigger in changed:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $${trigger.body()}$$"
            )
            for statement in trigger.statements(connection.vendor).values():
                cursor.execute(statement.replace("CREATE", "CREATE OR REPLACE", 1))
        cursor.execute(
            """SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            AND prorettype = 'trigger'::regtype AND strpos(prosrc, %s) > 0 AND proname <> ALL (%s)""",
            [MARK, [trigger.name for trigger in declared()]],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {connection.ops.quote_name(name)}()")


def _replace_on_sqlite(connection: BaseDatabaseWrapper, changed: list[Trigger]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for trigger in changed:
            for name, statement in trigger.statements(connection.vendor).items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statement)


def _drop(connection: BaseDatabaseWrapper, keys: list[tuple[str, str]]) -> None:
    quote = connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, name in keys:
            on = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {quote(name)}{on}")


def _plain(*texts: str) -> str:
    """The definition as one line, since databases keep the blanks of a definition as they were typed."""
    return " ".join(" ".join(texts).split())
