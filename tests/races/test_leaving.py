"""Somebody is deactivated while they take something: nothing is held afterwards by somebody who left."""

import pytest

from accounts import commands as accounts
from accounts.models import User
from appeals import commands as appeals
from appeals.models import Appeal
from casework import ledger
from casework.errors import NotAllowed
from disputes import commands as disputes
from disputes.models import Dispute
from tests import factories as make
from tests.disputes.building import build_court
from tests.races.racing import race, refused, won

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]
TIMES = 12


def leaving(people, by, now):
    rows = [User.objects.get(pk=each.user_id) for each in people]
    return lambda i: accounts.deactivate_user(actor=by, user=rows[i], now=now)


def test_a_reviewer_who_leaves_while_taking_an_appeal_holds_none(arena):
    now = arena.now
    ada = make.staff("administrator", now=now, name="ada")
    people = [make.staff("reviewer", now=now, name=f"reviewer{n}") for n in range(TIMES)]
    waiting = [make.file(arena.alice, arena.notice(), now=now) for _n in range(TIMES)]
    mine = [make.file(arena.alice, arena.notice(), now=now) for _n in range(TIMES)]
    for person, appeal in zip(people, mine, strict=True):
        appeals.claim_appeal(actor=person, ref=appeal.ref, now=now)

    results = race(
        [
            leaving(people, ada, now),
            lambda i: appeals.claim_appeal(actor=people[i], ref=waiting[i].ref, now=now),
            lambda i: appeals.claim_appeal(actor=people[i], ref=mine[i].ref, now=arena.now.replace(year=2027)),
        ],
        times=TIMES,
        jitter=0.004,
    )

    for sides in results:
        assert not refused(sides[:1]), sides
        assert {type(each) for each in refused(sides)} <= {NotAllowed}, sides
    assert not Appeal.objects.filter(reviewer__is_active=False).exists()
    assert not User.objects.filter(pk__in=[each.user_id for each in people], is_active=True).exists()
    assert list(ledger.verify()) == []


def test_mediators_who_leave_at_once_leave_their_disputes_to_whoever_stays(transactional_db, now):
    court = build_court(now)
    ada = make.staff("administrator", now=now, name="ada")
    people = [make.staff("mediator", now=now, name=f"mediator{n}") for n in range(2 * TIMES)]
    held = []
    for person in people:
        dispute = court.escalated()
        held.append(disputes.join_dispute(actor=person, ref=dispute.ref, now=now).pk)
    waiting = [court.escalated() for _n in range(TIMES)]

    results = race(
        [
            leaving(people[:TIMES], ada, now),
            leaving(people[TIMES:], ada, now),
            lambda i: disputes.join_dispute(actor=people[i], ref=waiting[i].ref, now=now),
        ],
        times=TIMES,
        jitter=0.004,
    )

    for sides in results:
        assert len(won(sides[:2])) == 2, sides
        assert {type(each) for each in refused(sides)} <= {NotAllowed}, sides
    assert not Dispute.objects.filter(mediator__is_active=False).exists()
    assert set(Dispute.objects.filter(pk__in=held).values_list("mediator_id", flat=True)) <= {
        court.mia.user_id,
        court.max.user_id,
    }
    assert list(ledger.verify()) == []
