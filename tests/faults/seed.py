"""Run in a process of its own: fill an empty database, or say what is in it. Prints one line of JSON."""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db.models import Q  # noqa: E402

from accounts.commands import issue_token  # noqa: E402
from accounts.models import User  # noqa: E402
from appeals.models import Appeal  # noqa: E402
from casework import clock, ledger  # noqa: E402
from casework.models import Event, IdempotencyKey, OutboxMessage  # noqa: E402
from notices import commands as notices  # noqa: E402
from operations.tables import make_tables  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.conftest import build_world  # noqa: E402
from triage.models import TextSketch  # noqa: E402


def fill(how_many: int) -> dict:
    make_tables()
    now = clock.now()
    world = build_world(now)
    drafts = [make.draft(world.merchant, world.rule, now=now, officer=world.otto.code) for _ in range(how_many)]
    rows = notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
    token, colleague = (
        issue_token(actor=actor, user=User.objects.get(pk=actor.user_id), now=now)[0]
        for actor in (world.alice, world.alice_staff)
    )
    return {"token": token, "colleague": colleague, "notices": [row.notice.ref for row in rows]}


def tell() -> dict:
    waiting, soon = OutboxMessage.objects.filter(state="PENDING"), clock.now() + timedelta(minutes=5)
    return {
        "appeals": [list(pair) for pair in Appeal.objects.values_list("notice__ref", "ref")],
        "filed": Event.objects.filter(type="appeal.filed").count(),
        "appealed": Event.objects.filter(type="notice.appealed").count(),
        "keys": IdempotencyKey.objects.filter(status=201).count(),
        "half_keys": IdempotencyKey.objects.exclude(status=201).count(),
        "forgotten": Event.objects.filter(type="appeal.filed")
        .exclude(messages__subscriber="triage.subscribers.find_duplicates")
        .exclude(case_id__in=TextSketch.objects.values("appeal"))  # what that leaves behind
        .count(),
        "dead": OutboxMessage.objects.filter(state="DEAD").count(),
        "waiting": waiting.count(),
        "stranded": waiting.filter(Q(leased_until__gt=soon) | Q(next_attempt_at__gt=soon)).count(),
        "triaged_twice": Event.objects.filter(type="appeal.triaged").count()
        - Event.objects.filter(type="appeal.triaged").values("case_id").distinct().count(),
        "faults": [str(fault) for fault in ledger.verify()],
    }


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(fill(int(sys.argv[2])) if sys.argv[1] == "fill" else tell()))
