"""What the pages of an executor's verbs start from, offer and name; all of it is read from the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import or_not_found
from casework.formats import money
from executors.models import Certification, Executor, Incident, PayMetric
from executors.queries.in_force import mandate_in_force
from executors.queries.measures import measure_kinds
from rules.queries import rules_with_history

LEVELS = ((1, _("from level 1")), (2, _("from level 2")), (3, _("only level 3")))


def contract(executor: Executor, now: datetime) -> Mapping[str, Any]:
    return {"contract_number": executor.contract_number, "contract_until": executor.contract_until}


def terms(executor: Executor, now: datetime) -> Mapping[str, Any]:
    return {"effective_from": executor.contract_from, "until": executor.contract_until}


def pay(executor: Executor, now: datetime) -> Mapping[str, Any]:
    return {"starts_at": now}


def metrics(actor: Actor, executor: Executor, now: datetime) -> Mapping[str, Any]:
    """What the platform refuses stands in the list, so that it is refused with a reason."""
    refused = ("REJECTIONS", _("by the number of rejections or measures"))
    return {"metric": [(code, capfirst(label)) for code, label in (*PayMetric.choices, refused)]}


def firms(actor: Actor, executor: Executor, now: datetime) -> Mapping[str, Any]:
    return {"sub_processor": [(sub.ref, sub.name) for sub in executor.sub_processors.all() if sub.approved] or None}


def mandate(executor: Executor, now: datetime) -> Mapping[str, Any]:
    """The version in force, which this one would replace."""
    before = mandate_in_force(executor, now=now)
    if before is None:
        return {}
    return {
        "measures": [{"measure_type": m.measure_type, "level": m.level} for m in before.measures.all()],
        "rules": [r.rule.code for r in before.rules.all()],
        "categories": [c.category for c in before.categories.all()],
        "ceiling_minor": before.ceiling_minor,
        "effective_until": before.effective_until,
    }


def mandate_choices(actor: Actor, executor: Executor, now: datetime) -> Mapping[str, Any]:
    rules = [(rule.code, rule.name) for rule in rules_with_history()]
    return {"measures.measure_type": measure_kinds(), "measures.level": LEVELS, "rules": rules}


def mandate_words(executor: Executor, *, mandate: str) -> Mapping[str, Any]:
    return {"no": or_not_found(next((m for m in executor.mandates.all() if m.ref == mandate), None)).no}


def person(executor: Executor, *, code: str) -> Mapping[str, Any]:
    return {"code": or_not_found(next((p for p in executor.people.all() if p.code == code and p.is_live), None)).code}


def certificate(executor: Executor, *, certificate: str) -> Mapping[str, Any]:
    held = Certification.objects.select_related("person", "rule_version__rule").filter(person__executor=executor)
    row = or_not_found(held.filter(ref=certificate, withdrawn_at=None).first())
    return {"code": row.person.code, "rule": row.rule_version.rule.name, "level": row.level}


def firm(executor: Executor, *, sub: str) -> Mapping[str, Any]:
    return {"firm": or_not_found(executor.sub_processors.filter(ref=sub, decided_at=None).first()).name}


def paid(incident: Incident) -> int:
    return sum(each.amount_minor for each in incident.compensations.all())


def paid_words(incident: Incident) -> Mapping[str, Any]:
    return {"amount": money(paid(incident), "CNY")}
