"""A list of disputes asks the database as often for one as for seven."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import outages
from disputes import queries
from disputes.api.outputs import DisputeRowOutput
from disputes.web.views.listing import list_card

pytestmark = pytest.mark.once


def lines(court):
    spans = outages.ledger()
    return [list_card(court.bob, dispute, spans)["due_at"] for dispute in queries.disputes_listed_for(court.bob)]


def rows(court):
    reader = {"call": SimpleNamespace(actor=court.bob)}
    shown = DisputeRowOutput(queries.disputes_listed_for(court.bob), many=True, context=reader).data
    return [row["due_at"] for row in shown]


def cards(court):
    return [card.due_at for card in queries.todo_for(court.alice, now=court.now)]


@pytest.mark.parametrize("read", [lines, rows, cards])
def test_a_list_asks_for_no_outage_per_dispute_or_fact(court, read):
    counts = []
    for more in (1, 6):
        for _ in range(more):
            court.joined("handed_to_others")
        court.open("not_received")
        with CaptureQueriesContext(connection) as asked:
            assert all(read(court))
        counts.append(len(asked))

    assert counts[0] == counts[1]
