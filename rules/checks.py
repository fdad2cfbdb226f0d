"""System checks of rules: the settings that can only make the terms of the law longer."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from rules.models.rule import DAYS, MAJOR_DAYS

FLOORS = {
    "RULE_CONSULTATION_DAYS": DAYS,
    "RULE_CONSULTATION_DAYS_MAJOR": MAJOR_DAYS,
    "RULE_PUBLICITY_DAYS": DAYS,
    "RULE_PUBLICITY_DAYS_MAJOR": MAJOR_DAYS,
}


@register()
def terms_are_not_below_their_floors(**_kwargs: Any) -> list[CheckMessage]:
    """An error for each term of consultation or publicity that is shorter than its floor (办法 10, 12)."""
    return [
        Error(
            f"{name} is {getattr(settings, name)}: the least is {floor} days.",
            hint="Set it to that or more, or leave it out.",
            id="rules.E001",
        )
        for name, floor in FLOORS.items()
        if getattr(settings, name) < floor
    ]
