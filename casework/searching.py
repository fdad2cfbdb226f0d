"""Finding cases by any two characters of what they say, in the same way on SQLite and PostgreSQL.

Beside the row of each case that people search stands a document: every pair of neighbouring characters of its texts,
with tokens for its parties and for the kinds of things in it. PostgreSQL keeps documents as `tsvector` under a GIN
index, SQLite in an FTS5 table without content. An app declares in `searching.SEARCHED` which cases it has and what a
document holds; its commands keep documents in the transaction of the row, and `manage.py index_search` writes those
that are missing. A document only says where to look: what is found is read through `visible_to`, and by the very texts.

What does not belong here: who may see what (`policies`), and which columns have a word (`queries`).
"""

import importlib
import importlib.util
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

MOST, MOST_OF_A_PARTY = 1_000, 10_000
"""Of everybody's cases that have the words, and of a party's own, the newest so many are found.

More than all that most parties have.
"""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Searched:
    """Cases that can be searched: the table that they stand in, and what makes their documents, by primary key."""

    cases: str
    documents: Callable[[Sequence[int]], Mapping[int, str]]

    @property
    def table(self) -> str:
        """The table of documents."""
        return f"{self.cases}_pairs"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for, and the kinds whose name has it."""

    text: str
    kinds: Sequence[object] = ()


def words_with(words: Iterable[str], names: Iterable[tuple[Any, ...]]) -> list[Word]:
    """Each word with the kinds whose name in either language has it; `names` are keys of kinds with their names."""
    known = list(names)
    return [
        Word(word, [pk for pk, *said in known if any(word.upper() in name.upper() for name in said)]) for word in words
    ]


def document(texts: Iterable[str], *, parties: Iterable[int], kinds: Iterable[object] = ()) -> str:
    """What is kept of a case that says `texts`, is of these parties, and has things of these kinds in it."""
    tokens = {token for text in texts for token in pairs_of(text)}
    return " ".join(sorted(tokens | {_of_party(pk) for pk in parties} | {_of_kind(kind) for kind in kinds}))


def pairs_of(text: str) -> set[str]:
    """A token for each two neighbouring characters, alike for large and small letters. Of letters and digits alone."""
    large: Sequence[str] = text.upper()
    if len(large) != len(text):  # both databases fold character by character: ß stays
        large = [upper if len(upper := each.upper()) == 1 else each for each in text]
    codes = [f"{ord(each):04x}" for each in large]
    return {first + second for first, second in pairwise(codes)}


def _of_party(pk: int) -> str:
    return f"p{pk}"


def _of_kind(kind: object) -> str:
    return f"t{crc32(str(kind).encode()):08x}"  # two kinds of one token cost a second look, no more


def keep(searched: Searched, documents: Mapping[int, str]) -> None:
    """The documents of these cases are these, whatever they were. One statement on PostgreSQL."""
    if not documents:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {searched.table} (id, said) "  # noqa: S608  names of ours alone
                "SELECT key::bigint, value::tsvector FROM json_each_text(%s::json) "
                "ON CONFLICT (id) DO UPDATE SET said = excluded.said",
                [json.dumps(documents)],
            )
        else:
            sql = f"INSERT OR REPLACE INTO {searched.table} (rowid, said) VALUES (%s, %s)"  # noqa: S608  ours
            cursor.executemany(sql, list(documents.items()))


def among(searched: Searched, words: Sequence[Word], *, parties: Iterable[int] | None) -> Q | None:
    """The condition that a case is one of the newest whose documents have all words: `MOST_OF_A_PARTY` of these
    parties, or (`None`) `MOST` of everybody.

    `None` where no word has two characters, so that a document cannot say. What is found may yet lack a word: its
    characters stand in pairs, but apart.
    """
    asked = question(words, parties)
    if asked is None:
        return None
    table, most = searched.table, MOST if parties is None else MOST_OF_A_PARTY
    if connection.vendor == "postgresql":
        keys = RawSQL("SELECT * FROM casework_search(%s, %s, %s)", [table, asked, most])
    else:
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608  ours
        keys = RawSQL(sql, [asked, most])  # noqa: S611
    return Q(pk__in=keys)


def question(words: Sequence[Word], parties: Iterable[int] | None) -> str | None:
    """What the index is asked, in the language of the database."""
    both, either = (" & ", " | ") if connection.vendor == "postgresql" else (" AND ", " OR ")
    told = [
        either.join([f"({both.join(sorted(pairs))})", *map(_of_kind, word.kinds)])
        for word in words
        if (pairs := pairs_of(word.text))
    ]
    if told and parties is not None:
        told.append(either.join(map(_of_party, parties)) or _of_party(0))  # of no party there is nothing
    return both.join(f"({each})" for each in told) or None


# — the tables —


def declared() -> list[Searched]:
    """What every app lists in `searching.SEARCHED`."""
    found: list[Searched] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.searching"
        if name != __name__ and importlib.util.find_spec(name) is not None:
            found += getattr(importlib.import_module(name), "SEARCHED", ())
    return found


_ON_POSTGRESQL = (
    # Long documents stand apart, so that a row is small and thousands are passed over fast. A short list of what is not
    # yet in the index costs each search little.
    "CREATE TABLE {table} (id bigint PRIMARY KEY, said tsvector NOT NULL) WITH (toast_tuple_target = 128)",
    "CREATE INDEX {table}_said ON {table} USING gin (said) WITH (gin_pending_list_limit = 1024)",
)
# A scan of the whole table would read every document; the planner does not count that, and takes it for cheap. Nor
# shall it walk the key (`id + 0`) in the hope of meeting enough hits soon.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION casework_search(documents text, asked text, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off AS $$ BEGIN
        RETURN QUERY EXECUTE
            format('SELECT id FROM %I WHERE said @@ $1::tsquery ORDER BY id + 0 DESC LIMIT $2', documents)
            USING asked, most;
    END $$"""


def _on_sqlite() -> tuple[str, ...]:
    """Documents need not be kept themselves; before 3.43 SQLite deletes none that it has not kept."""
    lean = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
    return (f"CREATE VIRTUAL TABLE {{table}} USING fts5(said, {lean}detail=none, tokenize='ascii')",)


def install() -> None:
    """Every declared table of documents is there; one that was not is filled."""
    tables = connection.introspection.table_names()
    is_postgresql = connection.vendor == "postgresql"
    for searched in declared():
        if searched.cases not in tables or searched.table in tables:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*_ON_POSTGRESQL, _FUNCTION) if is_postgresql else _on_sqlite():
                cursor.execute(statement.replace("{table}", searched.table))
        fill(searched)


def fill(searched: Searched, told: Callable[[int], Any] = lambda _count: None) -> int:
    """Writes the documents that are missing and returns how many they were; `told` hears how far it is."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    sql = f"""SELECT c.id FROM {searched.cases} c LEFT JOIN {searched.table} d ON d.{key} = c.id
        WHERE d.{key} IS NULL AND c.id > %s ORDER BY c.id LIMIT {AT_ONCE}"""  # noqa: S608  names of ours alone
    count = last = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [last])
            keys = [pk for (pk,) in cursor.fetchall()]
            keep(searched, searched.documents(keys))
        if not keys:
            return count
        count, last = count + len(keys), keys[-1]
        told(count)


def empty(searched: Searched) -> None:
    """Takes all documents away, so that `fill` writes each anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"TRUNCATE {searched.table}" if connection.vendor == "postgresql" else f"DELETE FROM {searched.table}"  # noqa: S608
        )
