"""Oversight gives a dispute to a mediator, with a note: one that waits is joined, one that is held changes hands."""

import re
from datetime import timedelta

import pytest

from accounts import commands as accounts
from accounts.models import Notification, User
from casework import clock, ledger, outbox
from casework.errors import CaseError, ConflictOfInterest, Invalid, NotAllowed, NotYourTurn, Stale
from casework.models import Event
from disputes import commands
from disputes.models import Dispute, DisputeAssignment
from disputes.policies import conflict_of, held_by
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.building import fresh
from tests.laws import assert_refused
from tests.pages import text_of

pytestmark = pytest.mark.once


def assign(court, dispute, to, *, by=None, **more):
    about = {"ref": dispute.ref, "to_code": to.code, "note": "原调解员休假", "now": court.now}
    return commands.assign_dispute(actor=by or court.carl, **about | more)


def test_one_that_waits_is_joined_by_whom_it_is_given_to(court):
    given = assign(court, court.escalated(), court.mia)
    joined = court.joined()
    assert (given.state, given.mediator_id, given.joined_at) == (joined.state, court.mia.user_id, court.now)
    dues = [[fact.due_at for fact in each.facts.order_by("no")] for each in (given, joined)]
    assert dues[0] == dues[1], "the same windows open"
    assert list(ledger.verify()) == []


def test_one_that_is_held_changes_hands_and_whoever_held_it_reviews_it_never(court):
    dispute = court.joined()
    given = assign(court, dispute, court.max)
    assert (given.state, given.mediator_id) == (dispute.state, court.max.user_id)
    event = Event.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk).latest("sequence")
    assert (event.type, event.actor_ref) == ("dispute.assigned", court.carl.ref)
    assert (event.facts["to"], event.facts["from"]) == (court.max.ref, court.mia.ref)
    assert "休假" not in str(event.facts), "the words stay in the row"
    for ref in (court.mia.ref, court.max.ref):
        assert held_by(ref).filter(case_id=dispute.pk).exists()
    given.round = 2
    assert conflict_of(court.max, given) is not None, "given is as good as joined"


def test_who_may_not_and_who_cannot_be_given_it(court):
    dispute = court.escalated()
    admin = make.staff("administrator", now=court.now)
    for by in (court.mia, admin, make.staff("senior_reviewer", now=court.now)):
        with pytest.raises(CaseError) as refused:
            assign(court, dispute, court.max, by=by)
        assert refused.value.status in (403, 404)
    for wrong in ({"to_code": court.carl.code}, {"to_code": "nobody"}, {"note": " "}):
        with pytest.raises(Invalid):
            assign(court, dispute, court.max, **wrong)
    with pytest.raises(Stale):
        assign(court, dispute, court.max, expected_version=dispute.version + 1)
    assert not DisputeAssignment.objects.exists()
    assert fresh(dispute).mediator_id is None
    with pytest.raises(NotYourTurn):
        assign(court, court.open(), court.max)
    given = assign(court, dispute, court.max)
    with pytest.raises(Invalid):
        assign(court, given, court.max)


def test_nobody_with_a_conflict_is_given_it(court):
    dispute = assign(court, court.joined(), court.max)
    Dispute.objects.filter(pk=dispute.pk).update(round=2)
    with pytest.raises(ConflictOfInterest):
        assign(court, dispute, court.mia)
    assert fresh(dispute).mediator_id == court.max.user_id


def test_whoever_is_absent_is_given_nothing_until_they_are_back(court):
    dispute, until = court.escalated(), court.now + timedelta(days=2)
    person = User.objects.get(pk=court.max.person)
    accounts.set_absence(actor=court.carl, user=person, until=until, now=court.now)
    with pytest.raises(Invalid) as refused:
        assign(court, dispute, court.max)
    assert [each.code for each in refused.value.errors] == ["absent"]
    with pytest.raises(Invalid):
        commands.hand_over(actor=court.mia, ref=court.joined().ref, to_code=court.max.code, now=court.now)
    assert assign(court, dispute, court.max, now=until).mediator_id == court.max.user_id


def test_what_a_leaver_decides_goes_to_somebody_who_is_here(court):
    dispute, other = court.joined(), User.objects.get(pk=make.staff("mediator", now=court.now).person)
    leaver, max_ = User.objects.get(pk=court.mia.person), User.objects.get(pk=court.max.person)
    assert commands.colleagues_for([dispute], leaver)[dispute.pk] == max_
    User.objects.filter(pk=max_.pk).update(absent_until=clock.now() + timedelta(days=1))
    assert commands.colleagues_for([dispute], leaver)[dispute.pk] == other
    User.objects.filter(pk=other.pk).update(absent_until=clock.now() + timedelta(days=1))
    assert commands.colleagues_for([dispute], leaver)[dispute.pk] == max_


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(court):
    dispute = assign(court, court.escalated(), court.mia)
    row = DisputeAssignment.objects.get()
    values = {"dispute": dispute, "no": 2, "mediator": row.mediator, "assigned_by": row.assigned_by, "note": "x"}
    max_ = User.objects.get(pk=court.max.person)
    accounts.set_absence(actor=court.carl, user=max_, until=court.now + timedelta(days=1), now=court.now)

    def another(**changes):
        return lambda: DisputeAssignment.objects.create(**values | {"assigned_at": court.now} | changes)

    assert_refused("dispute_assignment_says_why", another(note=""))
    assert_refused("dispute_assignment_is_to_another", another(taken_from=row.mediator))
    assert_refused("dispute_assignment_is_to_somebody_present", another(mediator=max_))
    assert_refused("assignment_number_is_unique_in_dispute", another(no=1))
    rows = DisputeAssignment.objects.filter(pk=row.pk)
    assert_refused("dispute_assignment_is_append_only", lambda: rows.update(note="another"))


def test_it_is_given_on_a_page_and_the_mediator_is_told(court, settings):
    settings.LANGUAGE_CODE = "en"
    User.objects.filter(pk=court.mia.person).update(email="mia@example.com")
    dispute = court.escalated()
    overseer, path = browser(court.carl), f"/workbench/disputes/{dispute.ref}/assign/"
    assert f'href="{path}"' in overseer.get(f"/workbench/disputes/{dispute.ref}/").content.decode()
    asked = {"version": dispute.version, "to": court.mia.code, "note": "双方已举证完毕"}
    assert overseer.post(path, asked).status_code == 302
    held = f"/workbench/disputes/{dispute.ref}/"
    assert "双方已举证完毕" in text_of(browser(court.mia).get(held))
    assert "双方已举证完毕" not in text_of(browser(court.bob).get(f"/disputes/{dispute.ref}/"))
    outbox.sweep(now=clock.now() + timedelta(minutes=1))
    told = Notification.objects.get(user_id=court.mia.person, path=held, event__type="dispute.assigned")
    assert told.mailed_at is not None
    assert Notification.objects.filter(user_id=court.bob.person, event__type="dispute.assigned").exists()


def test_only_a_member_of_staff_is_absent_and_only_they_or_an_overseer_say_so(court):
    mia, later = User.objects.get(pk=court.mia.person), court.now + timedelta(days=3)
    assert accounts.set_absence(actor=court.mia, user=mia, until=later, now=court.now).is_absent(court.now)
    assert not accounts.set_absence(actor=court.mia, user=mia, until=None, now=court.now).is_absent(court.now)
    for actor in (court.max, court.bob):
        with pytest.raises(NotAllowed):
            accounts.set_absence(actor=actor, user=mia, until=later, now=court.now)
    with pytest.raises(Invalid):
        accounts.set_absence(actor=court.mia, user=mia, until=court.now, now=court.now)
    bob = User.objects.get(pk=court.bob.person)
    with pytest.raises(NotYourTurn):
        accounts.set_absence(actor=court.bob, user=bob, until=later, now=court.now)


def shown(client, tab):
    page = client.get(f"/workbench/disputes/team/?tab={tab}").content.decode()
    return re.findall(r'data-open><span class="number">(D-\S+?)<', page), page


def test_oversight_sees_in_whose_hands_each_is_and_gives_many_at_once(court, settings):
    settings.LANGUAGE_CODE = "en"
    held, waits, other = court.joined(), court.escalated(), court.escalated()
    overseer = browser(court.carl)
    assert shown(overseer, "held")[0] == [held.number]
    assert "turn: " in shown(overseer, "held")[1]
    assert set(shown(overseer, "late")[0]) == {waits.number, other.number}, "nobody joined them in time"
    assert "waits; 2 can take it" in shown(overseer, "late")[1]
    for each in (court.mia, court.max):
        person, until = User.objects.get(pk=each.person), clock.now() + timedelta(days=1)
        accounts.set_absence(actor=court.carl, user=person, until=until, now=clock.now())
    assert shown(overseer, "absent")[0] == [held.number]
    assert set(shown(overseer, "nobody")[0]) == {waits.number, other.number}
    assert "nobody can take it: 0 with a conflict of interest, 2 absent" in shown(overseer, "nobody")[1]
    User.objects.update(absent_until=None)
    assert shown(overseer, "nobody")[0] == []
    asks = {"act": "assign", "ref": [waits.ref, other.ref], "to": court.max.code, "note": "请今天开始"}
    assert overseer.post("/workbench/disputes/team/?tab=late", asks).status_code == 302
    assert fresh(waits).mediator_id == fresh(other).mediator_id == court.max.user_id
    for each in (court.mia, make.staff("senior_reviewer", now=court.now)):
        assert browser(each).get("/workbench/disputes/team/").status_code == 403
    takers = text_of(overseer.get(f"/workbench/disputes/{held.ref}/assign/"))
    assert "This mediator holds the dispute already." in takers
