"""Who submitted something can add to it until their time is over, or until they say that they have nothing more."""

from datetime import timedelta

import pytest

from casework.errors import DeadlinePassed, NotYourTurn
from disputes import commands, queries
from disputes.choices import Side
from disputes.default_table import GROUNDS
from disputes.models import Submission
from disputes.verbs import actions_for
from tests.disputes.building import fact, fresh
from tests.disputes.test_every_ground import STEPS, brought, climb_to, ladder, one_of_each
from tests.disputes.test_pages import Visitor, pdf

pytestmark = pytest.mark.once

HOUR = timedelta(hours=1)
GROUND = {ground.slug: ground for ground in GROUNDS}
# The machine is one for all grounds: CI tries each kind of ladder, the nightly run every one.
LAST = one_of_each(
    [pytest.param(g.slug, n, id=f"{g.slug}-{draft.key}") for g in GROUNDS for n, draft in enumerate(g.facts, start=1)],
    ladder,
)


def can(actor, dispute, no, now):
    return {a.name for a in actions_for(actor, queries.dispute_for(actor, dispute.ref), now=now) if a.fact == no}


@pytest.mark.parametrize(("slug", "no", "step"), one_of_each(STEPS, ladder))
def test_submitting_takes_no_time_away_from_whoever_shows_a_step(court, slug, no, step):
    draft = GROUND[slug].facts[no - 1]
    dispute = brought(court, slug, draft)
    climb_to(court, dispute, slug, no, draft, step)
    side = str(draft.steps[step - 1].bearer)
    bearer, due = court.actor_for(side, slug), fact(dispute, no).due_at

    court.prove(dispute, no, bearer, court.now + HOUR)
    assert {"evidence", "submit-evidence", "nothing-to-add"} <= can(bearer, dispute, no, due)
    court.prove(dispute, no, bearer, court.now + 2 * HOUR)
    own = Submission.objects.filter(fact__dispute=dispute, side=side).order_by("pk")
    first, second = [each.more_until for each in own][-2:]
    assert first == due <= second

    commands.answer_evidence(actor=bearer, ref=dispute.ref, fact_no=no, now=court.now + 3 * HOUR)
    if fact(dispute, no).due_at is None:  # nobody bears another step: it waits for a ruling
        with pytest.raises(NotYourTurn):
            court.prove(dispute, no, bearer, court.now + 4 * HOUR)
        assert "nothing-to-add" not in can(bearer, dispute, no, court.now + 4 * HOUR)


@pytest.mark.parametrize(("slug", "no"), LAST)
def test_it_ends_for_both_sides_with_the_time_and_not_before(court, slug, no):
    """Each side shows what it has to, and the other answers: whichever it is, it adds until its own time is over."""
    draft = GROUND[slug].facts[no - 1]
    dispute = brought(court, slug, draft)
    climb_to(court, dispute, slug, no, draft, len(draft.steps))
    last = court.actor_for(str(draft.steps[-1].bearer), slug)
    other = court.actor_for(Side(str(draft.steps[-1].bearer)).other, slug)
    court.prove(dispute, no, last, court.now + HOUR)
    proof = Submission.objects.filter(fact__dispute=dispute, fact__no=no).latest("pk")

    court.prove(dispute, no, other, court.now + 2 * HOUR)
    answer = Submission.objects.filter(fact__dispute=dispute, fact__no=no).latest("pk")

    assert proof.answerable_until <= answer.more_until
    court.prove(dispute, no, other, min(answer.more_until, proof.answerable_until))
    over = max(answer.more_until, *Submission.objects.filter(fact__no=no).values_list("answerable_until", flat=True))
    for each in (last, other):
        with pytest.raises((NotYourTurn, DeadlinePassed)):
            court.prove(dispute, no, each, over + 90 * 24 * HOUR)


def shown(court):
    """The seller and then the buyer have shown something about damaged goods; the fact waits for a ruling."""
    dispute = court.joined("damaged")
    due = fact(dispute, 1).due_at
    court.prove(dispute, 1, court.alice, court.now + HOUR)
    court.prove(dispute, 1, court.bob, court.now + 2 * HOUR)
    return dispute, due


def test_evidence_stays_open_until_whoever_can_add_has_said_that_there_is_nothing_more(court):
    dispute, _due = shown(court)
    for actor in (court.bob, court.alice):
        assert fresh(dispute).state == "EVIDENCE"
        commands.answer_evidence(actor=actor, ref=dispute.ref, fact_no=1, now=court.now + 3 * HOUR)

    assert fresh(dispute).state == "DELIBERATING"


def test_nobody_is_ruled_against_while_they_can_add(court):
    dispute, _due = shown(court)
    rule = {"actor": court.mia, "ref": dispute.ref, "fact_no": 1, "proved": True, "reasons": "照片。"}

    with pytest.raises(NotYourTurn):
        commands.rule_fact(**rule, now=court.now + 3 * HOUR)

    assert "rule" not in can(court.mia, dispute, 1, court.now + 3 * HOUR)


def test_it_closes_by_itself_when_the_time_is_over(court):
    dispute, due = shown(court)
    last = Submission.objects.filter(fact__dispute=dispute).latest("pk")

    court.pass_time(max(due, last.more_until, last.answerable_until) + HOUR)

    assert fresh(dispute).state == "DELIBERATING"


def test_an_outage_makes_it_longer(court):
    dispute, _due = shown(court)
    seller = Submission.objects.get(fact__dispute=dispute, side="RESPONDENT")
    begin = seller.more_until - 2 * HOUR
    court.is_down(begin, begin + 5 * HOUR, now=begin + 6 * HOUR)

    assert "evidence" in can(court.alice, dispute, 1, seller.more_until + 4 * HOUR)
    court.pass_time(seller.more_until + HOUR)
    assert fresh(dispute).state == "EVIDENCE"
    court.prove(dispute, 1, court.alice, seller.more_until + 4 * HOUR)


def test_what_was_shown_before_the_mediator_joined_can_be_added_to(court):
    dispute = court.escalated("damaged")
    court.prove(dispute, 1, court.alice, court.now)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)

    early = Submission.objects.get(fact__dispute=dispute)
    assert early.more_until == court.now + timedelta(hours=GROUND["damaged"].facts[0].steps[0].hours)
    court.prove(dispute, 1, court.alice, early.more_until)


def test_the_page_says_what_submitting_ends_and_what_is_missing(court, monkeypatch):
    monkeypatch.setattr("casework.clock.now", lambda: court.now + 2 * HOUR)
    dispute, seller = court.joined("damaged"), Visitor(court.alice)
    court.prove(dispute, 1, court.bob, court.now + HOUR)
    path = f"/disputes/{dispute.ref}/facts/1/"

    seller.sends(path, {"files": pdf(1), "caption": "发货前的照片"})
    page = seller.sees(path)
    assert "it is then no longer for you to show this. You can still add to it until" in page
    seller.sends(f"{path}submit/")
    seller.sends(path, {"files": pdf(2), "caption": "没有提交的录像"})

    asked = seller.sees(f"{path}nothing-to-add/")
    for words in ("What you submitted", "发货前的照片", "Still missing", "没有提交的录像", "I have nothing more"):
        assert words in asked, words
    assert Submission.objects.get(side="RESPONDENT").more_until is not None
    seller.sends(f"{path}nothing-to-add/")
    assert Submission.objects.get(side="RESPONDENT").more_until is None
