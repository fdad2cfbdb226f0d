"""Who may carry out an instruction, and who comes next where somebody no longer may."""

from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.errors import (
    CaseError,
    ExecutorNotCertified,
    FieldError,
    Invalid,
    NotAllowed,
    OutsideMandate,
    errors_in,
    require,
)
from executors.machine import MAY_ACT, OPEN_INSTRUCTION, ExecutorState
from executors.models import (
    Certification,
    Executor,
    ExecutorPerson,
    Instruction,
    InstructionKind,
    Mandate,
    MandateMeasure,
    ProcessingTerms,
    certification_in_force,
)
from executors.policies import may_answer_instruction, person_of


def answered_by(actor: Actor, instruction: Instruction, code: str) -> ExecutorPerson | None:
    """Returns who of the executor answers; None where it is the platform's own. Raises `NotAllowed`, `Invalid`."""
    require(may_answer_instruction(actor, instruction))
    if instruction.is_the_platform_s:
        return None
    if actor.kind is not ActorKind.CLIENT:
        me = person_of(actor)
        if me is None or code not in ("", me.code):
            raise NotAllowed()
        return me
    people = ExecutorPerson.objects.filter(executor=instruction.executor, ended_at__isnull=True)
    found = people.filter(code=code).first()
    if found is None and not code and instruction.acknowledged_by_id is not None:
        found = people.filter(pk=instruction.acknowledged_by_id).first()
    if found is None:
        raise Invalid.field("/person", "unknown-person", _("Nobody of this executor has this code."))
    return found


def may_carry_out(instruction: Instruction, by: ExecutorPerson | None, now: datetime) -> CaseError | None:
    """Returns the refusal where this person may not carry the order out now; None where they may, or it is the
    platform's own.

    Undoing harm is never kept from who is asked to, unless they work for the platform no more.
    """
    executor = instruction.executor
    if executor is None or by is None:
        return None
    undoes = instruction.kind == InstructionKind.REVERSAL
    is_over = executor.state == ExecutorState.ENDED if undoes else not executor.may_act
    uncertified = errors_in((is_over, "", "not-active", _("This executor may not act at present.")))
    outside: list[FieldError] = []
    if instruction.kind == InstructionKind.ACT:
        mandate = next((m for m in executor.mandates.all() if m.is_in_force(now)), None)
        measures = mandate.measures.filter(measure_type=instruction.measure_type) if mandate is not None else None
        measure = measures.first() if measures is not None else None
        in_terms = _in_terms(Executor.objects.filter(pk=executor.pk), now).exists()
        outside = errors_in(
            (not executor.contract_covers(now), "", "contract-not-in-term", _("Its contract is not in term.")),
            (not in_terms, "", "processing-terms-not-in-term", _("Its terms of data processing have ended.")),
            (mandate is None, "", "no-mandate", _("It has no mandate in force.")),
            (
                mandate is not None and measure is None,
                "",
                "measure-outside-mandate",
                _("The mandate does not cover this measure."),
            ),
        )
        if mandate is not None and measure is not None and not _is_certified(by, mandate, measure.level, now):
            words = _("This person holds no certification in force of level %(level)s for any rule of the mandate.")
            uncertified.append(FieldError("/person", "not-certified", words % {"level": measure.level}))
    if not uncertified and not outside:
        return None
    kind = ExecutorNotCertified if uncertified else OutsideMandate
    return kind(errors=[*uncertified, *outside])


def _is_certified(person: ExecutorPerson, mandate: Mandate, level: int, now: datetime) -> bool:
    """Whether the person holds a certification in force of at least this level for a rule of the mandate."""
    rules = mandate.rules.values("rule_id")
    held = Certification.objects.filter(certification_in_force(now), person=person, level__gte=level)
    return held.filter(rule_version__rule__in=rules).exists()


def _in_terms(executors: QuerySet[Executor], now: datetime) -> QuerySet[Executor]:
    """Those of them whose newest terms of data processing that have begun are not over."""
    newest = ProcessingTerms.objects.filter(executor=OuterRef("pk"), effective_from__lte=now).order_by("-no")
    return executors.alias(terms_until=Subquery(newest.values("until")[:1])).filter(terms_until__gt=now)


def covering(measure_type: str, now: datetime) -> QuerySet[Executor]:
    """The executors that may act now, in the term of contract and processing terms, with a mandate for the measure."""
    in_force = Q(granted_at__isnull=False, effective_from__lte=now) & (
        Q(effective_until__isnull=True) | Q(effective_until__gt=now)
    )
    names = MandateMeasure.objects.filter(measure_type=measure_type).values("mandate_id")
    mandates = Mandate.objects.filter(in_force, pk__in=names).values("executor_id")
    may_act = Executor.objects.filter(state__in=MAY_ACT, contract_from__lte=now, contract_until__gt=now)
    return _in_terms(may_act, now).filter(pk__in=mandates)


def next_for(instruction: Instruction, now: datetime) -> Executor | None:
    """Another executor of the same client that may take this over: the one with least to do."""
    others = covering(instruction.measure_type, now).exclude(pk=instruction.executor_id or 0)
    others = others.filter(client=instruction.client)
    waiting = Count("instructions", filter=Q(instructions__state__in=OPEN_INSTRUCTION))
    return others.annotate(waiting=waiting).order_by("waiting", "pk").first()
