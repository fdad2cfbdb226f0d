"""Tables every case shares: the spine of its row, ledger, deadlines, outbox, keys of requests, files, checkpoints.

Longer than other files, so that all tables of the kernel stand together.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.compiled import compiled
from casework.constraints import check
from casework.states import UNKNOWN, State
from casework.triggers import Trigger, append_only, kept


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
            models.Index(fields=("due_at", "id"), condition=Q(state="OPEN"), name="deadline_open_by_due"),
            models.Index(fields=("case_kind", "case_id"), name="deadline_by_case"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case_kind", "case_id", "kind", "key"),
                condition=Q(state="OPEN"),
                name="deadline_is_open_once_per_case_and_kind",
            ),
            check("deadline_state_is_known", Q(state__in=DeadlineState.values)),
            check(
                "deadline_never_fires_early",
                ~Q(state="FIRED") | Q(fired_at__isnull=False, fired_at__gte=models.F("due_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class OutboxState(models.TextChoices):
    PENDING = "PENDING", _("waiting")
    DONE = "DONE", _("done")
    """Of versions before December 2026, which kept what was carried out."""
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
    done_at = models.DateTimeField(null=True, blank=True)
    """As `OutboxState.DONE`."""
    last_error = models.CharField(max_length=300, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        indexes = (
            models.Index(
                fields=("priority", "next_attempt_at", "id"),
                condition=Q(state="PENDING"),
                name="outbox_pending_in_order",
            ),
            models.Index(fields=("id",), condition=Q(state="DEAD"), name="outbox_given_up"),
        )
        constraints = (
            models.UniqueConstraint(fields=("event", "subscriber"), name="outbox_message_is_unique_per_subscriber"),
            check("outbox_state_is_known", Q(state__in=OutboxState.values)),
        )

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_id}"


class IdempotencyKey(models.Model):
    """The answer already given to one request, stored in the transaction that carried it out."""

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
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = (
            models.UniqueConstraint(
                fields=("principal", "operation", "key"), name="idempotency_key_is_unique_per_operation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"


class Attachment(models.Model):
    """A sealed file: the bytes as received, found by their SHA-256, and of pictures and PDFs a clean copy."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    rendition_sha256 = models.CharField(max_length=64, blank=True, default="")
    uploader_ref = models.CharField(max_length=60)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = (check("attachment_is_not_empty", Q(size__gt=0)),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Outage(models.Model):
    """A time in which the platform could not be used. One that was not announced lengthens the windows it fell into.

    Append-only, and public: whoever lost time can see that it was given back.
    """

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"))
    is_announced = models.BooleanField(_("announced before"), default=False)
    cause = models.CharField(_("cause"), max_length=300)
    recorded_by_ref = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ("-started_at",)
        constraints = (
            check("outage_ends_after_it_starts", Q(ended_at__gt=models.F("started_at"))),
            check("outage_has_a_cause", ~Q(cause="")),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} – {self.ended_at:%Y-%m-%d %H:%M}"


class Notification(models.Model):
    """One notification of one person: what happened in general words, which case, by when, and its delivery.

    It is never the only place where something stands: it points at the page that is.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="notifications"
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    what_zh = models.CharField(max_length=200)
    what_en = models.CharField(max_length=200)
    number = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("shown in the program from"))
    mailed_at = models.DateTimeField(_("handed to the mail server at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-told_at", "-id")
        indexes = (
            models.Index(fields=("user", "-told_at", "-id"), name="notification_by_person"),
            models.Index(fields=("user",), condition=Q(opened_at__isnull=True), name="notification_unopened"),
        )
        constraints = (
            models.UniqueConstraint(fields=("user", "event"), name="notification_is_one_per_person_and_event"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.what_en}"

    @property
    def what(self) -> str:
        return self.what_en if (get_language() or "").startswith("en") else self.what_zh


class Tick(models.Model):
    """When something was last done: a sign of life of any worker, a whole backup, a verification without a fault."""

    WORKER, BACKUP, VERIFIED = "worker", "backup", "verified"

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def mark(cls, name: str, at: datetime) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": at})


class SigningKey(models.Model):
    """A public key with which the platform signed, and the one it replaced, which it signed as well. Append-only."""

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    succession = models.CharField(max_length=128, blank=True, default="")

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.key_id


class Checkpoint(models.Model):
    """A signed root over the list of all heads at one time: what was signed, and what it takes to add to the list."""

    no = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    peaks = models.JSONField(default=list)
    note = models.JSONField()
    signature = models.JSONField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.no} {self.at:%Y-%m-%d %H:%M}"


class CheckpointStamp(models.Model):
    """What a time-stamp service answered about a checkpoint (RFC 3161), and the time that it says. Append-only."""

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="stamp")
    at = models.DateTimeField()
    response = models.BinaryField()

    class Meta:
        verbose_name = _("time stamp of a checkpoint")
        verbose_name_plural = _("time stamps of checkpoints")

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.at:%Y-%m-%d %H:%M:%S}"


class CheckpointLeaf(models.Model):
    """One place of the list of heads: the event that was a case's newest, and its hash then. Append-only."""

    place = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="leaf")
    head = models.CharField(max_length=64)
    nodes = models.JSONField(default=list)
    """The roots (hex) of the whole subtrees that this leaf completes, from pairs upwards; one in the mean."""

    class Meta:
        verbose_name = _("place in the list of heads")
        verbose_name_plural = _("list of heads")

    def __str__(self) -> str:
        return f"{self.place} {self.head[:12]}"


class FirstAnswers(models.Model):
    """Of the cases of one kind that began on one day, how many a person answered within 24 hours. Append-only.

    Written once those 24 hours are over for all of them, from the ledger: nothing that happens later changes a count.
    """

    HOURS = 24

    kind = models.CharField(max_length=20)
    day = models.DateField()
    """In Beijing."""
    began = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()
    """Those that ended within the 24 hours without a person."""
    in_time = models.PositiveIntegerField()
    by_hour = models.JSONField()
    """Of those answered in time: how many in the first hour, in the second, and so on."""

    class Meta:
        verbose_name = _("first answers of a day")
        verbose_name_plural = _("first answers")
        constraints = (
            models.UniqueConstraint(fields=("kind", "day"), name="first_answers_are_counted_once_a_day"),
            check(
                "first_answers_are_of_cases_that_began",
                Q(began__gte=models.F("in_time") + models.F("ended")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Translation(models.Model):
    """A translation that an officer added of what was decided or stated in a case; the original counts. Append-only.

    `subject` is the number of what it translates: the edition of a notice, the round of a determination, 1 where a case
    has one decision. `drafted_by` is the host of the service whose draft the officer began with, empty without one.
    """

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()
    subject = models.PositiveSmallIntegerField()
    original_language = models.CharField(max_length=10)
    original_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    texts = models.JSONField()
    drafted_by = models.CharField(max_length=255, blank=True, db_default="", default="")
    officer = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        indexes = (models.Index(fields=("case_kind", "case_id", "subject"), name="translation_by_case"),)
        constraints = (
            check("translation_is_into_another_language", ~Q(language=models.F("original_language"))),
            check("translation_is_of_what_was_decided", Q(case_kind__in=("notice", "appeal", "dispute"))),
            check("translation_says_who_added_it", ~Q(officer="") & ~Q(texts={})),
        )

    def __str__(self) -> str:
        return f"{self.ref} {self.language}"


TRIGGERS: list[Trigger] = [
    append_only("casework_event", "event_is_append_only"),
    append_only("casework_attachment", "attachment_is_sealed"),
    append_only("casework_outage", "outage_ledger_is_append_only"),
    append_only("casework_checkpoint", "checkpoint_is_append_only"),
    append_only("casework_checkpointstamp", "time_stamp_is_append_only"),
    append_only("casework_checkpointleaf", "list_of_heads_only_grows"),
    append_only("casework_signingkey", "signing_key_is_append_only"),
    append_only("casework_translation", "translation_is_append_only"),
    append_only("casework_firstanswers", "first_answers_are_append_only"),
    kept("casework_idempotencykey", "idempotency_key_is_kept"),
]


def copied(source: Any, names: str) -> dict[str, Any]:
    """Attributes of `source` by name, for a row whose columns have the same names."""
    return {name: getattr(source, name) for name in names.split()}
