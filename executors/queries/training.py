"""Reading curricula, tests taken and certifications."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from executors import policies
from executors.models import Attempt, Certification, Curriculum


def curricula_for(actor: Actor, *, now: datetime) -> QuerySet[Curriculum]:
    """What is taught: the newest edition for each rule version and level that is not replaced.

    Who works for an executor sees those of the rules of its mandates, or of every rule while it has none; the platform
    sees all.
    """
    newer = Curriculum.objects.filter(
        rule_version=OuterRef("rule_version"), level=OuterRef("level"), no__gt=OuterRef("no"), published_at__lte=now
    )
    current = Q(rule_version__effective_to__isnull=True) | Q(rule_version__effective_to__gt=now)
    rows = Curriculum.objects.filter(_reads(actor), current, ~Exists(newer), published_at__lte=now)
    person = policies.person_of(actor)
    if person is not None:
        granted = person.executor.mandates.filter(granted_at__isnull=False).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=now)
        )
        rules = set(granted.values_list("rules__rule", flat=True)) - {None}
        if rules:
            rows = rows.filter(rule_version__rule__in=rules)
    rows = rows.select_related("rule_version__rule").prefetch_related("questions")
    return rows.order_by("rule_version__rule__code", "rule_version__effective_from", "level")


def curriculum_for(actor: Actor, ref: str) -> Curriculum:
    """Raises `NotFound`, also for who is neither of the platform nor of an executor."""
    rows = Curriculum.objects.filter(_reads(actor), published_at__isnull=False)
    return or_not_found(rows.select_related("rule_version__rule").prefetch_related("questions").filter(ref=ref).first())


def _reads(actor: Actor) -> Q:
    of_platform = (
        actor.has_role(*policies.OVERSEES) or actor.has_scope("executors:read") or actor.has_scope("executors:write")
    )
    return Q() if of_platform or policies.person_of(actor) is not None else policies.NOBODY


def certifications_for(actor: Actor) -> QuerySet[Certification]:
    """The certifications of the people whom this actor may see, newest first; ended ones too."""
    rows = Certification.objects.filter(policies.people_visible_to(actor, path="person"))
    return rows.select_related("person__executor__party", "rule_version__rule", "curriculum", "attempt")


def certification_for(actor: Actor, ref: str) -> Certification:
    """Raises `NotFound`, also for a certification of somebody whom this actor may not see."""
    return or_not_found(certifications_for(actor).filter(ref=ref).first())


def attempts_for(actor: Actor) -> QuerySet[Attempt]:
    """The tests of the people whom this actor may see, newest first. Answers are for the person alone to read."""
    rows = Attempt.objects.filter(policies.people_visible_to(actor, path="person"))
    return rows.select_related("person", "curriculum__rule_version__rule", "certification")


def attempt_for(actor: Actor, ref: str) -> Attempt:
    """The person's own test with its questions. Raises `NotFound` for everybody else's."""
    person = policies.person_of(actor)
    rows = Attempt.objects.select_related("person", "curriculum__rule_version__rule", "certification")
    return or_not_found(None if person is None else rows.filter(ref=ref, person=person).first())
