"""What a party can use within a day: counted where it is used, shown to the party, refused alike on every surface."""

import io
from datetime import timedelta

import pytest
from django.test import Client

from accounts import commands as accounts
from accounts.models import User
from appeals import commands as appeals
from appeals.commands import AppealFiling, GroupFiling, NoticeInGroup
from appeals.models import Appeal
from casework import clock
from casework.errors import TooManyRequests
from files.content import MEGABYTE
from rules import quotas
from rules.choices import PROMISES, Unit
from rules.models import PartyUse
from rules.terms import SHIPPED, Term
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.building import PDF
from tests.laws import assert_refused
from tests.pages import living
from tests.rules.test_terms import publish

pytestmark = pytest.mark.once
FILING = {"ground": "facts_wrong", "statement": "No.", "review": "human"}


now = living(minutes=5)


@pytest.fixture
def two(monkeypatch):
    """Two of each are promised, and so many megabytes."""
    shipped = {key: Term(key, 2, SHIPPED[key].unit) for key in quotas.KEYS}
    monkeypatch.setattr("rules.terms.SHIPPED", {**SHIPPED, **shipped})


def used(party, key):
    return next(each.used for each in quotas.quotas_of(party.pk, now=clock.now()) if each.term.key == key)


def call(actor, now):
    token, _row = accounts.issue_token(actor=actor, user=User.objects.get(pk=actor.user_id), now=now)
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})


def test_appeals_of_a_day_are_counted_over_page_and_api_and_refused_alike(world, now, two):
    notices = [world.notice() for _n in range(4)]
    page, api = browser(world.alice), call(world.alice, now)
    sent = FILING | {"items": "1", "to": "submit"}
    assert page.post(f"/notices/{notices[0].ref}/appeal/", sent).status_code == 302
    at = "/api/v1/notices/{}/appeals"
    more = {"content_type": "application/json", "headers": {"idempotency-key": "k" * 20}}
    assert api.post(at.format(notices[1].ref), FILING, **more).status_code == 201
    assert used(world.merchant, quotas.APPEALS) == 2

    more["headers"]["idempotency-key"] = "l" * 20
    refused = api.post(at.format(notices[2].ref), FILING, **more)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 24 * 60 * 60
    assert page.post(f"/notices/{notices[2].ref}/appeal/", sent).status_code == 429
    refs = [NoticeInGroup(each.ref, "") for each in notices[2:]]
    filing = GroupFiling(ground="facts_wrong", statement="No.", notices=refs)
    with pytest.raises(TooManyRequests):
        appeals.file_appeal_group(actor=world.alice, filing=filing, now=clock.now())
    assert (Appeal.objects.count(), used(world.merchant, quotas.APPEALS)) == (2, 2)

    other = world.notice(world.other_merchant)  # the quota is each party's own, and of one day
    appeals.file_appeal(actor=world.eve, notice_ref=other.ref, filing=AppealFiling("facts_wrong"), now=clock.now())
    tomorrow = clock.now() + timedelta(days=1)
    appeals.file_appeal(actor=world.alice, notice_ref=notices[2].ref, filing=AppealFiling("facts_wrong"), now=tomorrow)


def test_what_an_officer_takes_down_is_not_counted(world, now, two):
    from tests.appeals.test_file_for_caller import caller

    officer = make.staff("help_line", now=now)
    for _n in range(3):
        notice = world.notice()
        filing = AppealFiling("facts_wrong", "No.")
        appeals.file_appeal(actor=officer, notice_ref=notice.ref, filing=filing, now=now, caller=caller(world))
    assert used(world.merchant, quotas.APPEALS) == 0


def test_files_of_a_day_are_counted_in_all_cases_together(world, now, two, monkeypatch):
    monkeypatch.setattr("rules.quotas.MEGABYTE", len(PDF))
    first, second = (make.file(world.alice, world.notice(), now=now) for _n in range(2))

    def stage(appeal, n):
        file = io.BytesIO(PDF)
        appeals.stage_evidence(actor=world.alice, ref=appeal.ref, file=file, name="a.pdf", caption=str(n), now=now)

    stage(first, 1)
    stage(second, 2)
    with pytest.raises(TooManyRequests):
        stage(second, 3)
    assert (second.evidence.count(), used(world.merchant, quotas.FILES)) == (1, 2 * len(PDF))


def test_disputes_of_a_day_and_their_files(court, now, two, monkeypatch):
    monkeypatch.setattr("rules.quotas.MEGABYTE", len(PDF))
    for _n in range(2):
        court.prove(court.open(), 1, court.bob, now)
    with pytest.raises(TooManyRequests):
        court.open()
    assert (used(court.buyer, quotas.DISPUTES), used(court.seller, quotas.DISPUTES)) == (2, 0)
    assert (used(court.buyer, quotas.FILES), used(court.seller, quotas.FILES)) == (2 * len(PDF), 0)


def test_the_party_reads_what_is_left_on_the_page_and_over_the_api(world, now):
    publish(world.platform, now - timedelta(days=30), ("appeals_a_day", 777, "times"), start=now - timedelta(days=1))
    make.file(world.alice, world.notice(), now=clock.now())
    page = browser(world.alice).get("/help/times/", headers={"accept-language": "en"}).content.decode()
    assert "1 of 777 times" in " ".join(page.split())
    told = call(world.alice, now).get(f"/api/v1/parties/{world.merchant.ref}/limits").json()
    first = told["today"][0]
    assert (first["term"]["key"], first["used"], first["most"]) == ("appeals_a_day", 1, 777)
    assert first["term"]["rule"] == "procedure"
    assert [each["most"] for each in told["today"][2:]] == [2000 * MEGABYTE]
    assert told["case_bytes"] == 500 * MEGABYTE
    assert call(world.eve, now).get(f"/api/v1/parties/{world.merchant.ref}/limits").status_code == 404


def test_the_law_holds_past_the_code(world, now):
    quotas.use(world.merchant.pk, quotas.APPEALS, 3, now=now)
    rows = PartyUse.objects.filter(party=world.merchant)
    most = PROMISES[quotas.APPEALS].amount
    assert PROMISES[quotas.APPEALS].unit == Unit.TIMES
    assert_refused("party_uses_no_more_than_a_day_allows", lambda: rows.update(used=most + 1))
    again = rows.get()
    again.pk = None
    assert_refused("use_of_a_day_is_counted_in_one_row", lambda: again.save(force_insert=True))


def test_each_day_is_counted_anew_in_the_same_row(world, now):
    for days in (2, 1, 0):
        quotas.use(world.merchant.pk, quotas.APPEALS, 2 + days, now=now - timedelta(days=days))
    assert PartyUse.objects.get().used == 2
