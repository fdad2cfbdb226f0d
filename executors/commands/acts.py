"""Evaluates whether somebody of an executor may do what a notice says they did; and records the act, if so.

The rows that allow it are locked FOR SHARE until the transaction ends, so that what is read here is still true when the
notice is stored; whatever takes a permission away waits, or was first. The tables ask the same questions again.
What does not belong here: what a notice must contain (notices).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from casework.errors import CaseError, ExecutorNotCertified, FieldError, OutsideMandate
from casework.refs import new_ref
from executors.machine import InstructionState
from executors.models import (
    Act,
    ActCertification,
    Certification,
    Executor,
    ExecutorPerson,
    Instruction,
    Mandate,
    certification_in_force,
)
from rules.models import RuleVersion


@dataclass(frozen=True, slots=True)
class ExecutorDraft:
    """Who acted for the platform: the executor by ref, its person by code; what they worked with, and under what."""

    ref: str
    person: str
    instruction: str = ""
    tool_version: str = ""
    queue: str = ""
    shift: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class MeasureDone:
    """One measure of what was done: its kind, and the money that it moves."""

    type: str
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class ActDraft:
    """What was done: by whom, to which party, which measures, and on what: a rule's key, None for what is no rule."""

    by: ExecutorDraft
    party_id: int | None
    measures: Sequence[MeasureDone]
    rules: Sequence[int | None]


@dataclass(slots=True)
class ActEvaluation:
    """A draft, the rows that allow it, and what stands against it. Only one without refusal can be recorded."""

    draft: ActDraft
    executor: Executor | None = None
    person: ExecutorPerson | None = None
    mandate: Mandate | None = None
    instruction: Instruction | None = None
    certifications: list[Certification] = field(default_factory=list)
    uncertified: list[FieldError] = field(default_factory=list)
    outside: list[FieldError] = field(default_factory=list)

    @property
    def errors(self) -> list[FieldError]:
        return [*self.uncertified, *self.outside]

    def refusal(self) -> CaseError | None:
        """The coded refusal; where both kinds of reason stand against it, that its people may not act at all."""
        if not self.errors:
            return None
        kind = ExecutorNotCertified if self.uncertified else OutsideMandate
        return kind(errors=self.errors)


def evaluate_acts(drafts: Sequence[ActDraft], *, client_id: int | None, now: datetime) -> list[ActEvaluation]:
    """Evaluates each of these acts, done now by executors that this client entrusted; in their order.

    Call it inside the transaction that records them.
    """
    lookup = _Lookup(drafts, client_id=client_id, now=now)
    return [_evaluate(draft, lookup) for draft in drafts]


def record_acts(evaluations: Sequence[ActEvaluation], *, now: datetime) -> list[Act]:
    """Records one act per draft that nothing stands against, with its certifications, in their order."""
    acts = [
        Act(
            ref=new_ref("act_"),
            executor=row.executor,
            person=row.person,
            mandate=row.mandate,
            instruction=row.instruction,
            tool_version=row.draft.by.tool_version,
            queue=row.draft.by.queue,
            shift=row.draft.by.shift,
            category=row.draft.by.category,
            acted_at=now,
        )
        for row in evaluations
    ]
    Act.objects.bulk_create(acts)
    ActCertification.objects.bulk_create(
        ActCertification(act=act, certification=certification)
        for act, row in zip(acts, evaluations, strict=True)
        for certification in row.certifications
    )
    return acts


class _Lookup:
    """Everything that the drafts rest on, held and read in a handful of queries."""

    def __init__(self, drafts: Sequence[ActDraft], *, client_id: int | None, now: datetime) -> None:
        self.now = now
        refs = {draft.by.ref for draft in drafts}
        codes = {draft.by.person for draft in drafts}
        found = Executor.objects.filter(ref__in=refs, client_id=client_id)
        _lock_for_share("executors_executor", found.values_list("pk", flat=True))
        current = RuleVersion.objects.filter(
            rule__in={rule for draft in drafts for rule in draft.rules if rule is not None}, published_at__isnull=False
        )
        _lock_for_share("rules_ruleversion", current.values_list("pk", flat=True))
        self.executors = {
            x.ref: x
            for x in found.select_related("party").prefetch_related(
                "processing_terms", "mandates__measures", "mandates__rules", "mandates__categories"
            )
        }
        instructions = Instruction.objects.filter(
            ref__in={draft.by.instruction for draft in drafts} - {""}, executor__in=self.executors.values()
        )
        _lock_for_share("executors_instruction", instructions.values_list("pk", flat=True))
        self.instructions = {i.ref: i for i in instructions.all()}
        self.people = {
            p.code: p
            for p in ExecutorPerson.objects.filter(code__in=codes, executor__in=self.executors.values()).select_related(
                "user"
            )
        }
        self.certifications: dict[int, list[Certification]] = {}
        rows = Certification.objects.filter(certification_in_force(now), person__in=self.people.values())
        for row in (
            rows.filter(withdrawn_at__isnull=True).select_related("rule_version").order_by("-level", "-expires_at")
        ):
            self.certifications.setdefault(row.person_id, []).append(row)
        members = Membership.objects.filter(
            user__in={p.user_id for p in self.people.values()}, ended_at__isnull=True
        ).values_list("user_id", "party_id")
        self.members = set(members)


def _lock_for_share(table: str, keys: Iterable[int]) -> None:
    """Locks these rows FOR SHARE until the transaction ends. On SQLite the transaction itself is the lock."""
    wanted = sorted(keys)
    if wanted and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE", [wanted])  # noqa: S608


def _evaluate(draft: ActDraft, lookup: _Lookup) -> ActEvaluation:
    row = ActEvaluation(draft)
    row.executor = lookup.executors.get(draft.by.ref)
    if row.executor is None:
        _refuse(row.uncertified, "/executor/ref", "unknown-executor", _("We know no such executor of yours."))
        return row
    person = lookup.people.get(draft.by.person)
    if person is None or person.executor_id != row.executor.pk:
        _refuse(row.uncertified, "/executor/person", "unknown-person", _("Nobody of this executor has this code."))
    else:
        row.person = person
        if person.ended_at is not None:
            _refuse(row.uncertified, "/executor/person", "person-ended", _("This person does not work there any more."))
        if (person.user_id, draft.party_id) in lookup.members:
            _refuse(
                row.outside,
                "/executor/person",
                "acts-for-the-party",
                _("This person acts for the party that the notice is about."),
            )
    if not row.executor.may_act:
        _refuse(row.uncertified, "/executor/ref", "not-active", _("This executor may not act at present."))
    if not row.executor.contract_covers(lookup.now):
        _refuse(row.outside, "/executor/ref", "contract-not-in-term", _("Its contract is not in term."))
    terms = [t for t in row.executor.processing_terms.all() if t.effective_from <= lookup.now]
    if not terms or not max(terms, key=lambda t: t.no).cover(lookup.now):
        _refuse(
            row.outside, "/executor/ref", "processing-terms-not-in-term", _("Its terms of data processing have ended.")
        )
    if draft.by.instruction:
        row.instruction = _instruction(row, row.executor, lookup)
    row.mandate = next((m for m in row.executor.mandates.all() if m.is_in_force(lookup.now)), None)
    if row.mandate is None:
        _refuse(row.outside, "/executor/ref", "no-mandate", _("It has no mandate in force."))
        return row
    level = _evaluate_mandate(row, row.mandate)
    if row.person is not None:
        _evaluate_certifications(row, row.person, row.mandate, level, lookup)
    return row


def _instruction(row: ActEvaluation, executor: Executor, lookup: _Lookup) -> Instruction | None:
    """Returns the instruction that this executor was given and has taken on; anything else is refused."""
    found = lookup.instructions.get(row.draft.by.instruction)
    if found is None or found.executor_id != executor.pk:
        _refuse(
            row.outside,
            "/executor/instruction",
            "unknown-instruction",
            _("We know no such instruction to this executor."),
        )
        return None
    if found.state not in (InstructionState.ACKNOWLEDGED, InstructionState.COMPLETED):
        _refuse(
            row.outside,
            "/executor/instruction",
            "instruction-not-taken-on",
            _("This instruction was withdrawn, or nobody has acknowledged it."),
        )
    elif found.measure_type not in {m.type for m in row.draft.measures}:
        _refuse(
            row.outside,
            "/executor/instruction",
            "other-measure",
            _("This instruction is for another kind of measure."),
        )
    return found


def _evaluate_mandate(row: ActEvaluation, mandate: Mandate) -> int:
    """Adds what lies outside the mandate; returns the level of certification that the measures take."""
    draft = row.draft
    levels = {m.measure_type: m.level for m in mandate.measures.all()}
    total = 0
    for i, measure in enumerate(draft.measures):
        at = f"/measures/{i}"
        if measure.type not in levels:
            _refuse(row.outside, f"{at}/type", "measure-outside-mandate", _("The mandate does not cover this measure."))
        if measure.amount_minor is None:
            continue
        total += measure.amount_minor
        if mandate.ceiling_minor is None:
            _refuse(row.outside, f"{at}/amount_minor", "no-money", _("The mandate covers no measure that moves money."))
        elif measure.currency != mandate.currency:
            _refuse(row.outside, f"{at}/currency", "other-currency", _("The mandate is for another currency."))
        elif total > mandate.ceiling_minor:
            _refuse(
                row.outside,
                f"{at}/amount_minor",
                "above-ceiling",
                _("The money of this notice lies above the ceiling of the mandate."),
            )
    rules = {r.rule_id for r in mandate.rules.all()}
    for i, rule in enumerate(draft.rules):
        if rule is not None and rule not in rules:
            _refuse(row.outside, f"/basis/{i}/rule", "rule-outside-mandate", _("The mandate does not cover this rule."))
    categories = {c.category for c in mandate.categories.all()}
    if categories and draft.by.category not in categories:
        _refuse(
            row.outside,
            "/executor/category",
            "category-outside-mandate",
            _("The mandate does not cover this category."),
        )
    return max([1, *(levels.get(m.type, 1) for m in draft.measures)])


def _evaluate_certifications(
    row: ActEvaluation, person: ExecutorPerson, mandate: Mandate, level: int, lookup: _Lookup
) -> None:
    """Adds what is missing of a certification of at least that level for the version of every rule that counts now.

    What rests on no rule at all, but on a law or an agreement, takes one for any rule of the mandate.
    """
    good = [c for c in lookup.certifications.get(person.pk, []) if c.level >= level]
    held = {c.rule_version.rule_id: c for c in reversed(good)}
    wanted = {rule: i for i, rule in reversed(list(enumerate(row.draft.rules))) if rule is not None}
    if not wanted:
        rules = {r.rule_id for r in mandate.rules.all()}
        some = next((c for c in good if c.rule_version.rule_id in rules), None)
        if some is None:
            _refuse(row.uncertified, "/executor/person", "not-certified", _not_certified(level))
        else:
            row.certifications.append(some)
    for rule, i in sorted(wanted.items(), key=lambda pair: pair[1]):
        certification = held.get(rule)
        if certification is None:
            _refuse(row.uncertified, f"/basis/{i}/rule", "not-certified", _not_certified(level))
        else:
            row.certifications.append(certification)


def _not_certified(level: int) -> Any:
    words: Mapping[str, int] = {"level": level}
    return (
        _("This person holds no certification of level %(level)d for the version of the rule that is in force now.")
        % words
    )


def _refuse(errors: list[FieldError], pointer: str, code: str, message: Any) -> None:
    errors.append(FieldError(pointer, code, message))
