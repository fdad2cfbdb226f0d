"""Where the platform is the other side, whoever answers for it oversees nothing there: an administrator does."""

import pytest

from accounts.models import User
from casework.errors import ConflictOfInterest, NotAllowed, NotFound
from disputes import commands, queries
from disputes.choices import Lane
from disputes.participants import lane_read_by
from disputes.verbs import actions_for
from tests import factories as make
from tests.disputes.building import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECRET = "只对调解员说"


@pytest.fixture
def against_platform(court):
    return court.joined("merchant_measure", remedy="LIFT")


@pytest.fixture
def ada(court):
    return make.staff("administrator", now=court.now, name="ada")


def code_of(actor):
    return User.objects.get(pk=actor.user_id).officer_code


def test_compliance_reads_no_lane_of_the_merchant(court, against_platform, ada):
    dispute = against_platform
    commands.post_message(
        actor=court.alice, ref=dispute.ref, lane="claimant", client_id="1", text=SECRET, now=court.now
    )

    assert lane_read_by(court.carl, dispute, Lane.BOTH) == Lane.BOTH
    assert lane_read_by(court.carl, dispute, Lane.CLAIMANT) is None
    with pytest.raises(NotFound):
        queries.pictures_after(court.carl, dispute.ref, "claimant", 0)
    assert SECRET in str(queries.pictures_after(ada, dispute.ref, "claimant", 0))
    assert lane_read_by(court.carl, court.joined(), Lane.CLAIMANT) == Lane.CLAIMANT, "between two parties it oversees"


def test_compliance_is_not_shown_what_the_merchant_withheld(court, against_platform, ada):
    court.prove(against_platform, 1, court.alice, court.now, withheld="商业秘密")

    def hidden_from(actor):
        return [v.is_hidden for v in queries.evidence_shown_to(actor, queries.dispute_for(actor, against_platform.ref))]

    assert hidden_from(court.carl) == [True]
    assert hidden_from(ada) == hidden_from(court.mia) == [False]


def test_compliance_neither_chooses_its_judge_nor_stops_the_clocks(court, against_platform, ada):
    dispute = against_platform
    with pytest.raises(NotAllowed):
        commands.hand_over(actor=court.carl, ref=dispute.ref, to_code=code_of(court.max), now=court.now)
    stop = {"ref": dispute.ref, "reason": "r", "authority": "a", "now": court.now}
    with pytest.raises(NotAllowed):
        commands.pause_dispute(actor=court.carl, **stop)
    offered = {a.name for a in actions_for(court.carl, fresh(dispute), now=court.now)}
    assert not offered & {"pause", "resume"}

    commands.hand_over(actor=ada, ref=dispute.ref, to_code=code_of(court.max), now=court.now)
    commands.pause_dispute(actor=ada, **stop)
    with pytest.raises(NotAllowed):
        court.resume(dispute, court.now)
    assert (fresh(dispute).state, fresh(dispute).mediator_id) == ("PAUSED", court.max.user_id)


def test_an_administrator_oversees_nothing_more_between_two_parties(court, ada):
    dispute = court.joined()
    with pytest.raises(NotAllowed):
        commands.pause_dispute(actor=ada, ref=dispute.ref, reason="r", authority="a", now=court.now)


def test_who_answered_for_the_platform_never_mediates_the_dispute(court):
    both = make.staff("compliance", "mediator", now=court.now, name="both")
    dispute = court.open("merchant_measure", remedy="LIFT")
    commands.answer_dispute(actor=both, ref=dispute.ref, text="不同意。", refuses=True, now=court.now)
    commands.escalate_dispute(actor=court.alice, ref=dispute.ref, now=court.now)

    assert dispute.ref not in [row.ref for row in queries.queue_for(both, now=court.now)]
    with pytest.raises(ConflictOfInterest):
        commands.join_dispute(actor=both, ref=dispute.ref, now=court.now)
    joined = commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    with pytest.raises(ConflictOfInterest):
        commands.hand_over(actor=court.mia, ref=joined.ref, to_code=code_of(both), now=court.now)
    other = court.escalated("merchant_measure", remedy="LIFT", placed_at=court.now)
    assert commands.join_dispute(actor=both, ref=other.ref, now=court.now).mediator_id == both.user_id
