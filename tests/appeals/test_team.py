"""The lead's page: what it counts is what a slow count by hand finds, at many moments of a random history."""

import random
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import commands as accounts
from accounts.models import User
from accounts.queries import actor_of_user
from appeals import commands
from appeals.machine import AppealState
from appeals.models import Appeal
from appeals.policies import conflict_of, conflicts_in, past_conflict_of
from casework import clock
from casework.actor import Via
from casework.clock import BEIJING
from casework.errors import CaseError
from console.appeals.team import ASSIGN, reviewers
from console.appeals.team import appeals as page
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.pages import text_of
from tests.surfaces.appealing import late as make_late

PATH = "/workbench/team/"


def asked(actor, now, tab=""):
    return page.listing.asked(actor, {"tab": tab} if tab else {}, now)


def by_hand(actor, now, staff):
    """The same as the tabs of the page, one appeal and one person after the other."""
    found = {tab.name: set() for tab in page.listing.tabs}
    midnight = (now.astimezone(BEIJING) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for row in Appeal.objects.select_related("reviewer"):
        if not row.is_open:
            continue
        due = row.decision_due_at
        if due is not None and due < now:
            found["late"].add(row.pk)
        for tab, until in (
            ("hour", now + timedelta(hours=1)),
            ("hours", now + timedelta(hours=4)),
            ("today", midnight),
        ):
            if due is not None and now <= due < until:
                found[tab].add(row.pk)
        is_held = row.state == AppealState.MORE_NEEDED and row.reviewer is not None
        is_held |= row.state == AppealState.HUMAN_REVIEW and row.lease_expires_at >= now
        if is_held:
            found["held"].add(row.pk)
            if row.reviewer.is_absent(now):
                found["absent"].add(row.pk)
        elif row.state in (AppealState.SUBMITTED, AppealState.HUMAN_REVIEW) and not any(
            not User.objects.get(pk=each.person).is_absent(now) and may_take(each, row) for each in staff
        ):
            found["nobody"].add(row.pk)
    return found


def may_take(reviewer, appeal):
    level = appeal.level == "FIRST" or reviewer.has_role("senior_reviewer")
    return level and conflict_of(reviewer, appeal) is None and past_conflict_of(reviewer, appeal) is None


@pytest.mark.once_on_postgresql  # its counts are what the database says; each moment opens the page
@pytest.mark.parametrize("seed", range(3))
def test_the_page_says_what_a_slow_count_finds_at_every_moment(world, now, seed):
    chance = random.Random(seed)
    staff = [world.rita, world.rosa, world.otto, world.odile, world.sara]
    for other in User.objects.filter(staff_roles__role__in=["reviewer", "senior_reviewer"]).distinct():
        if other.pk not in {each.person for each in staff}:
            staff.append(actor_of_user(other, via=Via.WEB))
    at, cases, seen = now, [], set()
    for moment in range(50):
        at += timedelta(minutes=chance.choice([1, 20, 90, 600] if moment < 35 else [90, 2_000]))
        step, who = chance.randrange(8), chance.choice(staff)
        try:
            if step < 2 or not cases:
                officer = chance.choice(["", world.otto.code, world.odile.code])
                cases.append(make.file(world.alice, world.notice(officer=officer), now=at).ref)
                continue
            ref = chance.choice(cases)
            if step == 2:
                commands.claim_appeal(actor=who, ref=ref, now=at)
            elif step == 3:
                commands.assign_appeal(actor=world.sara, ref=ref, to_code=who.code, note="x", now=at)
            elif step == 4:
                commands.take_back_appeal(actor=world.sara, ref=ref, note="x", now=at)
            elif step == 5:
                person, until = User.objects.get(pk=who.person), at + timedelta(hours=chance.choice([1, 5, 30]))
                accounts.set_absence(actor=world.sara, user=person, until=until, now=at)
            elif step == 6:
                appeal = Appeal.objects.get(ref=ref)
                if appeal.reviewer is not None and appeal.state == AppealState.HUMAN_REVIEW:
                    holder = next(each for each in staff if each.person == appeal.reviewer_id)
                    make.decide(holder, make.ready_to_decide(holder, appeal, now=at), now=at, outcome="UPHELD")
            else:
                for each in staff:
                    person = User.objects.get(pk=each.person)
                    accounts.set_absence(actor=world.sara, user=person, until=at + timedelta(minutes=70), now=at)
        except CaseError:
            pass
        slow = by_hand(world.sara, at, staff)
        shown = {tab: set(asked(world.sara, at, tab).rows.values_list("pk", flat=True)) for tab in slow}
        assert shown == slow
        counts = asked(world.sara, at, "held").counts
        assert counts == {tab: len(rows) for tab, rows in slow.items()}
        held = {each.user.pk: each.held for each in reviewers(at)}
        by_person = [row.reviewer_id for row in Appeal.objects.filter(pk__in=slow["held"])]
        assert held == {pk: by_person.count(pk) for pk in held}
        seen |= {tab for tab, rows in slow.items() if rows}
    assert seen >= {"late", "held", "absent", "nobody"}


def test_why_somebody_is_missing_is_what_the_policies_say_of_each_pair(world, now):
    commands.claim_appeal(actor=world.rita, ref=make.file(world.alice, world.notice(), now=now).ref, now=now)
    first = Appeal.objects.get()
    make.decide(world.rita, make.ready_to_decide(world.rita, first, now=now), now=now, outcome="UPHELD")
    second = make.file(world.alice, first.notice, now=now)
    cases = [first, second, make.file(world.alice, world.notice(), now=now)]
    former = User.objects.get(pk=world.alice_staff.person)
    accounts.end_membership(actor=make.CONSOLE, membership=former.memberships.get(ended_at=None), now=now)
    accounts.grant_staff_role(actor=make.CONSOLE, user=former, role="senior_reviewer", now=now)
    former.refresh_from_db()
    staff = [world.rita, world.rosa, world.otto, world.odile, world.sara, actor_of_user(former, via=Via.WEB)]
    found = conflicts_in(cases, staff)
    for each in staff:
        for appeal in cases:
            conflicted = conflict_of(each, appeal) is not None or past_conflict_of(each, appeal) is not None
            assert ((appeal.pk, each.person) in found) == conflicted
    assert len(found) > 6

    def statements(cases, staff):
        with CaptureQueriesContext(connection) as read:
            conflicts_in(cases, staff)
        return len(read)

    assert statements(cases, staff) == statements(cases[:1], staff[:2]) <= 5


@pytest.fixture
def lead(world, settings):
    settings.LANGUAGE_CODE = "en"
    return browser(world.sara)


def rows(client, path):
    """The numbers on the page, with everything else that their row says."""
    lines = re.findall(r"<tr[^>]*data-row[^>]*data-ref.*?</tr>", client.get(path).content.decode(), re.DOTALL)
    return {re.search(r'class="number">(\S+?)<', line)[1]: re.sub(r"<[^>]+>|\s+", " ", line) for line in lines}


def test_it_says_who_holds_what_and_why_the_others_stand_there(world, lead):
    now = clock.now()
    held, waits = (make.file(world.alice, world.notice(), now=now) for _ in range(2))
    commands.claim_appeal(actor=world.rita, ref=held.ref, now=now)
    assert f"{world.rita.code}" in rows(lead, f"{PATH}?tab=held")[held.number]
    assert "is being reviewed" in rows(lead, f"{PATH}?tab=held")[held.number]
    person = User.objects.get(pk=world.rita.person)
    accounts.set_absence(actor=world.sara, user=person, until=now + timedelta(days=1), now=now)
    assert "absent until" in rows(lead, f"{PATH}?tab=absent")[held.number]
    for each in User.objects.filter(staff_roles__role__in=["reviewer", "senior_reviewer"]):
        if each.pk not in (world.otto.person, world.odile.person):
            User.objects.filter(pk=each.pk).update(absent_until=now + timedelta(days=1))
    said = rows(lead, f"{PATH}?tab=nobody")[waits.number]
    assert "nobody can take it" in said
    assert "This reviewer decided the measure. (1)" in said
    takers = text_of(lead.get(f"/workbench/case/{waits.ref}/assign/"))
    assert "The team of this reviewer decided the measure." in takers
    assert "Absent until" in takers


def test_many_are_given_at_once_and_what_is_refused_comes_back_ticked_with_what_was_typed(world, lead):
    now = clock.now()
    good, bad = make.file(world.alice, world.notice(), now=now), make.file(world.alice, world.notice(), now=now)
    gone = make.file(world.alice, world.notice(officer=""), now=now)
    commands.claim_appeal(actor=world.rosa, ref=gone.ref, now=now)
    path = f"{PATH}?tab=held"
    asks = {"act": "assign", "ref": [good.ref, bad.ref], "to": world.rosa.code, "note": ""}
    assert lead.post(path, asks).status_code == 200, "a note is asked for"
    assert Appeal.objects.filter(reviewer=world.rosa.person).count() == 1
    done = lead.post(path, asks | {"note": "请今天看完", "ref": [good.ref, gone.ref]})
    shown = done.content.decode()
    assert "请今天看完" in shown
    assert re.search(rf'value="{gone.ref}"[^>]*checked', shown)
    assert "This reviewer holds the appeal already." in shown
    assert Appeal.objects.get(pk=good.pk).reviewer_id == world.rosa.person
    taken = lead.post(path, {"act": "take-back", "ref": [good.ref, gone.ref], "note": "病假", "to": ""})
    assert taken.status_code == 302
    assert not Appeal.objects.filter(reviewer__isnull=False).exists()


def test_it_is_for_whoever_leads_and_only_a_senior_reviewer_has_the_buttons(world, lead):
    now = clock.now()
    held = make.file(world.alice, world.notice(), now=now)
    commands.claim_appeal(actor=world.rita, ref=held.ref, now=now)
    assert 'data-testid="many-assign"' in lead.get(f"{PATH}?tab=held").content.decode()
    overseer = browser(make.staff("compliance", now=now))
    page = overseer.get(f"{PATH}?tab=held")
    assert held.number in text_of(page)
    assert "many-assign" not in page.content.decode()
    assert overseer.post(f"{PATH}?tab=held", {"act": "assign", "ref": held.ref}).status_code == 404
    for each in (world.rita, make.staff("mediator", now=now), make.staff("help_line", now=now)):
        assert browser(each).get(PATH).status_code == 403


def test_it_says_of_each_in_how_many_decisions_something_stayed_unopened(world, lead):
    now = clock.now()
    for _ in range(2):
        appeal = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
        make.decide(world.rita, appeal, now=now)
    Appeal.objects.get(pk=appeal.pk)
    page = lead.get(PATH).content.decode()
    [line] = re.findall(rf'data-code="{world.rita.code}".*?</tr>', page, re.DOTALL)
    assert "0 of 2" in re.sub(r"<[^>]+>|\s+", " ", line)


def test_it_costs_the_same_however_many_there_are(world, lead):
    def statements(tab):
        with CaptureQueriesContext(connection) as read:
            lead.get(f"{PATH}?tab={tab}")
        return len(read)

    def more(n):
        for _ in range(n):
            commands.claim_appeal(
                actor=world.rita, ref=make.file(world.alice, world.notice(), now=clock.now()).ref, now=clock.now()
            )
            make.staff("reviewer", now=clock.now())

    more(1)
    statements("held")
    few = {tab.name: statements(tab.name) for tab in page.listing.tabs}
    more(3)
    assert {tab: statements(tab) for tab in few} == few
    assert max(few.values()) <= 60


def test_somebody_says_until_when_they_are_absent_and_the_lead_says_it_of_others(world, lead):
    now = clock.now()
    day = (now.astimezone(BEIJING) + timedelta(days=2)).date()
    own = browser(world.rita)
    assert own.post("/workbench/people/absence/", {"last_day": day.isoformat()}).status_code == 302
    person = User.objects.get(pk=world.rita.person)
    assert person.absent_until.astimezone(BEIJING).date() == day + timedelta(days=1)
    assert person.absent_until.astimezone(BEIJING).hour == 0
    there = f"/workbench/people/{person.ref}/absence/"
    assert day.isoformat() in lead.get(there).content.decode()
    assert own.post("/workbench/people/absence/", {"last_day": "2001-01-01"}).status_code == 400
    assert lead.post(there, {"last_day": ""}).status_code == 302
    person.refresh_from_db()
    assert person.absent_until is None
    assert browser(world.rosa).get(there).status_code == 403


def test_what_cannot_be_given_to_anybody_has_no_button_for_it(world, lead):
    waits = make.file(world.alice, world.notice(), now=clock.now())
    late = make_late(world, None, None, clock.now())
    for each, status in ((waits, 200), (late, 409)):
        assert ASSIGN.when(SimpleNamespace(row=each)) is (status == 200)
        assert lead.get(f"/workbench/case/{each.ref}/assign/").status_code == status
