"""Finds where a mistake may have been made again, and what cannot be of what is stated of an officer.

What does not belong here: that a person then keeps or corrects what was found (siblings).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q

from casework.firing import command
from classifier.duplicates import alike, runs
from notices.commands.siblings import open_reviews
from notices.likeness import clauses_of_lineage, same_object
from notices.machine import HAS_MEASURES, NoticeState, SiblingState
from notices.models import OF_A_MISTAKE, Basis, Ground, Notice, SharedCause, SiblingReview
from notices.pace import A_MINUTE, pace_of

LOOKS = 200
"""How many of the newest notices of a clause, of an officer and of a party are compared with one that was wrong."""
MOST_OF_MISTAKE = 20
"""Reviews that one mistake opens."""
SPELL = timedelta(days=7)
"""For how long an officer who was looked at is not flagged again."""


@command
def open_reviews_of_mistake(
    *, notice: Notice, origin_ref: str, origin_number: str, now: datetime
) -> Sequence[SiblingReview]:
    """Opens reviews of notices in force that are like one that was wrong: about the same object, in nearly the same
    words, or by the same person under the same clause; the strongest likeness first, then the newest.

    Asked again because of the same error it opens nothing. Of a third party's act the incident says what to look at.
    """
    if notice.act_id is not None or notice.executor_name:
        return []
    if SiblingReview.objects.filter(origin_ref=origin_ref, cause_kind__in=OF_A_MISTAKE).exists():
        return []
    found = sorted(_likely(notice), key=lambda each: (OF_A_MISTAKE.index(each[0]), -each[2].pk))
    rows = [
        SiblingReview(
            notice=each, cause_kind=kind, cause_value=value, origin_ref=origin_ref, origin_number=origin_number
        )
        for kind, value, each in islice(found, MOST_OF_MISTAKE)
    ]
    if rows:
        open_reviews(rows, now=now, sharing=len(found))
    return rows


def _likely(wrong: Notice) -> list[tuple[SharedCause, str, Notice]]:
    """What each of the newest candidates shares with the notice that was wrong."""
    clauses = clauses_of_lineage(wrong.bases.all())
    of_clause = Basis.objects.filter(clause_id__in=clauses, notice__state=NoticeState.IN_FORCE).order_by("-notice_id")
    under_it = set(of_clause.values_list("notice_id", flat=True)[:LOOKS])
    in_force = Notice.objects.filter(state=NoticeState.IN_FORCE).order_by("-id")
    by_officer = set() if wrong.decided_by_id is None else in_force.filter(decided_by_id=wrong.decided_by_id)[:LOOKS]
    of_party = in_force.filter(party_id=wrong.party_id)[:LOOKS]
    keys = under_it | {each.pk for each in by_officer} | {each.pk for each in of_party}
    waiting = SiblingReview.objects.filter(state=SiblingState.OPEN, notice_id__in=keys).values("notice_id")
    rows = Notice.objects.filter(pk__in=keys - {wrong.pk}).exclude(pk__in=waiting)
    articles = {basis.law_article_id for basis in wrong.bases.all()} - {None}
    code, said = wrong.decider_code, runs(wrong.facts)
    objects = list(wrong.measures.all())
    found: list[tuple[SharedCause, str, Notice]] = []
    for each in rows.prefetch_related("measures", "bases"):
        rests = any(basis.clause_id in clauses or basis.law_article_id in articles for basis in each.bases.all())
        if wrong.tool and each.tool == wrong.tool and rests:
            continue  # which are looked at as the tool's
        same = next((o for o in objects for m in each.measures.all() if same_object(o.object_ref, m.object_ref)), None)
        if same is not None and (rests or each.party_id == wrong.party_id):
            found.append((SharedCause.OBJECT, same.object_ref, each))
        elif alike(said, runs(each.facts)).is_copy:
            found.append((SharedCause.LIKENESS, wrong.number, each))
        elif rests and wrong.decided_by_id is not None and each.decided_by_id == wrong.decided_by_id:
            found.append((SharedCause.OFFICER, code, each))
    return found


@command
def open_reviews_of_what_rests_on(*, notice: Notice, now: datetime) -> Sequence[SiblingReview]:
    """Opens reviews of every notice in force that rests on one that was revoked."""
    known = SiblingReview.objects.filter(origin_ref=notice.ref, cause_kind=SharedCause.RESTS_ON).values("notice_id")
    resting = Ground.objects.filter(earlier=notice, notice__state__in=HAS_MEASURES).exclude(notice_id__in=known)
    rows = [
        SiblingReview(
            notice=each.notice,
            cause_kind=SharedCause.RESTS_ON,
            cause_value=notice.number,
            origin_ref=notice.ref,
            origin_number=notice.number,
        )
        for each in resting.select_related("notice").order_by("pk")
    ]
    if rows:
        open_reviews(rows, now=now)
    return rows


@command
def flag_officers(*, notices: Sequence[Notice], now: datetime) -> Sequence[SiblingReview]:
    """Flags to compliance, on the newest of these notices, each officer of whom more is stated than anybody can do, or
    that they opened exhibits of which none was opened here; at most once in `SPELL`.
    """
    newest = {n.decided_by_id: n for n in sorted(notices, key=lambda n: n.pk) if n.decided_by_id is not None}
    rows = []
    for officer_id, notice in newest.items():
        pace = pace_of(officer_id, until=now)
        kinds = [SharedCause.PACE] if pace.in_a_minute > A_MINUTE else []
        kinds += [SharedCause.UNOPENED] if pace.said_opened and not pace.opened_here else []
        code = notice.decider_code
        lately = Q(cause_value=code) & (Q(state=SiblingState.OPEN) | Q(created_at__gt=now - SPELL))
        known = set(SiblingReview.objects.filter(lately, cause_kind__in=kinds).values_list("cause_kind", flat=True))
        rows += [
            SiblingReview(
                notice=notice, cause_kind=kind, cause_value=code, origin_ref=notice.ref, origin_number=notice.number
            )
            for kind in kinds
            if kind not in known
        ]
    if rows:
        open_reviews(rows, now=now)
    return rows
