"""Who will have to show what, before a dispute is opened."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from disputes.choices import Condition, Role, Side
from disputes.conditions import CLAIM, Order, why_not_at_issue
from disputes.models import FactRow, GroundRow


def ladder_in_advance(ground: GroundRow, reader: Side | None, order: Order, claimed: str) -> list[dict[str, Any]]:
    """Who will have to show what, fact by fact and step by step, before anything has happened.

    A fact that this order or claim does not raise says why instead of its steps.
    """
    return [
        {
            "no": fact.no,
            "statement": fact.statement,
            "not_at_issue": why,
            "signed": ground.is_signed_by_counsel,
            "steps": [] if why else _steps(ground, fact, reader),
        }
        for fact in sorted(ground.facts.all(), key=lambda f: f.no)
        for why in [not_at_issue(fact, order, claimed)]
    ]


def not_at_issue(fact: FactRow, order: Order, claimed: str) -> str:
    """Why nobody has to show the fact here, in words; empty where somebody has to."""
    why = why_not_at_issue(fact, claimed, order)
    if why == CLAIM:
        return _("Nothing has to be shown about this: it is about something that is not claimed.")
    if why:
        words = _("Nothing has to be shown about this. The order says: %(condition)s.")
        return words % {"condition": Condition(why).label}
    return ""


def _steps(ground: GroundRow, fact: FactRow, reader: Side | None) -> list[dict[str, Any]]:
    return [
        {
            "no": step.no,
            "who": _("You") if reader is not None and step.bearer == reader else _role(ground, step.bearer),
            "is_yours": reader is not None and step.bearer == reader,
            "shows": step.in_language("shows"),
            "accepts": step.in_language("accepts"),
            "silence": step.in_language("silence"),
            "force": step.force_of_silence,
            "part": step.part_in_proof,
            "time": step.time_given,
            "basis": step.in_language("basis"),
            "paragraphs": step.paragraphs,
        }
        for step in sorted(fact.steps.all(), key=lambda s: s.no)
    ]


def _role(ground: GroundRow, side: str) -> str:
    role = {Side.CLAIMANT: ground.claimant_role, Side.RESPONDENT: ground.respondent_role}.get(Side(side), Role.PLATFORM)
    return str(capfirst(Role(role).label))
