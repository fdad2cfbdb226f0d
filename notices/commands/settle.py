"""Keeps what an overturn settled, and reads what was settled of a party."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Party
from notices.likeness import key_of
from notices.models import Measure, Notice, SettledFinding

AROUND = timedelta(days=1)
"""How far from the time that was judged a conduct counts as the same."""
NEWEST = 200
"""Settled findings of one party that a new notice is compared with."""


def settle_findings(
    notice: Notice,
    overturned: Iterable[Measure],
    *,
    cause: str,
    number: str = "",
    reasons: str = "",
    now: datetime,
) -> None:
    """Keeps of each of these revoked measures that its object did not breach the clauses of the notice then."""
    objects = {measure.object_ref: measure.object_label for measure in overturned}
    bases = notice.bases.select_related("clause__version", "law_article")
    rows = [
        SettledFinding(
            notice=notice,
            party_id=notice.party_id,
            party_number=notice.party.external_ref,
            party_key=key_of(notice.party),
            object_ref=ref,
            object_label=label,
            rule_id=basis.clause.version.rule_id if basis.clause is not None else None,
            instrument=basis.law_article.instrument if basis.law_article is not None else "",
            clause_number=basis.clause_number,
            clause_hash=basis.text_hash,
            conduct_from=notice.conduct_at - AROUND,
            conduct_until=notice.conduct_at + AROUND,
            cause=cause,
            cause_number=number,
            reasons=reasons,
            settled_at=now,
        )
        for basis in bases
        for ref, label in objects.items()
    ]
    SettledFinding.objects.bulk_create(rows, ignore_conflicts=True)  # another measure about the same fell before


def settled_for(parties: Collection[Party]) -> list[SettledFinding]:
    """What was settled of these parties, under whichever client: the same number, or the same name, is the same one."""
    numbers = {party.external_ref for party in parties} - {""}
    names = {key_of(party) for party in parties} - {""}
    same = Q(party__in=[party.pk for party in parties]) | Q(party_number__in=numbers) | Q(party_key__in=names)
    rows = SettledFinding.objects.filter(same).select_related("notice", "party")
    return list(
        rows.prefetch_related("notice__exhibits", "notice__measures", "notice__bases__clause__version")[:NEWEST]
    )
