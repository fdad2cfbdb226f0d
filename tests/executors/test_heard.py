"""Somebody of a firm can always be heard: it has a lead while it may act, and leads answer where nobody else can."""

import pytest

from accounts.models import Notification
from casework.errors import NotFound, NotYourTurn, OutsideMandate
from executors import commands, queries
from executors.models import Incident
from tests import factories as make
from tests.executors import building as build
from tests.executors import erring as err

pytestmark = pytest.mark.once


def end(world, firm, person, now):
    return commands.end_person(actor=world.platform, ref=firm.ref, code=person.code, now=now)


def told(person, row):
    return Notification.objects.filter(user=person.user_id, number=row.number).exists()


def test_an_organisation_without_a_lead_does_not_become_active(world, now):
    firm = build.ready(world, now=now)
    end(world, firm, firm.lead, now)

    with pytest.raises(OutsideMandate):
        commands.activate_executor(actor=world.platform, ref=firm.ref, now=now)
    build.add_person(firm, now=now, is_lead=True)
    assert commands.activate_executor(actor=world.platform, ref=firm.ref, now=now).state == "ACTIVE"


def test_an_individual_is_its_own_lead(world, now):
    assert build.active(world, now=now, kind="INDIVIDUAL").executor.state == "ACTIVE"


@pytest.mark.parametrize("is_suspended", [False, True])
def test_the_last_lead_of_a_firm_that_has_to_be_heard_stays(world, firm, now, is_suspended):
    if is_suspended:
        build.suspend(firm, now=now)
    with pytest.raises(NotYourTurn):
        end(world, firm, firm.lead, now)
    build.add_person(firm, now=now, is_lead=True)

    assert end(world, firm, firm.lead, now).ended_at == now


@pytest.fixture
def teams():
    return make.make_team("red"), make.make_team("blue")


def acted_in(firm, team, now):
    """An act of somebody of that team was overturned."""
    person = build.add_person(firm, now=now, team=team)
    build.certify(person, firm.curriculum, now=now)
    return person, firm.issue(now=now, by={"person": person.code}, officer=person.code)


def overturned(firm, notice, now):
    err.decided(firm, notice, now=now)
    return Incident.objects.get(act=notice.act)


def test_where_a_team_has_no_lead_every_lead_answers(world, firm, teams, now):
    red, blue = teams
    _person, notice = acted_in(firm, red, now)
    elsewhere = build.add_person(firm, now=now, is_lead=True, team=blue)
    row = overturned(firm, notice, now)

    for lead in (firm.lead, elsewhere):
        assert queries.incident_for(build.acting(lead), row.ref) == row
        assert told(lead, row)
    explained = commands.explain_incident(
        actor=build.acting(elsewhere), ref=row.ref, explanation="我们来说明。", now=now
    )
    assert explained.explained_by == elsewhere


def test_where_the_team_has_a_lead_no_other_answers(world, firm, teams, now):
    red, blue = teams
    _person, notice = acted_in(firm, red, now)
    own, elsewhere = (build.add_person(firm, now=now, is_lead=True, team=team) for team in (red, blue))
    row = overturned(firm, notice, now)

    assert queries.incident_for(build.acting(own), row.ref) == row
    assert told(own, row)
    for lead in (firm.lead, elsewhere):
        with pytest.raises(NotFound):
            queries.incident_for(build.acting(lead), row.ref)
        assert not told(lead, row)


def test_where_the_acting_person_left_every_lead_answers_also_for_the_claim(world, firm, teams, now):
    red, blue = teams
    person, notice = acted_in(firm, red, now)
    own, elsewhere = (build.add_person(firm, now=now, is_lead=True, team=team) for team in (red, blue))
    end(world, firm, person, now)
    row = overturned(firm, notice, now)

    leads = (firm.lead, own, elsewhere)
    for lead in leads:
        assert queries.incident_for(build.acting(lead), row.ref) == row
        assert told(lead, row)
    assert not told(person, row)
    explained = commands.explain_incident(actor=build.acting(own), ref=row.ref, explanation="他已离职。", now=now)
    found = err.find(explained, world.carl, now=now)
    commands.compensate_incident(
        actor=world.carl, ref=row.ref, amount_minor=20_000, reference="PAY-1", words="损失。", now=now
    )
    claim = commands.claim_recourse(
        actor=world.carl, incident_ref=found.ref, amount_minor=9_000, words="合同第十二条。", now=now
    )
    err.settle_down(now)
    for lead in leads:
        assert queries.recourse_for(build.acting(lead), claim.ref) == claim
        assert told(lead, claim)
    colleague = build.add_person(firm, now=now, team=red)
    with pytest.raises(NotFound):
        queries.incident_for(build.acting(colleague), row.ref)


def test_who_acted_and_the_leads_are_told_that_the_platform_corrected_it(world, firm, now):
    notice = firm.issue(now=now)
    make.notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="编号有误。", now=now)
    err.settle_down(now)

    row = Incident.objects.get(act=notice.act)
    said = Notification.objects.filter(user=firm.person.user_id, number=row.number).values_list("what_en", flat=True)
    assert list(said) == ["The platform withdrew what you did. Please explain it."]
