"""The laws of instructions, incidents, compensation, recourse, second looks and the sweep hold past the code.

What does not belong here: the registry, training and acts (test_constraints).
"""

import io
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection

from casework.machine import steps_of
from casework.models import Event
from executors import commands
from executors.models import (
    ActOutcome,
    Compensation,
    DoubleReview,
    ExecutorPerson,
    Incident,
    IncidentFinding,
    Instruction,
    Recourse,
    RecourseEntry,
)
from executors.models.laws import LAWS as TRIGGERS
from notices.models import SiblingReview
from tests import factories as make
from tests.disputes.building import PDF
from tests.executors import building as build
from tests.executors import erring as err
from tests.laws import Laws, assert_refused, insert

pytestmark = pytest.mark.exhaustive

LAWS = Laws()
DAY = timedelta(days=1)
LATER = 10 * DAY  # no finding of now can be contested any more


class Scene:
    """An active firm of a world, and what happened to it: cases of the module, the rest when asked for."""

    def __init__(self, world, firm, now, cases=None):
        self.world, self.firm, self.now, self.cases = world, firm, now, cases

    @property
    def stranger(self):
        """Somebody of another executor."""
        return build.active(self.world, now=self.now, name="别家").person

    def former(self, role):
        """Somebody who worked for the firm once and holds this role now."""
        actor = make.staff(role, now=self.now, name="former")
        ExecutorPerson.objects.create(
            executor=self.firm.executor,
            user_id=actor.user_id,
            code="X-F0RM",
            started_at=self.now - DAY,
            ended_at=self.now,
        )
        return actor

    def ordered(self):
        return err.instruction(self.firm, now=self.now)

    def taken_on(self):
        return err.taken_on(self.firm, now=self.now)

    def done(self):
        row = self.taken_on()
        return commands.complete_instruction(
            actor=self.firm.actor, ref=row.ref, evidence="已办", callback_id="cb-1", now=self.now
        )

    def withdrawn(self):
        return commands.withdraw_instruction(
            actor=self.world.platform, ref=self.ordered().ref, reason="编号有误", now=self.now
        )

    def reversal(self, of, **changes):
        values = {
            "kind": "REVERSAL",
            "reverses_id": of.pk,
            "state": "ISSUED",
            "acknowledged_at": None,
            "acknowledged_by_id": None,
            "completed_at": None,
            "completed_by_id": None,
            "withdrawn_at": None,
            "evidence": "",
            "callback_id": "",
        } | changes
        return self.copy(of, **values)

    @staticmethod
    def copy(row, **changes):
        n = make.number()
        return insert(row, **{"ref": f"{row.REF_PREFIX}{n}", "number": f"{row.NUMBER_PREFIX}-{n}"} | changes)

    @staticmethod
    def update(row, **changes):
        type(row).objects.filter(pk=row.pk).update(**changes)

    def opened(self):
        return self.cases["opened"]

    def explained(self):
        return self.cases["explained"]

    def found(self, outcome="IMPROPER"):
        return err.find(self.explained(), self.world.carl, now=self.now, outcome=outcome)

    def compensated(self):
        return self.cases["compensated"]

    def claimed(self):
        return self.cases["claimed"]

    def finding(self, incident, **changes):
        values = {
            "incident": incident,
            "round": incident.round,
            "outcome": "IMPROPER",
            "error_class": "WRONG_FACT",
            "reasons": "r",
            "corrective_step": "s",
            "found_by_id": self.world.carl.user_id,
            "session_hash": "h",
            "found_at": self.now,
        } | changes
        return IncidentFinding.objects.create(**values)

    def claim(self, incident, **changes):
        values = {
            "ref": "rec_x",
            "number": "R-x",
            "state": "CLAIMED",
            "created_at": self.now,
            "updated_at": self.now,
            "incident": incident,
            "executor": self.firm.executor,
            "claimed_minor": 100,
            "currency": "CNY",
            "words": "w",
        } | changes
        return Recourse.objects.create(**values)

    def entry(self, recourse, **changes):
        values = {
            "recourse": recourse,
            "no": 9,
            "kind": "DISPUTE",
            "amount_minor": 0,
            "by_ref": "usr_x",
            "at": self.now,
        } | changes
        return RecourseEntry.objects.create(**values)

    def drawn(self, **changes):
        act = self.firm.issue(now=self.now).act
        return DoubleReview.objects.create(**{"ref": "sec_x", "act": act, "drawn_at": self.now} | changes)

    def given(self, row, **changes):
        values = {
            "given_at": self.now,
            "reviewer_id": self.world.rita.user_id,
            "same_measure": True,
            "note": "n",
        } | changes
        self.update(row, **values)

    def other_event(self):
        return Event.objects.filter(case_kind="executor").earliest("pk").pk

    def swept(self):
        return self.cases["swept"]


@pytest.fixture(scope="module")
def module_cases(module_database, module_firm, now):
    with module_database():
        sibling = module_firm.issue(now=now)
        err.found(module_firm, now=now, outcome="RULE")
        err.settle_down(now)
        return {
            "opened": err.incident(module_firm, now=now),
            "explained": err.explained(module_firm, now=now),
            "compensated": err.compensated(module_firm, now=now),
            "claimed": err.claimed(module_firm, now=now),
            "swept": SiblingReview.objects.get(notice=sibling),
        }


@pytest.fixture
def scene(module_cases, world, firm, now, copy_of):
    return Scene(world, firm, now, copy_of(module_cases))


# — instructions —


LAWS.rows(
    instruction_state_is_known=lambda scene: scene.update(scene.ordered(), state="LOST"),
    instruction_says_what_to_do=lambda scene: scene.copy(scene.ordered(), words=""),
    instruction_leaves_time=lambda scene: scene.copy(scene.ordered(), due_at=scene.now),
    reversal_undoes_an_instruction=lambda scene: scene.copy(scene.ordered(), kind="REVERSAL"),
    reversal_is_live_once_per_instruction=lambda scene: (
        order := scene.done(),
        scene.reversal(order),
        scene.reversal(order),
    ),
    callback_counts_once_per_executor=lambda scene: scene.copy(scene.done()),
    instruction_completed_was_acknowledged_and_shown=lambda scene: scene.copy(
        scene.done(), evidence="", callback_id=""
    ),
    instruction_is_completed_or_withdrawn_never_both=lambda scene: scene.copy(
        scene.done(), withdrawn_at=scene.now, callback_id=""
    ),
    instruction_is_withdrawn_for_a_reason=lambda scene: scene.update(
        scene.ordered(), state="WITHDRAWN", withdrawn_at=scene.now
    ),
    instruction_is_answered_by_a_person_of_the_executor=lambda scene: scene.copy(
        scene.taken_on(), acknowledged_by_id=None
    ),
    instruction_is_kept=lambda scene: (scene.ordered(), Instruction.objects.all()._raw_delete("default")),
    instruction_stays_what_it_is=lambda scene: scene.update(scene.ordered(), words="别的事"),
    instruction_never_goes_back=lambda scene: scene.update(scene.done(), state="WITHDRAWN"),
    instruction_is_carried_out_by_its_executor=lambda scene: scene.update(
        scene.ordered(), state="ACKNOWLEDGED", acknowledged_at=scene.now, acknowledged_by_id=scene.stranger.pk
    ),
    instruction_goes_to_who_may_act=lambda scene: (
        order := scene.ordered(),
        build.suspend(scene.firm, now=scene.now),
        scene.copy(order),
    ),
    instruction_lies_within_mandate_contract_and_terms=lambda scene: scene.copy(
        scene.ordered(), measure_type="close_store"
    ),
    reversal_follows_what_was_not_withdrawn=lambda scene: scene.reversal(scene.withdrawn()),
    instruction_with_a_reversal_is_not_withdrawn=lambda scene: (
        order := scene.taken_on(),
        scene.reversal(order),
        scene.update(order, state="WITHDRAWN", withdrawn_at=scene.now, withdrawn_because="x"),
    ),
    instruction_acted_on_is_not_withdrawn=lambda scene: (
        order := scene.taken_on(),
        scene.firm.issue(now=scene.now, by={"instruction": order.ref}),
        scene.update(order, state="WITHDRAWN", withdrawn_at=scene.now, withdrawn_because="x"),
    ),
    instruction_is_taken_over_after_its_withdrawal=lambda scene: (
        order := scene.ordered(),
        scene.copy(order, replaces_id=order.pk, executor_id=None),
    ),
    act_follows_an_instruction_that_stands=lambda scene: (
        act := scene.firm.issue(now=scene.now).act,
        insert(act, ref="act_x", instruction_id=scene.ordered().pk),
    ),
)


# — outcomes and second looks —


LAWS.rows(
    outcome_is_recorded_once_per_decision=lambda scene: insert(scene.opened().outcome),
    outcome_source_is_known=lambda scene: insert(scene.opened().outcome, event_id=scene.other_event(), source="rumour"),
    outcome_overturned_says_in_what=lambda scene: insert(
        scene.opened().outcome, event_id=scene.other_event(), error_class=""
    ),
    outcome_of_an_act_is_append_only=lambda scene: scene.update(
        scene.opened().outcome, overturned=False, error_class=""
    ),
    second_look_says_the_same_or_in_what_it_differs=lambda scene: scene.given(scene.drawn(), error_class="WRONG_FACT"),
    second_look_is_sealed=lambda scene: (row := scene.drawn(), scene.given(row), scene.update(row, note="x")),
    second_look_stays_drawn=lambda scene: (scene.drawn(), DoubleReview.objects.all()._raw_delete("default")),
    second_look_is_blind=lambda scene: (
        row := scene.drawn(),
        err.said_of(row.act, now=scene.now, overturned=False),
        scene.given(row),
    ),
    second_look_is_by_somebody_else=lambda scene: scene.given(
        scene.drawn(), reviewer_id=scene.former("reviewer").user_id
    ),
)


# — incidents —


LAWS.rows(
    incident_state_is_known=lambda scene: scene.update(scene.opened(), state="LOST"),
    incident_leaves_time_to_explain=lambda scene: scene.copy(scene.opened(), explain_by=scene.now),
    incident_explanation_is_somebody_s=lambda scene: scene.update(scene.opened(), explanation="x"),
    incident_is_contested_once_by_somebody=lambda scene: scene.update(scene.opened(), round=2),
    incident_is_found_before_it_goes_on=lambda scene: scene.update(
        err.contest(scene.found(), now=scene.now), finding=""
    ),
    incident_begins_as_opened=lambda scene: scene.copy(scene.opened(), state="EXPLAINED"),
    incident_goes_from_state_to_state_as_drawn=lambda scene: scene.update(scene.explained(), state="OPENED"),
    incident_closes_at_a_time=lambda scene: scene.update(scene.compensated(), state="CLOSED"),
    incident_closes_after_the_time_to_contest=lambda scene: (
        row := scene.compensated(),
        scene.update(row, state="CLOSED", closed_at=row.contest_by),
    ),
    incident_is_contested_before_the_executor_pays=lambda scene: (
        row := scene.claimed(),
        scene.entry(row, kind="PAYMENT", amount_minor=1, reference="a", at=scene.now + LATER),
        person := scene.firm.person,
        scene.update(
            row.incident,
            state="CONTESTED",
            round=2,
            contest_reasons="x",
            contested_at=scene.now,
            contested_by_id=person.pk,
        ),
    ),
    incident_is_kept=lambda scene: (scene.opened(), Incident.objects.all()._raw_delete("default")),
    incident_follows_an_overturned_act=lambda scene: scene.copy(scene.opened(), cause_event_id=scene.other_event()),
    incident_stays_what_it_is=lambda scene: scene.update(scene.opened(), party_id=scene.world.other_merchant.pk),
    incident_is_answered_by_its_executor=lambda scene: scene.update(
        scene.opened(), explanation="x", explained_at=scene.now, explained_by_id=scene.stranger.pk
    ),
)


def _filed(scene):
    row = scene.opened()
    return commands.add_incident_file(
        actor=scene.firm.actor, ref=row.ref, file=io.BytesIO(PDF), name="a.pdf", now=scene.now
    )


LAWS.rows(
    incident_file_number_is_unique=lambda scene: insert(_filed(scene), ref="ifl_x"),
    incident_file_is_append_only=lambda scene: scene.update(_filed(scene), caption="x"),
    incident_file_comes_with_the_explanation=lambda scene: (
        file := _filed(scene),
        commands.explain_incident(actor=scene.firm.actor, ref=file.incident.ref, explanation="x", now=scene.now),
        insert(file, ref="ifl_x", no=2),
    ),
    incident_is_found_once_per_round=lambda scene: (row := scene.explained(), scene.finding(row), scene.finding(row)),
    incident_finding_is_known=lambda scene: scene.finding(scene.explained(), outcome="GUILTY"),
    incident_finding_gives_reasons=lambda scene: scene.finding(scene.explained(), reasons=""),
    incident_finding_is_append_only=lambda scene: scene.update(scene.found().findings.get(), reasons="x"),
    incident_is_found_by_compliance=lambda scene: scene.finding(
        scene.explained(), found_by_id=scene.world.rita.user_id
    ),
    incident_is_found_by_somebody_independent=lambda scene: scene.finding(
        scene.explained(), found_by_id=scene.former("compliance").user_id
    ),
    incident_is_heard_before_it_is_found=lambda scene: scene.finding(scene.opened()),
    incident_finding_is_on_file=lambda scene: scene.update(err.contest(scene.found(), now=scene.now), state="FOUND"),
    incident_says_what_was_found=lambda scene: scene.update(scene.compensated(), finding="TOOL"),
    compensation_number_is_unique=lambda scene: insert(scene.compensated().compensations.get(), reference="PAY-2"),
    compensation_payment_is_recorded_once=lambda scene: insert(scene.compensated().compensations.get(), no=2),
    compensation_follows_a_finding=lambda scene: (
        row := scene.compensated(),
        commands.close_incident(actor=scene.world.carl, ref=row.ref, now=scene.now + LATER),
        insert(row.compensations.get(), no=2, reference="PAY-2"),
    ),
    compensation_is_paid_or_says_why_not=lambda scene: insert(
        scene.compensated().compensations.get(), no=2, amount_minor=-1
    ),
    compensation_names_its_currency=lambda scene: insert(scene.compensated().compensations.get(), no=2, currency=""),
    compensation_is_append_only=lambda scene: scene.update(scene.compensated().compensations.get(), amount_minor=1),
    compensation_goes_to_the_harmed_party=lambda scene: insert(
        scene.compensated().compensations.get(), no=2, party_id=scene.world.other_merchant.pk
    ),
    incident_is_compensated_before_it_closes=lambda scene: scene.update(scene.found(), state="COMPENSATED"),
)


# — recourse —


LAWS.rows(
    recourse_state_is_known=lambda scene: scene.update(scene.claimed(), state="LOST"),
    recourse_begins_as_claimed=lambda scene: scene.claim(scene.compensated(), state="WRITTEN_OFF", ended_at=scene.now),
    recourse_goes_from_state_to_state_as_drawn=lambda scene: (
        row := scene.claimed(),
        disputed := {"dispute_reasons": "x", "disputed_at": scene.now, "disputed_by_id": scene.firm.person.pk},
        scene.update(row, state="DISPUTED", **disputed),
        scene.update(row, state="CLAIMED"),
    ),
    recourse_claims_something=lambda scene: scene.claim(scene.compensated(), claimed_minor=0),
    recourse_is_disputed_by_somebody=lambda scene: scene.update(scene.claimed(), dispute_reasons="x"),
    recourse_disputed_says_why=lambda scene: scene.update(scene.claimed(), state="DISPUTED"),
    recourse_ends_at_a_time=lambda scene: scene.update(scene.claimed(), ended_at=scene.now),
    recourse_is_kept=lambda scene: (scene.claimed(), Recourse.objects.all()._raw_delete("default")),
    recourse_follows_compensation=lambda scene: scene.claim(
        err.compensated(scene.firm, now=scene.now, outcome="NOT_IMPROPER")
    ),
    recourse_claims_no_more_than_was_paid=lambda scene: scene.claim(scene.compensated(), claimed_minor=20_001),
    recourse_stays_what_it_is=lambda scene: scene.update(scene.claimed(), claimed_minor=1),
)


@LAWS.broken_by("recourse_is_disputed_by_its_executor")
def _(scene):
    row, stranger = scene.claimed(), scene.stranger
    scene.update(row, state="DISPUTED", dispute_reasons="x", disputed_at=scene.now, disputed_by_id=stranger.pk)


LAWS.rows(
    recourse_ends_with_nothing_open=lambda scene: scene.update(
        scene.claimed(), state="WRITTEN_OFF", ended_at=scene.now
    ),
    recourse_waits_while_the_finding_is_contested=lambda scene: (
        row := scene.claimed(),
        scene.entry(row, kind="WRITE_OFF", amount_minor=15_000),
        scene.update(row, state="SETTLED", ended_at=row.incident.contest_by),
    ),
    recourse_takes_no_money_while_the_finding_can_fall=lambda scene: (
        row := scene.claimed(),
        scene.entry(row, kind="PAYMENT", amount_minor=1, reference="a", at=row.incident.contest_by),
    ),
)


@LAWS.broken_by("recourse_payment_is_recorded_once")
def _(scene):
    row = scene.claimed()
    for no in (2, 3):
        scene.entry(row, no=no, kind="PAYMENT", amount_minor=1, reference="a", at=scene.now + LATER)


LAWS.rows(
    recourse_entry_number_is_unique=lambda scene: scene.entry(scene.claimed(), no=1),
    recourse_entry_kind_is_known=lambda scene: scene.entry(scene.claimed(), kind="GIFT"),
    recourse_entry_is_an_amount=lambda scene: scene.entry(scene.claimed(), amount_minor=-1),
    recourse_payment_has_a_reference=lambda scene: scene.entry(
        scene.claimed(), kind="PAYMENT", amount_minor=1, at=scene.now + LATER
    ),
    recourse_ledger_is_append_only=lambda scene: scene.update(scene.claimed().entries.get(), amount_minor=1),
    recourse_ledger_never_exceeds_the_claim=lambda scene: scene.entry(
        scene.claimed(), kind="WRITE_OFF", amount_minor=15_001
    ),
    recourse_ledger_is_closed_with_the_case=lambda scene: (
        row := commands.write_off_recourse(
            actor=scene.world.carl, ref=scene.claimed().ref, reason="已停业。", now=scene.now
        ),
        scene.entry(row),
    ),
)


# — the sweep —


LAWS.rows(
    sibling_state_is_known=lambda scene: scene.update(scene.swept(), state="LOST"),
    sibling_names_its_cause=lambda scene: scene.copy(scene.swept(), origin_ref=""),
    sibling_is_looked_at_once_per_error=lambda scene: (
        row := scene.swept(),
        kept := {"state": "KEPT", "decided_at": scene.now, "decided_by_id": scene.world.carl.user_id, "reasons": "r"},
        scene.copy(row, **kept),
    ),
    sibling_is_open_once_per_cause=lambda scene: scene.copy(scene.swept(), origin_ref="inc_other"),
    sibling_is_kept_by_a_person_with_reasons=lambda scene: scene.update(
        scene.swept(), state="KEPT", decided_at=scene.now, reasons="r"
    ),
    sibling_review_is_kept=lambda scene: (scene.swept(), SiblingReview.objects.all()._raw_delete("default")),
    sibling_review_stays_what_it_is=lambda scene: scene.update(scene.swept(), cause_value="x"),
    sibling_is_corrected_only_where_the_notice_fell=lambda scene: scene.update(
        scene.swept(), state="CORRECTED", decided_at=scene.now, reasons="r"
    ),
)


@LAWS.broken_by("sibling_is_looked_at_by_somebody_else")
def _(scene):
    row, former = scene.swept(), scene.former("compliance")
    scene.update(row, state="KEPT", decided_at=scene.now, decided_by_id=former.user_id, reasons="r")


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(scene, name):
    assert_refused(name, lambda: LAWS[name](scene))


@pytest.mark.parametrize("after", [301 * DAY, 401 * DAY], ids=["terms", "contract"])
def test_no_order_is_given_out_of_term(scene, after):
    if after > 400 * DAY:
        commands.record_processing_terms(
            actor=scene.world.platform,
            ref=scene.firm.ref,
            terms=build.terms(scene.now, until=scene.now + 900 * DAY),
            now=scene.now,
        )
    order, at = scene.ordered(), scene.now + after

    assert_refused(
        "instruction_lies_within_mandate_contract_and_terms",
        lambda: scene.copy(order, created_at=at, due_at=at + DAY),
    )


@pytest.mark.parametrize("model", [ActOutcome, IncidentFinding, Compensation, RecourseEntry], ids=lambda m: m.__name__)
def test_no_row_of_the_record_can_be_deleted(scene, model):
    assert scene.claimed()
    name = {
        ActOutcome: "outcome_of_an_act_is_append_only",
        IncidentFinding: "incident_finding_is_append_only",
        Compensation: "compensation_is_append_only",
        RecourseEntry: "recourse_ledger_is_append_only",
    }[model]

    assert_refused(name, lambda: model.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    "change",
    [
        {"due_at": DAY},
        {"subject_number": "B-9"},
        {"evidence": "x"},
        {"completed_at": DAY},
        {"acknowledged_at": DAY},
        {"callback_id": "cb-2"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_of_what_was_done_can_be_rewritten(scene, change):
    row = scene.done()
    values = {k: scene.now + v if isinstance(v, timedelta) else v for k, v in change.items()}

    assert_refused("instruction_stays_what_it_is", lambda: scene.update(row, **values))


def test_whoever_found_first_does_not_find_again(scene):
    row = err.contest(scene.found(), now=scene.now)

    assert_refused("incident_is_found_by_somebody_independent", lambda: scene.finding(row, round=2))


def test_what_was_paid_in_parts_never_exceeds_the_claim(scene):
    row = scene.claimed()
    scene.entry(row, no=2, kind="PAYMENT", amount_minor=10_000, reference="a", at=scene.now + LATER)

    assert_refused(
        "recourse_ledger_never_exceeds_the_claim",
        lambda: scene.entry(row, no=3, kind="SETTLEMENT", amount_minor=5_001, reference="b", at=scene.now + LATER),
    )


def test_money_of_an_executor_waits_for_the_second_finding_too(scene):
    row = scene.claimed()
    err.contest(row.incident, now=scene.now)

    for kind in ("PAYMENT", "SETTLEMENT"):
        assert_refused(
            "recourse_takes_no_money_while_the_finding_can_fall",
            lambda kind=kind: scene.entry(row, kind=kind, amount_minor=1, reference="a", at=scene.now + LATER),
        )


def drawn(model):
    return {(step.source, step.target) for step in steps_of(model) if step.target not in (None, step.source)}


@pytest.mark.parametrize("model", [Incident, Recourse], ids=lambda m: m.KIND)
def test_the_table_draws_the_machine_s_steps_and_no_other(db, model):
    """Each pair of states is asked of the very condition of the trigger."""
    [law] = [t for t in TRIGGERS if t.name == f"{model.KIND}_goes_from_state_to_state_as_drawn"]
    states = [str(value) for value, _label in model._meta.get_field("state").choices]
    for old, new in product(states, states):
        condition = law.when.replace("NEW.state", f"'{new}'").replace("OLD.state", f"'{old}'")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT CASE WHEN {condition} THEN 1 ELSE 0 END")
            [refuses] = cursor.fetchone()
        assert refuses == (0 if old == new or (old, new) in drawn(model) else 1), (old, new)
