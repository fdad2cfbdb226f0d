"""A shop leaves on the pages alone, in either language, and compliance calculates and pays in the console."""

from datetime import timedelta

import pytest

from casework import clock
from rules.models import RuleExit
from tests import factories as make
from tests.pages import Visitor
from tests.surfaces.people import Http, token_of, user_of

pytestmark = pytest.mark.once

LIST = "/workbench/exits/"


@pytest.fixture
def rule(world):
    now = clock.now()
    make.publish_rule_again(world.platform, world.rule, number="2026-02", start=now + timedelta(days=20), now=now)
    return f"/rules/{world.rule}/2026-02/"


def confirm(visitor, path, **values):
    page = visitor.client.get(path)
    assert page.status_code == 200, path
    version = RuleExit.objects.get().version
    return visitor.client.post(path, {"version": version, **values})


def test_from_the_rule_to_the_payment(world, rule, settings):
    alice, carl = Visitor(world.alice, "zh-hans"), Visitor(world.carl)
    assert f"{rule}leave" in alice.sees(rule)
    assert "继续适用2026-01版" in alice.sees(f"{rule}leave")
    party = world.merchant.ref
    opened = alice.client.post(f"{rule}leave", {"party": party})
    row = RuleExit.objects.get()
    own = f"/exits/{row.ref}/"
    http = Http(token_of(user_of(world.alice), now=clock.now()))
    assert http("GET", f"/api/v1/exits/{row.ref}").json()["web_url"] == settings.PUBLIC_URL + own
    assert opened.headers["Location"] == own
    assert own in alice.client.get(f"{rule}leave").content.decode()

    assert row.number in carl.client.get(LIST).content.decode()
    staff = f"{LIST}{row.ref}/"
    rows = [
        ("DEPOSIT", "保证金", "5000"),
        ("FEE", "年费", "12000.00", "365", "100"),
        ("FEE", "推广费", "300", "30", "0"),
    ]
    columns = ("kind", "label", "paid_minor", "days", "unused_days")
    items = {
        f"items-{no}-{name}": each for no, row in enumerate(rows) for name, each in zip(columns, row, strict=False)
    }
    wrong = confirm(carl, f"{staff}calculate/", **items | {"items-1-unused_days": "x"})
    assert wrong.status_code == 400
    assert "Row 2, Days left: A valid integer is required." in wrong.content.decode()
    assert 'value="推广费"' in wrong.content.decode()
    assert confirm(carl, f"{staff}calculate/", **items).status_code == 302
    assert "¥12,000.00 × 100 ÷ 365日 = ¥3,287.68" in alice.sees(own)
    assert "¥12,000.00 × 100 ÷ 365 days = ¥3,287.68, rounded up" in carl.sees(staff)

    assert confirm(alice, f"{own}object/", objection="剩余一百二十日。").status_code == 302
    assert "剩余一百二十日" in carl.client.get(staff).content.decode()
    assert carl.client.get(f"{staff}calculate/").status_code == 403  # who calculated before
    assert confirm(carl, f"{staff}pay/", receipt="PAY-7").status_code == 302
    assert "PAY-7" in alice.client.get(own).content.decode()
    assert alice.client.get(f"{own}withdraw/").status_code == 409


def test_others_see_nothing_of_it(world, rule):
    Visitor(world.alice).client.post(f"{rule}leave", {"party": world.merchant.ref})
    row = RuleExit.objects.get()
    other = Visitor(make.member(make.make_party(world.client, "MERCHANT", "别家", now=world.now), now=world.now))

    assert other.client.get(f"/exits/{row.ref}/").status_code == 404
    assert other.client.get(f"{LIST}{row.ref}/").status_code in (403, 404)
