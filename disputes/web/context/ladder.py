"""Who will have to show what, before a dispute is opened."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from disputes.choices import Role, Side
from disputes.models import GroundRow


def ladder_in_advance(ground: GroundRow, reader: Side | None) -> list[dict[str, Any]]:
    """Who will have to show what, fact by fact and step by step, before anything has happened."""
    return [
        {
            "no": fact.no,
            "statement": fact.statement,
            "steps": [
                {
                    "no": step.no,
                    "who": _("You") if reader is not None and step.bearer == reader else _role(ground, step.bearer),
                    "is_yours": reader is not None and step.bearer == reader,
                    "shows": step.in_language("shows"),
                    "accepts": step.in_language("accepts"),
                    "silence": step.in_language("silence"),
                    "basis": step.in_language("basis"),
                    "hours": step.hours,
                }
                for step in sorted(fact.steps.all(), key=lambda s: s.no)
            ],
        }
        for fact in sorted(ground.facts.all(), key=lambda f: f.no)
    ]


def _role(ground: GroundRow, side: str) -> str:
    role = {Side.CLAIMANT: ground.claimant_role, Side.RESPONDENT: ground.respondent_role}.get(Side(side), Role.PLATFORM)
    return str(capfirst(Role(role).label))
