"""Laws that a constraint cannot say, held by triggers on both databases, named like constraints.

They are declared in an app's `models.TRIGGERS` and (re)installed after every `migrate`, since on SQLite a migration
that rebuilds a table drops its triggers without a word. `casework.checks` refuses to run where one is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Trigger:
    """One law: `when` (SQL over NEW/OLD, true = refuse), before `events` on `table`, refused under `name`.

    `lock` is PostgreSQL-only SQL run first, so that two transactions which could break the law together wait for
    each other. `problem` is the problem type that a refusal is shown as.
    """

    name: str
    table: str
    events: tuple[str, ...]
    when: str = "1=1"
    lock: str = ""
    problem: str = "not-your-turn"

    def postgresql(self) -> list[str]:
        return [
            f"""
            CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              {self.lock}
              IF {self.when} THEN
                RAISE EXCEPTION '{self.name}'
                  USING ERRCODE = '23514', CONSTRAINT = '{self.name}', TABLE = '{self.table}';
              END IF;
              IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
              RETURN NEW;
            END $$
            """,
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"""CREATE TRIGGER {self.name} BEFORE {" OR ".join(self.events)} ON {self.table}
            FOR EACH ROW EXECUTE FUNCTION {self.name}()""",
        ]

    def sqlite(self) -> list[str]:
        statements = []
        for event in self.events:
            name = f"{self.name}_{event.lower()}"
            statements += [
                f"DROP TRIGGER IF EXISTS {name}",
                f"""CREATE TRIGGER {name} BEFORE {event} ON {self.table} FOR EACH ROW WHEN {self.when}
                BEGIN SELECT RAISE(ABORT, '{self.name}'); END""",
            ]
        return statements


def append_only(table: str, name: str, *, update: bool = True) -> Trigger:
    """Rows of `table` are never deleted and, unless `update` is false, never changed."""
    return Trigger(name=name, table=table, events=("UPDATE", "DELETE") if update else ("DELETE",))


def declared() -> Iterator[Trigger]:
    """Every trigger that an installed app declares."""
    for config in apps.get_app_configs():
        yield from getattr(config.models_module, "TRIGGERS", ())


def install(connection: BaseDatabaseWrapper) -> None:
    """Every declared trigger whose table exists is in force afterwards, as declared."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in declared():
            if trigger.table not in tables:
                continue
            for statement in trigger.postgresql() if connection.vendor == "postgresql" else trigger.sqlite():
                cursor.execute(statement)


def require(connection: BaseDatabaseWrapper) -> None:
    """Every declared trigger is in force. Raises `RuntimeError` naming those that are not."""
    if absent := missing(connection):
        raise RuntimeError(f"the database lacks triggers that hold the law; run migrate: {', '.join(absent)}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the declared triggers that the database does not have."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {row[0] for row in cursor.fetchall()}
    suffixes = [""] if connection.vendor == "postgresql" else None
    absent = []
    for trigger in declared():
        wanted = (
            [trigger.name + s for s in suffixes]
            if suffixes
            else [f"{trigger.name}_{e.lower()}" for e in trigger.events]
        )
        absent += [name for name in wanted if name not in present]
    return absent
