"""Finds once, at filing, which earlier appeals an appeal repeats. It changes no state and orders nothing."""

from collections import Counter
from datetime import datetime

from django.db.models import Q

from appeals.mandates import input_of, inputs_of
from appeals.models import Appeal, LikelyDuplicate, SketchBand, TextSketch
from casework.firing import command
from classifier.duplicates import Likeness, alike, bands, runs, sketch

MAX_CANDIDATES = 200
"""A phrase that thousands copy has thousands of candidates; the newest of those that share most bands are enough."""
MAX_COMPARED = 20
MAX_NAMED = 10


@command
def record_likely_duplicates(*, appeal_id: int, now: datetime) -> list[LikelyDuplicate]:
    """Records a sketch of the appeal's words and the earlier appeals that they repeat; does nothing the second time.

    Only what was filed before it counts, so that the answer is the one that could be known at filing time.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if TextSketch.objects.filter(appeal=appeal).exists():
        return []
    found = runs(input_of(appeal).statement)
    if not found:
        return []
    hashes = sketch(found)
    names = bands(hashes)
    named = [
        LikelyDuplicate(
            appeal=appeal,
            earlier_id=earlier,
            overlap_permille=round(likeness.overlap * 1000),
            jaccard_permille=round(likeness.jaccard * 1000),
            found_at=now,
        )
        for earlier, likeness in _copies(appeal, found, names)
    ]
    row = TextSketch.objects.create(appeal=appeal, runs=len(found), hashes=hashes, sketched_at=now)
    SketchBand.objects.bulk_create(SketchBand(sketch=row, name=name) for name in set(names))
    return LikelyDuplicate.objects.bulk_create(named)


def _copies(appeal: Appeal, found: frozenset[int], names: list[int]) -> list[tuple[int, Likeness]]:
    """Earlier appeals that this one repeats, the most alike first, by exact count."""
    shared = Counter(
        SketchBand.objects.filter(name__in=names, sketch__appeal__filed_at__lte=appeal.filed_at)
        .exclude(sketch__appeal=appeal)
        .order_by("-sketch")
        .values_list("sketch__appeal", flat=True)[: MAX_CANDIDATES * len(names)]
    )
    most = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:MAX_COMPARED]
    others = list(Appeal.objects.filter(pk__in=most).select_related("notice", "party"))
    compared = [
        (other.pk, alike(found, runs(given.statement))) for other, given in zip(others, inputs_of(others), strict=True)
    ]
    copies = [(pk, likeness) for pk, likeness in compared if likeness.is_copy]
    return sorted(copies, key=lambda c: (-c[1].overlap, -c[1].jaccard, -c[0]))[:MAX_NAMED]
