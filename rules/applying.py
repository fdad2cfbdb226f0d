"""Which version of a rule applies to whom: one question for clocks, burden tables and certifications.

For most parties it is the version in force. A party that left rather than accept a version stays under the one before
it (办法 14), and so does one that was asked to agree to a version and has not (办法 16), or a member whose paid term
began before it (办法 32). Where several parties are concerned by one thing, such as both sides of a dispute, what does
not apply to one of them does not apply to it: a common procedure has one set of times. What notices rest on is asked by
`queries.clause_in_force`, for many at once.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Party
from rules.models import Binds, Consent, PaidMembership, RuleConsent, RuleExit, RuleVersion


def versions_for(
    at: datetime, parties: Collection[int] = (), *, known_at: datetime | None = None
) -> QuerySet[RuleVersion]:
    """The version of each rule that applies at `at` to these parties, as far as exits had been opened by `known_at`.

    Answers about the past do not change: exits, consents and paid terms of afterwards do not count.
    """
    begun = RuleVersion.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True, effective_from__lte=at)
    in_force = Q(effective_to__isnull=True) | Q(effective_to__gt=at)
    if not parties:
        return begun.filter(in_force)
    leaving = _exits(at, known_at or at).filter(party__in=parties)
    waiting = Party.objects.filter(_has_not_agreed(at), pk__in=parties)
    left = leaving.filter(rejected__rule=OuterRef("rule"), rejected__effective_from__lte=OuterRef("effective_from"))
    asked = waiting.filter(created_at__lte=OuterRef("published_at"))
    members = waiting.filter(
        paid_memberships__rule=OuterRef("rule"),
        paid_memberships__starts_at__lt=OuterRef("effective_from"),
        paid_memberships__until__gt=at,
        paid_memberships__recorded_at__lte=known_at or at,
    )
    asking = PUBLISHED.filter(rule=OuterRef("rule"), effective_from__lte=OuterRef("effective_from")).filter(
        Q(ASKED, Exists(asked), binds=Binds.EVERYBODY)
        | Q(ASKED, Exists(asked.filter(kind=OuterRef("binds"))))
        | Q(ONE_SIDED, Exists(members))
    )
    does_not_apply = Q(Exists(left)) | Q(Exists(asking))
    following = RuleVersion.objects.filter(
        does_not_apply,
        rule=OuterRef("rule"),
        effective_from=OuterRef("effective_to"),
        published_at__isnull=False,
        withdrawn_at__isnull=True,
    )
    goes_on = Q(Exists(following)) | Q(Exists(leaving.filter(under=OuterRef("pk"))))
    return begun.filter(in_force | goes_on).exclude(does_not_apply)


def parties_apart(at: datetime, parties: Iterable[int]) -> set[int]:
    """Those of these parties to whom another version of some rule may apply than the one in force. One statement."""
    asking = PUBLISHED.filter(ASKED, published_at__gte=OuterRef("created_at"), effective_from__lte=at).exclude(
        Exists(_consents(at, party=OuterRef(OuterRef("pk"))))
    )
    asked = asking.filter(Q(binds=Binds.EVERYBODY) | Q(binds=OuterRef("kind")))
    leaving = _exits(at, at).filter(party=OuterRef("pk"))
    member = PaidMembership.objects.filter(
        party=OuterRef("pk"),
        until__gt=at,
        rule__versions__effective_from__gt=F("starts_at"),
        rule__versions__effective_from__lte=at,
    )
    rows = Party.objects.filter(Q(Exists(leaving)) | Q(Exists(asked)) | Q(Exists(member)), pk__in=set(parties))
    return set(rows.order_by().values_list("pk", flat=True))


PUBLISHED = RuleVersion.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
ASKED = Q(consent=Consent.ASKED)
ONE_SIDED = ~Q(consent=Consent.NEUTRAL) & Q(forced_by=None)
"""What does not apply to a member whose paid term began before it (`PaidMembership.keeps_from`)."""


def _exits(at: datetime, known_at: datetime) -> QuerySet[RuleExit]:
    rows = RuleExit.objects.order_by().filter(created_at__lte=known_at)
    return rows.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))


def _consents(at: datetime, **of: Any) -> QuerySet[RuleConsent]:
    """Consents to the version outside, or to a later one of its rule."""
    rule, start = OuterRef("rule"), OuterRef("effective_from")
    return RuleConsent.objects.order_by().filter(
        given_at__lte=at, version__rule=rule, version__effective_from__gte=start, **of
    )


def _has_not_agreed(at: datetime) -> Q:
    """Of a party inside a question about a version."""
    rule, start = OuterRef(OuterRef("rule")), OuterRef(OuterRef("effective_from"))
    given = RuleConsent.objects.order_by().filter(
        given_at__lte=at, version__rule=rule, version__effective_from__gte=start, party=OuterRef("pk")
    )
    return ~Q(Exists(given))
