"""Rules of routing, skills and capacity, the next case, and what is brought before whoever leads."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail

from accounts import commands as accounts
from accounts.models import AccountRecord, Notification, User
from accounts.queries import actor_of_user
from appeals import commands, queries
from appeals.commands.escalate import RUNGS
from appeals.machine import AppealState
from appeals.models import IN_FORCE, Appeal, RoutingRule
from appeals.policies import conflict_of, held_now, past_conflict_of
from appeals.queries.team import escalated, left_to_nobody, rehearse_rule
from casework import clock, deadlines, outbox
from casework.actor import Via
from casework.errors import CaseError, Invalid, NotAllowed, NotYourTurn
from casework.models import Deadline, DeadlineState, Event
from console.appeals.team import appeals as team_page
from console.appeals.team import reviewers
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused
from tests.pages import text_of

pytestmark = pytest.mark.django_db
PATH = "/workbench/routing/"


def rule(lead, *, now, enforced=True, **said):
    made = commands.draft_rule(actor=lead, now=now, **{"place": 1, "shared_hours": 8, **said})
    there = RoutingRule.objects.filter(IN_FORCE, place=made.place).first()
    replaces = there.pk if there else None
    return commands.enforce_rule(actor=lead, no=made.pk, now=now, replaces=replaces) if enforced else made


def team_of(actor):
    return User.objects.get(pk=actor.person).team


def again(actor):
    return actor_of_user(User.objects.get(pk=actor.person), via=Via.WEB, session=actor.session)


def offered(actor, now):
    return set(queries.queue_for(actor, now=now).values_list("pk", flat=True))


@pytest.fixture
def crew(world, now):
    """Two reviewers of two teams, and the lead."""
    red, blue = (make.make_team(name) for name in ("red", "blue"))
    one = make.staff("reviewer", now=now, name="one", team=red)
    two = make.staff("reviewer", now=now, name="two", team=blue)
    return one, two, world.sara


def test_a_case_is_kept_for_a_team_until_hours_before_it_is_due_and_then_everybodys(world, now, crew):
    one, two, lead = crew
    kept = make.file(world.alice, world.notice(), now=now, ground="authorised")
    free = make.file(world.alice, world.notice(), now=now, ground="other")
    made = rule(lead, now=now, ground="authorised", team=team_of(one))
    assert offered(one, now) == {kept.pk, free.pk}
    assert offered(two, now) == {free.pk}
    assert commands.claim_next_appeal(actor=two, now=now).pk == free.pk
    assert commands.claim_next_appeal(actor=two, now=now) is None
    commands.release_appeal(actor=two, ref=free.ref, now=now)
    until = made.kept_until(Appeal.objects.get(pk=kept.pk))
    assert until == kept.decide_due_at - timedelta(hours=8)
    assert kept.pk not in offered(two, until - timedelta(seconds=1))
    assert kept.pk in offered(two, until)
    commands.end_rule(actor=lead, no=made.pk, now=now)
    assert kept.pk in offered(two, now)


def test_the_first_rule_that_fits_counts_and_amount_and_language_are_read_from_the_case(world, now, crew):
    one, two, lead = crew
    case = make.file(world.alice, world.notice(), now=now, ground="other")
    stake = case.money_at_stake
    rule(lead, now=now, place=2, team=team_of(one))
    assert (offered(one, now), offered(two, now)) == ({case.pk}, set())
    if stake is not None:
        rule(lead, now=now, amount_over=stake, team=team_of(two))  # more than, not as much as
        assert (offered(one, now), offered(two, now)) == ({case.pk}, set())
        rule(lead, now=now, amount_over=stake - 1, team=team_of(two))
        assert (offered(one, now), offered(two, now)) == (set(), {case.pk})
    rule(lead, now=now, language="en", team=team_of(two))
    assert offered(two, now) == (set() if case.language != "en" else {case.pk})
    assert RoutingRule.objects.filter(place=1, ended_at=None).count() == 1


def test_a_skill_is_a_word_that_the_lead_says_of_somebody_and_stands_in_the_ledger(world, now, crew):
    one, _two, lead = crew
    case = make.file(world.alice, world.notice(), now=now)
    rule(lead, now=now, skill="food")
    assert not offered(one, now)
    with pytest.raises(NotAllowed):
        accounts.set_work(actor=one, user=User.objects.get(pk=one.person), skills="food", capacity=None, now=now)
    with pytest.raises(Invalid):
        accounts.set_work(actor=lead, user=User.objects.get(pk=one.person), skills="f/d", capacity=None, now=now)
    accounts.set_work(actor=lead, user=User.objects.get(pk=one.person), skills="Food en", capacity=3, now=now)
    assert offered(again(one), now) == {case.pk}
    record = AccountRecord.objects.get(user=one.person)
    event = Event.objects.get(case_kind=AccountRecord.KIND, case_id=record.pk, type="account_record.work_set")
    assert (event.facts, event.actor_ref) == ({"skills": "en food", "capacity": 3}, lead.ref)


def test_a_mediator_is_led_by_compliance_and_a_reviewer_by_a_senior_one(world, now):
    mediator = User.objects.get(pk=make.staff("mediator", now=now, name="mei").person)
    compliance = make.staff("compliance", now=now, name="cora")
    with pytest.raises(NotAllowed):
        accounts.set_work(actor=world.sara, user=mediator, skills="", capacity=1, now=now)
    assert accounts.set_work(actor=compliance, user=mediator, skills="", capacity=1, now=now).capacity == 1


def test_the_next_case_is_theirs_before_it_is_anybodys_and_never_one_of_a_conflict(world, now, crew):
    one, two, lead = crew
    urgent = make.file(world.alice, world.notice(), now=now - timedelta(hours=2), ground="other")
    theirs = make.file(world.alice, world.notice(), now=now, ground="authorised")
    rule(lead, now=now, ground="authorised", team=team_of(one))
    assert commands.claim_next_appeal(actor=one, now=now).pk == theirs.pk
    assert commands.claim_next_appeal(actor=one, now=now).pk == urgent.pk
    own = make.file(world.alice, world.notice(officer=world.otto.code), now=now)
    rule(lead, now=now, skill="", team=team_of(world.otto))
    assert commands.claim_next_appeal(actor=again(world.otto), now=now) is None
    assert own.pk in offered(two, own.decide_due_at - timedelta(hours=8))


def test_nobody_takes_or_is_given_more_than_their_capacity(world, now, crew):
    one, _two, lead = crew
    cases = [make.file(world.alice, world.notice(), now=now) for _ in range(3)]
    accounts.set_work(actor=lead, user=User.objects.get(pk=one.person), skills="", capacity=1, now=now)
    one = again(one)
    first = commands.claim_next_appeal(actor=one, now=now)
    rest = [case for case in cases if case.pk != first.pk]
    with pytest.raises(NotYourTurn):
        commands.claim_next_appeal(actor=one, now=now)
    with pytest.raises(NotYourTurn):
        commands.claim_appeal(actor=one, ref=rest[0].ref, now=now)
    with pytest.raises(Invalid):
        commands.assign_appeal(actor=lead, ref=rest[0].ref, to_code=one.code, note="x", now=now)
    commands.release_appeal(actor=one, ref=first.ref, now=now)
    assert commands.claim_next_appeal(actor=one, now=now) is not None


def test_the_dry_run_is_what_then_happens(world, now, crew):
    one, two, lead = crew
    chance = random.Random(7)
    grounds = ["authorised", "other", "facts_wrong"]
    officers = ["", world.otto.code]
    for _ in range(20):
        make.file(world.alice, world.notice(officer=chance.choice(officers)), now=now, ground=chance.choice(grounds))
    rule(lead, now=now, place=1, ground="facts_wrong", skill="nobody")
    tried = rule(lead, now=now, place=2, enforced=False, team=team_of(world.otto))
    before = {each.person: offered(each, now) for each in (one, two)}
    people = [each.actor for each in reviewers(now)]
    dry = rehearse_rule(tried, people, now=now)
    assert {each.person: offered(each, now) for each in (one, two)} == before  # it changed nothing
    assert dry.tried == 20
    commands.enforce_rule(actor=lead, no=tried.pk, now=now)
    kept = {row.pk for row in dry.kept}
    assert kept == {row.pk for row in Appeal.objects.exclude(ground="facts_wrong")}
    for each in (one, two):
        assert before[each.person] - offered(each, now) == kept
    mates = [each for each in people if each.team_id == world.otto.team_id]
    can = {pk for each in mates for pk in offered(each, now)}
    assert {row.pk for row in dry.for_nobody} == kept - can
    assert dry.for_nobody
    assert kept - can <= set(left_to_nobody(Appeal.objects.all(), people, now=now).values_list("pk", flat=True))


def test_a_rule_stays_what_was_tried(world, now, crew):
    one, _two, lead = crew
    made = rule(lead, now=now, team=team_of(one))
    rows = RoutingRule.objects.filter(pk=made.pk)
    assert_refused("routing_rule_stays_what_was_tried", lambda: rows.update(ground="other"))
    assert_refused("routing_rule_stays_what_was_tried", lambda: rows.update(enforced_at=now + timedelta(days=1)))
    assert_refused("routing_rule_is_kept", lambda: rows._raw_delete(rows.db))
    said = {"drafted_by_id": lead.person, "drafted_at": now, "enforced_by_id": lead.person, "enforced_at": now}
    assert_refused(
        "routing_rule_has_a_place_of_its_own", lambda: RoutingRule.objects.create(place=1, skill="x", **said)
    )
    assert_refused("routing_rule_keeps_cases_for_somebody", lambda: RoutingRule.objects.create(place=2, **said))
    for law, wrong in (
        ("routing_rule_ends_after_it_began", {"ended_at": now - timedelta(days=1)}),
        ("routing_rule_in_force_says_by_whom", {"enforced_by_id": None}),
    ):
        row = {"place": 2, "skill": "x", **said, **wrong}
        assert_refused(law, lambda row=row: RoutingRule.objects.create(**row))
    for hours in (0, 10_000):
        assert_refused(
            "routing_rule_lets_every_case_go_in_time",
            lambda hours=hours: RoutingRule.objects.create(place=2, skill="x", shared_hours=hours, **said),
        )
    with pytest.raises(NotYourTurn):
        commands.enforce_rule(actor=lead, no=made.pk, now=now)
    with pytest.raises(NotAllowed):
        commands.end_rule(actor=one, no=made.pk, now=now)


def test_a_rule_replaces_only_the_one_that_was_read(world, now, crew):
    one, two, lead = crew
    draft = rule(lead, now=now, enforced=False, team=team_of(one))
    came = rule(lead, now=now, team=team_of(two))  # after the page of the draft was read
    leader = browser(lead)
    answer = leader.post(f"{PATH}{draft.pk}/", {"replaces": ""})
    assert answer.status_code == 412
    came.refresh_from_db()
    assert came.is_in_force
    assert f'name="replaces" value="{came.pk}"' in leader.get(f"{PATH}{draft.pk}/").content.decode()
    assert leader.post(f"{PATH}{draft.pk}/", {"replaces": came.pk}).status_code == 302
    came.refresh_from_db()
    assert not came.is_in_force


def test_no_rules_whatever_starve_a_case(world, now, crew):
    """Of any rules in force and any case, whoever may take it is offered it before it is due."""
    one, two, lead = crew
    chance = random.Random(3)
    cases = [
        make.file(world.alice, world.notice(), now=now, ground=chance.choice(["other", "authorised"])) for _ in range(6)
    ]
    for place in range(1, 9):
        rule(
            lead,
            now=now,
            place=place,
            ground=chance.choice(["", "other", "authorised"]),
            language=chance.choice(["", "zh-hans", "en"]),
            amount_over=chance.choice([None, 0, 10_000]),
            team=chance.choice([None, team_of(one), make.make_team(f"empty {place}")]),
            skill=f"none-{place}",
            shared_hours=chance.choice([4, 8, 24, 48]),
        )
    assert offered(two, now) != {case.pk for case in cases}
    for case in cases:
        at = case.decide_due_at - timedelta(hours=4)
        for each in (one, two):
            assert case.pk in offered(each, at)


def clocks_of(appeal):
    rows = Deadline.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk, kind="appeal.escalate")
    return {int(row.key): row for row in rows.filter(state=DeadlineState.OPEN)}


def told(appeal):
    rows = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk, type="appeal.escalated").order_by("sequence")
    return [(row.facts["rung"], row.facts["why"]) for row in rows]


def test_what_nobody_took_and_what_did_not_move_is_brought_before_the_lead_once_for_each_rung(world, now, crew):
    one, _two, lead = crew
    User.objects.filter(pk=lead.person).update(email="lead@hemart.example")
    waits, held, viewed = (make.file(world.alice, world.notice(), now=now) for _ in range(3))
    length = waits.decide_due_at - now
    assert {no: row.due_at - now for no, row in clocks_of(waits).items()} == {
        no: length * gone / 100 for no, (gone, _when) in RUNGS.items()
    }
    half, late = (clocks_of(waits)[no].due_at for no in (1, 2))
    commands.claim_appeal(actor=one, ref=held.ref, now=half)
    commands.claim_appeal(actor=one, ref=viewed.ref, now=half)
    deadlines.fire_due(now=half + timedelta(minutes=1))
    assert (told(waits), told(held), told(viewed)) == ([(1, "unheld")], [], [])
    commands.claim_appeal(actor=one, ref=held.ref, now=late - timedelta(minutes=1))
    make.ready_to_decide(
        one, commands.claim_appeal(actor=one, ref=viewed.ref, now=late - timedelta(minutes=1)), now=late
    )
    for _ in range(2):
        deadlines.fire_due(now=late + timedelta(minutes=1))
    minute = late + timedelta(minutes=1)
    commands.escalate(appeal_id=waits.pk, rung=1, effective_at=minute, now=minute)  # as after its time was counted anew
    assert (told(waits), told(held), told(viewed)) == ([(1, "unheld"), (2, "unheld")], [(2, "unmoved")], [])
    assert set(Appeal.objects.filter(escalated(late + timedelta(minutes=1)))) == {waits, held}
    page = team_page.listing.asked(lead, {}, late + timedelta(minutes=1))
    assert (page.tab, {row.pk for row in page.rows}) == ("escalated", {waits.pk, held.pk})
    mail.outbox.clear()
    for _ in range(2):
        outbox.sweep(now=late + timedelta(minutes=2))
    rows = Notification.objects.filter(user=lead.person, event__type="appeal.escalated")
    assert rows.count() == 3
    assert sum(m.to == ["lead@hemart.example"] for m in mail.outbox) == 3


def test_an_escalation_leaves_what_a_reviewer_has_open_as_it_was(world, now, crew):
    one, _two, _lead = crew
    appeal = make.file(world.alice, world.notice(), now=now)
    late = clocks_of(appeal)[2].due_at
    held = commands.claim_appeal(actor=one, ref=appeal.ref, now=late)
    deadlines.fire_due(now=late + timedelta(minutes=1))
    assert told(appeal)[-1] == (2, "unmoved")
    for piece in commands.pieces_of(held):
        commands.record_opening(actor=one, ref=appeal.ref, subject=piece, now=late + timedelta(minutes=1))
    view = {"outcome": "UPHELD", "confidence": "high", "expected_version": held.version}
    assert commands.record_first_view(actor=one, ref=appeal.ref, now=late + timedelta(minutes=1), **view)


def finish(who, appeal, *, at):
    make.decide(who, make.ready_to_decide(who, appeal, now=at), now=at, outcome="UPHELD")


def act(world, who, refs, chance, at):
    """One thing that somebody does in a shift."""
    lead, dice = world.sara, chance.random()
    if dice < 0.5:
        if (appeal := commands.claim_next_appeal(actor=who, now=at)) is not None and chance.random() < 0.7:
            finish(who, appeal, at=at)
    elif dice < 0.7:
        commands.assign_appeal(actor=lead, ref=chance.choice(refs), to_code=who.code, note="x", now=at)
    elif dice < 0.75:
        commands.take_back_appeal(actor=lead, ref=chance.choice(refs), note="x", now=at)
    elif dice < 0.85:
        mine = Appeal.objects.filter(reviewer=who.person, state=AppealState.HUMAN_REVIEW, lease_expires_at__gt=at)
        if (held := mine.first()) is not None:
            finish(who, held, at=at)
    elif dice < 0.9:
        until = at + timedelta(hours=chance.choice([1, 4]))
        accounts.set_absence(actor=lead, user=User.objects.get(pk=who.person), until=until, now=at)
    else:
        deadlines.fire_due(now=at)


@pytest.mark.once_on_postgresql
def test_a_shift_of_eight_under_rules_loses_nothing_and_nobody_with_a_conflict_decides(world, now):
    chance = random.Random(27)
    red, blue = make.make_team("red"), make.make_team("blue")
    crew = [make.staff("reviewer", now=now, name=f"r{no}", team=(red, blue)[no % 2]) for no in range(6)]
    crew += [world.otto, make.staff("senior_reviewer", now=now, name="senior", team=blue)]
    lead = world.sara
    for each in crew:
        skills, capacity = chance.choice(["", "food", "en food"]), chance.choice([None, 1, 2, 4])
        accounts.set_work(actor=lead, user=User.objects.get(pk=each.person), skills=skills, capacity=capacity, now=now)
    crew = [again(each) for each in crew]
    rule(lead, now=now, place=1, ground="authorised", team=red)
    rule(lead, now=now, place=2, ground="facts_wrong", skill="food")
    rule(lead, now=now, place=3, amount_over=100, team=blue, skill="senior", shared_hours=48)
    refs, at, officers = [], now, ["", world.otto.code, world.odile.code]
    for _ in range(900):
        at += timedelta(minutes=chance.choice([1, 5, 30]))
        if len(refs) < 60 and (chance.random() < 0.2 or not refs):
            ground = chance.choice(["authorised", "facts_wrong", "other"])
            refs.append(
                make.file(world.alice, world.notice(officer=chance.choice(officers)), now=at, ground=ground).ref
            )
            continue
        with suppress(CaseError):
            act(world, chance.choice(crew), refs, chance, at)
        for each in crew:
            most = each.at_work["capacity"]
            assert most is None or held_now(each.person, at).count() <= most
    last = max(Appeal.objects.values_list("decide_due_at", flat=True))
    while (waiting := Appeal.objects.filter(is_ended=False)).exists():  # what is left goes before it is due
        at += timedelta(hours=2)
        for who in crew:
            with suppress(CaseError):
                if (appeal := commands.claim_next_appeal(actor=who, now=at)) is not None:
                    finish(who, appeal, at=at)
        assert at < last + timedelta(hours=2), waiting.values_list("ground", "number")
    assert Appeal.objects.count() == len(refs) == 60
    by = set()
    for appeal in Appeal.objects.select_related("notice", "reviewer"):
        assert appeal.state == AppealState.DECIDED
        who = next(each for each in crew if each.person == appeal.reviewer_id)
        assert conflict_of(who, appeal) is None
        assert past_conflict_of(who, appeal) is None
        by.add(who.person)
    assert len(by) > 4


def test_a_lead_drafts_a_rule_sees_what_it_would_have_kept_and_puts_it_in_force(world, now, crew):
    one, _two, lead = crew
    now = clock.now()
    kept = make.file(world.alice, world.notice(), now=now, ground="authorised")
    client = browser(lead)
    assert client.post(f"{PATH}new/", {"place": 1, "shared_hours": 8}).status_code == 400
    said = {"place": 1, "ground": "authorised", "team": team_of(one).pk, "amount_over": "", "shared_hours": 24}
    answer = client.post(f"{PATH}new/", said)
    page = text_of(client.get(answer.url))
    assert kept.number in page
    assert "1 of the 1 appeals" in page or "1件申诉中" in page
    assert not RoutingRule.objects.get().is_in_force
    assert client.post(answer.url, {}).status_code == 302
    assert RoutingRule.objects.get().is_in_force
    queue = text_of(browser(one).get("/workbench/queue/?routed=me"))
    assert kept.number in queue
    assert "规则1" in queue or "Rule 1" in queue
    team = text_of(client.get(f"/workbench/team/?tab=today&team={team_of(one).pk}"))
    assert team_of(one).name in team
    assert browser(one).get(PATH).status_code == 403
    assert client.post(answer.url, {"end": "1"}).status_code == 302
    assert not RoutingRule.objects.get().is_in_force


def test_skills_and_capacity_are_set_on_a_page_of_the_lead(world, now, crew):
    one, _two, lead = crew
    path = f"/workbench/people/{one.ref}/work/"
    assert browser(one).get(path).status_code == 403
    assert browser(lead).post(path, {"skills": "food", "capacity": "-1"}).status_code == 400
    assert browser(lead).post(path, {"skills": "food", "capacity": "2"}).status_code == 302
    person = User.objects.get(pk=one.person)
    assert (person.skills, person.capacity) == ("food", 2)
    page = text_of(browser(lead).get("/workbench/team/"))
    assert "0 / 2" in page
    for _ in range(3):
        make.file(world.alice, world.notice(), now=clock.now())
    for held in (1, 2, 2):  # the third press says why not, and gives nothing
        assert browser(one).post("/workbench/queue/next/").status_code == 302
        assert held_now(one.person, clock.now()).count() == held
