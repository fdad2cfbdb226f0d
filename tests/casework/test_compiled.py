"""Queries whose SQL is made once: they answer as Django does, for every argument, and refuse what they cannot bind."""

from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Party
from casework.compiled import MOST_ENTRIES, compiled
from casework.models import Event
from notices.models import Notice
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


def test_the_terms_of_two_parties_do_not_mix(world):
    """The heaviest of them, as Django compiles it anew."""
    from rules.terms import _rows

    make.publish_rule(world.platform, now=world.now)
    for parties in ([], [world.merchant.pk], [world.merchant.pk, world.consumer.pk]):
        for at in (world.now, world.now - timedelta(days=400)):
            versions = versions_for(at, parties).order_by().values("pk")
            anew = ClauseTerm.objects.filter(version__in=versions).order_by("version__effective_from", "pk")
            assert [row[0] for row in _rows(at, parties)] == [term.key for term in anew]
