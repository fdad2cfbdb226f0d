"""Run by tests/kernel/test_another_project.py with nothing of ours but `casework` to import."""

import sys
from datetime import UTC, datetime, timedelta

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "casework", "leave"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402
from leave import subscribers  # noqa: E402
from leave.models import Leave, ask_for_leave, grant_leave  # noqa: E402

from casework import deadlines, ledger, outbox, triggers  # noqa: E402
from casework.actor import Actor, ActorKind, Via  # noqa: E402
from casework.errors import CaseError, NotAllowed, Stale  # noqa: E402
from casework.models import Event  # noqa: E402


def refused(error, act):
    try:
        act()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


call_command("migrate", run_syncdb=True, verbosity=0)
now = datetime(2026, 3, 2, 9, tzinfo=UTC)
worker = Actor(kind=ActorKind.STAFF, via=Via.WEB, ref="usr_worker", session="s")
manager = Actor(kind=ActorKind.STAFF, via=Via.WEB, ref="usr_manager", roles=frozenset({"manager"}), session="s")

triggers.require(connection)
first, second = (ask_for_leave(actor=worker, days=days, now=now) for days in (5, 10))
refs = [row.ref for row in Leave.objects.order_by("pk")]
refused(NotAllowed, lambda: grant_leave(actor=worker, ref=refs[0], expected_version=1, now=now))
refused(Stale, lambda: grant_leave(actor=manager, ref=refs[0], expected_version=7, now=now))
assert grant_leave(actor=manager, ref=refs[0], expected_version=1, now=now).state == "GRANTED"
refused(CaseError, lambda: ask_for_leave(actor=worker, days=31, now=now))


def delete():
    with transaction.atomic():
        Leave.objects.filter(ref=refs[0]).delete()


assert "leave_is_kept" in str(refused(IntegrityError, delete))

late = now + timedelta(days=4)
assert deadlines.fire_due(now=late) == 1
assert outbox.sweep(now=late) == 2
assert sorted(subscribers.told) == ["leave.granted", "leave.lapsed"]
lapsed = Event.objects.get(type="leave.lapsed")
assert lapsed.effective_at == now + timedelta(days=3)
assert list(ledger.verify()) == []

triggers.take_down(connection)
Event.objects.filter(type="leave.asked", case_ref=refs[0]).update(actor_ref="usr_other")
assert [fault.what for fault in ledger.verify()] == ["altered"]

ours = {name.partition(".")[0] for name in sys.modules} & set(sys.argv[2].split(","))
assert ours <= {"casework"}, f"the kernel imports {sorted(ours - {'casework'})}"
print("the kernel works alone")
