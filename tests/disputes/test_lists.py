"""A list of disputes asks the database as often for one as for seven."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import policies, queries
from disputes.api.outputs import DisputeRowOutput
from disputes.models import Dispute
from disputes.queries import lists
from disputes.web.lists import list_card
from operations import outages
from surfaces.filters import ListFilter
from tests.disputes.building import argued

pytestmark = pytest.mark.once


def lines(court):
    spans = outages.ledger()
    return [list_card(court.bob, dispute, spans)["due_at"] for dispute in queries.disputes_listed_for(court.bob)]


def rows(court):
    reader = {"call": SimpleNamespace(actor=court.bob)}
    listed = queries.with_unread(queries.disputes_listed_for(court.bob), court.bob)
    shown = DisputeRowOutput(listed, many=True, context=reader).data
    return [row["due_at"] for row in shown]


def cards(court):
    return [card.due_at for card in queries.todo_for(court.alice, now=court.now)]


def test_a_list_asks_for_no_outage_per_dispute_or_fact(court):
    counts = []
    for more in (1, 6):
        for _ in range(more):
            court.joined("handed_to_others")
        court.open("not_received")
        for read in (lines, rows, cards):
            with CaptureQueriesContext(connection) as asked:
                assert all(read(court))
            counts.append((read, len(asked)))
    assert counts[:3] == counts[3:]


@pytest.mark.parametrize("few", [0, 1_000])
def test_a_mediator_is_listed_what_they_hold_and_what_they_determined(court, monkeypatch, few):
    """Found by their keys while they are few, and among all disputes once they are more."""
    monkeypatch.setattr(lists, "FEW", few)
    determined, held = argued(court, court.now), court.joined()
    Dispute.objects.filter(pk=determined.pk).update(mediator=court.max.user_id, first_mediator=court.mia.user_id)
    court.open("not_received")

    def listed(actor, state=""):
        return set(queries.disputes_narrowed_for(actor, ListFilter(state=state)))

    assert listed(court.mia) == set(Dispute.objects.filter(policies.visible_to(court.mia))) == {determined, held}
    assert listed(court.mia, "platform") == {held}
    assert listed(court.max) == {determined}
    assert not listed(court.mia, "talking")
    assert len(listed(court.carl, "talking")) == 1
