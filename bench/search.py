"""How fast notices are found by words of two Chinese characters: ours, the limit, and the obvious build (LIKE).

Run as `python bench/search.py [--rows N] [--words N] [--quick]`; `DATABASE_URL` says on which database, SQLite
or PostgreSQL. Of N notices of some 300 characters each of twenty merchants has one in twenty. Words are drawn from all
ranks of how often they occur, from one that nobody wrote to one that stands in nearly every notice. *Ours* is the
query of the list of notices; *the limit* asks the index alone for twenty keys; *the obvious build* is Django's
paginator over `icontains`, which counts and then takes a page. All stop at the keys of the first page's rows, whose
reading costs the same in each. A merchant asks, and compliance, who see all; the first asking of a word is not counted.
"""

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from scratch import database, seconds

WORDS, MERCHANTS, PAGE, BASE, MANY = 20_000, 20, 20, 10_000, 10_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--obvious", type=int, help="so many of the words are asked of the obvious build, not all")
    parser.add_argument("--quick", action="store_true", help="2,000 notices, 10 words: shows that it works")
    asked = parser.parse_args()
    rows, words = (2_000, 10) if asked.quick else (asked.rows, asked.words)
    with database() as vendor:
        text = Text()
        people = fill(rows, text)
        asked_twice = min(words, asked.obvious or words)
        report(vendor, rows, {who: measure(actor, text.asked(words), asked_twice) for who, actor in people.items()})


class Text:
    """Words of two characters, each rarer than the one before it, and sentences of them."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        signs = [chr(0x4E00 + n) for n in range(3_000)]
        self.words = ["".join(self.random.sample(signs, 2)) for _ in range(WORDS)]
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(WORDS)))

    def sentence(self, words: int) -> str:
        drawn = self.random.choices(self.words, cum_weights=self.weights, k=words)
        return "，".join("".join(drawn[n : n + 5]) for n in range(0, words, 5))

    def asked(self, count: int) -> list[str]:
        """Words from all ranks alike, the first of which nobody wrote."""
        ranks = [int(WORDS ** (n / (count - 1))) - 1 for n in range(count - 1)]
        return ["\u4dae\u4daf", *(self.words[rank] for rank in reversed(ranks))]


# — the rows —


def fill(rows: int, text: Text) -> dict[str, Any]:
    """So many notices with a measure each, and their documents; laws of the database are not asked meanwhile.

    The first `BASE` are written by the program, the others are copies of them.
    """
    from django.db import connection

    from accounts.models import ApiClient, Party
    from casework import triggers
    from casework.actor import Actor, ActorKind, Via
    from notices.models import Measure, MeasureType, MeasureTypeVersion, Notice
    from notices.searching import NOTICES

    parties = [
        Party.objects.create(name=f"商家{n}", kind="MERCHANT", external_ref=f"m{n}", created_at=LONG_AGO)
        for n in range(MERCHANTS)
    ]
    client = ApiClient.objects.create(name="bench", created_at=LONG_AGO)
    kind = {"axis": "VISIBILITY", "label_zh": "下架商品", "label_en": "Delisting"}
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
    else:
        triggers.take_down(connection)
    versions = MeasureTypeVersion.objects.bulk_create(MeasureTypeVersion(code=f"m{n}", no=1, **kind) for n in range(5))
    MeasureType.objects.bulk_create(MeasureType(code=each.code, newest=each, **kind) for each in versions)
    base = min(rows, BASE)
    notices = [_notice(Notice, n, party=parties[n % MERCHANTS], client=client, text=text) for n in range(base)]
    Notice.objects.bulk_create(notices, batch_size=1_000)
    measures = [
        Measure(
            notice=each,
            no=1,
            type_id=(version := text.random.choice(versions)).code,
            type_version=version,
            object_kind="SKU",
            object_ref=f"SKU-{each.pk}",
            object_label=text.sentence(5),
            scope=text.sentence(5),
            starts_at=each.served_at,
        )
        for each in notices
    ]
    Measure.objects.bulk_create(measures, batch_size=1_000)
    for model, varied in ((Notice, {"ref", "number", "external_ref"}), (Measure, {"ref"})):
        _copy(model, base, rows // base, varied)
    _keep(NOTICES, [each.pk for each in notices], base, rows // base)
    if not is_postgresql:
        triggers.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "ANALYZE")
        if is_postgresql:
            cursor.execute(
                "SELECT pg_total_relation_size('notices_notice'), pg_total_relation_size('notices_notice_pairs'),"
                " pg_relation_size('notices_notice_pairs_said')"
            )
            sizes = [size >> 20 for size in cursor.fetchone()]
            print("MB of notices, of their documents with index, of the index alone:", *sizes, flush=True)
    merchant = Actor(kind=ActorKind.PARTY, ref="usr_bench", via=Via.WEB, user_id=1, parties={parties[3].pk: "OWNER"})
    compliance = Actor(
        kind=ActorKind.STAFF, ref="usr_staff", via=Via.WEB, user_id=2, roles=frozenset({"compliance"}), session="bench"
    )
    return {f"a merchant's {rows // MERCHANTS:,}": merchant, f"all {rows:,}": compliance}


def _copy(model: type[Any], base: int, times: int, varied: set[str]) -> None:
    """Each of the first `base` rows is there so many times, under other keys."""
    from django.db import connection
    from django.db.models import GeneratedField

    columns = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, GeneratedField):
            continue
        own = columns[field.column] = f"c.{field.column}"
        if field.primary_key or field.column == "notice_id":
            columns[field.column] = f"{own} + k.n * {base}"
        elif field.column in varied:
            columns[field.column] = f"{own} || '-' || k.n"
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE k(n) AS"
            f" (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {times - 1})"
            f" SELECT {', '.join(columns.values())} FROM {table} c, k WHERE {times} > 1"
        )


def _keep(searched: Any, keys: Sequence[int], base: int, times: int) -> None:
    """The documents of all rows. PostgreSQL's index is made once they stand there."""
    from django.db import connection

    from casework import searching

    started = time.process_time()
    documents = {pk: text for n in range(0, base, 500) for pk, text in searched.documents(keys[n : n + 500]).items()}
    print(f"a document: {1000 * (time.process_time() - started) / base:.2f} ms of CPU to read and make", flush=True)
    table = searched.table
    took = seconds(lambda: searching.keep(searched, dict(list(documents.items())[:1_000])))
    print(f"a document: {took:.2f} ms to keep, by the thousand", flush=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {table}_said")
            for n in range(0, base, 1_000):
                searching.keep(searched, dict(list(documents.items())[n : n + 1_000]))
            cursor.execute(
                f"INSERT INTO {table} (id, said) SELECT c.id + k * {base}, c.said"
                f" FROM {table} c, generate_series(1, {times - 1}) k"
            )
            took = seconds(lambda: cursor.execute(f"CREATE INDEX {table}_said ON {table} USING gin (said)"))
            print(f"the index: {took:.0f} s", flush=True)
    else:
        for time_ in range(times):
            searching.keep(searched, {pk + time_ * base: text for pk, text in documents.items()})


def _notice(model: type[Any], n: int, *, party: Any, client: Any, text: Text) -> Any:
    at = LONG_AGO + timedelta(seconds=20 * n)
    return model(
        ref=f"ntc_{n:022d}",
        number=f"N-2026-{n:08d}",
        state="IN_FORCE",
        version=1,
        head="",
        created_at=at,
        updated_at=at,
        client=client,
        external_ref=f"B-{n}",
        party=party,
        facts=text.sentence(100),
        reasons=text.sentence(40),
        conduct_at=at,
        decided_at=at,
        breach_kind="RULE",
        detection_source="STAFF",
        decision_tool="bench",
        served_at=at,
        appeal_closes_at=at + timedelta(days=180),
        text_hash="",
    )


# — measuring —


def measure(actor: Any, words: Sequence[str], obvious: int) -> list[dict[str, float]]:
    """Of each word how many documents have it, and the milliseconds of each build; of the obvious one those of so many
    of the words, from the rarest to the most frequent.
    """
    found: list[dict[str, float]] = [
        {
            "hits": len(_limit(actor, word, most=MANY)),
            "limit": _milliseconds(lambda word=word: _limit(actor, word)),
            "ours": _milliseconds(lambda word=word: _ours(actor, word)),
        }
        for word in words
    ]
    for place in {round(n * (len(words) - 1) / max(1, obvious - 1)) for n in range(obvious)}:
        found[place]["obvious"] = _milliseconds(lambda word=words[place]: _obvious(actor, word), times=1)
    return found


def _milliseconds(work: Callable[[], object], times: int = 3) -> float:
    work()
    return 1000 * statistics.median(seconds(work) for _ in range(times))


def _ours(actor: Any, word: str) -> list[Any]:
    from notices.queries import notices_listed_for
    from surfaces.filters import read_filter

    asked = read_filter({"q": word}, states={}, kinds={})
    return list(notices_listed_for(actor, asked).values_list("pk", flat=True)[: PAGE + 1])


def _limit(actor: Any, word: str, most: int = PAGE) -> list[Any]:
    from django.db import connection

    from casework import searching

    asked = searching.question([searching.Word(word)], actor.parties or None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT casework_search('notices_notice_pairs', %s, %s)", [asked, most])
        else:
            table = "notices_notice_pairs"
            sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"
            cursor.execute(sql, [asked, most])
        return cursor.fetchall()


def _obvious(actor: Any, word: str) -> tuple[int, list[Any]]:
    from django.core.paginator import Paginator
    from django.db.models import Q

    from notices.models import Notice

    rows = Notice.objects.filter(party__in=list(actor.parties)) if actor.parties else Notice.objects.all()
    columns = ("number", "external_ref", "facts", "reasons", "measures__object_label", "measures__object_ref")
    said = Q()
    for column in columns:
        said |= Q(**{f"{column}__icontains": word})
    pages = Paginator(rows.filter(said).distinct().order_by("-created_at", "-id"), PAGE)
    return pages.count, list(pages.page(1).object_list.values_list("pk", flat=True))


def report(vendor: str, rows: int, found: dict[str, list[dict[str, float]]]) -> None:
    print(f"\n{vendor}, {rows:,} notices, {datetime.now(UTC):%Y-%m-%d}, load {_load()}")
    print("| among | words | | the limit | ours | obvious | obvious / ours |\n|---|---|---|---|---|---|---|")
    for who, all_words in found.items():
        most = max(each["hits"] for each in all_words)
        kinds = {
            "in none": [w for w in all_words if w["hits"] == 0],
            "rare: below 1 % of the most frequent": [w for w in all_words if 0 < w["hits"] < most / 100],
            "others": [w for w in all_words if w["hits"] >= most / 100],
            "all": all_words,
        }
        for kind, words in kinds.items():
            if not words:
                continue
            for name, figure in (("p50", statistics.median), ("p95", _p95)):
                limit, ours = (figure([w[build] for w in words]) for build in ("limit", "ours"))
                both = [w for w in words if "obvious" in w]
                obvious = figure([w["obvious"] for w in both]) if both else math.nan
                ratio = figure([w["obvious"] / w["ours"] for w in both]) if both else math.nan
                times = f"{limit:.2f} | {ours:.2f} | {obvious:.0f} | {ratio:.0f}"
                print(f"| {who} | {len(words)} {kind} | {name} ms | {times} |")


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def _load() -> float:
    import os

    return round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"{time.perf_counter() - started:.0f} s")
