"""The laws of the registry, of training and of acts hold for whoever writes past the code."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import F

from executors.machine import ExecutorState
from executors.models import (
    Act,
    ActCertification,
    Attempt,
    Certification,
    Curriculum,
    Executor,
    ExecutorPerson,
    Mandate,
    MandateCategory,
    MandateMeasure,
    MandateRule,
    PayTerm,
    Question,
    SubProcessor,
)
from rules.models import PlatformRule, RuleVersion
from tests import factories as make
from tests.executors import building as build
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


class Scene:
    """An active firm of a world, and what is written past the code about it."""

    def __init__(self, world, firm, now):
        self.world, self.firm, self.now = world, firm, now
        self.executor = firm.executor

    def update(self, **changes):
        Executor.objects.filter(pk=self.executor.pk).update(**changes)

    def new(self):
        return build.register(self.world, now=self.now)

    def another(self, **changes):
        """Another executor row."""
        party = make.make_party(self.world.client, "EXECUTOR", "乙", now=self.now)
        values = {"ref": "exe_x", "number": "X-x", "party_id": party.pk, "state": "REGISTERED"} | changes
        return insert(self.executor, **values)

    def sub_processor(self, **changes):
        values = {
            "ref": f"sub_{make.number()}",
            "executor": self.executor,
            "name": "丙",
            "purpose": "夜班",
            "proposed_at": self.now,
            "proposed_by_ref": "cli_x",
        } | changes
        return SubProcessor.objects.create(**values)

    def decided(self, **changes):
        values = {"approved": True, "decided_at": self.now, "decided_by_id": self.world.carl.person} | changes
        return self.sub_processor(**values)

    def person(self, **changes):
        user = make.make_user("worker", now=self.now)
        values = {
            "executor": self.executor,
            "user": user,
            "code": f"Y-{make.number()}",
            "started_at": self.now,
        } | changes
        return ExecutorPerson.objects.create(**values)

    def mandate(self, **changes):
        """A further version, ended where it starts."""
        values = {"ref": f"mdt_{make.number()}", "no": 9, "effective_until": F("effective_from")} | changes
        if values["effective_until"] == F("effective_from"):
            values["effective_until"] = self.firm.mandate.effective_from
        return insert(self.firm.mandate, **values)

    def act(self, **changes):
        values = {
            "ref": f"act_{make.number()}",
            "executor": self.executor,
            "person": self.firm.person,
            "mandate": self.firm.mandate,
            "acted_at": self.now,
        } | changes
        return Act.objects.create(**values)

    def certified_act(self):
        act = self.act()
        ActCertification.objects.create(act=act, certification=self.firm.certification)
        return act

    def draft_curriculum(self, **changes):
        values = {"ref": f"cur_{make.number()}", "no": 7, "published_at": None} | changes
        return insert(self.firm.curriculum, **values)

    def attempt(self, **changes):
        values = {
            "ref": f"att_{make.number()}",
            "person": self.firm.person,
            "curriculum": self.firm.curriculum,
            "started_at": self.now,
        } | changes
        return Attempt.objects.create(**values)

    def passed(self, **changes):
        values = {"finished_at": self.now, "score": 100, "passed": True, "evidence_hash": "h"} | changes
        return self.attempt(**values)

    def certification(self, **changes):
        values = {"ref": f"ctf_{make.number()}"} | changes
        if "attempt_id" not in values:
            values["attempt_id"] = self.passed().pk
        return insert(self.firm.certification, **values)


@pytest.fixture
def scene(world, firm, now):
    return Scene(world, firm, now)


# — the registry —


LAWS.rows(
    executor_state_is_known=lambda scene: scene.update(state="ELSEWHERE"),
    executor_kind_is_known=lambda scene: scene.another(kind="MACHINE"),
    executor_has_a_contract_with_a_term=lambda scene: scene.another(contract_until=scene.executor.contract_from),
    executor_stands_so_for_a_reason=lambda scene: scene.update(state="SUSPENDED", state_reason=""),
    executor_is_a_party_of_that_kind=lambda scene: scene.another(party_id=scene.world.merchant.pk),
    executor_begins_as_registered=lambda scene: scene.another(state="ACTIVE"),
    executor_stays_who_it_is=lambda scene: scene.update(contract_until=F("contract_until") - timedelta(days=1)),
    executor_goes_from_state_to_state_as_drawn=lambda scene: scene.update(state="REGISTERED"),
    executor_certified_has_a_certified_person=lambda scene: (
        firm := build.in_training(scene.world, now=scene.now, name="丁"),
        Executor.objects.filter(pk=firm.executor.pk).update(state="CERTIFIED"),
    ),
    executor_active_has_mandate_terms_and_contract=lambda scene: (
        firm := build.ready(scene.world, now=scene.now, name="丁"),
        Mandate.objects.filter(pk=firm.mandate.pk).update(effective_until=scene.now),
        Executor.objects.filter(pk=firm.executor.pk).update(state="ACTIVE"),
    ),
    executor_active_has_a_lead=lambda scene: (
        firm := build.ready(scene.world, now=scene.now, name="戊"),
        firm.executor.people.filter(is_lead=True).update(is_lead=False),
        Executor.objects.filter(pk=firm.executor.pk).update(state="ACTIVE"),
    ),
    executor_that_is_heard_keeps_a_lead=lambda scene: scene.executor.people.filter(is_lead=True).update(
        ended_at=scene.now
    ),
    executor_stops_after_its_last_act=lambda scene: (
        scene.firm.issue(now=scene.now + timedelta(hours=1)),
        scene.update(state="SUSPENDED", state_reason="晚了", state_since=scene.now),
    ),
    executor_is_kept=lambda scene: Executor.objects.filter(pk=scene.new().executor.pk)._raw_delete("default"),
    processing_terms_number_is_unique=lambda scene: insert(scene.executor.processing_terms.get()),
    processing_terms_say_everything=lambda scene: insert(scene.executor.processing_terms.get(), no=2, protection=""),
    processing_terms_end_is_known=lambda scene: insert(scene.executor.processing_terms.get(), no=2, on_end="sell"),
    processing_terms_have_a_term=lambda scene: (
        row := scene.executor.processing_terms.get(),
        insert(row, no=2, until=row.effective_from),
    ),
    processing_terms_are_append_only=lambda scene: scene.executor.processing_terms.update(
        until=scene.now + timedelta(days=3000)
    ),
    sub_processor_is_named_with_purpose=lambda scene: scene.sub_processor(purpose=""),
    sub_processor_is_decided_by_somebody=lambda scene: scene.decided(decided_by_id=None),
    sub_processor_is_decided_once=lambda scene: SubProcessor.objects.filter(pk=scene.decided(approved=False).pk).update(
        approved=True
    ),
    sub_processor_is_kept=lambda scene: SubProcessor.objects.filter(pk=scene.sub_processor().pk)._raw_delete("default"),
)


def pay(scene, **changes):
    values = {
        "executor": scene.executor,
        "metric": "HOURLY",
        "words": "每小时六十元",
        "starts_at": scene.now,
        "recorded_at": scene.now,
        "recorded_by_ref": "cli_x",
    } | changes
    return PayTerm.objects.create(**values)


LAWS.rows(
    pay_is_never_keyed_to_rejections=lambda scene: pay(scene, metric="REJECTIONS"),
    pay_is_put_in_words=lambda scene: pay(scene, words=""),
    pay_term_has_a_term=lambda scene: pay(scene, ends_at=scene.now),
    pay_term_is_append_only=lambda scene: PayTerm.objects.filter(pk=pay(scene).pk).update(words="每驳回一件五元"),
    person_works_for_one_executor_at_a_time=lambda scene: (
        other := scene.new(),
        scene.person(executor=other.executor, user_id=scene.firm.person.user_id),
    ),
    executor_person_has_a_code=lambda scene: scene.person(code=""),
    executor_person_ends_after_the_start=lambda scene: scene.person(ended_at=scene.now - timedelta(seconds=1)),
    individual_is_one_person=lambda scene: (
        alone := build.register(scene.world, now=scene.now, kind="INDIVIDUAL"),
        build.add_person(alone, now=scene.now),
        scene.person(executor=alone.executor),
    ),
    person_of_a_sub_processor_needs_its_approval=lambda scene: scene.person(sub_processor=scene.sub_processor()),
    executor_person_stays_who_they_are=lambda scene: scene.executor.people.update(code="X-NEW"),
    executor_person_ends_after_their_acts=lambda scene: (
        scene.firm.issue(now=scene.now + timedelta(hours=1)),
        scene.executor.people.update(ended_at=scene.now),
    ),
    executor_person_is_kept=lambda scene: ExecutorPerson.objects.filter(pk=scene.person().pk)._raw_delete("default"),
    mandate_number_is_unique=lambda scene: scene.mandate(no=scene.firm.mandate.no),
    mandate_ends_after_it_starts=lambda scene: scene.mandate(effective_until=scene.now - timedelta(days=1)),
    mandate_ceiling_is_an_amount=lambda scene: scene.mandate(ceiling_minor=-5),
    mandate_is_granted_by_somebody=lambda scene: scene.mandate(granted_by_client_id=None),
    mandates_do_not_overlap=lambda scene: scene.mandate(effective_until=None),
    mandate_is_fixed_once_granted=lambda scene: Mandate.objects.filter(pk=scene.firm.mandate.pk).update(
        ceiling_minor=10**9
    ),
    mandate_ends_after_what_was_done_under_it=lambda scene: (
        scene.firm.issue(now=scene.now + timedelta(hours=1)),
        Mandate.objects.filter(pk=scene.firm.mandate.pk).update(effective_until=scene.now + timedelta(hours=1)),
    ),
    mandate_is_kept=lambda scene: Mandate.objects.filter(pk=scene.mandate(granted_at=None).pk)._raw_delete("default"),
)


@LAWS.broken_by("mandate_names_a_measure_once")
def _(scene):
    draft = scene.mandate(granted_at=None)
    for _no in (1, 2):
        MandateMeasure.objects.create(mandate=draft, measure_type="delist", level=1)


LAWS.rows(
    mandate_measure_has_a_level=lambda scene: MandateMeasure.objects.create(
        mandate=scene.mandate(granted_at=None), measure_type="delist", level=4
    ),
)


@LAWS.broken_by("mandate_names_a_rule_once")
def _(scene):
    draft = scene.mandate(granted_at=None)
    for _no in (1, 2):
        MandateRule.objects.create(mandate=draft, rule=PlatformRule.objects.get(code=scene.world.rule))


@LAWS.broken_by("mandate_names_a_category_once")
def _(scene):
    draft = scene.mandate(granted_at=None)
    for _no in (1, 2):
        MandateCategory.objects.create(mandate=draft, category="数码")


LAWS.rows(
    mandate_category_is_named=lambda scene: MandateCategory.objects.create(
        mandate=scene.mandate(granted_at=None), category=""
    ),
    mandate_measure_precedes_the_grant=lambda scene: MandateMeasure.objects.create(
        mandate=scene.firm.mandate, measure_type="close_store", level=1
    ),
    mandate_rule_precedes_the_grant=lambda scene: (
        other := make.publish_rule(scene.world.platform, now=scene.now),
        MandateRule.objects.create(mandate=scene.firm.mandate, rule=PlatformRule.objects.get(code=other)),
    ),
    mandate_category_precedes_the_grant=lambda scene: MandateCategory.objects.create(
        mandate=scene.firm.mandate, category="数码"
    ),
    mandate_measure_is_append_only=lambda scene: scene.firm.mandate.measures.update(level=1),
    mandate_rule_is_append_only=lambda scene: scene.firm.mandate.rules.all()._raw_delete("default"),
    mandate_category_is_append_only=lambda scene: (
        mandate := build.grant(scene.firm, now=scene.now, categories=["数码"]),
        mandate.categories.all()._raw_delete("default"),
    ),
)


# — training —


LAWS.rows(
    curriculum_edition_is_unique=lambda scene: scene.draft_curriculum(no=scene.firm.curriculum.no),
    curriculum_has_a_level=lambda scene: scene.draft_curriculum(level=0),
    curriculum_teaches_something=lambda scene: scene.draft_curriculum(material_zh=""),
    curriculum_takes_half_to_pass=lambda scene: scene.draft_curriculum(pass_percent=10),
    curriculum_certifies_for_a_time=lambda scene: scene.draft_curriculum(valid_days=0),
    curriculum_is_fixed_once_published=lambda scene: Curriculum.objects.filter(pk=scene.firm.curriculum.pk).update(
        pass_percent=50
    ),
    curriculum_is_published_with_questions=lambda scene: scene.draft_curriculum(published_at=scene.now),
)


@LAWS.broken_by("question_number_is_unique")
def _(scene):
    question = scene.firm.curriculum.questions.first()
    draft = scene.draft_curriculum()
    for _no in (1, 2):
        insert(question, curriculum_id=draft.pk)


LAWS.rows(
    question_asks_and_explains=lambda scene: insert(
        scene.firm.curriculum.questions.first(), curriculum_id=scene.draft_curriculum().pk, explanation_zh=""
    ),
    question_is_fixed_once_published=lambda scene: scene.firm.curriculum.questions.update(right=0),
    question_is_not_added_after_publication=lambda scene: insert(scene.firm.curriculum.questions.first(), no=99),
    attempt_is_open_once_per_person_and_curriculum=lambda scene: (scene.attempt(), scene.attempt()),
    attempt_finished_has_a_result=lambda scene: scene.attempt(finished_at=scene.now, evidence_hash="h"),
    attempt_is_of_a_live_person_at_a_published_test=lambda scene: scene.attempt(
        person=scene.person(ended_at=scene.now)
    ),
    attempt_is_fixed_once_finished=lambda scene: Attempt.objects.update(answers={"1": 2}),
    attempt_passes_by_its_score=lambda scene: scene.passed(score=10),
    attempt_is_kept=lambda scene: Attempt.objects.filter(pk=scene.attempt().pk)._raw_delete("default"),
    certification_expires_after_it_is_issued=lambda scene: scene.certification(expires_at=scene.now),
    certification_is_withdrawn_for_a_reason=lambda scene: Certification.objects.update(withdrawn_at=scene.now),
    certification_follows_a_passed_attempt=lambda scene: (
        failed := scene.passed(score=10, passed=False),
        scene.certification(attempt_id=failed.pk),
    ),
    certification_is_only_ever_withdrawn=lambda scene: Certification.objects.update(
        expires_at=F("expires_at") + timedelta(days=1000)
    ),
    certification_is_withdrawn_after_its_acts=lambda scene: (
        scene.firm.issue(now=scene.now + timedelta(hours=1)),
        Certification.objects.update(withdrawn_at=scene.now + timedelta(hours=1), withdrawn_because="作弊"),
    ),
    certification_is_kept=lambda scene: Certification.objects.filter(pk=scene.certification().pk)._raw_delete(
        "default"
    ),
    rule_version_ends_after_acts_certified_for_it=lambda scene: (
        scene.firm.issue(now=scene.now + timedelta(hours=1)),
        RuleVersion.objects.update(effective_to=scene.now),
    ),
)


# — acts —


LAWS.rows(
    act_is_of_an_active_executor=lambda scene: (build.suspend(scene.firm, now=scene.now), scene.act()),
    act_is_within_contract_and_processing_terms=lambda scene: scene.act(acted_at=scene.now + timedelta(days=350)),
    act_is_by_a_person_of_the_executor=lambda scene: (
        other := scene.new(),
        scene.act(person=build.add_person(other, now=scene.now)),
    ),
    act_is_under_a_mandate_in_force=lambda scene: (
        Mandate.objects.filter(pk=scene.firm.mandate.pk).update(effective_until=scene.now),
        scene.act(),
    ),
    act_is_within_the_categories_of_its_mandate=lambda scene: (
        build.grant(scene.firm, now=scene.now, categories=["数码"]),
        scene.act(category="食品"),
    ),
    act_is_append_only=lambda scene: Act.objects.filter(pk=scene.act().pk).update(tool_version="另一个"),
    act_names_a_certification_once=lambda scene: ActCertification.objects.create(
        act=scene.certified_act(), certification=scene.firm.certification
    ),
    act_rests_on_a_certification_in_force=lambda scene: (
        act := scene.act(acted_at=scene.now + timedelta(days=200)),
        ActCertification.objects.create(act=act, certification=scene.firm.certification),
    ),
    act_certification_is_append_only=lambda scene: (
        scene.certified_act(),
        ActCertification.objects.all()._raw_delete("default"),
    ),
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(scene, name):
    assert_refused(name, lambda: LAWS[name](scene))


def test_every_table_of_executors_has_laws():
    assert all(model._meta.constraints for model in apps.get_app_config("executors").get_models() if model is not Act)


@pytest.mark.parametrize("state", list(ExecutorState))
def test_nothing_brings_back_an_executor_that_has_ended(scene, state):
    scene.update(state="ENDED", state_reason="合同终止")
    if state == "ENDED":
        return

    assert_refused("executor_goes_from_state_to_state_as_drawn", lambda: scene.update(state=state))


@pytest.mark.parametrize(
    "name",
    [
        "mandate_measure_is_append_only",
        "mandate_rule_is_append_only",
        "act_is_append_only",
        "question_is_fixed_once_published",
    ],
)
def test_what_is_agreed_cannot_be_deleted(scene, name):
    scene.certified_act()
    rows = {
        "mandate_measure_is_append_only": MandateMeasure.objects.all(),
        "mandate_rule_is_append_only": MandateRule.objects.all(),
        "act_is_append_only": Act.objects.all(),
        "question_is_fixed_once_published": Question.objects.all(),
    }[name]

    assert_refused(name, lambda: rows._raw_delete("default"))
