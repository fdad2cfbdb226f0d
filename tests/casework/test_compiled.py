"""Queries and inserts whose SQL is made once do what Django does; they refuse what they cannot bind."""

import copy
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from accounts.models import Party
from casework.compiled import MOST_ENTRIES, compiled, insert
from casework.models import Deadline, Event, IdempotencyKey
from notices.models import DetectionSource, Notice
from operations.models import FirstAnswers
from rules.applying import versions_for
from rules.models import ClauseTerm
from tests import factories as make

made: list[int] = []


@compiled
def _parties(pks, name, before) -> QuerySet[Party]:
    made.append(len(pks))
    named = Q() if name is None else Q(name=name)
    return Party.objects.filter(named, pk__in=pks, created_at__lte=before).order_by("pk").prefetch_related("client")


def test_every_call_gets_the_rows_of_its_own_arguments(world):
    both = [world.merchant, world.other_merchant]
    pks = [party.pk for party in both]
    made.clear()
    assert _parties(pks, None, world.now) == both
    assert _parties(pks[::-1], None, world.now) == both
    assert _parties(pks, None, world.now - timedelta(seconds=1)) == []
    assert _parties([world.consumer.pk, 0], None, world.now) == [world.consumer]
    assert _parties([], None, world.now) == []
    assert made == [2, 2, 0, 0]  # made twice to see what varies, and never again
    assert _parties(pks[:1], "云上数码", world.now) == both[:1]
    assert _parties(pks[:1], "山野茶铺", world.now) == []
    assert _parties(pks[:1], "%", world.now) == []
    assert made[4:] == [1, 1]


def test_more_entries_than_are_worth_an_sql_of_their_own(world):
    made.clear()
    many = range(world.merchant.pk, world.merchant.pk + MOST_ENTRIES + 1)
    assert world.merchant in _parties(many, None, world.now)
    assert made == [MOST_ENTRIES + 1]


def test_rows_are_objects_with_what_was_joined_to_them(world):
    @compiled
    def notices(ref: str) -> QuerySet[Notice]:
        return Notice.objects.filter(ref=ref).select_related("party").prefetch_related("measures")

    for each in (world.notice(), world.notice(party=world.consumer)):
        with CaptureQueriesContext(connection) as asked:
            [found] = notices(each.ref)
            assert found.party == each.party
            assert [m.no for m in found.measures.all()] == [1]
        assert len(asked) == 2


@compiled
def _computed(at) -> QuerySet[Event]:
    return Event.objects.filter(at__lte=at, effective_at__gt=at - timedelta(hours=1))


@compiled
def _escaped(text) -> QuerySet[Event]:
    return Event.objects.filter(type__startswith=text)


@compiled
def _unused(text, _at) -> QuerySet[Event]:
    return Event.objects.filter(type=text)


def test_what_is_made_of_an_argument_is_refused(world):
    for query, arguments in (_computed, [world.now]), (_escaped, ["notice"]), (_unused, ["notice", world.now]):
        with pytest.raises(TypeError):
            query(*arguments)


def test_a_row_is_locked_in_a_transaction_alone(world, monkeypatch):
    @compiled
    def locked(pk: int) -> QuerySet[Party]:
        return Party.objects.filter(pk=pk).select_for_update()

    assert locked(world.merchant.pk) == [world.merchant]
    with monkeypatch.context() as outside:
        outside.setattr(connections["default"], "in_atomic_block", False)
        with pytest.raises(transaction.TransactionManagementError):
            locked(world.merchant.pk)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has none of this")
def test_a_statement_that_comes_again_is_planned_once(world):
    for _ in range(7):
        _parties([world.merchant.pk], None, world.now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert any('FROM "accounts_party"' in statement for (statement,) in cursor.fetchall())


def test_the_terms_of_two_parties_do_not_mix(world):
    """The heaviest of them, as Django compiles it anew."""
    from rules.terms import _rows

    make.publish_rule(world.platform, now=world.now)
    for parties in ([], [world.merchant.pk], [world.merchant.pk, world.consumer.pk]):
        for at in (world.now, world.now - timedelta(days=400)):
            versions = versions_for(at, parties).order_by().values("pk")
            anew = ClauseTerm.objects.filter(version__in=versions).order_by("version__effective_from", "pk")
            assert [row[0] for row in _rows(at, parties)] == [term.key for term in anew]


def a_deadline(world, key, **changes):
    values = {"case_kind": "notice", "case_id": 1, "kind": "notice.period", "key": key} | changes
    return Deadline(due_at=world.now, set_at=world.now, **values)


@pytest.mark.parametrize("count", [1, 2, MOST_ENTRIES, MOST_ENTRIES + 1])
def test_rows_are_stored_as_bulk_create_stores_them(world, count):
    for pair in ("before", "after"):  # the statement is made at the first call
        ours = insert(*(a_deadline(world, f"{pair}-{no}") for no in range(count)))
        theirs = Deadline.objects.bulk_create(a_deadline(world, f"{pair}+{no}") for no in range(count))
        assert [each.pk for each in ours] == sorted(each.pk for each in ours)
        for one, other in zip(ours, theirs, strict=True):
            assert (one._state.adding, one._state.db) == (other._state.adding, other._state.db) == (False, "default")
            stored, beside = (Deadline.objects.filter(pk=each.pk).values().get() for each in (one, other))
            assert stored.pop("key").replace("-", "+") == beside.pop("key")
            assert (stored.pop("id"), beside.pop("id")) == (one.pk, other.pk)
            assert stored == beside
    assert insert() == []


def test_what_the_database_computes_comes_back_with_the_row(world):
    notice = world.notice()

    def new(no):
        row = copy.copy(notice)
        row.pk, row.ref, row.number, row.external_ref = None, f"ntc_{no}", f"N-{no}", f"number-{no}"
        row.detection_source = DetectionSource.MACHINE if no % 2 else DetectionSource.REPORT
        return row

    some, many = [new(0)], [new(no) for no in range(1, MOST_ENTRIES + 2)]
    theirs = Notice.objects.bulk_create([new(MOST_ENTRIES + 2)])
    for no, row in enumerate([*insert(*some), *insert(*many), *theirs]):
        again = Notice.objects.get(pk=row.pk)
        assert again.ref == f"ntc_{no}"
        for field in Notice._meta.concrete_fields:
            assert getattr(row, field.attname) == getattr(again, field.attname), field
        assert row.automated_detection == bool(no % 2)


def a_day(no):
    return FirstAnswers(kind=f"{no}", day=date(2026, 2, 1), began=1, ended=1, in_time=0, by_hour=[0] * 24)


AWKWARD = "\"'\\ \\u0000 {a,b} NULL %s %(x)s \n\t 维权 😀 \u2028"


def test_values_of_every_kind_arrive_as_they_were(world):
    """Bytes, dates, JSON within JSON, nothing at all, and text that any quoting would spoil."""
    body, headers = bytes(range(256)), {"a": [None, True, 1.5, 2**53 - 1, AWKWARD, {"": AWKWARD}], AWKWARD: ""}
    keys = insert(
        *(
            IdempotencyKey(
                principal=AWKWARD,
                operation=f"no {no}",
                key=AWKWARD,
                request_hash="",
                created_at=world.now,
                status=200,
                headers=headers,
                body=body,
            )
            for no in range(MOST_ENTRIES + 1)
        )
    )
    for row in IdempotencyKey.objects.filter(pk__in=[key.pk for key in keys]):
        assert (row.principal, row.key, row.headers, bytes(row.body)) == (AWKWARD, AWKWARD, headers, body)
        assert row.created_at == world.now
    days = insert(*(a_day(no) for no in range(MOST_ENTRIES + 1)))
    assert {row.day for row in FirstAnswers.objects.filter(pk__in=[day.pk for day in days])} == {date(2026, 2, 1)}


def test_a_value_that_the_database_computes(world):
    [row] = insert(a_deadline(world, "one", kind=Lower(Value("NOTICE.PERIOD"))))
    assert Deadline.objects.get(pk=row.pk).kind == "notice.period"


def test_a_row_whose_parent_is_not_stored_is_refused(world):
    [measure] = world.notice().measures.all()
    measure.pk, measure.notice = None, Notice()
    with pytest.raises(ValueError, match="unsaved related object"):
        insert(measure)


def test_a_law_of_the_table_refuses_a_row(world):
    insert(a_deadline(world, "one"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(a_deadline(world, "one"))
