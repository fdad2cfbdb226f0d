"""Made disputes about a measure of the platform, as far as what follows from them."""

from datetime import timedelta

import pytest

from casework.models import Event
from disputes import commands
from executors.models import ActOutcome
from notices.models import Notice
from tests import factories as make
from tests.disputes.building import Court, fresh, publish_table
from tests.executors import conftest as executors
from tests.executors import erring as err

DAY = timedelta(days=1)
IN_FAVOUR = {"outcome": "SUPPORTED", "remedy": "LIFT"}
AGAINST = {"outcome": "NOT_SUPPORTED"}
firm, module_firm = executors.firm, executors.module_firm


@pytest.fixture(scope="module")
def module_court(module_database, module_world, now):
    """The court and the executors' world are one platform: alice's shop is the seller."""
    with module_database():
        return court_of(module_world, now)


def court_of(world, now):
    return Court(
        now=now,
        client=world.client,
        platform=world.platform,
        table=publish_table(world.platform, now=now),
        buyer=world.consumer,
        seller=world.merchant,
        other=world.other_merchant,
        bob=world.bob,
        alice=world.alice,
        staff=world.alice_staff,
        finance=make.member(world.merchant, now=now, name="fiona", role="finance"),
        eve=world.eve,
        mia=make.staff("mediator", now=now, name="mia"),
        max=make.staff("mediator", now=now, name="max"),
        carl=world.carl,
    )


def opened(court, notice="", slug="merchant_measure"):
    return court.open(slug, remedy="LIFT", notice=notice)


def escalated(court, notice):
    return court.escalated("merchant_measure", remedy="LIFT", notice=notice.ref)


def deliberating(court, notice):
    """The platform stayed silent, and mia took that against it: she holds the dispute and may decide."""
    dispute = escalated(court, notice)
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=court.now)
    for days in range(1, 21):
        court.pass_time(court.now + days * DAY)
    rule = {"actor": court.mia, "ref": dispute.ref, "fact_no": 1, "reasons": "平台持有记录而不提供。"}
    commands.rule_fact(**rule, proved=True, now=court.now + 20 * DAY)
    return fresh(dispute)


def determined(court, notice, **terms):
    """Mia determined it after twenty days; nobody has asked for a review."""
    dispute = deliberating(court, notice)
    more = {"departure_reasons": "另有证据。", "confirmed_stakes": True} | (terms or IN_FAVOUR)
    return court.determine(dispute, now=court.now + 20 * DAY, reasons="平台没有说明。", **more)


def in_effect(court, notice, **terms):
    """The time for a review passed, and everything that follows was carried out."""
    dispute = determined(court, notice, **terms)
    err.settle_down(court.now + 20 * DAY)
    err.pass_time(court.now + 40 * DAY)
    return fresh(dispute)


def said(notice):
    return [(o.source, o.overturned, o.error_class) for o in ActOutcome.objects.filter(act_id=notice.act_id)]


def revocations(notice):
    return Event.objects.filter(case_kind="notice", case_id=notice.pk, type="notice.revoked")


def now_of(notice):
    return Notice.objects.get(pk=notice.pk)
