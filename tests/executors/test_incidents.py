"""Overturned acts: opened by themselves, explained, found by a person, contested once, made good first, closed."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Notification, User
from appeals.subscribers import tell_executors
from casework import ledger
from casework.errors import (
    ConflictOfInterest,
    DeadlinePassed,
    FileRefused,
    Invalid,
    NotAllowed,
    NotFound,
    NotYourTurn,
    Stale,
)
from casework.models import Event
from executors import commands, queries
from executors.models import ActOutcome, Incident
from executors.verbs import actions_for
from tests import factories as make
from tests.disputes.building import PDF
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def module_incidents(module_database, module_firm, now):
    with module_database():
        return {name: getattr(err, name)(module_firm, now=now) for name in ("explained", "found", "compensated")}


@pytest.fixture
def explained(module_incidents, copy_of):
    return copy_of(module_incidents["explained"])


@pytest.fixture
def found(module_incidents, copy_of):
    return copy_of(module_incidents["found"])


@pytest.fixture
def compensated(module_incidents, copy_of):
    return copy_of(module_incidents["compensated"])


def fresh(row):
    return Incident.objects.get(pk=row.pk)


def test_an_overturned_act_opens_its_incident_by_itself(world, firm, now):
    notice = firm.issue(now=now)

    appeal = err.decided(firm, notice, now=now)

    row = Incident.objects.get()
    cause = Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.decided")
    assert (row.act, row.state, row.party) == (notice.act, "OPENED", world.merchant)
    assert row.cause_event == cause
    assert (row.subject_number, row.subject_ref) == (notice.number, notice.ref)
    assert row.outcome.error_class == "WRONG_FACT"
    assert timedelta(days=5) <= row.explain_by - now < timedelta(days=6)
    opened = Event.objects.get(case_kind="incident", case_id=row.pk)
    assert (opened.type, opened.facts["cause"]) == ("incident.opened", cause.hash)
    assert Notification.objects.filter(user_id=firm.person.user_id, number=row.number, due_at=row.explain_by).exists()
    assert list(ledger.verify()) == []


def test_an_act_that_stands_is_on_record_and_opens_nothing(firm, now):
    err.decided(firm, firm.issue(now=now), now=now, outcome="UPHELD")

    assert ActOutcome.objects.get().overturned is False
    assert not Incident.objects.exists()


def test_a_measure_that_was_only_reduced_was_not_right(firm, now):
    notice = firm.issue(now=now)
    ends = now + timedelta(days=2)
    rulings = [make.appeals.RulingDraft(1, "VARIED", ends_at=ends)]
    points = [
        make.appeals.Point("fact", "详情页是否写有“国家级”", "established", "存档截图清楚可见。", "platform"),
        make.appeals.Point("argument", "处罚过重", "partly", "首次违反,缩短期限。"),
    ]

    err.decided(firm, notice, now=now, outcome="VARIED", rulings=rulings, points=points)

    assert Incident.objects.get().outcome.error_class == "DISPROPORTIONATE"


def test_what_the_platform_s_own_people_did_opens_nothing(world, firm, now):
    err.decided(firm, world.notice(), now=now)

    assert not ActOutcome.objects.exists()


def test_what_is_told_twice_is_one_outcome_and_one_incident(firm, now):
    row = err.incident(firm, now=now)
    again = Event.objects.get(pk=row.cause_event_id)

    tell_executors(again, now=now + DAY)

    assert ActOutcome.objects.count() == Incident.objects.count() == 1


def test_the_whole_way_in_order(world, firm, now):
    row = err.explained(firm, now=now)
    row = err.find(row, world.carl, now=now + DAY)
    row = commands.compensate_incident(
        actor=world.carl, ref=row.ref, amount_minor=20_000, reference="PAY-1", now=now + 2 * DAY
    )
    row = commands.close_incident(actor=world.carl, ref=row.ref, now=now + 8 * DAY)
    err.settle_down(now + 8 * DAY)

    assert (row.state, row.finding) == ("CLOSED", "IMPROPER")
    paid = row.compensations.get()
    assert (paid.party, paid.amount_minor, paid.reference) == (world.merchant, 20_000, "PAY-1")
    types = list(Event.objects.filter(case_kind="incident").order_by("sequence").values_list("type", flat=True))
    assert types == [f"incident.{what}" for what in ("opened", "explained", "found", "compensated", "closed")]
    told = Notification.objects.get(user_id=world.alice.user_id, number=row.subject_number)
    assert told.what_en == "The platform has paid for what an overturned measure cost you."
    assert told.path == f"/notices/{row.subject_ref}/"
    assert list(ledger.verify()) == []


def test_the_harmed_party_hears_nothing_of_executor_or_claim(world, firm, now):
    recourse = err.claimed(firm, now=now)
    err.settle_down(now)

    about = Notification.objects.filter(user_id=world.alice.user_id).values_list("what_en", "what_zh", "number", "path")
    said = str(list(about))
    names = [firm.executor.party.name, firm.person.code, str(User.objects.get(pk=firm.person.user_id))]
    assert not any(name in said for name in [*names, recourse.number, recourse.ref, recourse.incident.ref])
    for query in (queries.incidents_for, queries.recourses_for):
        assert not query(world.alice).exists()


def test_files_lie_beside_the_explanation_sealed(world, firm, now):
    row = err.incident(firm, now=now)
    commands.add_incident_file(
        actor=firm.actor, ref=row.ref, file=io.BytesIO(PDF), name="记录.pdf", caption="当班记录", now=now
    )
    commands.explain_incident(
        actor=firm.actor, ref=row.ref, explanation="看错了编号。", files=[(io.BytesIO(PDF), "b.pdf")], now=now
    )

    files = list(fresh(row).files.all())
    assert [(f.no, f.caption, f.added_by) for f in files] == [(1, "当班记录", firm.person), (2, "b.pdf", firm.person)]
    assert queries.incident_file(world.carl, row.ref, 2).name == "b.pdf"
    with pytest.raises(NotFound):
        queries.incident_file(world.carl, row.ref, 3)
    with pytest.raises(NotYourTurn):
        commands.add_incident_file(actor=firm.actor, ref=row.ref, file=io.BytesIO(PDF), name="c.pdf", now=now)


def test_a_file_that_cannot_be_shown_keeps_the_explanation_back(firm, now):
    row = err.incident(firm, now=now)

    with pytest.raises(FileRefused):
        commands.explain_incident(
            actor=firm.actor, ref=row.ref, explanation="x", files=[(io.BytesIO(b"MZ\x90"), "a.exe")], now=now
        )

    assert (fresh(row).state, fresh(row).files.count()) == ("OPENED", 0)


def test_silence_lets_it_be_found_and_explaining_late_is_possible_until_then(world, firm, now):
    silent, late = err.incident(firm, now=now), err.incident(firm, now=now)
    with pytest.raises(NotYourTurn):
        err.find(silent, world.carl, now=now)

    err.pass_time(silent.explain_by)

    assert fresh(silent).state == fresh(late).state == "UNEXPLAINED"
    assert Notification.objects.filter(
        user_id=world.carl.user_id, what_en__startswith="An executor did not explain"
    ).exists()
    after = silent.explain_by + DAY
    commands.explain_incident(actor=firm.actor, ref=late.ref, explanation="当时停电。", now=after)
    assert Event.objects.get(case_kind="incident", case_id=late.pk, type="incident.explained").facts["late"] is True
    assert err.find(silent, world.carl, now=after).state == "FOUND"
    with pytest.raises(NotYourTurn):
        commands.explain_incident(actor=firm.actor, ref=silent.ref, explanation="太晚了", now=after)


def test_strangers_colleagues_and_other_teams_find_nothing(world, firm, now):
    other = build.active(world, now=now, name="别家")
    red, blue = make.make_team("red"), make.make_team("blue")
    row = err.incident(firm, now=now)
    colleague = build.add_person(firm, now=now)
    foreign_lead = build.add_person(firm, now=now, is_lead=True, team=red)
    lead = build.add_person(firm, now=now, is_lead=True)
    assert blue.pk != red.pk

    for sees in (firm.actor, build.acting(lead), world.carl, world.platform):
        assert queries.incident_for(sees, row.ref) == row
    strangers = [other.actor, build.acting(colleague), build.acting(foreign_lead), world.alice, world.rita, world.eve]
    strangers.append(make.make_client(now, scopes=("executors:read", "executors:write"))[1])
    for stranger in strangers:
        with pytest.raises(NotFound):
            queries.incident_for(stranger, row.ref)
        with pytest.raises(NotFound):
            commands.explain_incident(actor=stranger, ref=row.ref, explanation="x", now=now)
        with pytest.raises(NotFound):
            err.find(row, stranger, now=now)
    assert fresh(row).version == row.version


def test_a_lead_explains_for_the_team_and_nobody_of_the_platform_does(world, firm, now):
    row = err.incident(firm, now=now)
    lead = build.add_person(firm, now=now, is_lead=True)

    for actor in (world.carl, world.platform):
        with pytest.raises(NotAllowed):
            commands.explain_incident(actor=actor, ref=row.ref, explanation="x", now=now)
    commands.explain_incident(actor=build.acting(lead), ref=row.ref, explanation="我来说明。", now=now)

    assert fresh(row).explained_by == lead


def test_only_a_person_of_compliance_finds(world, firm, explained, now):
    absent = replace(world.carl, session="")

    for actor in (world.platform, firm.actor, absent):
        with pytest.raises(NotAllowed):
            err.find(explained, actor, now=now)

    assert fresh(explained).state == "EXPLAINED"


def test_nobody_finds_on_an_executor_for_which_they_worked(world, firm, explained, now):
    former = build.add_person(firm, now=now)
    commands.end_person(actor=world.platform, ref=firm.ref, code=former.code, now=now)
    user = User.objects.get(pk=former.user_id)
    for membership in user.memberships.filter(ended_at__isnull=True):
        make.accounts.end_membership(actor=make.CONSOLE, membership=membership, now=now)
    make.accounts.grant_staff_role(actor=make.CONSOLE, user=user, role="compliance", now=now)
    actor = make.actor_of_user(user, via=make.Via.ADMIN, session="s")

    with pytest.raises(ConflictOfInterest):
        err.find(explained, actor, now=now)

    assert fresh(explained).state == "EXPLAINED"


def test_a_finding_says_what_why_and_what_to_do_better(world, explained, now):
    for name, wrong in {"outcome": "GUILTY", "error_class": "X", "reasons": " ", "corrective_step": ""}.items():
        with pytest.raises(Invalid) as refused:
            err.find(explained, world.carl, now=now, **{name: wrong})
        assert refused.value.errors[0].pointer == f"/{name}"

    assert (fresh(explained).state, explained.findings.count()) == ("EXPLAINED", 0)


def test_a_contested_finding_is_found_anew_by_somebody_else_and_stands(world, firm, found, now):
    row = err.contest(found, now=now)
    cora = err.second_compliance(world)
    err.settle_down(now)
    assert Notification.objects.filter(
        user_id=world.carl.user_id, what_en__startswith="A finding is contested"
    ).exists()

    with pytest.raises(ConflictOfInterest):
        err.find(row, world.carl, now=now)
    row = err.find(row, cora, now=now, outcome="TOOL")
    err.settle_down(now)

    assert [f.outcome for f in row.findings.all()] == ["IMPROPER", "TOOL"]
    assert (row.state, row.finding, row.round) == ("FOUND", "TOOL", 2)
    told = Notification.objects.filter(user_id=firm.person.user_id, number=row.number).latest("pk")
    assert told.what_en == "Somebody else found anew on an incident. That finding stands."
    with pytest.raises(NotYourTurn):
        err.contest(row, now=now)


def test_a_contest_comes_in_time_with_reasons_by_the_executor(world, firm, found, now):
    with pytest.raises(Invalid):
        commands.contest_finding(actor=firm.actor, ref=found.ref, reasons=" ", now=now)
    with pytest.raises(NotAllowed):
        commands.contest_finding(actor=world.carl, ref=found.ref, reasons="x", now=now)
    with pytest.raises(DeadlinePassed):
        err.contest(found, now=found.contest_by + timedelta(microseconds=1))

    assert err.contest(found, now=found.contest_by).state == "CONTESTED"


def test_a_contest_does_not_wait_for_money_and_takes_none_back(world, compensated, now):
    row = err.contest(compensated, now=now)
    cora = err.second_compliance(world)

    row = err.find(row, cora, now=now, outcome="NOT_IMPROPER")

    assert (row.state, row.finding) == ("COMPENSATED", "NOT_IMPROPER")
    assert row.compensations.get().amount_minor == 20_000
    assert commands.close_incident(actor=cora, ref=row.ref, now=now).state == "CLOSED"


def test_compensation_is_an_amount_with_its_payment_or_says_why_not(world, found, now):
    for pointer, changes in {
        "/amount_minor": {"amount_minor": -1},
        "/reference": {"reference": ""},
        "/words": {"amount_minor": 0, "words": ""},
        "/paid_at": {"paid_at": now + timedelta(seconds=1)},
    }.items():
        values = {"amount_minor": 5, "reference": "PAY-1", "words": "x"} | changes
        with pytest.raises(Invalid) as refused:
            commands.compensate_incident(actor=world.carl, ref=found.ref, now=now, **values)
        assert refused.value.errors[0].pointer == pointer

    assert not found.compensations.exists()


def test_nothing_is_closed_before_the_party_was_made_whole(world, firm, now):
    row = err.found(firm, now=now, outcome="NOT_IMPROPER")
    with pytest.raises(NotYourTurn):
        commands.close_incident(actor=world.carl, ref=row.ref, now=now)

    commands.compensate_incident(actor=world.platform, ref=row.ref, amount_minor=0, words="措施未生效。", now=now)
    row = commands.compensate_incident(actor=world.carl, ref=row.ref, amount_minor=100, reference="PAY-2", now=now)

    assert [c.amount_minor for c in row.compensations.all()] == [0, 100]
    with pytest.raises(NotAllowed):
        commands.close_incident(actor=world.platform, ref=row.ref, now=now)
    with pytest.raises(NotAllowed):
        commands.compensate_incident(actor=firm.actor, ref=row.ref, amount_minor=1, reference="x", now=now)
    with pytest.raises(Stale):
        commands.close_incident(actor=world.carl, ref=row.ref, now=now, expected_version=row.version - 1)
    assert commands.close_incident(actor=world.carl, ref=row.ref, now=row.contest_by + DAY).state == "CLOSED"


def test_closing_waits_until_the_finding_cannot_be_contested_any_more(world, found, now):
    row = found
    row = commands.compensate_incident(actor=world.carl, ref=row.ref, amount_minor=0, words="无损失。", now=now)

    for at in (now + timedelta(minutes=1), row.contest_by):
        with pytest.raises(NotYourTurn) as refused:
            commands.close_incident(actor=world.carl, ref=row.ref, now=at)
        assert [e.code for e in refused.value.errors] == ["may-be-contested"]
    assert "close" not in [a.name for a in actions_for(world.carl, fresh(row), now=row.contest_by)]

    assert err.contest(row, now=row.contest_by).state == "CONTESTED"


def test_it_closes_once_nobody_can_contest_and_says_when(world, compensated, now):
    row = compensated
    after = row.contest_by + timedelta(microseconds=1)
    assert "close" in [a.name for a in actions_for(world.carl, fresh(row), now=after)]

    row = commands.close_incident(actor=world.carl, ref=row.ref, now=after)

    assert (row.state, row.closed_at) == ("CLOSED", after)


def test_the_party_is_made_whole_while_the_finding_is_contested(world, found, now):
    row = err.contest(found, now=now)

    row = commands.compensate_incident(
        actor=world.carl, ref=row.ref, amount_minor=20_000, reference="PAY-1", now=now + DAY
    )

    assert row.state == "CONTESTED"
    assert "compensate" in [a.name for a in actions_for(world.carl, fresh(row), now=now)]
    row = err.find(row, err.second_compliance(world), now=now + DAY, outcome="TOOL")
    assert (row.state, row.compensations.get().amount_minor) == ("COMPENSATED", 20_000)


def test_a_payment_is_recorded_once(world, compensated, now):
    with pytest.raises(Invalid) as refused:
        commands.compensate_incident(
            actor=world.carl, ref=compensated.ref, amount_minor=20_000, reference=" PAY-1 ", now=now
        )

    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/reference", "recorded-before")]
    assert compensated.compensations.count() == 1
    for words in ("无", "没有"):
        commands.compensate_incident(actor=world.carl, ref=compensated.ref, amount_minor=0, words=words, now=now)


def overdue(row, what):
    return Event.objects.filter(case_kind="incident", case_id=row.pk, type=f"incident.{what}_overdue").count()


def told_late(world, row, start):
    return Notification.objects.filter(
        user_id=world.carl.user_id, number=row.number, what_en__startswith=start
    ).exists()


@pytest.mark.parametrize("explains", [True, False])
def test_a_finding_that_is_late_is_said_to_compliance_once(world, firm, now, explains):
    row = err.explained(firm, now=now) if explains else err.incident(firm, now=now)
    if not explains:
        err.pass_time(row.explain_by)
        row = fresh(row)
    assert row.find_by is not None
    assert overdue(row, "finding") == 0

    err.pass_time(row.find_by)
    err.pass_time(row.find_by + DAY)

    assert overdue(row, "finding") == 1
    assert told_late(world, row, "A finding on an incident is late.")
    assert err.find(fresh(row), world.carl, now=row.find_by + DAY).state == "FOUND"


def test_explaining_late_gives_nobody_more_time_to_find(world, firm, now):
    row = err.incident(firm, now=now)
    err.pass_time(row.explain_by)
    by = fresh(row).find_by

    row = commands.explain_incident(actor=firm.actor, ref=row.ref, explanation="停电。", now=by - timedelta(hours=1))

    assert fresh(row).find_by == by


def test_a_contested_finding_has_a_time_of_its_own(world, found, now):
    row = found
    assert row.find_by is None
    row = err.contest(row, now=now + 2 * DAY)

    assert row.find_by > now + 2 * DAY
    err.pass_time(row.find_by)
    assert overdue(row, "finding") == 1


@pytest.mark.parametrize("contested", [True, False])
def test_making_the_party_whole_is_late_at_a_time_from_the_first_finding_on(world, firm, now, contested):
    row = err.found(firm, now=now)
    by = row.compensate_by
    assert by > now
    if contested:
        row = err.find(err.contest(row, now=now), err.second_compliance(world), now=now + DAY)
    assert fresh(row).compensate_by == by

    err.pass_time(by)
    err.pass_time(by + DAY)

    assert overdue(row, "compensation") == 1
    assert told_late(world, row, "A harmed party is not made whole in time.")


def test_who_was_made_whole_is_never_late(world, found, now):
    row = err.contest(found, now=now)
    commands.compensate_incident(actor=world.carl, ref=row.ref, amount_minor=1, reference="P", now=now)
    row = err.find(fresh(row), err.second_compliance(world), now=now)

    err.pass_time(now + 60 * DAY)

    assert overdue(row, "finding") == overdue(row, "compensation") == 0


def test_a_finding_anew_that_makes_an_act_count_is_judged(world, firm, now):
    excused = [err.found(firm, now=now, outcome="TOOL") for _ in range(6)]
    assert firm.fresh().state == "ACTIVE"
    cora = err.second_compliance(world)

    for row in excused:
        err.find(err.contest(row, now=now), cora, now=now, outcome="IMPROPER")
    err.settle_down(now)

    assert firm.fresh().state == "SUSPENDED"
