"""Those whom a version binds are told that it was publicised, a few at a time, once each (办法 12, 13)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notification
from casework import outbox
from casework.ledger import verify
from casework.models import Event, OutboxMessage, OutboxState
from rules import commands
from rules.commands import telling
from rules.commands.publish import Assessment
from tests import factories as make
from tests.rules.building import DAY, Making

pytestmark = pytest.mark.once

MERCHANTS = Assessment(reason="两句话的改动，不影响权利。", impact="SOME", binds="MERCHANT")


def work(now):
    while outbox.sweep(now=now):
        pass
    assert not OutboxMessage.objects.filter(state=OutboxState.PENDING, attempts__gt=0).exists()


def told(event_type):
    rows = Notification.objects.filter(event__type=event_type)
    return sorted(rows.values_list("user__memberships__party__kind", flat=True))


@pytest.fixture
def many(world):
    """Five more shops and a buyer, beside those of the world."""
    for no in range(5):
        make.member(
            make.make_party(world.client, "MERCHANT", f"店铺{no}", now=world.now), now=world.now, name=f"shop-{no}"
        )
    buyer = make.make_party(world.client, "CONSUMER", "买家", now=world.now)
    return make.member(buyer, now=world.now, name="buyer")


def test_merchants_are_told_of_a_rule_for_merchants_in_goes_and_once(world, many, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    making = Making(world, assessment=MERCHANTS).to_publicised(days=20)
    work(making.now)

    kinds = told("rule.publicised")
    assert len(kinds) >= 6
    assert set(kinds) == {"MERCHANT"}
    goes = Event.objects.filter(case_ref=making.ref, type="rule.parties_told").values_list("facts", flat=True)
    assert sum(each["people"] for each in goes) == Notification.objects.filter(event__type="rule.publicised").count()
    assert max(each["people"] for each in goes) == 2
    assert list(verify()) == []

    version = making.row.rule_version
    row = Notification.objects.filter(event__type="rule.publicised").first()
    assert row.path == reverse("rules:version", args=[version.rule.code, version.number])
    with override("en"):
        assert row.what.startswith("Dispatch Rule, from ")
    assert "按原规则退出" in row.what_zh
    mails = len(mail.outbox)

    OutboxMessage.objects.filter(event__case_ref=making.ref).update(
        state=OutboxState.PENDING, next_attempt_at=making.now
    )
    work(making.now)
    assert len(told("rule.publicised")) == len(kinds)
    assert len(mail.outbox) == mails
    assert Event.objects.filter(case_ref=making.ref, type="rule.parties_told").count() == len(goes)


def test_a_version_withdrawn_meanwhile_is_told_as_withdrawn_and_not_as_coming(world, many):
    making = Making(world).to_publicised(days=20)
    commands.withdraw_rule_version(actor=making.carl, ref=making.ref, reason="改期", now=making.now + DAY)
    work(making.now + DAY)

    assert told("rule.publicised") == []
    assert {"MERCHANT", "CONSUMER"} <= set(told("rule.withdrawn"))


def test_what_an_import_brings_is_no_news(world, many):
    making = Making(world).to_publicised(days=20)
    work(making.now + 20 * DAY + telling.LATE + timedelta(seconds=1))

    assert told("rule.publicised") == []
