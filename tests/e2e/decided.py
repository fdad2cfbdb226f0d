"""Run in a process of its own: the platform has so many more appeals that people decided for good, old and newer ones.

Made by the product's own commands at the moments at which they would have been made; invented texts, in both languages.
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from casework import clock  # noqa: E402
from casework.models import OutboxMessage  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.classifier import invented  # noqa: E402

BATCH = 10
"""Cases in one transaction: the program that serves meanwhile waits for no longer than that."""
PAUSE = 0.25
"""Seconds between two: who waits for SQLite's lock looks every tenth of a second, and must find it free once."""


def decide_many(count: int) -> None:
    settings.CASEWORK_QUEUE_DELIVERIES = False
    rows = invented.decided_cases(count)
    last = clock.now() - timedelta(days=30 + 2)
    early = last - timedelta(hours=4 * count)
    with transaction.atomic():
        client, platform = make.make_client(early, name="platform of the archive")
        rule = make.publish_rule(platform, now=early, code="archive-rule")
        make.register_types(platform, now=early)
        merchant = make.make_party(client, "MERCHANT", "旧案商家", now=early)
        owner = make.member(merchant, now=early, name="archive-owner")
        decider = make.staff(
            "reviewer", now=early, name="archive-decider", code="R-901", team=make.make_team("archive")
        )
        reviewer = make.staff("reviewer", now=early, name="archive-reviewer", code="R-902", team=make.make_team("old"))
    for start in range(0, count, BATCH):
        with transaction.atomic():
            newest = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            for number in range(start, min(start + BATCH, count)):
                row, at = rows[number], early + timedelta(hours=4 * number)
                what = make.draft(merchant, rule, now=at, officer=decider.code)
                notice = make.issue(platform, what, now=at)
                filed = at + timedelta(minutes=30)
                appeal = make.file(owner, notice, now=filed, ground=row.route_ground, statement=row.case.statement)
                decided = filed + timedelta(minutes=20)
                held = make.ready_to_decide(reviewer, appeal, now=decided)
                make.decide(reviewer, held, now=decided, outcome="OVERTURNED" if row.overturned else "UPHELD")
            # Long ago: nobody is told again, and no model reads what has been decided.
            OutboxMessage.objects.filter(pk__gt=newest).delete()
        time.sleep(PAUSE)


if __name__ == "__main__":
    decide_many(int(sys.argv[1]))
