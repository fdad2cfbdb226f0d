"""Explains what weighed in the system's view: the same words for the reviewer and for the appellant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appeals.models import Appeal, TriageSuggestion
from casework.errors import Text

FEATURES: Mapping[str, Text] = {
    "amount": _("the amount of money"),
    "days_blocked": _("how long the measure lasts"),
    "length": _("the length of the statement"),
    "text.rest": _("all other words together"),
    "intercept": _("how such cases usually end"),
    "ground": _("the ground: %(value)s"),
    "party": _("the kind of party: %(value)s"),
    "measure": _("the kind of measure: %(value)s"),
    "axis": _("what it bites on: %(value)s"),
    "clause": _("the clause: %(value)s"),
    "automated": _("how far a machine decided: %(value)s"),
    "detector": _("the tool that found it: %(value)s"),
    "executor": _("the third party that acted"),
    "history.account_days": _("how long the party has been here"),
    "history.earlier_appeals": _("how often the party appealed before"),
    "history.earlier_decided": _("how many earlier appeals of the party were decided"),
    "history.earlier_notices": _("how many notices the party received before"),
    "history.earlier_overturned": _("how often an earlier appeal of the party succeeded"),
    "past.clause": _("how appeals under this clause ended before"),
    "past.clause_measure": _("how appeals against this measure under this clause ended before"),
    "past.detector": _("how appeals against finds of this tool ended before"),
    "past.executor": _("how appeals against this third party ended before"),
    "past.ground": _("how appeals on this ground ended before"),
    "past.measure": _("how appeals against this kind of measure ended before"),
}
AUTOMATED: Mapping[str, Text] = {
    "none": pgettext_lazy("how far a machine decided", "not at all"),
    "partial": pgettext_lazy("how far a machine decided", "in part"),
    "full": pgettext_lazy("how far a machine decided", "alone"),
}
MIN_WEIGHT = 0.02
MAX_FACTORS = 4
MAX_QUOTED = 60
"""So many signs of a phrase are quoted; the whole statement stands in the same letter."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What weighed most, strongest first, in the active language; the appellant's own words are quoted."""

    for_undoing: Sequence[str]
    for_keeping: Sequence[str]


def factors_of(appeal: Appeal, suggestion: TriageSuggestion) -> Factors:
    """The main factors of a suggestion. `text.rest` and the like say nothing to a reader and are left out."""
    found = [
        (f"“{str(p['text'])[:MAX_QUOTED]}”", float(p["weight"])) for p in suggestion.phrases if isinstance(p, dict)
    ]
    found += [
        (feature_label(appeal, str(f["name"])), float(f["weight"]))
        for f in suggestion.features
        if isinstance(f, dict) and f["name"] not in ("text.rest", "intercept")
    ]
    ranked = sorted((each for each in found if abs(each[1]) >= MIN_WEIGHT), key=lambda each: -abs(each[1]))
    return Factors(
        for_undoing=[words for words, weight in ranked if weight > 0][:MAX_FACTORS],
        for_keeping=[words for words, weight in ranked if weight < 0][:MAX_FACTORS],
    )


def feature_label(appeal: Appeal, feature: str) -> str:
    """Returns a feature's name in the active language; a name that is not known stays as it is."""
    name, sign, value = feature.partition("=")
    words = FEATURES.get(name)
    if words is None:
        return feature
    if not sign or name == "executor":
        return str(words)
    return str(words) % {"value": _value(appeal, name, value)}


def _value(appeal: Appeal, name: str, value: str) -> str:
    if name == "ground":
        return str(dict(Appeal._meta.get_field("ground").flatchoices).get(value, value))
    if name == "automated":
        return str(AUTOMATED.get(value, value))
    measures = [item.measure for item in appeal.items.all()]
    if name == "measure":
        return next((m.type.label for m in measures if m.type_id == value), value)
    if name == "axis":
        return next((str(m.type.get_axis_display()) for m in measures if m.type.axis.lower() == value), value)
    if name == "party":
        return str(appeal.party.get_kind_display()) if appeal.party.kind.lower() == value else value
    return value.replace(":", " · ")
