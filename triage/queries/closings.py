"""Reports for whom and with which words the system closes: the rates by which somebody who games it would show."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from accounts.models import Party
from appeals.machine import AppealState
from appeals.models import Appeal, AuditView, DecidedBy
from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import require
from classifier.duplicates import passages, words_of
from classifier.monitor import stands_out
from triage.features import inputs_of
from triage.models import SketchBand, TextSketch
from triage.policies import may_see_automation

WATCHED = timedelta(days=90)
MOST_CLOSINGS = 500
"""So many of the latest closings are read; a certificate closes at most 143."""
SHOWN = 20
LEAST_SHARED = 2


@dataclass(frozen=True, slots=True)
class PartyRate:
    """A party for which the system closed `closed` of `filed` appeals; `wrong` of the `audited` ones wrongly."""

    party: Party
    closed: int
    filed: int
    audited: int
    wrong: int
    stands_out: bool


@dataclass(frozen=True, slots=True)
class PhraseRate:
    """Words in `closed` closings of `parties` parties, and in `others` of the appeals that people decided."""

    words: str
    closed: int
    parties: int
    others: int
    stands_out: bool
    latest: Appeal


@dataclass(frozen=True, slots=True)
class ClosingRates:
    """Of the last 90 days: how much the system closed, beside what was filed, and what people decided.

    Where it closed nothing, the others stop at `casework.counts.CAP`.
    """

    closed: int
    filed: int
    by_people: int
    parties: Sequence[PartyRate]
    phrases: Sequence[PhraseRate]


def closing_rates_for(actor: Actor, *, now: datetime) -> ClosingRates:
    """The rates of closings, in all, by party and by phrase, the most striking first. Raises `NotFound`.

    A party or a phrase stands out where chance would bring so many of the closings one time in a thousand, its share of
    what people decided being what is usual; of a phrase, of all appeals that people decided.
    """
    require(may_see_automation(actor))
    since = now - WATCHED
    decided = Appeal.objects.filter(state=AppealState.DECIDED, decided_at__gt=since, decided_at__lte=now)
    filed = Appeal.objects.filter(created_at__gt=since, created_at__lte=now)
    # A law draws for each of them, and draws are few.
    closings = decided.filter(decided_by_kind=DecidedBy.SYSTEM, decision__draw__isnull=False)
    closed = list(closings.order_by("-decided_at", "-pk").select_related("party", "notice")[:MOST_CLOSINGS])
    if not closed:
        return ClosingRates(0, capped_count(filed.order_by()), capped_count(decided.order_by()), (), ())
    closed_in_all = closings.count()
    people = decided.count() - closed_in_all
    return ClosingRates(
        closed=closed_in_all,
        filed=filed.count(),
        by_people=people,
        parties=_party_rates(closed, since, now, people),
        phrases=_phrase_rates(closed),
    )


def _party_rates(closed: Sequence[Appeal], since: datetime, now: datetime, people: int) -> list[PartyRate]:
    parties = {appeal.party_id: appeal.party for appeal in closed}
    often = Counter(appeal.party_id for appeal in closed)
    own = Appeal.objects.filter(party__in=parties)
    filed = _counted(own.filter(filed_at__gt=since, filed_at__lte=now))
    usual = _counted(own.filter(decided_at__gt=since, decided_at__lte=now, decided_by_kind=DecidedBy.HUMAN))
    views = AuditView.objects.filter(decision__appeal__in=closed).select_related("decision__appeal")
    audits = [(view.decision.appeal.party_id, view.is_error) for view in views]
    audited, wrong = Counter(pk for pk, _ in audits), Counter(pk for pk, is_error in audits if is_error)
    found = [
        PartyRate(
            party=party,
            closed=often[pk],
            filed=filed.get(pk, 0),
            audited=audited[pk],
            wrong=wrong[pk],
            stands_out=stands_out(often[pk], len(closed), usual.get(pk, 0), people),
        )
        for pk, party in parties.items()
    ]
    return sorted(found, key=lambda r: (not r.stands_out, -r.closed, r.filed, r.party.pk))[:SHOWN]


def _counted(appeals: QuerySet[Appeal]) -> Mapping[int, int]:
    return dict(appeals.order_by().values_list("party").annotate(n=Count("pk")))


def _phrase_rates(closed: Sequence[Appeal]) -> list[PhraseRate]:
    """Passages that several closings share. Those that stand in the same closings are one phrase."""
    statements = [given.statement for given in inputs_of(closed)]
    holders: dict[int, list[int]] = defaultdict(list)
    for at, statement in enumerate(statements):
        for name in passages(statement):
            holders[name].append(at)
    shared = {name: tuple(at) for name, at in holders.items() if len(at) >= LEAST_SHARED}
    if not shared:
        return []
    by_people = SketchBand.objects.filter(name__in=list(shared), sketch__appeal__decided_by_kind=DecidedBy.HUMAN)
    usual = dict(by_people.order_by().values_list("name").annotate(n=Count("pk")))
    people = TextSketch.objects.filter(appeal__decided_by_kind=DecidedBy.HUMAN).count()
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for name, holding in shared.items():
        groups[holding].append(name)
    found = []
    for holding, names in groups.items():
        others = min(usual.get(name, 0) for name in names)
        found.append(
            PhraseRate(
                words=words_of(statements[holding[0]], frozenset(names)),
                closed=len(holding),
                parties=len({closed[i].party_id for i in holding}),
                others=others,
                stands_out=stands_out(len(holding), len(closed), others, people),
                latest=closed[holding[0]],
            )
        )
    return sorted(found, key=lambda r: (not r.stands_out, -r.closed, r.words))[:SHOWN]
