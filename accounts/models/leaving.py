"""The laws of leaving: nobody is deactivated who still holds something, nobody who was takes anything, and whoever is
absent is given nothing.

Each app declares them for what staff hold of its own.
"""

from casework.triggers import Trigger, on_insert, on_update

IS_DEACTIVATED = "OLD.is_active AND NOT NEW.is_active"


def leaves_nothing(name: str, held: str) -> Trigger:
    """Refuses to deactivate somebody as long as there is a row of `held`, SQL after `FROM`."""
    when = f"EXISTS (SELECT 1 FROM {held})"  # noqa: S608  our own tables
    return on_update("accounts_user", name, when, only=IS_DEACTIVATED)


def taken_by_somebody_active(name: str, table: str, column: str) -> Trigger:
    """Refuses to give a row of `table` to somebody who was deactivated, also at the same moment."""
    return on_update(
        table,
        name,
        f"NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.{column} AND u.is_active)",  # noqa: S608
        only=f"NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}",
        lock=f"PERFORM 1 FROM accounts_user WHERE id = NEW.{column} FOR SHARE;",
        problem="not-allowed",
    )


def given_to_somebody_present(name: str, table: str, column: str) -> Trigger:
    """Refuses a new row of `table` that gives something to somebody who is absent when it says that it was given."""
    absent = f"SELECT 1 FROM accounts_user u WHERE u.id = NEW.{column} AND u.absent_until > NEW.assigned_at"  # noqa: S608
    return on_insert(table, name, f"EXISTS ({absent})")
