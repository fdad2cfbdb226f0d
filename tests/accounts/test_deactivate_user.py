"""Somebody leaves: everything they hold goes on to somebody else, and they can do nothing any more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import commands
from accounts.models import ApiToken, StaffRole, User
from appeals import commands as appeals
from appeals.models import Appeal
from casework import clock
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.models import Event, WorkDraft
from disputes import commands as disputes
from disputes.models import Dispute
from helpline import commands as helpline
from helpline.models import CallBack
from tests import factories as make
from tests.laws import assert_refused
from tests.pages import Visitor, living, text_of

pytestmark = pytest.mark.once


now = living(hours=1)


@pytest.fixture
def ada(db):
    return make.staff("administrator", now=clock.now(), name="ada")


def person(actor):
    return User.objects.get(pk=actor.user_id)


def page_of(actor):
    return reverse("people:leave", args=[actor.ref])


def leave(actor, by, now):
    return commands.deactivate_user(actor=by, user=person(actor), now=now)


def call(now, officer):
    row = helpline.ask_call_back(actor=None, phone="138 0000 0000", now=now)
    return helpline.claim_call_back(actor=officer, ref=row.ref, now=now)


def test_the_page_shows_what_a_mediator_holds_and_one_button_hands_it_over(court, ada, now):
    held = [court.joined(), court.joined()]
    joe = make.staff("mediator", now=now, name="joe")
    disputes.save_work(actor=court.mia, ref=held[0].ref, content={"reasons": ["x"]}, now=now)
    token, _row = commands.issue_token(actor=make.CONSOLE, user=person(court.mia), now=now)
    desk, office = Visitor(court.mia), Visitor(ada)

    shown = office.sees(page_of(court.mia))
    for dispute in held:
        assert dispute.number in shown
    assert person(court.max).officer_code in shown
    assert person(joe).officer_code in shown, "each takes one"
    done = office.posts(page_of(court.mia), follow=True)

    assert "holds nothing" in text_of(done)
    holders = {Dispute.objects.get(pk=each.pk).mediator_id for each in held}
    assert holders == {court.max.user_id, joe.user_id}
    for dispute in held:
        last = Event.objects.filter(case_kind="dispute", case_id=dispute.pk).latest("sequence")
        assert (last.type, last.actor_ref, last.facts["left"]) == ("dispute.handed_over", ada.ref, court.mia.ref)
    gone = person(court.mia)
    assert (gone.is_active, gone.is_staff, gone.left_by) == (False, False, ada.ref)
    assert not StaffRole.objects.filter(user=gone, ended_at=None).exists()
    assert not ApiToken.objects.filter(user=gone, revoked_at=None).exists()
    assert desk.client.get(f"/workbench/disputes/{held[0].ref}/").status_code == 302
    assert not WorkDraft.objects.exists()
    assert token
    assert "This account was deactivated" in office.sees(page_of(court.mia))


def test_what_is_held_stands_above_the_button(court, ada):
    dispute = court.joined()
    page = Visitor(ada).client.get(page_of(court.mia)).content.decode()
    assert page.index('data-testid="effects"') < page.index(dispute.number) < page.index('class="danger"')


def test_a_dispute_that_nobody_can_take_is_named_and_nobody_is_deactivated(court, ada, now):
    held = court.joined()
    for colleague in StaffRole.objects.filter(role="mediator", ended_at=None).exclude(user=court.mia.user_id):
        commands.revoke_staff_role(actor=make.CONSOLE, user=colleague.user, role="mediator", now=now)
    office = Visitor(ada)

    assert "nobody without a conflict of interest" in office.sees(page_of(court.mia))
    assert held.number in office.sends(page_of(court.mia), status=400)
    with pytest.raises(Invalid):
        leave(court.mia, ada, now)
    assert person(court.mia).is_active
    assert Dispute.objects.get(pk=held.pk).mediator_id == court.mia.user_id


def test_who_loses_the_role_holds_nothing_of_it_either(court, world, ada, now):
    dispute, appeal = court.joined(), make.file(world.alice, world.notice(), now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    for actor, role in ((court.mia, "mediator"), (world.rita, "reviewer")):
        commands.revoke_staff_role(actor=ada, user=person(actor), role=role, now=now)
    assert Dispute.objects.get(pk=dispute.pk).mediator_id == court.max.user_id
    assert Appeal.objects.get(pk=appeal.pk).state == "SUBMITTED"


def test_a_paused_dispute_goes_on_with_the_colleague(court, ada, now):
    held = court.joined()
    disputes.pause_dispute(actor=court.mia, ref=held.ref, reason="A lawsuit.", authority="Court 12", now=now)
    assert leave(court.mia, ada, now)["disputes"] == 1
    assert Dispute.objects.get(pk=held.pk).mediator_id == court.max.user_id


def test_a_reviewers_cases_go_back_to_the_queue(world, ada, now):
    held, lapsed, asked = (make.file(world.alice, world.notice(), now=now) for _n in range(3))
    for appeal in (held, asked):
        appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    appeals.claim_appeal(actor=world.rita, ref=lapsed.ref, now=now - timedelta(hours=1))
    appeals.request_information(actor=world.rita, ref=asked.ref, item="a photo", fact="the label", due_at=None, now=now)
    shown = Visitor(ada).sees(page_of(world.rita))
    assert all(appeal.number in shown for appeal in (held, lapsed, asked))

    assert leave(world.rita, ada, now)["appeals"] == 2

    for appeal in (held, lapsed):
        appeal.refresh_from_db()
        assert (appeal.state, appeal.reviewer_id) == ("SUBMITTED", None)
        last = Event.objects.filter(case_kind="appeal", case_id=appeal.pk).latest("sequence")
        assert (last.type, last.actor_ref, last.facts) == ("appeal.released", ada.ref, {"left": world.rita.ref})
    appeals.respond_to_request(actor=world.alice, ref=asked.ref, answer="Here.", now=now + timedelta(minutes=1))
    taken = appeals.claim_appeal(actor=world.rosa, ref=asked.ref, now=now + timedelta(minutes=2))
    assert taken.reviewer_id == world.rosa.user_id, "free at once"


def test_a_call_goes_back_to_the_list(ada, now):
    officer = make.staff("help_line", now=now, name="lee")
    row = call(now, officer)
    assert row.number in Visitor(ada).sees(page_of(officer))
    assert leave(officer, ada, now)["calls"] == 1
    row.refresh_from_db()
    assert (row.state, row.officer_id) == ("WAITING", None)


@pytest.mark.parametrize("role", ["compliance", "reviewer", "mediator", "help_line"])
def test_only_an_administrator_deactivates_and_never_themselves(ada, now, role):
    other = make.staff(role, now=now, name="other")
    Visitor(other).sees(page_of(ada), status=403)
    for by, whom, refusal in ((other, ada, NotAllowed), (ada, ada, ConflictOfInterest)):
        with pytest.raises(refusal):
            leave(whom, by, now)
    assert person(ada).is_active


def test_the_admin_is_no_way_around_it_and_lets_somebody_back_in(ada, now):
    officer = make.staff("help_line", now=now, name="lee")
    admin = Visitor(ada)
    address = reverse("admin:accounts_user_change", args=[officer.user_id])
    assert page_of(officer) in admin.sees(address)
    admin.sends(address, {"username": "lee", "language": "en", "is_active": ""})
    assert person(officer).is_active, "what is sent of it is not read"

    leave(officer, ada, now)
    with pytest.raises(NotYourTurn):
        leave(officer, ada, now)
    assert "neither a role nor a password" in admin.sees(page_of(officer))
    admin.sends(page_of(officer), {"to": "reactivate"})
    back = person(officer)
    assert (back.is_active, back.left_at, back.has_usable_password()) == (True, None, False)
    assert not StaffRole.objects.filter(user=back, ended_at=None).exists()


@pytest.mark.on_both
def test_nobody_who_holds_something_is_deactivated_past_the_command(world, court, now):
    officer = make.staff("help_line", now=now, name="lee")
    call(now, officer)
    court.joined()
    appeals.claim_appeal(actor=world.rita, ref=make.file(world.alice, world.notice(), now=now).ref, now=now)
    for actor, law in (
        (officer, "user_who_leaves_holds_no_call_back"),
        (court.mia, "user_who_leaves_has_no_dispute_to_decide"),
        (world.rita, "user_who_leaves_holds_no_appeal"),
    ):
        rows = User.objects.filter(pk=actor.user_id)
        assert_refused(law, lambda rows=rows: rows.update(is_active=False))


def test_nobody_who_was_deactivated_takes_anything(world, court, ada, now):
    officer = make.staff("help_line", now=now, name="lee")
    appeal, dispute = make.file(world.alice, world.notice(), now=now), court.escalated()
    row = helpline.ask_call_back(actor=None, phone="138 0000 0000", now=now)
    for actor in (officer, world.rita, court.mia):
        leave(actor, ada, now)  # what they sent before is on its way
    for take, rows in (
        (lambda: helpline.claim_call_back(actor=officer, ref=row.ref, now=now), CallBack.objects.filter(pk=row.pk)),
        (lambda: appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now), Appeal.objects.filter(pk=appeal.pk)),
        (
            lambda: disputes.join_dispute(actor=court.mia, ref=dispute.ref, now=now),
            Dispute.objects.filter(ref=dispute.ref),
        ),
    ):
        before = rows.values().get()
        with pytest.raises(NotAllowed):
            take()
        assert rows.values().get() == before


@pytest.mark.on_both
def test_nothing_is_given_to_somebody_who_was_deactivated_past_the_commands(world, court, ada, now):
    officer = make.staff("help_line", now=now, name="lee")
    row = call(now, officer)
    appeal, dispute = make.file(world.alice, world.notice(), now=now), court.joined()
    gone = person(make.staff("mediator", now=now, name="gone"))
    commands.deactivate_user(actor=ada, user=gone, now=now)
    for law, rows, column in (
        ("call_back_officer_works_here", CallBack.objects.filter(pk=row.pk), "officer_id"),
        ("appeal_reviewer_works_here", Appeal.objects.filter(pk=appeal.pk), "reviewer_id"),
        ("dispute_mediator_works_here", Dispute.objects.filter(pk=dispute.pk), "mediator_id"),
    ):
        assert_refused(law, lambda rows=rows, column=column: rows.update(**{column: gone.pk}))
    assert_refused("user_who_left_is_not_active", lambda: User.objects.filter(pk=gone.pk).update(is_active=True))
