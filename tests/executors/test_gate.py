"""A notice under a third party's act is accepted only from a certified person inside the mandate, else with reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from casework import ledger
from casework.errors import ExecutorNotCertified, Invalid, OutsideMandate
from casework.models import Event
from classifier.features import pseudonym
from executors import commands
from executors.models import Act, ActCertification, Certification, Executor, ExecutorPerson, Mandate
from notices import commands as notices
from notices import queries
from notices.models import Measure, Notice
from rules.models import RuleVersion
from tests import factories as make
from tests.executors import building as build
from tests.laws import assert_refused, insert
from triage.features import input_of


def codes(error):
    return [(e.pointer, e.code) for e in error.value.errors]


def nothing_is_stored():
    return not (Notice.objects.exists() or Act.objects.exists() or ActCertification.objects.exists())


def refused(firm, now, kind, **more):
    with pytest.raises(kind) as error:
        firm.issue(now=now, **more)
    assert nothing_is_stored()
    return codes(error)


def test_a_certified_person_inside_the_mandate_acts(world, firm, now):
    notice = firm.issue(
        now=now, by={"queue": "广告", "shift": "夜班"}, measures=[make.measure(now), make.deduction(now)]
    )

    act = notice.act
    assert (act.executor, act.person, act.mandate, act.acted_at) == (
        firm.executor,
        firm.person,
        firm.mandate,
        notice.served_at,
    )
    assert [c.certification for c in act.certifications.all()] == [firm.certification]
    assert (act.tool_version, act.queue, act.shift) == ("审核台 4.1", "广告", "夜班")
    assert notice.decided_by_id == firm.person.user_id
    assert notice.decider_code == firm.person.code
    event = Event.objects.get(case_kind="notice")
    assert event.facts["executor"]["person"] == firm.person.code
    assert event.facts["executor"]["certifications"] == [firm.certification.ref]
    assert list(ledger.verify()) == []


def test_the_platform_acts_without_any_of_this(world, now):
    notice = world.notice()

    assert (notice.act, notice.third_party, notice.third_party_key) == (None, "", "")
    assert notice.decider_code == world.otto.code


# — who may not act at all —


def test_an_executor_or_person_that_nobody_knows(world, firm, now):
    assert refused(firm, now, ExecutorNotCertified, by={"ref": "exe_nobody"}, officer="") == [
        ("/executor/ref", "unknown-executor")
    ]
    assert refused(firm, now, ExecutorNotCertified, by={"person": "X-0000"}, officer="") == [
        ("/executor/person", "unknown-person")
    ]


def test_another_clients_executor_is_unknown(world, firm, now):
    client, other = make.make_client(now, name="other")
    party = make.make_party(client, "MERCHANT", "别家店", now=now)
    draft = make.draft(party, world.rule, now=now, executor=firm.draft(), officer="")

    with pytest.raises(ExecutorNotCertified) as error:
        notices.issue_notice(actor=other, draft=draft, now=now)
    assert codes(error) == [("/executor/ref", "unknown-executor")]


def test_a_person_of_another_executor(world, firm, now):
    other = build.active(world, now=now)

    found = refused(firm, now, ExecutorNotCertified, by={"person": other.person.code}, officer="")
    assert found == [("/executor/person", "unknown-person")]


@pytest.mark.parametrize("state", ["CERTIFIED", "SUSPENDED", "ENDED"])
def test_an_executor_that_may_not_act(world, now, state):
    firm = build.ready(world, now=now)
    if state != "CERTIFIED":
        commands.activate_executor(actor=world.platform, ref=firm.ref, now=now)
        if state == "SUSPENDED":
            build.suspend(firm, now=now)
        else:
            commands.end_executor(actor=world.platform, ref=firm.ref, reason="x", now=now)

    assert refused(firm, now, ExecutorNotCertified) == [("/executor/ref", "not-active")]


def test_a_reinstated_one_may(world, firm, now):
    build.suspend(firm, now=now)
    commands.reinstate_executor(actor=world.carl, ref=firm.ref, reason="已整改", now=now)

    assert firm.issue(now=now).act is not None


def test_a_person_who_left(world, firm, now):
    commands.end_person(actor=world.platform, ref=firm.ref, code=firm.person.code, now=now)

    assert ("/executor/person", "person-ended") in refused(firm, now, ExecutorNotCertified)


def test_somebody_not_certified_or_no_more(world, firm, now):
    fresh = build.add_person(firm, now=now)
    found = refused(firm, now, ExecutorNotCertified, by={"person": fresh.code}, officer=fresh.code)
    assert found == [("/basis/0/rule", "not-certified")]

    end = firm.certification.expires_at
    assert refused(firm, end, ExecutorNotCertified) == [("/basis/0/rule", "not-certified")]
    assert firm.issue(now=end - timedelta(microseconds=1)).act is not None


def test_a_measure_takes_its_level(world, firm, now):
    low = build.add_person(firm, now=now)
    build.certify(low, build.curriculum(world, now=now, level=1), now=now)
    by = {"person": low.code}

    found = refused(firm, now, ExecutorNotCertified, by=by, officer=low.code, measures=[make.deduction(now)])
    assert found == [("/basis/0/rule", "not-certified")]
    assert firm.issue(now=now, by=by, officer=low.code).act.certifications.get().certification.level == 1


def test_every_rule_of_the_basis_takes_its_own_certification(world, firm, now):
    other = make.publish_rule(world.platform, now=now)
    build.grant(firm, now=now, rules=[world.rule, other])
    basis = [notices.BasisDraft(kind="CLAUSE", rule=r, clause="8") for r in (world.rule, other)]

    assert refused(firm, now, ExecutorNotCertified, basis=basis) == [("/basis/1/rule", "not-certified")]
    build.certify(firm.person, build.curriculum(world, now=now, rule=other), now=now)
    assert firm.issue(now=now, basis=basis).act.certifications.count() == 2


def test_what_rests_on_a_law_alone_still_takes_somebody_certified(world, firm, now):
    law = [notices.BasisDraft(kind="LAW", instrument="CN-ECL-2018", article="38")]
    fresh = build.add_person(firm, now=now)

    found = refused(firm, now, ExecutorNotCertified, by={"person": fresh.code}, officer=fresh.code, basis=law)
    assert found == [("/executor/person", "not-certified")]
    assert firm.issue(now=now, basis=law).act.certifications.get().certification == firm.certification


# — what lies outside —


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("measure", [("/measures/0/type", "measure-outside-mandate")]),
        ("ceiling", [("/measures/1/amount_minor", "above-ceiling")]),
        ("rule", [("/basis/0/rule", "rule-outside-mandate"), ("/basis/0/rule", "not-certified")]),
    ],
)
def test_what_the_mandate_does_not_cover(world, firm, now, change, expected):
    other = make.publish_rule(world.platform, now=now)
    more = {
        "measure": {"measures": [make.measure(now, type="close_store")]},
        # Split in two, it is still the money of one notice.
        "ceiling": {"measures": [make.deduction(now, 30_000), make.deduction(now, 20_001)]},
        "rule": {"basis": [notices.BasisDraft(kind="CLAUSE", rule=other, clause="8")]},
    }[change]
    with pytest.raises((OutsideMandate, ExecutorNotCertified)) as error:
        firm.issue(now=now, **more)

    assert sorted(codes(error)) == sorted(expected)
    assert isinstance(error.value, OutsideMandate if change != "rule" else ExecutorNotCertified)
    assert nothing_is_stored()


def test_the_ceiling_itself_is_inside(firm, now):
    measures = [make.deduction(now, 30_000), make.deduction(now, 20_000)]

    assert firm.issue(now=now, measures=measures).measures.count() == 2


def test_a_mandate_without_a_ceiling_moves_no_money(firm, now):
    build.grant(firm, now=now, ceiling_minor=None)

    found = refused(firm, now, OutsideMandate, measures=[make.deduction(now, 1)])
    assert found == [("/measures/0/amount_minor", "no-money")]


def test_only_the_categories_of_the_mandate(firm, now):
    build.grant(firm, now=now, categories=["数码", "家电"])

    for category in ("", "食品"):
        found = refused(firm, now, OutsideMandate, by={"category": category})
        assert found == [("/executor/category", "category-outside-mandate")]
    assert firm.issue(now=now, by={"category": "数码"}).act.category == "数码"


def test_no_mandate_contract_or_terms_in_force(world, firm, now):
    end = firm.executor.contract_until
    found = refused(firm, end, ExecutorNotCertified)
    assert {("/executor/ref", "contract-not-in-term"), ("/executor/ref", "processing-terms-not-in-term")} <= set(found)

    commands.revoke_mandate(actor=world.carl, ref=firm.ref, mandate=firm.mandate.ref, reason="x", now=now)
    assert refused(firm, now, OutsideMandate) == [("/executor/ref", "no-mandate")]


def test_nobody_acts_against_the_party_they_belong_to(world, firm, now):
    from accounts import commands as accounts

    user = User.objects.get(pk=firm.person.user_id)
    accounts.add_member(actor=make.CONSOLE, party=world.merchant, user=user, role="staff", now=now)

    assert refused(firm, now, OutsideMandate) == [("/executor/person", "acts-for-the-party")]


# — attribution —


def test_somebody_of_an_executor_does_not_decide_as_if_they_were_the_platforms_own(world, firm, now):
    User.objects.filter(pk=firm.person.user_id).update(officer_code="Q-411")

    with pytest.raises(Invalid) as error:
        world.notice(officer="Q-411")
    assert codes(error) == [("/executor/person", "decider-not-named")]
    notice = firm.issue(now=now, officer="Q-411")
    assert notice.decider_code == firm.person.code


def test_the_platforms_officer_may_decide_what_an_executor_carries_out(world, firm, now):
    notice = firm.issue(now=now, officer=world.otto.code)

    assert (notice.decided_by_id, notice.decider_code) == (world.otto.user_id, world.otto.code)
    assert notice.act.person == firm.person


def test_an_individual_is_known_by_code_and_an_organisation_by_name(world, now):
    alone = build.active(world, now=now, kind="INDIVIDUAL", name="李四本名")
    firm = build.active(world, now=now)

    assert alone.issue(now=now).third_party == alone.person.code
    assert firm.issue(now=now).third_party == firm.executor.party.name


def test_triage_knows_an_executor_by_a_pseudonym_of_its_ref(world, firm, now):
    appeal = make.file(world.alice, firm.issue(now=now), now=now)

    assert input_of(appeal).executor == pseudonym(firm.ref)


def test_other_holes_are_told_beside(firm, now):
    found = refused(firm, now, Invalid, facts="", measures=[make.measure(now, type="close_store")])

    assert found == [("/facts", "required"), ("/measures/0/type", "measure-outside-mandate")]


def test_in_a_batch_each_is_judged_alone(world, firm, now):
    good, bad = (
        make.draft(world.merchant, world.rule, now=now, executor=firm.draft(**by), officer="")
        for by in ({}, {"person": "X-0000"})
    )
    own = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code)

    rows = notices.issue_notices(actor=world.platform, drafts=[bad, good, own], now=now)

    assert [row.refusal and row.refusal.code for row in rows] == ["executor-not-certified", None, None]
    assert rows[1].notice.act is not None
    assert rows[2].notice.act is None
    assert Act.objects.count() == 1


def test_a_repeat_answers_the_notice_as_it_was(world, firm, now):
    draft = make.draft(world.merchant, world.rule, now=now, executor=firm.draft(), officer="")
    first = notices.issue_notice(actor=world.platform, draft=draft, now=now)
    build.suspend(firm, now=now)

    again = notices.issue_notice(actor=world.platform, draft=replace(draft), now=now + timedelta(days=1))

    assert (again[0].pk, first[1], again[1]) == (first[0].pk, False, True)
    assert Act.objects.count() == 1


def test_the_party_reads_who_acted_and_who_answers(world, firm, now, client):
    notice = firm.issue(now=now)
    client.force_login(User.objects.get(pk=world.alice.user_id))
    page = client.get(f"/notices/{notice.ref}/", headers={"accept-language": "en"}).content.decode()

    assert firm.executor.party.name in page
    assert firm.person.code in page
    assert "The platform answers for it" in page or "平台" in page
    assert firm.person.user.username not in page
    assert queries.notice_for(world.alice, notice.ref).third_party == firm.executor.party.name


# — past the code —


@pytest.fixture
def notice(firm, now):
    return firm.issue(now=now)


def bare_act(firm, now, *, certified=True):
    act = Act.objects.create(
        ref=f"act_{make.number()}", executor=firm.executor, person=firm.person, mandate=firm.mandate, acted_at=now
    )
    if certified:
        ActCertification.objects.create(act=act, certification=firm.certification)
    return act


def another(notice, **changes):
    values = {"ref": f"ntc_{make.number()}", "number": f"N-{make.number()}", "external_ref": f"e-{make.number()}"}
    return insert(notice, **values | changes)


def test_an_act_of_before_the_suspension_carries_no_notice_after_it(firm, notice, now):
    act = bare_act(firm, now)
    build.suspend(firm, now=now)

    assert_refused("notice_of_an_executor_rests_on_an_act_of_that_moment", lambda: another(notice, act_id=act.pk))


def test_an_act_of_before_the_withdrawal_carries_no_notice_after_it(world, firm, notice, now):
    act = bare_act(firm, now)
    commands.withdraw_certification(actor=world.carl, ref=firm.certification.ref, reason="x", now=now)

    assert_refused("notice_of_an_executor_rests_on_certifications_in_force", lambda: another(notice, act_id=act.pk))


def test_an_old_act_carries_no_later_notice(firm, notice, now):
    act = bare_act(firm, now)
    later = {"served_at": now + timedelta(days=1), "appeal_closes_at": now + timedelta(days=90)}

    assert_refused(
        "notice_of_an_executor_rests_on_an_act_of_that_moment", lambda: another(notice, act_id=act.pk, **later)
    )


@pytest.mark.parametrize("what", ["state", "mandate", "certification", "person", "rule", "act"])
def test_nothing_of_it_is_undone_by_a_bare_update(world, firm, notice, now, what):
    attempts = {
        "state": ("executor_goes_from_state_to_state_as_drawn", lambda: _set(Executor, firm, state="CERTIFIED")),
        "mandate": (
            "mandate_is_fixed_once_granted",
            lambda: Mandate.objects.update(ceiling_minor=10**9),
        ),
        "certification": (
            "certification_is_only_ever_withdrawn",
            lambda: Certification.objects.update(expires_at=now + timedelta(days=9999)),
        ),
        "person": (
            "executor_person_stays_who_they_are",
            lambda: ExecutorPerson.objects.update(started_at=now - timedelta(days=9)),
        ),
        "rule": (
            "rule_version_ends_after_acts_certified_for_it",
            lambda: RuleVersion.objects.update(effective_to=now - timedelta(days=1)),
        ),
        "act": ("notice_keeps_who_acted", lambda: Notice.objects.update(act_id=bare_act(firm, now).pk)),
    }
    assert_refused(*attempts[what])


def _set(model, firm, **changes):
    model.objects.filter(pk=firm.executor.pk).update(**changes)


def test_a_measure_added_later_meets_the_same_law(firm, notice, now):
    row = notice.measures.get()
    assert_refused("executed_measure_is_within_the_mandate", lambda: insert(row, no=2, type_id="close_store"))

    build.suspend(firm, now=now)
    assert_refused("executed_measure_is_within_the_mandate", lambda: insert(row, no=2))
    assert Measure.objects.count() == 1
