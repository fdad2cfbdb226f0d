"""Publishes the burden table in force and the ledger of outages. Open to everybody."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from casework import clock
from casework.named import named
from casework.text import TextRefused, check_text
from disputes import queries
from disputes.choices import Family, Remedy, Role, Side
from disputes.counsel import signatures_of
from disputes.models import GroundRow, Relaxation, StepRow
from disputes.web import sentences
from rules.paragraphs import paragraphs_of
from rules.words import alternatives, words_of

MAX_SEARCHED = 100
MOST_UNFOLDED = 3
"""Grounds that a search shows unfolded, where it finds no more."""


@require_safe
def burden(request: HttpRequest) -> HttpResponse:
    """Shows who must prove what: the grounds of the table in force now that the address asks for, folded.

    `q` is looked for in everything that stands about a ground, `family` narrows it; a single ground is unfolded.
    """
    now = clock.now()
    asked, family_asked, errors = request.GET.get("q", "").strip(), request.GET.get("family", ""), []
    try:
        check_text(asked, max_length=MAX_SEARCHED, one_line=True)
    except TextRefused as refused:
        asked, errors = "", [{"text": str(refused.message), "id": "id_q"}]
    grounds = list(queries.grounds_in_force(now).select_related("table__version__rule"))
    order = {str(family): number for number, family in enumerate(Family)}
    grounds.sort(key=lambda g: (order[g.family], g.position))
    reliefs = _reliefs(grounds)
    every = len(grounds)
    history = signatures_of(grounds)
    for ground in grounds:
        ground.signatures = history.get(ground.code, [])
    shown = [
        (ground, _ground(ground, reliefs)) for ground in grounds if not family_asked or ground.family == family_asked
    ]
    words = [[word.lower() for word in alternatives(each)] for each in words_of(asked)]
    shown = [(row, said) for row, said in shown if _says(said, words)]
    context = {
        "version": grounds[0].table.version if grounds else None,
        "digest": grounds[0].table.digest if grounds else "",
        "signed": bool(grounds) and all(ground.is_signed_by_counsel for ground in grounds),
        "paragraphs": paragraphs_of([s.basis_zh for row, _said in shown for s in steps_of(row)], now),
        "families": [
            {"code": family, "label": Family(family).label, "grounds": [said for _row, said in rows]}
            for family, rows in groupby(shown, key=lambda pair: pair[0].family)
        ],
        "chips": [(str(family), family.label) for family in Family if any(g.family == family for g in grounds)],
        "family": family_asked,
        "asked": asked,
        "errors": errors,
        "found": len(shown),
        "is_unfolded": len(shown) <= MOST_UNFOLDED and len(shown) < every,
        "count": every,
        "now": now,
    }
    return render(request, "disputes/burden.html", context)


def steps_of(ground: GroundRow) -> Iterator[StepRow]:
    """Every step of the ground."""
    for fact in ground.facts.all():
        yield from fact.steps.all()


def _says(said: object, words: list[list[str]]) -> bool:
    """Whether each word, or what means the same, stands in what is shown of a ground."""
    text = str(said).lower()
    return all(any(word in text for word in same) for same in words)


def _reliefs(grounds: list[GroundRow]) -> dict[int, list[Relaxation]]:
    if not grounds:
        return {}
    rows = Relaxation.objects.filter(table_id=grounds[0].table_id).prefetch_related("controls")
    found: dict[int, list[Relaxation]] = {}
    for row in rows:
        found.setdefault(row.fact_id, []).append(row)
    return found


def _ground(ground: GroundRow, reliefs: dict[int, list[Relaxation]]) -> dict[str, Any]:
    roles = {Side.CLAIMANT: ground.claimant_role, Side.RESPONDENT: ground.respondent_role, Side.PLATFORM: Role.PLATFORM}

    def name(side: str) -> str:
        return str(capfirst(Role(roles[Side(side)]).label))

    return {
        "row": ground,
        **named(ground, lambda row: (row.slug, row.code, row.title)),
        "claimant": name(Side.CLAIMANT),
        "respondent": name(Side.RESPONDENT),
        "remedies": [capfirst(Remedy(r).label) for r in ground.remedies],
        "if_supported": ground.in_language("if_supported"),
        "if_not_supported": ground.in_language("if_not_supported"),
        "confidence": ground.get_confidence_display(),
        "must_mediate": ground.must_mediate,
        "applies_if": ground.get_applies_if_display(),
        "facts": [
            {
                "no": fact.no,
                "statement": fact.statement,
                "in_doubt": name(fact.persuasion_on),
                "effect": fact.get_effect_display(),
                "follows": fact.in_language("follows") if fact.follows_zh else "",
                "arises_unless": fact.get_arises_unless_display(),
                "only_if_claimed": [capfirst(Remedy(r).label) for r in fact.part] if fact.arises_if_claimed else [],
                "steps": [
                    {
                        "no": step.no,
                        "who": name(step.bearer),
                        "shows": step.in_language("shows"),
                        "accepts": step.in_language("accepts"),
                        "standard": step.get_standard_display(),
                        "basis_kind": step.get_basis_kind_display(),
                        "basis": step.in_language("basis"),
                        "presumption": step.in_language("presumption") if step.presumption_zh else "",
                        "silence": step.in_language("silence"),
                        "holds": sentences.records_text(step.holds),
                        "part": step.part_in_proof,
                        "force": step.force_of_silence,
                        "time": step.time_given,
                    }
                    for step in sorted(fact.steps.all(), key=lambda s: s.no)
                ],
                "reliefs": [
                    {
                        "who": name(relief.relieved),
                        "reason": relief.in_language("reason"),
                        "fast_refund_up_to": relief.fast_refund_limit_minor,
                        "platform_pays": relief.platform_pays,
                        "controls": [
                            {"kind": c.get_kind_display(), "text": c.in_language("text")} for c in relief.controls.all()
                        ],
                    }
                    for relief in reliefs.get(fact.pk, ())
                ],
            }
            for fact in sorted(ground.facts.all(), key=lambda f: f.no)
        ],
    }
