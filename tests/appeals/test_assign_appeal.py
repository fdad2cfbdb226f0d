"""A senior reviewer gives an appeal to a reviewer, or takes it from one and gives it to another."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts import commands as accounts
from accounts.models import Membership, Notification, Team, User
from accounts.queries import actor_of_user
from appeals import commands
from appeals.machine import AppealState
from appeals.models import Appeal, Assignment
from casework import clock, ledger, outbox
from casework.errors import ConflictOfInterest, Invalid, LeaseLost, NotAllowed, NotYourTurn, Stale
from casework.models import Event
from console.appeals.context import timeline_of
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused
from tests.pages import text_of

pytestmark = pytest.mark.once


@pytest.fixture
def appeal(world, now):
    return make.file(world.alice, world.notice(), now=now)


def assign(world, appeal, to, *, by=None, now=None, **more):
    about = {"ref": appeal.ref, "to_code": to.code, "note": "请按保健食品办理", "now": now or world.now}
    return commands.assign_appeal(actor=by or world.sara, **about | more)


def test_an_appeal_that_nobody_holds_is_given_to_a_reviewer_who_holds_it_for_a_day(world, appeal, now):
    given = assign(world, appeal, world.rita)
    assert (given.state, given.reviewer.ref) == (AppealState.HUMAN_REVIEW, world.rita.ref)
    assert given.lease_expires_at == now + timedelta(hours=24)
    commands.keep_lease(actor=world.rita, ref=appeal.ref, now=now)
    assert Appeal.objects.get(pk=appeal.pk).lease_expires_at == given.lease_expires_at
    with pytest.raises(LeaseLost):
        commands.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now + timedelta(hours=23))
    commands.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now + timedelta(hours=25))


def test_it_is_taken_from_one_and_given_to_another_and_stands_in_the_ledger(world, appeal, now):
    commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    assign(world, appeal, world.rosa)
    with pytest.raises(LeaseLost):
        commands.keep_lease(actor=world.rita, ref=appeal.ref, now=now)
    event = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk).latest("sequence")
    assert (event.type, event.actor_ref) == ("appeal.assigned", world.sara.ref)
    assert (event.facts["to"], event.facts["from"]) == (world.rosa.ref, world.rita.ref)
    assert "保健" not in str(event.facts), "the words stay in the row"
    assert list(ledger.verify()) == []


def test_one_that_waits_for_its_appellant_goes_on_waiting_in_other_hands(world, appeal, now):
    ready = make.ready_to_decide(world.rita, appeal, now=now)
    commands.request_information(actor=world.rita, ref=ready.ref, item="授权书", fact="已获授权", due_at=None, now=now)
    given = assign(world, appeal, world.rosa)
    assert (given.state, given.reviewer.ref) == (AppealState.MORE_NEEDED, world.rosa.ref)
    assert given.lease_expires_at is None


@pytest.mark.parametrize(
    ("who", "words"),
    [("otto", "decided the measure"), ("odile", "The team of this reviewer"), ("agent", "acted for the appellant")],
)
def test_a_person_with_a_conflict_is_refused_with_the_reason(world, appeal, now, who, words):
    if who == "agent":
        user = User.objects.get(pk=world.alice_staff.person)
        [held] = Membership.objects.filter(user=user, ended_at=None)
        accounts.end_membership(actor=make.CONSOLE, membership=held, now=now)
        User.objects.filter(pk=user.pk).update(officer_code="R-AGENT")
        accounts.grant_staff_role(actor=make.CONSOLE, user=user, role="reviewer", now=now)
        user.refresh_from_db()
        to = actor_of_user(user, via=world.sara.via)
    else:
        to = getattr(world, who)
    with pytest.raises(ConflictOfInterest) as refused:
        assign(world, appeal, to)
    with translation.override("en"):
        assert words in str(refused.value.detail)
    assert not Assignment.objects.exists()
    assert Appeal.objects.get(pk=appeal.pk).reviewer is None


def test_only_a_senior_reviewer_without_a_conflict_assigns_and_only_to_a_reviewer(world, appeal, now):
    for by in (world.rita, world.carl):
        with pytest.raises(NotAllowed):
            assign(world, appeal, world.rosa, by=by)
    partial = make.staff("senior_reviewer", now=now, team=team_of(world.otto))
    with pytest.raises(ConflictOfInterest):
        assign(world, appeal, world.rosa, by=partial)
    for wrong in ({"to_code": world.carl.code}, {"to_code": "nobody"}, {"note": "  "}):
        with pytest.raises(Invalid):
            assign(world, appeal, world.rosa, **wrong)
    with pytest.raises(Stale):
        assign(world, appeal, world.rosa, expected_version=appeal.version + 1)
    given = assign(world, appeal, world.rosa)
    with pytest.raises(Invalid):
        assign(world, given, world.rosa)
    commands.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now)
    with pytest.raises(NotYourTurn):
        assign(world, appeal, world.rita)


def team_of(actor):
    return Team.objects.get(pk=actor.team_id)


def test_a_second_review_is_given_to_a_senior_alone(world, appeal, now):
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now, outcome="UPHELD")
    second = make.file(world.alice, appeal.notice, now=now)
    with pytest.raises(Invalid) as refused:
        assign(world, second, world.rosa)
    assert refused.value.errors[0].code == "not-senior"


def test_it_is_taken_back_to_the_queue_and_whoever_held_it_is_told(world, appeal, now):
    commands.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    for by, error in ((world.rosa, NotAllowed), (world.carl, NotAllowed)):
        with pytest.raises(error):
            commands.take_back_appeal(actor=by, ref=appeal.ref, note="病假", now=now)
    with pytest.raises(Invalid):
        commands.take_back_appeal(actor=world.sara, ref=appeal.ref, note=" ", now=now)
    back = commands.take_back_appeal(actor=world.sara, ref=appeal.ref, note="病假", now=now)
    assert (back.state, back.reviewer, back.lease_expires_at) == (AppealState.SUBMITTED, None, None)
    assign(world, back, world.rosa)
    outbox.sweep(now=now + timedelta(minutes=1))
    told = Notification.objects.order_by("id").values_list("user__ref", "event__type")
    assert (world.rita.ref, "appeal.released") in told
    assert (world.rosa.ref, "appeal.assigned") in told
    waiting = make.file(world.alice, world.notice(), now=now)
    with pytest.raises(NotYourTurn):
        commands.take_back_appeal(actor=world.sara, ref=waiting.ref, note="x", now=now)
    assert list(ledger.verify()) == []


@pytest.mark.on_both
def test_whoever_is_absent_is_given_nothing(world, appeal, now):
    person, until = User.objects.get(pk=world.rita.person), now + timedelta(days=2)
    accounts.set_absence(actor=world.sara, user=person, until=until, now=now)
    with pytest.raises(Invalid) as refused:
        assign(world, appeal, world.rita)
    assert [each.code for each in refused.value.errors] == ["absent"]
    values = {"appeal": appeal, "no": 1, "reviewer": person, "assigned_by_id": world.sara.person, "note": "x"}
    law = "assignment_is_to_somebody_present"
    assert_refused(law, lambda: Assignment.objects.create(**values, assigned_at=now))
    assert assign(world, appeal, world.rita, now=until).reviewer_id == person.pk


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(world, appeal, now):
    assign(world, appeal, world.rita)
    row = Assignment.objects.get()
    values = {"appeal": appeal, "no": 2, "reviewer": row.reviewer, "assigned_by": row.assigned_by, "assigned_at": now}

    def another(**changes):
        return lambda: Assignment.objects.create(**values | {"note": "x"} | changes)

    assert_refused("assignment_says_why", another(note=""))
    assert_refused("assignment_is_to_another", another(taken_from=row.reviewer))
    assert_refused("assignment_number_is_unique_in_appeal", another(no=1))
    assert_refused("assignment_is_append_only", lambda: Assignment.objects.filter(pk=row.pk).update(note="another"))


def test_the_lead_assigns_on_a_page_and_the_reviewer_finds_it_among_what_they_hold(world, now):
    appeal = make.file(world.alice, world.notice(), now=clock.now())
    lead, path = browser(world.sara), f"/workbench/case/{appeal.ref}/assign/"
    assert f'href="{path}"' in lead.get(f"/workbench/case/{appeal.ref}/").content.decode()
    asked = {"version": appeal.version, "to": world.otto.code, "note": "请按保健食品办理"}
    refused = lead.post(path, asked)
    assert refused.status_code == 403
    assert "This reviewer decided the measure." in text_of(refused)
    assert "请按保健食品办理" in refused.content.decode(), "what was typed is still there"
    assert lead.post(path, asked | {"to": world.rita.code}).status_code == 302
    reviewer = browser(world.rita)
    assert appeal.number in text_of(reviewer.get("/workbench/me/"))
    assert "请按保健食品办理" in text_of(reviewer.get(f"/workbench/case/{appeal.ref}/"))
    assert "请按保健食品办理" not in text_of(browser(world.rosa).get(f"/workbench/case/{appeal.ref}/"))


def test_the_ledger_says_whether_a_reviewer_took_the_next_case_or_chose_it(world, appeal, now):
    commands.claim_next_appeal(actor=world.rita, now=now)
    commands.release_appeal(actor=world.rita, ref=appeal.ref, now=now)
    commands.claim_appeal(actor=world.rosa, ref=appeal.ref, now=now)

    claims = Event.objects.filter(type="appeal.claimed").order_by("sequence")
    assert [event.facts["picked"] for event in claims] == [False, True]
    with translation.override("en"):
        chosen, _released, taken = [str(entry.text) for entry in timeline_of(Appeal.objects.get(pk=appeal.pk))][:3]
    assert (taken, chosen) == ("Taken by an officer", f"{taken}, who chose this very case out of the queue")
