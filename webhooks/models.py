"""Webhook endpoints of API clients, their secrets, and every delivery to them."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.cover import digested, operational
from casework.models import Case, Event, OutboxMessage, OutboxState
from casework.triggers import Trigger, kept, on_update, sealed
from webhooks.event_types import OF_NO_CASE
from webhooks.machine import EndpointMachine, EndpointState

MAX_ATTEMPTS = 10


class DisabledReason(models.TextChoices):
    OWNER = "OWNER", _("its owner switched it off")
    STAFF = "STAFF", _("the platform's operators switched it off")
    GONE = "GONE", _("it answered that it is gone for good (410)")
    FAILING = "FAILING", _("nothing reached it for three days")


class WebhookEndpoint(EndpointMachine, Case):
    """An address of an API client to which events of the client's cases are sent.

    The moments below are the course of sending: they change without a version, and nothing rests on them.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "webhook", "whe_", "W"
    OPENS_IN = (EndpointState.ACTIVE,)

    client = models.ForeignKey(
        "accounts.ApiClient", on_delete=models.PROTECT, related_name="webhook_endpoints", verbose_name=_("API client")
    )
    url = models.CharField(_("address"), max_length=500)
    event_types = models.JSONField(_("types of event"), default=list)  # empty: all
    disabled_reason = models.CharField(
        _("why it is switched off"), max_length=10, choices=DisabledReason, blank=True, default=""
    )
    disabled_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    rests_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("-created_at", "-id")
        constraints = (
            check("webhook_endpoint_state_is_known", Q(state__in=EndpointState.values)),
            check(
                "webhook_endpoint_switched_off_says_why",
                Q(state=EndpointState.ACTIVE, disabled_reason="", disabled_at__isnull=True)
                | Q(state=EndpointState.DISABLED, disabled_reason__in=DisabledReason.values, disabled_at__isnull=False)
                | ~Q(state__in=EndpointState.values),
            ),
            check("webhook_endpoint_has_an_address", ~Q(url="")),
            check(
                "webhook_endpoint_fails_since_its_first_failure",
                Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("client", "url"),
                condition=Q(state=EndpointState.ACTIVE),
                name="webhook_endpoint_is_active_once_per_address",
                violation_error_code="not-your-turn",
                violation_error_message=_("An active endpoint of yours has this address already."),
            ),
        )

    @property
    def is_failing(self) -> bool:
        """Whether it is switched on and its latest attempts failed."""
        return self.state == EndpointState.ACTIVE and self.failures > 0

    def rests_at(self, now: datetime) -> bool:
        """Whether it is left alone for a while, after failures or since it asked for that."""
        return self.rests_until is not None and self.rests_until > now

    def wants(self, type_: str) -> bool:
        return not self.event_types or type_ in self.event_types


class WebhookSecret(models.Model):
    """The salt of one of an endpoint's secrets, which signs from `created_at` until `ends_at`."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="secrets")
    salt = models.CharField(max_length=43, unique=True, editable=False)
    mark = models.CharField(max_length=16, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint",), condition=Q(ends_at__isnull=True), name="webhook_secret_is_current_once"
            ),
            check("webhook_secret_ends_after_it_begins", Q(ends_at__isnull=True) | Q(ends_at__gte=F("created_at"))),
        )

    def signs_at(self, now: datetime) -> bool:
        return self.ends_at is None or self.ends_at > now


class DeliveryState(models.TextChoices):
    PENDING = "PENDING", _("waiting to be sent")
    DELIVERED = "DELIVERED", _("delivered")
    GIVEN_UP = "GIVEN_UP", _("given up")


UNRECORDED_AFTER = timedelta(seconds=20)
"""Longer than an attempt takes: for so long nobody makes the next one by hand."""


ANNOUNCES = "webhooks.subscribers.announce_to_endpoints"
"""The subscriber that queues deliveries; of several events of a case one worker may queue the later one first."""


class Deliveries(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> "Deliveries":
        return self.filter(state=DeliveryState.PENDING, next_attempt_at__lte=now)

    def in_flight(self, now: datetime) -> "Deliveries":
        """What is being sent at this moment, by whichever worker."""
        begun = self.filter(state=DeliveryState.PENDING, attempts__gt=0, last_error="")
        return begun.filter(next_attempt_at__gt=now, attempted_at__gt=now - UNRECORDED_AFTER)

    def first_of_cases(self) -> "Deliveries":
        """But for those before which something else of their case has to reach their endpoint: it still waits, is being
        sent, or is not queued yet.
        """
        before = {f"event__{name}": OuterRef(f"event__{name}") for name in ("case_kind", "case_id")}
        before["event__sequence__lt"] = OuterRef("event__sequence")
        waits = WebhookDelivery.objects.filter(
            **before, endpoint_id=OuterRef("endpoint_id"), state=DeliveryState.PENDING
        )
        unheard = OutboxMessage.objects.filter(**before, subscriber=ANNOUNCES, state=OutboxState.PENDING)
        return self.exclude(Exists(waits)).exclude(Exists(unheard))


class WebhookDelivery(models.Model):
    """One event to be sent to one endpoint. `ref` is the `webhook-id`, the same in every attempt.

    An attempt is counted before it is made, so that one whose end nobody saw is an attempt, too. `tried` holds how the
    newest ones ended and what was answered, until it is forgotten.
    """

    REF_PREFIX = "whd_"

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(_("reference"), max_length=40, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("endpoint")
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(_("event"), max_length=60)
    body = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    replays = models.PositiveSmallIntegerField(_("sent again by hand"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempted_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    last_error = models.CharField(_("last failure"), max_length=20, blank=True, default="")
    tried = models.JSONField(null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), editable=False)
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="", editable=False)

    objects = Deliveries.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(
                fields=("endpoint", "next_attempt_at", "id"),
                condition=Q(state=DeliveryState.PENDING),
                name="webhook_delivery_pending",
            ),
            models.Index(fields=("endpoint", "created_at", "id"), name="webhook_delivery_by_endpoint"),
            models.Index(
                fields=("attempted_at",), condition=Q(tried__isnull=False), name="webhook_delivery_with_answers"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "event"), name="webhook_delivery_is_one_per_endpoint_and_event"
            ),
            check("webhook_delivery_state_is_known", Q(state__in=DeliveryState.values)),
            check(
                "webhook_delivery_without_an_event_is_of_no_case",
                Q(type__in=OF_NO_CASE, event__isnull=True) | ~Q(type__in=OF_NO_CASE) & Q(event__isnull=False),
            ),
            check(
                "webhook_delivery_delivered_says_when",
                Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | ~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True),
            ),
            check("webhook_delivery_ends_after_ten_attempts", Q(attempts__lte=MAX_ATTEMPTS)),
        )

    def __str__(self) -> str:
        return self.ref

    def can_go_now(self, now: datetime) -> bool:
        """Whether it can be made due now: it is not yet, or its endpoint rests, and no attempt is going on, of which
        nothing is recorded yet.
        """
        if self.state != DeliveryState.PENDING:
            return True
        at = self.attempted_at
        is_going = self.attempts > 0 and not self.last_error and at is not None and at > now - UNRECORDED_AFTER
        return not is_going and (self.next_attempt_at > now or self.endpoint.rests_at(now))


class TodoTold(models.Model):
    """What the platform was told last of what waits for one person in the cases of one party.

    Whatever may have changed it sets `look_at`; many changes before that moment are one. `digest` is empty while
    nothing waits.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(editable=False)

    class Meta:
        indexes = (
            models.Index(fields=("look_at", "id"), condition=Q(look_at__isnull=False), name="todo_to_be_looked_at"),
        )
        constraints = (models.UniqueConstraint(fields=("user", "party"), name="todo_is_told_by_person_and_party"),)


class TodoSource(models.Model):
    """How far one table was read for whom its rows concern: up to the key `head`, whatever was committed by then.

    Keys are given before the commit. So everything up to `mark`, which was the head at `marked_at`, is read once more
    after the longest transaction, up to `settled`.
    """

    name = models.CharField(max_length=20, primary_key=True)
    head = models.BigIntegerField()
    mark = models.BigIntegerField()
    marked_at = models.DateTimeField()
    settled = models.BigIntegerField()


TRIGGERS: list[Trigger] = [
    sealed(
        "webhooks_webhookendpoint",
        "webhook_endpoint_keeps_its_owner_and_address",
        "client_id url ref",
    ),
    kept("webhooks_webhookendpoint", "webhook_endpoint_is_kept"),
    sealed(
        "webhooks_webhooksecret",
        "webhook_secret_is_never_changed_nor_revived",
        "salt mark endpoint_id",
        also="OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at)",
    ),
    sealed(
        "webhooks_webhookdelivery",
        "webhook_delivery_says_what_it_said",
        "ref body type endpoint_id event_id",
    ),
    on_update(
        "webhooks_webhookdelivery",
        "webhook_attempt_is_to_an_active_endpoint",
        """
            NEW.attempts > OLD.attempts
            AND NOT EXISTS (
                SELECT 1 FROM webhooks_webhookendpoint e WHERE e.id = NEW.endpoint_id AND e.state = 'ACTIVE'
            )
        """,
        # Only then: whoever renews or records has deliveries locked before the endpoint.
        lock="""
            IF NEW.attempts > OLD.attempts THEN
                PERFORM 1 FROM webhooks_webhookendpoint WHERE id = NEW.endpoint_id FOR SHARE;
            END IF;
        """,
    ),
]
"""What no constraint can say: what was promised to be sent stays so, and nothing goes where it is not wanted."""

COVER = {
    **digested(
        "webhooks_webhookendpoint webhooks_webhooksecret",
        webhooks_webhookendpoint=dict.fromkeys(
            ("failures", "failing_since", "succeeded_at", "rests_until", "leased_until"),
            "the course of sending: nothing rests on it",
        ),
    ),
    **operational(
        webhooks_webhookdelivery="copies of public events on their way; the events stand in the ledger",
        webhooks_todotold="what was said of cases, which stand in the ledger; told once more if it is lost",
        webhooks_todosource="how far ledger and rooms were read; read again from anywhere",
    ),
}
