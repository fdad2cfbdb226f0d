"""The laws of the kernel hold for whoever writes past the code."""

from datetime import timedelta

import pytest

from accounts.models import Notification, User
from archive import checkpoints, signing
from archive.models import Checkpoint, CheckpointLeaf, CheckpointStamp, RecordedBackup, SigningKey
from casework import clock
from casework.models import Deadline, Event, IdempotencyKey, OutboxMessage, RowDigests
from files.models import Attachment
from operations.models import Outage
from tests import factories as make
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


@pytest.fixture
def filed(world, now):
    make.file(world.alice, world.notice(), now=now)
    return now


def sealed(now, **changes):
    values = {"ref": "att_x", "sha256": "0" * 64, "size": 1, "media_type": "text/plain", "name": "a.txt"} | changes
    return Attachment.objects.create(**values, uploader_ref="usr_x", uploaded_at=now)


def kept(now):
    return IdempotencyKey.objects.create(principal="p", operation="o", key="k", request_hash="h", created_at=now)


def outage(now, **changes):
    values = {"started_at": now - timedelta(hours=2), "ended_at": now - timedelta(hours=1), "cause": "断电"} | changes
    return Outage.objects.create(**values, recorded_by_ref="usr_x", recorded_at=now)


def told(user_id, now):
    return Notification.objects.create(
        ref=f"ntf_{Notification.objects.count()}",
        user_id=user_id,
        event=Event.objects.first(),
        what_zh="有新进展。",
        what_en="There is news.",
        number="A-1",
        path="/",
        told_at=now,
    )


LAWS.rows(
    event_sequence_is_unique_in_case=lambda now: insert(Event.objects.first()),
    event_sequence_starts_at_one=lambda now: insert(Event.objects.first(), sequence=0),
    event_is_append_only=lambda now: Event.objects.update(facts={"grounds": "other"}),
    row_digests_are_append_only=lambda now: RowDigests.objects.update(rows="{}"),
    row_digests_are_kept=lambda now: RowDigests.objects.all().delete(),
    deadline_is_open_once_per_case_and_kind=lambda now: insert(Deadline.objects.filter(state="OPEN").first()),
    deadline_state_is_known=lambda now: Deadline.objects.update(state="MAYBE"),
    deadline_never_fires_early=lambda now: (
        first := Deadline.objects.order_by("pk").first(),
        Deadline.objects.filter(pk=first.pk).update(state="FIRED", fired_at=first.due_at - timedelta(microseconds=1)),
    ),
    outbox_message_is_unique_per_subscriber=lambda now: insert(OutboxMessage.objects.first()),
    outbox_state_is_known=lambda now: OutboxMessage.objects.update(state="LOST"),
    idempotency_key_is_unique_per_operation=lambda now: insert(kept(now)),
    idempotency_key_is_kept=lambda _now: (
        kept(clock.now() - timedelta(days=1090)),
        IdempotencyKey.objects.all()._raw_delete("default"),
    ),
    attachment_is_not_empty=lambda now: sealed(now, size=0),
    attachment_is_sealed=lambda now: (sealed(now), Attachment.objects.update(name="b.txt")),
    outage_ends_after_it_starts=lambda now: outage(now, ended_at=now - timedelta(hours=2)),
    outage_has_a_cause=lambda now: outage(now, cause=""),
    outage_ledger_is_append_only=lambda now: (outage(now), Outage.objects.all()._raw_delete("default")),
    outage_in_force_is_sealed=lambda now: (outage(now), Outage.objects.update(cause="其他")),
    outage_is_confirmed_by_somebody_else=lambda now: outage(now, confirmed_by_ref="usr_x", confirmed_at=now),
    outage_in_force_is_not_dropped=lambda now: outage(now, dropped_at=now),
    notification_is_one_per_person_and_event=lambda now: (
        reader := User.objects.first(),
        told(reader.pk, now),
        told(reader.pk, now),
    ),
    checkpoint_is_append_only=lambda now: (checkpoints.make_if_due(now=now), Checkpoint.objects.update(size=0)),
    time_stamp_is_append_only=lambda now: (
        checkpoints.make_if_due(now=now),
        CheckpointStamp.objects.create(checkpoint=Checkpoint.objects.get(), at=now, response=b"x"),
        CheckpointStamp.objects.update(at=now + timedelta(days=1)),
    ),
    list_of_heads_only_grows=lambda now: (
        checkpoints.make_if_due(now=now),
        CheckpointLeaf.objects.update(head="0" * 64),
    ),
    recorded_backup_is_append_only=lambda now: (
        RecordedBackup.objects.create(manifest_sha256="0" * 64, recorded_at=now),
        RecordedBackup.objects.update(manifest_sha256="1" * 64),
    ),
    signing_key_is_append_only=lambda now: (
        signing.sign(b"x\0", b"", now=now),
        SigningKey.objects.update(public_key="0" * 64),
    ),
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(filed, name):
    assert_refused(name, lambda: LAWS[name](filed))


@pytest.mark.parametrize("sql", ["DELETE FROM casework_event", "UPDATE casework_event SET sequence = sequence + 1"])
def test_the_ledger_cannot_be_rewritten_by_plain_sql(filed, sql):
    from django.db import connection

    assert_refused("event_is_append_only", lambda: connection.cursor().execute(sql))


def test_a_sealed_file_cannot_be_deleted(filed):
    sealed(filed)

    assert_refused("uploads_end_by_a_signed_run_alone", lambda: Attachment.objects.all()._raw_delete("default"))


def test_what_became_of_an_outage_stands(filed):
    """A window that was lengthened by it would have no reason any more."""
    confirmed = {"confirmed_at": filed, "confirmed_by_ref": "usr_y", "is_proposed": False}
    proposed = {"confirmed_at": None, "confirmed_by_ref": "", "is_proposed": True}
    for settled, again in ((confirmed, proposed), ({"dropped_at": filed}, {"dropped_at": None})):
        row = Outage.objects.filter(pk=outage(filed, is_proposed=True).pk)
        row.update(**settled)
        assert_refused("outage_in_force_is_sealed", lambda row=row, again=again: row.update(**again))


def test_a_deadline_without_a_firing_time_is_not_fired(filed):
    """FIRED with no time would satisfy a comparison with NULL."""
    first = Deadline.objects.order_by("pk").first()

    assert_refused(
        "deadline_never_fires_early",
        lambda: Deadline.objects.filter(pk=first.pk).update(state="FIRED", fired_at=None),
    )
