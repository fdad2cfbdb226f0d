"""Reads a dispute's opening, and puts the disputes that wait for a mediator in order.

Reading is tables and words, no model; it says nothing of who is right. The place is the time to join by, brought
forward by what makes the case urgent, so that nothing waits for ever. What does not belong here: writing it down
(commands), who may see it (queries), and the tables themselves (classifier.routing).
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from accounts.models import PartyKind
from classifier.features import grams, normalise
from classifier.person import asks_for_a_person
from classifier.routing import LEVELS, Opening, dispute_points_for, dispute_queue_for
from disputes.models import POINTS, Dispute, OpeningTriage
from rules.choices import PROMISES

BATCH_TIME_LIMIT = timedelta(days=30)
JOIN_TIME = timedelta(hours=PROMISES["mediator_join_time"].amount)  # the most that a clause may promise


class UrgencyReason(models.TextChoices):
    """What makes a dispute urgent, in codes that say nothing of the case itself."""

    SAFETY = "safety", pgettext_lazy("why it stands here", "safety is concerned")
    MONEY = "money", pgettext_lazy("why it stands here", "much was paid")
    CONSUMER = "consumer", pgettext_lazy("why it stands here", "a consumer against a merchant")
    LIVELIHOOD = "livelihood", pgettext_lazy("why it stands here", "prepaid money or a livelihood")
    CLOCK = "clock", pgettext_lazy("why it stands here", "the law sets a time in days")
    PERSON = "person", pgettext_lazy("why it stands here", "a person was asked for")
    BATCH = "batch", pgettext_lazy("why it stands here", "several claimants, the same shop and ground")


# — reading an opening —


@dataclass(frozen=True, slots=True)
class TextReading:
    """What an opening's words say: their language, empty where there are none, and whether they ask for a person."""

    language: str
    asks_for_a_person: bool


def read_text(text: str) -> TextReading:
    """Reads from a folded copy, so that a disguise hides nothing; the text itself is never changed."""
    copy = normalise(text)
    return TextReading(copy.language if grams(copy.text).units else "", asks_for_a_person(copy))


def asks_for_a_person_in_text(dispute: Dispute) -> bool:
    """Whether either side's own first words ask for a person, whatever the form says."""
    return any(read_text(text).asks_for_a_person for text in (dispute.statement, dispute.first_answer))


def reading_of(dispute: Dispute, *, now: datetime) -> OpeningTriage:
    """Returns what the tables make of this opening, as it stood when it was opened; not yet saved."""
    words = read_text(dispute.statement)
    ground, respondent = dispute.ground, dispute.respondent
    opening = Opening(
        ground=ground.slug,
        family=ground.family,
        stakes=tuple(ground.stakes),
        amount_minor=dispute.order_amount_minor,
        must_mediate=ground.must_mediate,
        is_against_platform=respondent is None,
        is_consumer_against_merchant=respondent is not None
        and (dispute.claimant.kind, respondent.kind) == (PartyKind.CONSUMER, PartyKind.MERCHANT),
        asks_for_a_person=words.asks_for_a_person,
        others=_others(dispute),
    )
    points = dispute_points_for(opening)
    return OpeningTriage(
        dispute=dispute,
        language=words.language,
        queue=dispute_queue_for(opening),
        asks_for_a_person=words.asks_for_a_person,
        others=opening.others,
        points=points.total,
        read_at=now,
        **{f"for_{name}": given for name, given in asdict(points).items()},
    )


def _others(dispute: Dispute) -> int:
    """Other claimants whose dispute against the same shop about the same ground was open then, of thirty days.

    Claimants and not disputes, so that nobody makes a batch of their own; what is opened later counts for what comes
    after it, so that a reading done late is the same.
    """
    if dispute.respondent_id is None:
        return 0
    opened = Dispute.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gt=dispute.created_at),
        respondent=dispute.respondent_id,
        ground__slug=dispute.ground.slug,
        created_at__gt=dispute.created_at - BATCH_TIME_LIMIT,
        created_at__lte=dispute.created_at,
    ).exclude(claimant=dispute.claimant_id)
    found: int = opened.aggregate(n=Count("claimant", distinct=True))["n"]
    return found


# — the place among those that wait —


def max_urgency_lead() -> timedelta:
    """The most by which urgency brings a dispute forward: half of the time that a mediator has to join."""
    return JOIN_TIME / 2


def pressing_for() -> timedelta:
    """The remaining time below which nothing that is due later is placed before a dispute."""
    return JOIN_TIME / 4


def most_urgent(rows: QuerySet[Dispute], limit: int, *, now: datetime) -> QuerySet[Dispute]:
    """The first of `by_urgency`, without putting all that wait in order.

    Urgency brings nothing forward by more than `max_urgency_lead`: what is due later than that after the last of the
    `limit` that are due first is none of them.
    """
    last = rows.order_by("platform_due_at", "id").values_list("platform_due_at", flat=True)[limit - 1 : limit].first()
    near = rows if last is None else rows.filter(platform_due_at__lte=last + max_urgency_lead())
    return by_urgency(near, now=now)


def by_urgency(rows: QuerySet[Dispute], *, now: datetime) -> QuerySet[Dispute]:
    """Orders the disputes as mediators take them; `stands_at` is the moment by which each is placed.

    That is when it is due, less what its points are worth. What presses, what the law sets a time for and what was not
    read yet gets the most there is: nothing due later stands before it.
    """
    counted = Case(When(human_demanded=True, triage__for_person=0, then=Value(1)), default=Value(0))
    points = Coalesce(F("triage__points"), Value(0)) + counted
    worth = Case(
        When(
            Q(triage__isnull=True) | Q(triage__for_clock__gte=1) | Q(platform_due_at__lte=now + pressing_for()),
            then=Value(max_urgency_lead()),
        ),
        *(When(points_now__gte=least, then=Value(_worth(level))) for least, level in LEVELS),
        default=Value(timedelta()),
        output_field=models.DurationField(),
    )
    stands_at = models.ExpressionWrapper(F("platform_due_at") - worth, output_field=models.DateTimeField())
    return rows.annotate(points_now=points).annotate(stands_at=stands_at).order_by("stands_at", "platform_due_at", "id")


def _worth(level: int) -> timedelta:
    return max_urgency_lead() * (4 - level) / 3


@dataclass(frozen=True, slots=True)
class Place:
    """Why a dispute stands where it stands.

    `rule` is `late`, `pressing`, `clock` or `unread` where due time alone counts and nothing due later is before it,
    `ahead` where its points brought it forward by `ahead`, and `due` where nothing did. `why` are the reasons' codes.
    """

    rule: str
    ahead: timedelta
    why: tuple[str, ...]
    others: int


def place_of(dispute: Dispute, *, now: datetime) -> Place:
    """The place of a dispute that `by_urgency` put in order."""
    due: datetime | None = dispute.platform_due_at
    stands_at: datetime | None = dispute.stands_at  # type: ignore[attr-defined]  # annotated by by_urgency
    ahead = due - stands_at if due is not None and stands_at is not None else timedelta()
    read = reading_on_file(dispute)
    if due is not None and due <= now:
        rule = "late"
    elif due is not None and due <= now + pressing_for():
        rule = "pressing"
    elif read is None:
        rule = "unread"
    elif read.for_clock:
        rule = "clock"
    else:
        rule = "ahead" if ahead else "due"
    return Place(rule, ahead, urgency_reasons_of(dispute), read.others if read is not None and read.for_batch else 0)


def reading_on_file(dispute: Dispute) -> OpeningTriage | None:
    """How its opening was read; None where it was not yet."""
    return getattr(dispute, "triage", None)


def urgency_reasons_of(dispute: Dispute) -> tuple[str, ...]:
    """What makes it urgent, as codes; a person demanded since the opening counts like one asked for in it."""
    read = reading_on_file(dispute)
    found = [] if read is None else [name for name in POINTS if getattr(read, f"for_{name}")]
    if dispute.human_demanded and "person" not in found:
        found.append("person")
    return tuple(found)
