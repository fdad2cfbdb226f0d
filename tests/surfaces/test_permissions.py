"""Who may call what: every operation × principal × (our object, another platform's, one that is nowhere).

The expected answers are in permissions.txt, one line per operation and object, to be read and changed as law, not
derived from code. A denial changes nothing; what is foreign and what is missing cannot be told apart.

`test_every_operation` asks: in CI each operation for each of its answers, by one principal of those who get it, another
one at each operation; with `CI=full` everything by everybody.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from casework import clock
from config.api.documents import document
from tests.our_apps import OUR_APPS
from tests.surfaces.operations import OPERATIONS, addresses, at, call, nowhere, recipe
from tests.surfaces.people import PRINCIPALS, sorted_headers

TABLE = Path(__file__).with_name("permissions.txt")
OBJECTS = ("ours", "theirs", "missing")

CASES = (
    "appeals_appeal",
    "notices_notice",
    "disputes_dispute",
    "disputes_factatissue",
    "executors_executor",
    "executors_instruction",
    "executors_incident",
    "executors_recourse",
    "webhooks_webhookendpoint",
    "infringements_infringement",
    "tips_tip",
)


def expectations() -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, which, *codes = line.split()
            found.setdefault(name, {})[which] = [int(code) for code in codes]
    return found


EXPECTED = expectations()


def rows() -> list[tuple[int, ...]]:
    """How many rows each table has, and how far every case has come; one query."""
    counts = []
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and model._meta.managed:
            table = connection.ops.quote_name(model._meta.db_table)
            counts.append(f"(SELECT count(*) FROM {table})")
    counts += [f"(SELECT sum(version) FROM {table})" for table in CASES]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(counts))
        return [tuple(row) for row in cursor.fetchall()]


def test_every_operation_has_its_rows():
    named = addresses(document("en"))

    assert set(OPERATIONS) == set(named)
    assert set(EXPECTED) == set(named)
    for name, (_method, path) in named.items():
        assert set(EXPECTED[name]) == (set(OBJECTS) if "{ref}" in path else {"-"}), name
        assert {len(codes) for codes in EXPECTED[name].values()} == {len(PRINCIPALS)}, name


def who_may(name: str) -> str:
    """Somebody who may, as the table says it."""
    codes = EXPECTED[name].get("ours") or EXPECTED[name]["-"]
    return next(who for who, code in zip(PRINCIPALS, codes, strict=True) if code < 300)


def classes() -> dict[str, dict[str, list[str]]]:
    """By operation and object, whom to ask so that every answer of the row is given once.

    Among those with the same answer it is the turn of who was asked least about such objects so far. Whoever is to find
    nothing is asked about the missing object, too: the two answers are compared.
    """
    chosen: dict[str, dict[str, list[str]]] = {}
    so_far: Counter[tuple[str, str]] = Counter()
    for name, rows_of_one in EXPECTED.items():
        asked: dict[str, set[str]] = {}
        for which, codes in rows_of_one.items():
            alike: dict[int, list[str]] = {}
            for who, code in zip(PRINCIPALS, codes, strict=True):
                alike.setdefault(code, []).append(who)
            asked[which] = {min(people, key=lambda who: so_far[which, who]) for people in alike.values()}
            so_far.update((which, who) for who in asked[which])
        if "missing" in asked:
            for which in ("ours", "theirs"):
                codes = dict(zip(PRINCIPALS, rows_of_one[which], strict=True))
                asked["missing"] |= {who for who in asked[which] if codes[who] == 404}
        chosen[name] = {which: [who for who in PRINCIPALS if who in asked[which]] for which in asked}
    return chosen


@pytest.mark.exhaustive
def test_the_classes_miss_no_answer_and_nobody():
    """Of every operation each answer is asked for at each object, and everybody is asked at each object somewhere."""
    chosen = classes()
    for name, rows_of_one in EXPECTED.items():
        for which, codes in rows_of_one.items():
            by = dict(zip(PRINCIPALS, codes, strict=True))
            assert {by[who] for who in chosen[name][which]} == set(codes), (name, which)
    for which in (*OBJECTS, "-"):
        assert {who for of_one in chosen.values() for who in of_one.get(which, ())} == set(PRINCIPALS), which


EVERYBODY = {name: {which: list(PRINCIPALS) for which in of_one} for name, of_one in EXPECTED.items()}

type Asked = dict[str, dict[str, list[str]]]


def sweep(cast: Any, asked: Asked, heard: Callable[[str, str, Any, bytes], None]) -> list[Any]:
    """Calls each of these operations on each of these objects by each of these people; whatever a call did is undone
    before the next. What was answered otherwise than the table says.
    """
    named = addresses(document("en"))
    wrong = []
    for alike in by_recipe(asked):
        with transaction.atomic():
            made = OPERATIONS[alike[0]].made
            ours, theirs = (made(world, clock.now()) if made else {} for world in (cast.world, cast.theirs))
            for name in alike:
                method, path = named[name]
                places = {"-": ours, "ours": ours, "theirs": theirs}
                if "missing" in asked[name]:
                    places["missing"] = nowhere(path, ours)
                with transaction.atomic():
                    places = {which: places[which] for which in asked[name]}
                    found = answers(cast, name, method, path, places, asked[name], heard)
                    transaction.set_rollback(True)
                for which, codes in found.items():
                    expected = dict(zip(PRINCIPALS, EXPECTED[name][which], strict=True))
                    if other := {who: (expected[who], code) for who, code in codes.items() if code != expected[who]}:
                        wrong.append((name, which, other))
            transaction.set_rollback(True)
    return wrong


def by_recipe(names: Iterable[str] = tuple(OPERATIONS)) -> Iterable[list[str]]:
    """The operations, those together whose objects are made in the same way: they are made once for all of them."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(recipe(OPERATIONS[name].made), []).append(name)
    return alike.values()


def answers(cast, name, method, path, places, asked, heard):
    """The status of the cells of one operation, after checking that denials leave no trace and tell nothing."""
    operation = OPERATIONS[name]
    for world in (cast.world, cast.theirs):
        _what_it_names = operation.body(world) if operation.body is not None else None  # is there before anybody asks
    before = rows()
    found = {}
    for which, made in places.items():
        world = cast.theirs if which == "theirs" else cast.world
        for who in asked[which]:
            with transaction.atomic():
                answer = call(cast.http(who), operation, method, at(path, made), world, made.get("version"))
                body = body_of(answer)
                heard(name, who, answer, body)
                found[which, who] = (answer.status_code, body, sorted_headers(answer))
                if answer.status_code >= 400:
                    assert answer["Content-Type"] == "application/problem+json"
                else:
                    transaction.set_rollback(True)
        assert rows() == before, f"{method} {path} on {which}: somebody was refused, and yet something changed"
    for (which, who), answer in found.items():
        if answer[0] == 404 and which in ("ours", "theirs"):
            assert answer == found["missing", who], f"{method} {path} by {who}: foreign and missing differ"
    return {which: {who: found[which, who][0] for who in asked[which]} for which in places}


def body_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
