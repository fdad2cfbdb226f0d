"""What a model reads of an appeal: what was known when it was filed, and nothing later."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from appeals.models import Appeal, AppealItem, DecidedBy, Outcome, Ruling
from classifier.features import TriageInput, pseudonym

YEAR = timedelta(days=365)


def input_of(appeal: Appeal) -> TriageInput:
    """What was known at filing time, and nothing later: the same at any moment after it."""
    return inputs_of([appeal])[0]


def inputs_of(appeals: Sequence[Appeal]) -> list[TriageInput]:
    """The same of each, in the same order, with as many questions for five hundred as for one."""
    return [given for start in range(0, len(appeals), 500) for given in _inputs_of(appeals[start : start + 500])]


def _inputs_of(appeals: Sequence[Appeal]) -> Iterator[TriageInput]:
    prefetch_related_objects(list(appeals), "notice__bases", "notice__act__executor", "party")
    items: dict[int, list[AppealItem]] = {}
    for item in AppealItem.objects.filter(appeal__in=appeals).select_related("measure__type_version").order_by("no"):
        items.setdefault(item.appeal_id, []).append(item)
    at_filing = _MeasuresAtFiling(appeals)
    records = _Records(appeals)
    for appeal in appeals:
        own = items.get(appeal.pk, [])
        measures = [item.measure for item in own]
        as_filed = [at_filing.of(appeal, measure) for measure in measures]
        bases = appeal.notice.bases.all()
        days = [
            ((ends_at - m.starts_at).days if ends_at is not None else 365)
            for m, (ends_at, _amount) in zip(measures, as_filed, strict=True)
            if m.kind.axis != "MONETARY"
        ]
        statements = [appeal.statement, *(item.statement for item in own)]
        yield TriageInput(
            statement="\n".join(s for s in statements if s),
            ground=appeal.ground,
            language=appeal.language,
            party_kind=appeal.party.kind,
            measure_types=tuple(sorted({m.type_id for m in measures})),
            axes=tuple(sorted({m.kind.axis for m in measures})),
            clause_code=f"{bases[0].name_zh}:{bases[0].clause_number}" if bases else "",
            clause_codes=clause_codes_of(bases),
            automated_decision=appeal.notice.automated_decision.lower(),
            amount_minor=sum(amount or 0 for _ends_at, amount in as_filed),
            days_blocked=max(days, default=0),
            detector=appeal.notice.detection_tool,
            executor=pseudonym(appeal.notice.third_party_key),
            history=records.of(appeal),
            human_demanded=appeal.human_demanded,
        )


def clause_codes_of(bases: Iterable[Any]) -> tuple[str, ...]:
    """All that a notice rests on, each by name, number and version; what has no version is known by its wording."""
    found = {f"{b.name_zh}:{b.clause_number}@{b.version_number or b.text_hash[:12]}" for b in bases}
    return tuple(sorted(found))


class _MeasuresAtFiling:
    """The appealed measures as they stood at filing: without what this or a later round ruled of end and amount.

    Rounds follow one another, so what an earlier one ruled stood when this one was filed.
    """

    def __init__(self, appeals: Sequence[Appeal]) -> None:
        self._before: dict[tuple[int, int], list[tuple[int, datetime | None, int | None]]] = {}
        rulings = Ruling.objects.filter(decision__appeal__notice__in={appeal.notice_id for appeal in appeals})
        rows = rulings.order_by("decision__appeal__round").select_related("decision__appeal")
        for row in rows:
            of = (row.decision.appeal.notice_id, row.measure_id)
            self._before.setdefault(of, []).append(
                (row.decision.appeal.round, row.ended_at_before, row.amount_minor_before)
            )

    def of(self, appeal: Appeal, measure: Any) -> tuple[datetime | None, int | None]:
        """End and amount."""
        for round_, ended_at, amount in self._before.get((appeal.notice_id, measure.pk), ()):
            if round_ >= appeal.round:
                return ended_at, amount
        return measure.ends_at, measure.amount_minor


class _Records:
    """The parties' records when they filed: what was served, filed and, by people, decided before that moment."""

    def __init__(self, appeals: Sequence[Appeal]) -> None:
        self._filed: dict[int, list[datetime]] = {}
        self._decided: dict[int, list[datetime]] = {}
        self._overturned: dict[int, list[datetime]] = {}
        self._served: dict[int, list[datetime]] = {}
        parties = {appeal.party_id: appeal.pk for appeal in appeals}
        of_these = Appeal.objects.filter(party_id__in=parties).order_by()
        for party, filed, by, decided, outcome in of_these.values_list(
            "party_id", "filed_at", "decided_by_kind", "decided_at", "outcome"
        ):
            self._filed.setdefault(party, []).append(filed)
            if by == DecidedBy.HUMAN and decided is not None:
                self._decided.setdefault(party, []).append(decided)
                if outcome != Outcome.UPHELD:
                    self._overturned.setdefault(party, []).append(decided)
        # Through an appeal of each party: this app reaches notices by its own rows only, and joins each party once.
        one_of_each = Appeal.objects.filter(pk__in=parties.values(), party__notices__served_at__isnull=False)
        for party, served in one_of_each.order_by().values_list("party_id", "party__notices__served_at"):
            self._served.setdefault(party, []).append(served)
        for moments in (self._filed, self._decided, self._overturned, self._served):
            for each in moments.values():
                each.sort()

    def of(self, appeal: Appeal) -> tuple[tuple[str, float], ...]:
        at, party = appeal.filed_at, appeal.party_id
        own = appeal.notice.served_at < at
        found = {
            "earlier_appeals": bisect_left(self._filed.get(party, []), at),
            "earlier_decided": bisect_left(self._decided.get(party, []), at),
            "earlier_overturned": bisect_left(self._overturned.get(party, []), at),
            "earlier_notices": bisect_left(self._served.get(party, []), at) - own,
            "account_days": max((at - appeal.party.created_at).days, 0),
        }
        return tuple((name, float(value)) for name, value in sorted(found.items()))

    def notices_in_a_year(self, appeal: Appeal) -> int:
        """How many notices the party got in the year before it filed, without the one that it appeals."""
        at, served = appeal.filed_at, self._served.get(appeal.party_id, [])
        own = at - YEAR <= appeal.notice.served_at < at
        return bisect_left(served, at) - bisect_left(served, at - YEAR) - own


def notices_in_a_year_of(appeals: Sequence[Appeal]) -> list[int]:
    """For each how many notices its party got in the year before it filed: the size of a merchant is not on record."""
    records = _Records(appeals)
    return [records.notices_in_a_year(appeal) for appeal in appeals]
