"""Records how a dispute's opening reads and what it repeats, once; it moves nothing and decides nothing."""

from collections import Counter
from datetime import datetime

from casework.firing import command
from classifier.duplicates import Likeness, alike, bands, runs, sketch
from disputes.models import Dispute, OpeningBand, OpeningSketch, OpeningTriage, RepeatedOpening
from disputes.triage import reading_of

MAX_CANDIDATES = 200
"""A phrase that thousands copy has thousands of candidates; the newest of those that share most bands are enough."""
MAX_COMPARED = 20
MAX_NAMED = 10


@command
def record_opening_triage(*, dispute_id: int, now: datetime) -> OpeningTriage | None:
    """Records the opening's language, queue and points; None when they were recorded before."""
    dispute = Dispute.lock(pk=dispute_id)
    if OpeningTriage.objects.filter(dispute=dispute).exists():
        return None
    reading = reading_of(dispute, now=now)
    reading.save(force_insert=True)
    return reading


@command
def record_repeated_openings(*, dispute_id: int, now: datetime) -> list[RepeatedOpening]:
    """Records a sketch of the opening's words and what repeats what; nothing the second time, or for few words.

    Of two openings the later one repeats the earlier, whichever was looked at first: what is found does not hang on
    the order in which deliveries succeed.
    """
    dispute = Dispute.lock(pk=dispute_id)
    if OpeningSketch.objects.filter(dispute=dispute).exists():
        return []
    found = runs(dispute.statement)
    if not found:
        return []
    hashes = sketch(found)
    names = bands(hashes)
    named = [_repeated(dispute, other, likeness, now) for other, likeness in _copies(dispute, found, names)]
    row = OpeningSketch.objects.create(dispute=dispute, runs=len(found), hashes=hashes, sketched_at=now)
    OpeningBand.objects.bulk_create(OpeningBand(sketch=row, name=name) for name in set(names))
    return RepeatedOpening.objects.bulk_create(named)


def _repeated(dispute: Dispute, other: Dispute, likeness: Likeness, now: datetime) -> RepeatedOpening:
    earlier, later = sorted((dispute, other), key=lambda d: (d.created_at, d.pk))
    return RepeatedOpening(
        dispute=later,
        earlier=earlier,
        overlap_permille=round(likeness.overlap * 1000),
        jaccard_permille=round(likeness.jaccard * 1000),
        found_at=now,
    )


def _copies(dispute: Dispute, found: frozenset[int], names: list[int]) -> list[tuple[Dispute, Likeness]]:
    """The openings on file that say nearly the same, the most alike first, by exact count."""
    shared = Counter(
        OpeningBand.objects.filter(name__in=names)
        .exclude(sketch__dispute=dispute)
        .order_by("-sketch")
        .values_list("sketch__dispute", flat=True)[: MAX_CANDIDATES * len(names)]
    )
    most = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:MAX_COMPARED]
    compared = [(other, alike(found, runs(other.statement))) for other in Dispute.objects.filter(pk__in=most)]
    copies = [(other, likeness) for other, likeness in compared if likeness.is_copy]
    return sorted(copies, key=lambda c: (-c[1].overlap, -c[1].jaccard, -c[0].pk))[:MAX_NAMED]
