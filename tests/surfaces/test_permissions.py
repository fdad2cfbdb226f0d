"""Who may call what: every operation × principal × (our object, another platform's, one that is nowhere).

The expected answers are in permissions.txt, one line per operation and object, to be read and changed as law, not
derived from code. A denial changes nothing; what is foreign and what is missing cannot be told apart.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction

from casework import clock
from config.api.documents import document
from tests.surfaces.operations import OPERATIONS, addresses, at, call, nowhere
from tests.surfaces.people import PRINCIPALS, sorted_headers

TABLE = Path(__file__).with_name("permissions.txt")
OBJECTS = ("ours", "theirs", "missing")
APPS = ("accounts", "appeals", "casework", "disputes", "executors", "notices", "rules", "webhooks")
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
        if model._meta.app_label in APPS and model._meta.managed:
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


@pytest.mark.exhaustive
@pytest.mark.once
def test_who_may(cast):
    """One world for all cells: whatever a cell did is undone before the next."""
    named = addresses(document("en"))
    wrong = []
    for name, operation in OPERATIONS.items():
        method, path = named[name]
        with transaction.atomic():
            for which, codes in answers(cast, operation, method, path).items():
                if EXPECTED[name][which] != codes:
                    said = dict(zip(PRINCIPALS, zip(EXPECTED[name][which], codes, strict=True), strict=True))
                    wrong.append((name, which, {who: pair for who, pair in said.items() if pair[0] != pair[1]}))
            transaction.set_rollback(True)

    assert wrong == []


def answers(cast, operation, method, path):
    """The status of every cell of one operation, after checking that denials leave no trace and tell nothing."""
    now = clock.now()
    places = {"-": {}}
    if operation.made is not None:
        ours, theirs = operation.made(cast.world, now), operation.made(cast.theirs, now)
        places = {"ours": ours, "theirs": theirs, "missing": nowhere(path, ours)}
    for world in (cast.world, cast.theirs):
        _what_it_names = operation.body(world) if operation.body is not None else None  # is there before anybody asks
    before = rows()
    found = {}
    for which, made in places.items():
        world = cast.theirs if which == "theirs" else cast.world
        for who in PRINCIPALS:
            with transaction.atomic():
                answer = call(cast.http(who), operation, method, at(path, made), world, made.get("version"))
                found[which, who] = (answer.status_code, body_of(answer), sorted_headers(answer))
                if answer.status_code >= 400:
                    assert answer["Content-Type"] == "application/problem+json"
                else:
                    transaction.set_rollback(True)
        assert rows() == before, f"{method} {path} on {which}: somebody was refused, and yet something changed"
    for (which, who), answer in found.items():
        if answer[0] == 404 and which in ("ours", "theirs"):
            assert answer == found["missing", who], f"{method} {path} by {who}: foreign and missing differ"
    return {which: [found[which, who][0] for who in PRINCIPALS] for which in places}


def body_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
