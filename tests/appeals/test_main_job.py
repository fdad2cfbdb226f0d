"""The main job through commands: served, appealed, decided by a person, undone, confirmed; and the ledger holds."""

from datetime import timedelta

import pytest

from appeals import commands as appeals
from appeals.queries import appeal_for, letter_of
from casework import ledger
from casework.errors import FirstViewRequired
from casework.models import Event, OutboxMessage
from notices import commands as notices
from tests import factories as make

pytestmark = pytest.mark.once


def test_notice_is_served_appealed_decided_and_undone(world, now):
    notice = world.notice()
    notice.refresh_from_db()
    assert notice.automated_detection is True
    assert notice.automated_decision == "PARTIAL"

    appeal = make.file(world.alice, notice, now=now)
    notice.refresh_from_db()
    assert (appeal.state, notice.state) == ("SUBMITTED", "UNDER_APPEAL")

    claimed = appeals.claim_next_appeal(actor=world.rita, now=now)
    assert claimed.ref == appeal.ref
    with pytest.raises(FirstViewRequired):
        make.decide(world.rita, claimed, now=now)
    make.ready_to_decide(world.rita, appeal, now=now)
    decided = make.decide(world.rita, appeal, now=now + timedelta(minutes=5))
    notice.refresh_from_db()
    assert (decided.state, decided.outcome, decided.decided_by_kind) == ("DECIDED", "OVERTURNED", "HUMAN")
    assert notice.state == "REVOKED"

    owed = list(notice.remedies.all())
    assert {r.kind for r in owed} == {"RESTORE", "CORRECT_RECORD"}
    for remedy in owed:
        notices.confirm_remedy(actor=world.platform, ref=remedy.ref, now=now + timedelta(hours=1))
    assert {r.state for r in notice.remedies.all()} == {"CONFIRMED"}

    letter = letter_of(appeal_for(world.alice, appeal.ref), language="en")
    assert [part.no for part in letter.parts] == list(range(1, 10))
    assert list(ledger.verify()) == []
    assert [e.type for e in Event.objects.filter(case_kind="appeal").order_by("sequence")] == [
        "appeal.filed",
        "appeal.claimed",
        "appeal.first_view_recorded",
        "appeal.decided",
    ]
    owed = OutboxMessage.objects.filter(event__type="appeal.filed").values_list("subscriber", flat=True)
    assert set(owed) == {
        "triage.subscribers.triage",
        "triage.subscribers.find_duplicates",
        "triage.subscribers.ask_the_shadow",
        "appeals.subscribers.tell_of_filing",
        "webhooks.subscribers.announce_to_endpoints",
    }
