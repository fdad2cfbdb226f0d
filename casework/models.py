"""Tables every case shares: the spine of its row, ledger, deadlines, outbox, keys of requests."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self, cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.compiled import compiled
from casework.constraints import check
from casework.cover import derived, digested, operational
from casework.states import UNKNOWN, State
from casework.triggers import Trigger, append_only, kept, sealed


class Case(models.Model):
    """The spine of a case row. `casework.firing` alone moves `state`, `version` and `head`, always together.

    `version` counts events, so event n of the ledger is the one that made version n; `head` is the hash of the newest.
    """

    KIND: ClassVar[str]
    REF_PREFIX: ClassVar[str]
    NUMBER_PREFIX: ClassVar[str]
    OPENS_IN: ClassVar[tuple[str, ...]]
    QUIET: ClassVar[frozenset[str]] = frozenset()
    """Events after which a version that was read before is still good to act on."""
    PARTIES: ClassVar[tuple[str, ...]] = ()
    """The columns of the parties whose case it is, in the order in which somebody who acts for both speaks for them."""
    HOLDER: ClassVar[Mapping[str, Callable[[Actor], Any]]] = {}
    """The columns of whoever of staff holds it, each with what it is of the actor of an edge that `takes` it."""
    LEASE: ClassVar[str] = ""
    """The column that says until when it is held, where that is for a time."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(_("reference"), max_length=40, unique=True, editable=False)
    number = models.CharField(_("case number"), max_length=24, unique=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    head = models.CharField(_("hash of the newest event"), max_length=64, default="", editable=False)
    created_at = models.DateTimeField(_("opened at"), editable=False)
    updated_at = models.DateTimeField(_("last changed at"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def matter(self) -> tuple[str, int]:
        """The kind and key by which a mandate names this case; of an appeal those of its notice."""
        return self.KIND, self.pk

    @property
    def state_row(self) -> State:
        """What the machine says of the state in which the case is; of one that a newer version wrote, `UNKNOWN`."""
        return self.STATES.get(self.state, UNKNOWN)  # type: ignore[attr-defined,no-any-return]  # each machine has both

    @property
    def has_known_state(self) -> bool:
        return self.state in self.STATES  # type: ignore[attr-defined]  # each machine has both

    @property
    def state_note(self) -> str:
        """What a person wrote about the present state, for its banner to show."""
        return ""

    @property
    def is_open(self) -> bool:
        return self.state_row.is_open

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Reload, protected state included, without ever lifting the protection for another thread.

        django-fsm lifts `protected` on the shared field object meanwhile, so under threads it is off for everybody.
        """
        names = None if fields is None else list(fields)
        kept = self.__dict__.get("state")
        if names is None or "state" in names:
            self.__dict__.pop("state", None)
        try:
            super().refresh_from_db(using=using, fields=names, from_queryset=from_queryset)
        except BaseException:
            if kept is not None:
                self.__dict__["state"] = kept
            raise

    @classmethod
    def lock(cls, *conditions: Q, **lookup: Any) -> Self:
        """Locks the row until the transaction ends and returns it as it is now, so that a later read in it is still
        true.

        Raises `DoesNotExist` when no such row may be seen. On SQLite the transaction itself is the lock.
        """
        if conditions or lookup.keys() != {"pk"}:
            return cls._default_manager.filter(*conditions).select_for_update(of=("self",)).get(**lookup)
        for case in _locked(cls, lookup["pk"]):
            return cast("Self", case)
        raise cls.DoesNotExist


@compiled
def _locked(model: type[Case], pk: int) -> models.QuerySet[Case]:
    return model._default_manager.filter(pk=pk).select_for_update(of=("self",))


class Event(models.Model):
    """One event of one case: references, codes and hashes, never facts about people. Append-only."""

    id = models.BigAutoField(primary_key=True)
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()
    case_ref = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    type = models.CharField(_("event"), max_length=60)
    verb = models.CharField(max_length=60)
    source = models.CharField(max_length=30, blank=True)
    target = models.CharField(max_length=30)
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=60)
    via = models.CharField(max_length=10)
    at = models.DateTimeField(_("recorded at"))
    effective_at = models.DateTimeField(_("takes effect at"))
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    request_id = ""
    traceparent = ""
    """No columns: which request caused it, and in which trace, for the subscriber to whom the outbox hands it."""

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("ledger")
        ordering = ("case_kind", "case_id", "sequence")
        indexes = (
            # What a person did as staff: every conflict of interest is asked of it, for every case that is listed.
            models.Index(
                fields=("actor_ref", "case_kind", "type", "case_id"),
                condition=Q(actor_kind="staff"),
                name="event_by_member_of_staff",
            ),
            models.Index(fields=("type", "at"), name="event_by_type"),
            models.Index(fields=("at", "id"), name="event_by_time"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case_kind", "case_id", "sequence"),
                name="event_sequence_is_unique_in_case",
                violation_error_code="stale",
            ),
            check("event_sequence_starts_at_one", Q(sequence__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.case_ref} {self.sequence} {self.type}"


class DeadlineState(models.TextChoices):
    OPEN = "OPEN", _("open")
    FIRED = "FIRED", _("fired")
    CANCELLED = "CANCELLED", _("cancelled")


class Deadline(models.Model):
    """A moment at which something follows by itself. It takes effect at `due_at`, however late it is carried out."""

    id = models.BigAutoField(primary_key=True)
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=40, blank=True, default="")
    due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=DeadlineState, default=DeadlineState.OPEN)
    set_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(state=DeadlineState.OPEN), name="deadline_open_by_due"),
            models.Index(fields=("case_kind", "case_id"), name="deadline_by_case"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case_kind", "case_id", "kind", "key"),
                condition=Q(state=DeadlineState.OPEN),
                name="deadline_is_open_once_per_case_and_kind",
            ),
            check("deadline_state_is_known", Q(state__in=DeadlineState.values)),
            check(
                "deadline_never_fires_early",
                ~Q(state=DeadlineState.FIRED) | Q(fired_at__isnull=False, fired_at__gte=models.F("due_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class OutboxState(models.TextChoices):
    PENDING = "PENDING", _("waiting")
    DEAD = "DEAD", _("given up, needs an operator")


class OutboxPriority(models.IntegerChoices):
    PEOPLE = 0, _("what people did")
    ORDINARY = 1, _("what systems did")
    BULK = 2, _("imports")


class OutboxMessage(models.Model):
    """One reaction owed to one event, written in the event's transaction; carried out at least once after it, and then
    deleted: the table holds what is owed.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, db_index=False, related_name="messages")
    subscriber = models.CharField(max_length=120)
    priority = models.PositiveSmallIntegerField(
        choices=OutboxPriority, default=OutboxPriority.ORDINARY, db_default=OutboxPriority.ORDINARY
    )
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        indexes = (
            models.Index(
                fields=("priority", "next_attempt_at", "id"),
                condition=Q(state=OutboxState.PENDING),
                name="outbox_pending_in_order",
            ),
            models.Index(fields=("id",), condition=Q(state=OutboxState.DEAD), name="outbox_given_up"),
        )
        constraints = (
            models.UniqueConstraint(fields=("event", "subscriber"), name="outbox_message_is_unique_per_subscriber"),
            check("outbox_state_is_known", Q(state__in=OutboxState.values)),
        )

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_id}"


IDEMPOTENCY_YEARS = 3
"""So long a key is kept at least, as docs/api.md says."""


class IdempotencyKey(models.Model):
    """The answer already given to one request, stored in the transaction that carried it out.

    It is kept as long as its case, and three years at least: see `casework.subscribers.end_keys`.
    """

    id = models.BigAutoField(primary_key=True)
    principal = models.CharField(max_length=60)
    operation = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("principal", "operation", "key"), name="idempotency_key_is_unique_per_operation"
            ),
        )


class WorkDraft(models.Model):
    """What a member of staff typed about a case that they hold and has not sent: see `casework.drafts`."""

    id = models.BigAutoField(primary_key=True)
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()
    typed_by = models.CharField(max_length=60)
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case_kind", "case_id", "typed_by"), name="work_draft_is_one_per_case_and_person"
            ),
        )


class RowDigests(models.Model):
    """The digest of each row that one transaction wrote, `{table: {key: digest}}`: see `casework.row_digests`.

    Append-only but for its salt, which is emptied where a text is erased.
    """

    id = models.BigAutoField(primary_key=True)
    salt = models.CharField(max_length=32, blank=True)
    rows = models.TextField()
    is_complete = models.BooleanField(default=False)
    """Whether every row that there was had a digest here or before."""

    class Meta:
        indexes = (models.Index(fields=("id",), condition=Q(is_complete=True), name="row_digests_are_complete"),)


TRIGGERS: list[Trigger] = [
    append_only("casework_event", "event_is_append_only"),
    kept(
        "casework_idempotencykey",
        "idempotency_key_is_kept",
        when=f"OLD.created_at > CURRENT_TIMESTAMP - INTERVAL '{IDEMPOTENCY_YEARS} years'",
    ),
    kept("casework_rowdigests", "row_digests_are_kept"),
    sealed("casework_rowdigests", "row_digests_are_append_only", "id rows is_complete", also="NEW.salt <> ''"),
]

COVER = {
    **digested(
        "casework_deadline",
        casework_deadline=dict.fromkeys(("attempts", "retry_at", "last_error"), "counts failed attempts to fire it"),
    ),
    **derived(
        casework_event="the chain of its case",
        casework_rowdigests="the rows themselves, and the digest over all of them in each checkpoint",
    ),
    **operational(
        casework_outboxmessage="what is still to be done, and is deleted when it is done",
        casework_workdraft="what is typed and not yet sent; it is deleted when it is sent",
        casework_idempotencykey="answers that a repeated request gets again; what was done stands in other rows",
    ),
}
