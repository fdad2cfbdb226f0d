"""Registering executors, agreeing with them, and where they stand; who may, and who finds nothing."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from casework import ledger
from casework.errors import ExecutorNotCertified, Invalid, NotAllowed, NotFound, NotYourTurn, OutsideMandate, Stale
from casework.models import Event
from executors import commands, queries
from executors.models import Executor, ExecutorPerson, PayTerm, SubProcessor
from tests import factories as make
from tests.executors import building as build

pytestmark = pytest.mark.once


def registration(world, now, **changes):
    party = make.make_party(world.client, "EXECUTOR", "清源", now=now)
    values = {
        "actor": world.platform,
        "party": party.ref,
        "kind": "ORGANISATION",
        "contract_number": "HT-1",
        "contract_from": now,
        "contract_until": now + timedelta(days=365),
        "now": now,
    } | changes
    return commands.register_executor(**values)


def codes(error):
    return [(e.pointer, e.code) for e in error.value.errors]


def test_a_platform_registers_its_executor(world, now):
    executor = registration(world, now)

    assert (executor.state, executor.client, executor.version) == ("REGISTERED", world.client, 1)
    assert executor.number.startswith("X-")
    assert Event.objects.get(case_kind="executor").type == "executor.registered"
    assert list(ledger.verify()) == []


def test_compliance_registers_one_for_the_platform_that_knows_the_party(world, now):
    executor = registration(world, now, actor=world.carl)

    assert executor.client == world.client


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"party": "pty_nobody"}, ("/party", "unknown-party")),
        ({"kind": "MACHINE"}, ("/kind", "unknown")),
        ({"contract_number": "  "}, ("/contract_number", "required")),
        ({"contract_until": None}, ("/contract_until", "not-after-start")),
    ],
)
def test_a_registration_with_a_hole_is_refused(world, now, changes, error):
    if "contract_until" in changes:
        changes = {"contract_until": now}

    with pytest.raises(Invalid) as refusal:
        registration(world, now, **changes)

    assert codes(refusal) == [error]
    assert not Executor.objects.exists()


def test_a_merchant_is_no_executor_and_none_is_registered_twice(world, now):
    executor = registration(world, now)

    for party in (world.merchant.ref, executor.party.ref):
        with pytest.raises(Invalid):
            registration(world, now, party=party)
    assert Executor.objects.count() == 1


def test_who_may_not_register_does_not(world, now):
    for nobody in (world.alice, world.rita, world.bob):
        with pytest.raises(NotAllowed):
            registration(world, now, actor=nobody)


def test_from_registration_to_the_end(world, now):
    firm = build.active(world, now=now)
    assert firm.fresh().state == "ACTIVE"

    build.suspend(firm, now=now)
    assert (firm.fresh().state, firm.fresh().state_reason) == ("SUSPENDED", "抽检错误偏多。")
    commands.reinstate_executor(actor=world.carl, ref=firm.ref, reason="已整改", now=now)
    assert firm.fresh().state == "REINSTATED"
    commands.end_executor(actor=world.platform, ref=firm.ref, reason="合同到期", now=now)
    assert firm.fresh().state == "ENDED"
    types = [e.type for e in Event.objects.filter(case_kind="executor").order_by("sequence")]
    assert types[0] == "executor.registered"
    assert types[-3:] == ["executor.suspended", "executor.reinstated", "executor.ended"]
    assert list(ledger.verify()) == []


def test_certified_only_with_a_certified_person(world, now):
    firm = build.in_training(world, now=now)

    with pytest.raises(ExecutorNotCertified):
        commands.certify_executor(actor=world.platform, ref=firm.ref, now=now)
    assert firm.fresh().state == "IN_TRAINING"


@pytest.mark.parametrize("missing", ["contract", "terms", "mandate"])
def test_active_only_with_contract_terms_and_mandate(world, now, missing):
    firm = build.in_training(world, now=now)
    build.certify(firm.person, firm.curriculum, now=now)
    commands.certify_executor(actor=world.platform, ref=firm.ref, now=now)
    if missing != "terms":
        commands.record_processing_terms(actor=world.platform, ref=firm.ref, terms=build.terms(now), now=now)
    if missing != "mandate":
        build.grant(firm, now=now)
    later = now
    if missing == "contract":
        later = firm.executor.contract_until

    with pytest.raises((OutsideMandate, ExecutorNotCertified)):
        commands.activate_executor(actor=world.platform, ref=firm.ref, now=later)
    assert firm.fresh().state == "CERTIFIED"


def test_only_a_person_of_compliance_or_the_test_suspends_and_only_a_person_reinstates(world, firm, now):
    from casework.actor import Actor

    with pytest.raises(NotAllowed):
        commands.suspend_executor(actor=world.platform, ref=firm.ref, reason="x", now=now)
    with pytest.raises(Invalid):
        commands.suspend_executor(actor=world.carl, ref=firm.ref, reason=" ", now=now)
    assert firm.fresh().state == "ACTIVE"

    machine = Actor.system("measurement")
    commands.suspend_executor(actor=machine, ref=firm.ref, reason="e-process 20.1", now=now)
    for nobody in (machine, world.platform):
        with pytest.raises(NotAllowed):
            commands.reinstate_executor(actor=nobody, ref=firm.ref, reason="x", now=now)
    assert firm.fresh().state == "SUSPENDED"


def test_a_suspended_executor_is_not_suspended_again(world, firm, now):
    build.suspend(firm, now=now)

    with pytest.raises(NotYourTurn):
        build.suspend(firm, now=now)


def test_another_clients_executor_and_a_strangers_are_not_found(world, firm, now):
    _client, other = make.make_client(now, name="other")
    stranger = build.register(world, now=now)
    build.add_person(stranger, now=now)

    for nobody in (other, world.alice, world.eve, world.rita, stranger.actor):
        with pytest.raises(NotFound):
            commands.end_executor(actor=nobody, ref=firm.ref, reason="x", now=now)
        with pytest.raises(NotFound):
            queries.executor_for(nobody, firm.ref)
    assert set(queries.executors_for(world.platform)) == {firm.executor, stranger.executor}
    assert list(queries.executors_for(firm.actor)) == [firm.executor]


def test_a_stale_reader_changes_nothing(world, firm, now):
    with pytest.raises(Stale):
        commands.end_executor(actor=world.platform, ref=firm.ref, reason="x", now=now, expected_version=1)


# — what is agreed —


def test_the_newest_terms_that_have_begun_count(world, firm, now):
    commands.record_processing_terms(
        actor=world.platform,
        ref=firm.ref,
        terms=build.terms(now, effective_from=now, until=now + timedelta(days=2)),
        now=now,
    )

    with pytest.raises(OutsideMandate) as refusal:
        firm.issue(now=now + timedelta(days=3))
    assert [code for _at, code in codes(refusal)] == ["processing-terms-not-in-term"]


def test_terms_with_a_hole_are_refused(world, firm, now):
    with pytest.raises(Invalid) as refusal:
        commands.record_processing_terms(
            actor=world.platform, ref=firm.ref, terms=build.terms(now, protection=" "), now=now
        )

    assert codes(refusal) == [("/protection", "required")]


def test_a_contract_can_be_extended_and_never_shortened(world, firm, now):
    until = firm.executor.contract_until + timedelta(days=100)
    commands.extend_contract(actor=world.platform, ref=firm.ref, contract_number="HT-2", until=until, now=now)
    assert firm.fresh().contract_until == until

    with pytest.raises(Invalid):
        commands.extend_contract(actor=world.platform, ref=firm.ref, contract_number="HT-3", until=now, now=now)


@pytest.mark.parametrize("metric", ["REJECTIONS", "MEASURES", "UPHELD_RATE", "rejection_rate", ""])
def test_pay_that_follows_rejections_is_refused_and_says_why(world, firm, now, metric):
    with pytest.raises(Invalid) as refusal:
        commands.add_pay_term(
            actor=world.platform, ref=firm.ref, metric=metric, words="每驳回一件五元", starts_at=now, now=now
        )

    assert codes(refusal) == [("/metric", "pay-keyed-to-outcome")]
    assert "rejections" in str(refusal.value.errors[0].message) or "驳回" in str(refusal.value.errors[0].message)
    assert not PayTerm.objects.exists()


def test_pay_by_the_case_is_on_file(world, firm, now):
    term = commands.add_pay_term(
        actor=world.platform, ref=firm.ref, metric="PER_CASE", words="每件三元，不论结果", starts_at=now, now=now
    )

    assert list(firm.executor.pay_terms.all()) == [term]


def test_a_sub_processor_works_only_after_a_person_agreed(world, firm, now):
    row = commands.propose_sub_processor(
        actor=world.platform, ref=firm.ref, name="夜航外包", purpose="夜间图片初审", now=now
    )

    def add():
        return commands.add_person(
            actor=world.platform,
            ref=firm.ref,
            username="night-worker",
            password="a-long-pass-phrase",
            sub_processor=row.ref,
            now=now,
        )

    with pytest.raises(Invalid):
        add()
    with pytest.raises(NotAllowed):
        commands.decide_sub_processor(actor=world.platform, ref=firm.ref, sub_processor=row.ref, approved=True, now=now)
    commands.decide_sub_processor(actor=world.carl, ref=firm.ref, sub_processor=row.ref, approved=True, now=now)
    assert add().sub_processor == row
    with pytest.raises(NotYourTurn):
        commands.decide_sub_processor(actor=world.carl, ref=firm.ref, sub_processor=row.ref, approved=False, now=now)
    assert SubProcessor.objects.get().decided_by_id == world.carl.user_id


def test_a_lead_proposes_a_sub_processor_and_a_worker_does_not(world, firm, now):
    lead = build.add_person(firm, now=now, is_lead=True)

    commands.propose_sub_processor(actor=build.acting(lead), ref=firm.ref, name="甲", purpose="乙", now=now)
    with pytest.raises(NotAllowed):
        commands.propose_sub_processor(actor=firm.actor, ref=firm.ref, name="甲", purpose="乙", now=now)


# — people —


def test_a_person_gets_a_code_that_says_nothing_and_acts_for_the_party(world, registered, now):
    person = build.add_person(registered, now=now)

    assert person.code.startswith("X-")
    assert len(person.code) == 6
    assert person.user.username not in person.code
    membership = Membership.objects.get(user=person.user)
    assert (membership.party, membership.role) == (registered.executor.party, "staff")
    assert queries.person_of(build.acting(person)) == person


def test_a_person_who_left_is_nobody_there_and_may_work_elsewhere(world, firm, now):
    actor, person = firm.actor, firm.person
    commands.end_person(actor=world.platform, ref=firm.ref, code=person.code, now=now)

    assert queries.person_of(actor) is None
    assert not Membership.objects.filter(user=person.user_id, ended_at__isnull=True).exists()
    other = build.register(world, now=now)
    again = commands.add_person(
        actor=world.platform, ref=other.ref, username=person.user.username, now=now + timedelta(hours=1)
    )
    assert again.code != person.code
    with pytest.raises(NotYourTurn):
        commands.end_person(actor=world.platform, ref=firm.ref, code=person.code, now=now)


def test_nobody_works_for_two_executors_and_staff_for_none(world, firm, now):
    other = build.register(world, now=now)
    with pytest.raises(Invalid) as refusal:
        commands.add_person(actor=world.platform, ref=other.ref, username=firm.person.user.username, now=now)
    assert codes(refusal) == [("/username", "works-already")]

    from accounts.models import User
    from casework.errors import CaseError

    otto = User.objects.get(pk=world.otto.user_id)
    with pytest.raises(CaseError) as conflict:
        commands.add_person(actor=world.carl, ref=other.ref, username=otto.username, now=now)
    assert conflict.value.code == "conflict-of-interest"
    assert not ExecutorPerson.objects.filter(executor=other.executor).exists()


def test_a_client_cannot_take_in_somebody_it_has_never_provided(world, firm, now):
    _client, stranger = make.make_client(now, name="other")
    party = make.make_party(_client, "EXECUTOR", "别家", now=now)
    executor = registration(world, now, actor=stranger, party=party.ref)
    with pytest.raises(Invalid) as refusal:
        commands.add_person(
            actor=stranger, ref=executor.ref, username=firm.person.user.username, password="a-long-pass-phrase", now=now
        )
    assert refusal.value.errors[0].pointer == "/username"
    assert not executor.people.exists()


def test_an_individual_is_one_person(world, now):
    alone = build.register(world, now=now, kind="INDIVIDUAL")
    build.add_person(alone, now=now)

    with pytest.raises(Invalid) as refusal:
        build.add_person(alone, now=now)
    assert codes(refusal) == [("/username", "individual")]


def test_a_worker_sees_themselves_a_lead_their_team_and_nobody_the_neighbours(world, firm, now):
    one, two = make.make_team("甲队"), make.make_team("乙队")
    lead = build.add_person(firm, now=now, is_lead=True, team=one)
    mate = build.add_person(firm, now=now, team=one)
    other = build.add_person(firm, now=now, team=two)

    assert set(queries.people_for(build.acting(lead))) == {lead, mate}
    assert list(queries.people_for(build.acting(other))) == [other]
    assert set(queries.people_for(world.carl)) == {firm.person, firm.lead, lead, mate, other}
    assert not queries.people_for(world.rita).exists()
