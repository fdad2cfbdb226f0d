"""Nobody who demanded a person is decided by a machine: held by policy, by the machine, by the database, each alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from appeals import commands as appeals
from appeals.models import Appeal, Decision, HumanDemand, Opening
from appeals.queries import appeal_for, letter_of
from casework.actor import Actor
from casework.errors import CaseError, NotAllowed, NotYourTurn
from casework.firing import constraint_name, fire
from casework.models import Event
from tests import factories as make
from triage import commands as triage


@pytest.fixture
def automation(world, now):
    """Automation is switched on for delisting, and the system would grant everything."""
    world.more["certificate"] = make.switch_on(world.carl, now=now)
    return lambda appeal: make.suggested(appeal, now=now)


@pytest.fixture
def system_first(world, now, automation):
    return automation(make.file(world.alice, world.notice(), now=now, review="system_first"))


def refused_by(error: pytest.ExceptionInfo[IntegrityError]) -> str | None:
    return constraint_name(error.value)


def test_without_a_demand_the_system_may_grant(world, now, system_first):
    decided = triage.finalise_automatically(appeal_id=system_first.pk, now=now)

    assert (decided.state, decided.outcome, decided.decided_by_kind) == ("DECIDED", "OVERTURNED", "SYSTEM")
    decided.notice.refresh_from_db()
    assert decided.notice.state == "REVOKED"


def test_what_the_system_wrote_is_in_the_appellants_language(world, now, automation):
    notice = world.notice(language="en")
    appeal = automation(make.file(world.alice, notice, now=now, review="system_first"))

    with translation.override("zh-hans"):  # as a worker, which speaks the installation's language
        decided = triage.finalise_automatically(appeal_id=appeal.pk, now=now)

    assert decided.decision.reasons.startswith("The system compared your appeal")
    assert decided.decision.points.get().text == "the facts are wrong"


def test_a_letter_that_confirms_an_automated_result_does_not_say_that_the_measure_goes_on(world, now, system_first):
    triage.finalise_automatically(appeal_id=system_first.pk, now=now)
    human = appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)
    make.ready_to_decide(world.rita, human, now=now)
    make.decide(world.rita, human, now=now)

    letter = letter_of(appeal_for(world.alice, human.ref), language="en")
    assert letter.parts[6].lines == ("The measure was already undone by the earlier result; nothing is taken back.",)


def test_what_a_person_decided_is_never_decided_anew_by_the_system(world, now, automation, monkeypatch):
    """No second review ever proved a certificate: it is for a person, also when the appellant chose the system."""
    first = make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    decided = make.decide(world.rita, first, now=now, outcome="UPHELD")
    second = automation(make.file(world.alice, decided.notice, now=now, review="system_first"))
    assert second.round == 2

    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=second.pk, now=now)
    monkeypatch.setattr("triage.permission.scope_of", lambda _appeal: ("delist", "facts_wrong"))
    with pytest.raises(CaseError):
        triage.finalise_automatically(appeal_id=second.pk, now=now)
    assert not Decision.objects.filter(appeal=second).exists()


def test_automation_is_off_unless_switched_on(world, now, system_first):
    triage.set_automation_policy(actor=world.carl, measure_type="delist", ground="facts_wrong", mode="assist", now=now)

    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=system_first.pk, now=now)
    system_first.refresh_from_db()
    assert system_first.state == "SYSTEM_REVIEW"


def test_a_weak_suggestion_decides_nothing(world, now, automation):
    appeal = make.suggested(
        make.file(world.alice, world.notice(), now=now, review="system_first"), now=now, permille=899
    )

    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=appeal.pk, now=now)


def test_after_a_demand_the_command_refuses(world, now, system_first):
    appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)

    with pytest.raises(NotYourTurn):
        triage.finalise_automatically(appeal_id=system_first.pk, now=now)
    assert not Decision.objects.exists()


def test_after_a_demand_the_machine_refuses_even_where_the_command_is_bypassed(world, now, system_first):
    appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)
    system_first.refresh_from_db()
    # Bypass the command and the state: pretend that the demanded case were still with the system.
    system_first.__dict__["state"] = "SYSTEM_REVIEW"

    with pytest.raises(NotYourTurn), transaction.atomic():
        fire(system_first, "finalise_automatically", actor=Actor.system("triage"), now=now)


def test_after_a_demand_the_table_refuses_an_automated_outcome(world, now, system_first):
    appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Appeal.objects.filter(pk=system_first.pk).update(
            state="DECIDED", decided_by_kind="SYSTEM", outcome="OVERTURNED", decided_at=now
        )
    assert refused_by(error) in {
        "appeal_human_demand_is_honoured",
        "automated_finalisation_yields_to_demand",
        "decided_appeal_has_its_decision",
    }


def test_the_check_alone_refuses_it(world, now, system_first):
    """On insertion no trigger on UPDATE can help: the CHECK stands alone."""
    copied = Appeal.objects.get(pk=system_first.pk)
    copied.pk, copied.ref, copied.number, copied.round = None, "apl_x", "A-x", 9
    copied.previous = system_first
    copied.human_demanded, copied.decided_by_kind, copied.outcome, copied.decided_at = (
        True,
        "SYSTEM",
        "OVERTURNED",
        now,
    )
    copied.__dict__["state"] = "DECIDED"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        copied.save(force_insert=True)
    assert refused_by(error) == "appeal_human_demand_is_honoured"


def test_the_demand_cannot_be_taken_back(world, now, system_first):
    appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Appeal.objects.filter(pk=system_first.pk).update(human_demanded=False)
    assert refused_by(error) == "demand_is_never_taken_back"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        HumanDemand.objects.all().delete()
    assert refused_by(error) == "demand_is_append_only"


def test_an_automated_decision_row_is_refused_after_a_demand(world, now, system_first):
    appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Decision.objects.create(
            appeal=system_first,
            by_kind="SYSTEM",
            outcome="OVERTURNED",
            reasons="x",
            rule_application="",
            system_view="agreed",
            decided_at=now,
            check_code="C" * 12,
        )
    assert refused_by(error) == "automated_decision_yields_to_demand"


def test_a_demand_row_is_refused_after_an_automated_decision_so_that_it_is_never_swallowed(world, now, system_first):
    triage.finalise_automatically(appeal_id=system_first.pk, now=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        HumanDemand.objects.create(appeal=system_first, demanded_by_id=world.alice.user_id, via="web", demanded_at=now)
    assert refused_by(error) == "demand_is_not_swallowed_by_automated_decision"


def test_a_demand_after_an_automated_outcome_opens_a_round_for_a_person(world, now, system_first):
    triage.finalise_automatically(appeal_id=system_first.pk, now=now)
    human = appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now + timedelta(days=40))

    assert (human.round, human.state, human.human_demanded, human.level) == (2, "SUBMITTED", True, "FIRST")
    assert human.previous_id == system_first.pk
    again = appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now + timedelta(days=41))
    assert again.pk == human.pk


def test_demanding_twice_changes_nothing(world, now, system_first):
    first = appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)
    before = Event.objects.count()
    second = appeals.demand_human(actor=world.alice, ref=system_first.ref, now=now)

    assert first.version == second.version
    assert Event.objects.count() == before


def test_staff_of_a_store_may_demand_too_and_a_stranger_finds_nothing(world, now, system_first):
    with pytest.raises(CaseError) as refusal:
        appeals.demand_human(actor=world.eve, ref=system_first.ref, now=now)
    assert refusal.value.code == "not-found"
    assert not HumanDemand.objects.exists()

    assert appeals.demand_human(actor=world.alice_staff, ref=system_first.ref, now=now).human_demanded


def test_a_platform_client_cannot_demand_or_decide(world, now, system_first):
    with pytest.raises(NotAllowed):
        appeals.demand_human(actor=world.platform, ref=system_first.ref, now=now)
    with pytest.raises(NotAllowed):
        make.decide(world.platform, system_first, now=now)


def held(world, now) -> Appeal:
    return make.ready_to_decide(world.rita, make.file(world.alice, world.notice(), now=now), now=now)


def test_a_human_decision_needs_an_interactive_session(world, now):
    appeal = held(world, now)

    with pytest.raises(NotAllowed):
        make.decide(replace(world.rita, session=""), appeal, now=now)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        human_row(appeal, world, now, session_hash="")
    assert refused_by(error) == "decision_by_a_person_carries_a_person"


def human_row(appeal, world, now, **changes):
    values = {
        "appeal": appeal,
        "by_kind": "HUMAN",
        "reviewer_id": world.rita.user_id,
        "session_hash": "s" * 64,
        "outcome": "UPHELD",
        "reasons": "r",
        "rule_application": "a",
        "system_view": "not_used",
        "decided_at": now,
        "check_code": "C" * 12,
    } | changes
    return Decision.objects.create(**values)


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        (
            {"reviewer_id": None},
            {
                "decision_by_a_person_carries_a_person",
                "human_decision_is_by_the_holder",
                "human_decision_follows_reading",
            },
        ),
        ({"reasons": ""}, {"decision_by_a_person_carries_a_person"}),
        ({"rule_application": ""}, {"decision_by_a_person_carries_a_person"}),
    ],
)
def test_a_decision_that_calls_itself_human_carries_a_person_and_reasons(world, now, changes, law):
    appeal = held(world, now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        human_row(appeal, world, now, **changes)
    assert refused_by(error) in law


def test_a_human_decision_follows_reading(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=now)
    appeals.record_first_view(
        actor=world.rita, ref=appeal.ref, outcome="UPHELD", confidence="low", unread_reason="Later.", now=now
    )
    appeal.refresh_from_db()

    with pytest.raises(CaseError) as refusal:
        make.decide(world.rita, appeal, now=now)
    assert "nothing-opened" in [e.code for e in refusal.value.errors]
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        human_row(appeal, world, now)
    assert refused_by(error) == "human_decision_follows_reading"
    # Opening only the system's view is not reading the file.
    Opening.objects.create(appeal=appeal, reviewer_id=world.rita.user_id, subject="suggestion", opened_at=now)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        human_row(appeal, world, now)
    assert refused_by(error) == "human_decision_follows_reading"


def test_a_decision_is_by_the_one_who_holds_the_case(world, now):
    appeal = held(world, now)
    Opening.objects.create(appeal=appeal, reviewer_id=world.rosa.user_id, subject="notice", opened_at=now)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        human_row(appeal, world, now, reviewer_id=world.rosa.user_id)
    assert refused_by(error) == "human_decision_is_by_the_holder"


def test_a_decision_is_final_and_unchangeable(world, now):
    appeal = held(world, now)
    make.decide(world.rita, appeal, now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(reasons="other")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(outcome="UPHELD")
    assert refused_by(error) in {"appeal_outcome_stands", "decided_appeal_has_its_decision"}
    with pytest.raises(NotYourTurn):
        appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now)


def test_the_system_never_decides_against_the_appellant(world, now, system_first):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Decision.objects.create(
            appeal=system_first,
            by_kind="SYSTEM",
            outcome="UPHELD",
            reasons="x",
            rule_application="",
            system_view="agreed",
            decided_at=now,
            check_code="C" * 12,
        )
    assert refused_by(error) == "decision_by_a_person_carries_a_person"
