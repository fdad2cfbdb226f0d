"""What a database holds besides rows, one line per object, so that two databases can be compared.

    ./run manage shell -c "from tests.project import schema; schema.show()"

The order of columns is left out: a column that a later migration adds stands last in a database that was upgraded.
"""

import re

from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = (
    """
    SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'not null' END, 'identity ' || NULLIF(a.attidentity, '')::text,
        'generated ' || NULLIF(a.attgenerated, '')::text, 'default ' || pg_get_expr(d.adbin, d.adrelid),
        'collate ' || NULLIF(a.attcollation, t.typcollation)::regcollation::text
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        AND a.attnum > 0 AND NOT a.attisdropped
    """,
    """
    SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.connamespace = current_schema()::regnamespace
    """,
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    """
    SELECT 'trigger', c.relname, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
    """,
    """
    SELECT 'function', p.proname, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
    """,
    "SELECT 'sequence', sequencename, data_type::text FROM pg_sequences WHERE schemaname = current_schema()",
)


def objects(connection: BaseDatabaseWrapper) -> list[str]:
    """Every column, constraint, index, trigger and function of the database, sorted."""
    found: list[str] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in POSTGRESQL:
                cursor.execute(statement)
                found += [_line(*row) for row in cursor.fetchall()]
        else:
            cursor.execute("SELECT type, tbl_name, name, sql FROM sqlite_master")
            for kind, table, name, sql in cursor.fetchall():
                parts = _parts_of_table(sql) if kind == "table" else [sql]
                found += [_line(kind, table, name, part) for part in parts]
    return sorted(found)


def show() -> None:
    print("\n".join(objects(default)))


def _parts_of_table(sql: str) -> list[str]:
    """The columns and constraints between the outer parentheses of a `CREATE TABLE`."""
    body = sql[sql.find("(") + 1 : sql.rfind(")")]
    parts, depth, quote = [""], 0, ""
    for sign in body:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _line(*words: str | None) -> str:
    return re.sub(r"\s+", " ", " ".join(word for word in words if word)).strip()
