"""Finds which earlier appeals an appeal repeats: once at filing, for the reviewer, and again before it is closed alone.

It changes no state and orders nothing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from appeals.models import Appeal, DecidedBy, Decision, Outcome, TriageSuggestion
from casework.firing import command
from classifier.duplicates import (
    Likeness,
    alike,
    bands,
    kept_phrases,
    passages,
    phrases,
    repeats_itself,
    runs,
    sketch,
    unmarked,
)
from classifier.features import TriageInput, input_hash
from classifier.monitor import LEAST_CLOSED, stands_out
from triage.features import input_of, inputs_of
from triage.models import ClearSearch, LikelyDuplicate, SketchBand, TextSketch

MAX_CANDIDATES = 200
"""A phrase that thousands copy has thousands of candidates; the newest of those that share most bands are enough."""
MAX_COMPARED = 20
MAX_NAMED = 10
LEAST_QUOTED = 2
"""So many phrases of an earlier letter, each of two signs at least, are no coincidence."""
LEAST_OF_A_LETTER = 3
"""So many phrases of one letter to anybody; of honest texts up to a third hold two of some letter (docs/triage.md)."""
COMMONPLACE, FEW = 0.01, 3
"""A phrase that stands in more than this share of all letters, and in more than so many, is nobody's own."""
AT_ONCE = 5_000
"""So many names are asked for in one statement; SQLite takes some 32,000."""


@command
def record_likely_duplicates(*, appeal_id: int, now: datetime) -> list[LikelyDuplicate]:
    """Records a sketch of the appeal's words and the earlier appeals that they repeat; does nothing the second time.

    Only what was filed before it counts, so that the answer is the one that could be known at filing time.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    if TextSketch.objects.filter(appeal=appeal).exists():
        return []
    given = input_of(appeal)
    found = runs(given.statement)
    if not found:
        return []
    hashes = sketch(found)
    names = [*bands(hashes), *passages(given.statement)]
    compared = _compared(appeal, found, names, Q(sketch__appeal__filed_at__lte=appeal.filed_at))
    named = [
        LikelyDuplicate(
            appeal=appeal,
            earlier_id=earlier,
            overlap_permille=round(likeness.overlap * 1000),
            jaccard_permille=round(likeness.jaccard * 1000),
            found_at=now,
        )
        for earlier, likeness in compared
        if likeness.is_copy
    ][:MAX_NAMED]
    row = TextSketch.objects.create(
        appeal=appeal, runs=len(found), hashes=hashes, repeats=_repeats(appeal, given, compared), sketched_at=now
    )
    SketchBand.objects.bulk_create(SketchBand(sketch=row, name=name) for name in set(names))
    decision = Decision.objects.filter(appeal=appeal).first()
    if decision is not None:
        record_phrases_of_letter(decision)
    return LikelyDuplicate.objects.bulk_create(named)


def record_phrases_of_letter(decision: Decision) -> None:
    """Records the phrases of the letter of an appeal that succeeded, by which they are found in anybody's next one.

    Does nothing where the appeal was not sketched, and again when it is: `record_likely_duplicates` then records them.
    """
    sketched = TextSketch.objects.filter(appeal=decision.appeal_id).first()
    if sketched is None or decision.outcome == Outcome.UPHELD:
        return
    names = {name for part in _parts_of_letter(decision) for name in kept_phrases(part)}
    SketchBand.objects.bulk_create((SketchBand(sketch=sketched, name=n) for n in sorted(names)), ignore_conflicts=True)


def _parts_of_letter(decision: Decision) -> Iterator[str]:
    """What the letter quotes of the appellant and says in a person's words; not the wording of rules."""
    yield decision.appeal.statement
    yield from decision.appeal.items.values_list("statement", flat=True)
    if decision.by_kind == DecidedBy.HUMAN:
        yield decision.reasons
        for text, sentence in decision.points.values_list("text", "sentence"):
            yield from (text, sentence)


def search_repeats(appeal: Appeal) -> tuple[str, ...] | None:
    """What this appeal repeats, as codes: another appeal, its party's own, a letter, itself, or other closings.

    None for a text that is too short to be compared, or that was not sketched yet. Other appeals count whenever they
    were filed: of two that repeat each other the one to be closed later finds the earlier.
    """
    if not TextSketch.objects.filter(appeal=appeal).exists():
        return None
    given = input_of(appeal)
    found = runs(given.statement)
    names = [*bands(sketch(found)), *passages(given.statement)]
    return tuple(_repeats(appeal, given, _compared(appeal, found, names, Q())))


def _repeats(appeal: Appeal, given: TriageInput, compared: list[tuple[int, Likeness]]) -> list[str]:
    pieces = passages(given.statement)
    checks = {
        "known_case": any(likeness.holds for _pk, likeness in compared),
        "own_earlier": _repeats_own(appeal, pieces),
        "letter": _repeats_a_letter_to_it(appeal, given) or _repeats_a_letter(appeal, given),
        "itself": repeats_itself(given.statement),
        "closings": _is_in_too_many_closings(appeal, pieces),
    }
    return [code for code, holds in checks.items() if holds]


def record_clear_search(appeal: Appeal, *, now: datetime) -> None:
    """Records that a search found nothing for these words; the tables refuse it where a repeat is on file."""
    ClearSearch.objects.create(appeal=appeal, input_hash=input_hash(input_of(appeal)), searched_at=now)


def _compared(appeal: Appeal, found: frozenset[int], names: list[int], among: Q) -> list[tuple[int, Likeness]]:
    """The appeals that share most names with this one, the most alike first, by exact count."""
    shared = Counter(
        SketchBand.objects.filter(among, name__in=names)
        .exclude(sketch__appeal=appeal)
        .order_by("-sketch")
        .values_list("sketch__appeal", flat=True)[: MAX_CANDIDATES * len(names)]
    )
    most = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:MAX_COMPARED]
    others = list(Appeal.objects.filter(pk__in=most).select_related("notice", "party"))
    compared = [
        (other.pk, alike(found, runs(given.statement))) for other, given in zip(others, inputs_of(others), strict=True)
    ]
    return sorted(compared, key=lambda c: (-c[1].overlap, -c[1].jaccard, -c[0]))


def _repeats_own(appeal: Appeal, pieces: frozenset[int]) -> bool:
    """Whether the party wrote a passage of these words in another appeal of its own."""
    own = SketchBand.objects.filter(name__in=pieces, sketch__appeal__party=appeal.party_id)
    return own.exclude(sketch__appeal=appeal).exists()


def _repeats_a_letter(appeal: Appeal, given: TriageInput) -> bool:
    """Whether the words hold several phrases of one letter, whoever got it, that hardly any other letter holds."""
    names = sorted(set(phrases(given.statement)))
    letters: dict[int, list[int]] = {}
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        rows = SketchBand.objects.filter(name__in=some).exclude(sketch__appeal=appeal).order_by("-sketch")
        for name, letter in rows.values_list("name", "sketch")[: MAX_CANDIDATES * len(some)]:
            letters.setdefault(name, []).append(letter)
    most = FEW
    if any(len(found) > FEW for found in letters.values()):
        won = Appeal.objects.filter(outcome__in=[Outcome.OVERTURNED, Outcome.VARIED]).count()
        most = max(FEW, round(COMMONPLACE * won))
    shared = Counter(letter for found in letters.values() if len(found) <= most for letter in found)
    return max(shared.values(), default=0) >= LEAST_OF_A_LETTER


def _repeats_a_letter_to_it(appeal: Appeal, given: TriageInput) -> bool:
    """Whether the words hold several phrases that a letter to this party quoted as speaking for it."""
    text = unmarked(given.statement)
    letters = TriageSuggestion.objects.filter(appeal__party=appeal.party_id).exclude(appeal=appeal)
    for shown in letters.values_list("phrases", flat=True):
        quoted = {unmarked(str(p["text"])) for p in shown if p["weight"] > 0}
        if sum(len(phrase) > 1 and phrase in text for phrase in quoted) >= LEAST_QUOTED:
            return True
    return False


def _is_in_too_many_closings(appeal: Appeal, pieces: frozenset[int]) -> bool:
    """Whether a passage stands in more closings of the system than its share among all other appeals explains.

    An exact binomial test for each passage: chance would bring so many one time in a thousand.
    """
    others = SketchBand.objects.exclude(sketch__appeal=appeal)
    closed = Q(sketch__appeal__decided_by_kind=DecidedBy.SYSTEM)
    often = Counter(others.filter(closed, name__in=pieces).values_list("name", flat=True))
    suspects = [name for name, count in often.items() if count >= LEAST_CLOSED]
    if not suspects:
        return False
    by_people = TextSketch.objects.exclude(appeal__decided_by_kind=DecidedBy.SYSTEM).count()
    by_system = TextSketch.objects.filter(appeal__decided_by_kind=DecidedBy.SYSTEM).count()
    usual = Counter(others.exclude(closed).filter(name__in=suspects).values_list("name", flat=True))
    return any(stands_out(often[name], by_system, usual[name], by_people) for name in suspects)
