"""Illegal acts of merchants: public within one working day, told to the regulator, ended, corrected, never a person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import PartyKind
from casework import deadlines
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.ledger import verify
from casework.models import Event
from notices import commands as notices
from notices import queries
from notices.models import Notice, Publication
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import Laws, assert_refused, insert

pytestmark = pytest.mark.once


LAWS = Laws()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def illegal(world, now, *, party=None, **changes):
    return make.illegal_act(
        world.platform, party or world.merchant, world.rule, now=now, officer=world.otto.code, **changes
    )


ACT = "在商品页面使用“国家级”等用语。"


@pytest.fixture
def record(world, now):
    return Publication.objects.get(notice=illegal(world, now))


def publish(world, record, now):
    return notices.publish_record(actor=world.carl, ref=record.ref, act=ACT, now=now)


def test_it_is_due_at_the_end_of_the_next_working_day_after_the_decision(world, now):
    friday = datetime(2026, 11, 20, 3, tzinfo=UTC)  # a Friday in Beijing
    record = Publication.objects.get(notice=illegal(world, now, decided_at=friday, conduct_at=friday - HOUR))

    assert record.due_at == datetime(2026, 11, 23, 16, tzinfo=UTC)  # Monday, 24:00 in Beijing
    deadlines.fire_due(now=now)
    record.refresh_from_db()
    assert (str(record.state), record.is_late(now)) == ("DUE", True)
    assert Event.objects.get(case_kind="publication", type="publication.late").effective_at == record.due_at


@pytest.mark.parametrize("changes", [{"breach_kind": "RULE"}, {"party": "consumer"}])
def test_neither_a_breach_of_a_rule_nor_a_consumer_is_ever_due_for_publication(world, now, changes):
    illegal(world, now, **{name: getattr(world, value, value) for name, value in changes.items()})

    assert not Publication.objects.exists()


def test_everybody_reads_shop_act_and_measure_and_nothing_of_a_person(world, now, record):
    assert not queries.public_records(now).exists()
    publish(world, record, now + HOUR)

    page = Client().get("/public-records/", headers={"accept-language": "zh-hans"}).content.decode()
    label = record.notice.measures.get().type.label_zh
    assert all(part in page for part in (world.merchant.name, "《测试法》", ACT, label))
    assert "不得使用国家级等用语。" not in page  # what was done, and not our words about the article
    [row] = Client().get("/api/v1/public-records").json()["items"]
    assert (row["shop"], row["what_was_done"]) == (world.merchant.name, ACT)
    assert [each["article"] for each in row["act"]] == ["9"]
    notice = Notice.objects.get()
    for private in (notice.facts, notice.reasons, notice.party.ref, notice.ref, notice.number, "88120"):
        assert private not in page + str(row)


@pytest.mark.on_both
@pytest.mark.parametrize("act", [" ", "买家 13812345678 投诉后查实。", "见 a@b.cn。"])
def test_a_record_says_what_was_done_and_names_nobody(world, now, record, act):
    with pytest.raises(Invalid) as refused:
        notices.publish_record(actor=world.carl, ref=record.ref, act=act, now=now)
    assert [e.pointer for e in refused.value.errors] == ["/act"]
    publish(world, record, now)
    assert list(verify()) == []
    assert_refused("publication_stays_what_it_is", lambda: Publication.objects.update(act="别的行为。"))


def test_only_compliance_publishes_and_once(world, now, record):
    for actor in (world.rita, world.alice, world.platform):
        with pytest.raises((NotAllowed, NotFound)):
            notices.publish_record(actor=actor, ref=record.ref, act=ACT, now=now)
    publish(world, record, now)
    with pytest.raises(NotYourTurn):
        publish(world, record, now)


@pytest.mark.on_both
def test_the_report_to_the_regulator_has_its_receipt_and_stays(world, now, record):
    report = {"actor": world.carl, "ref": record.ref, "now": now}
    with pytest.raises(Invalid) as refused:
        notices.report_to_regulator(regulator="市场监督管理局", receipt=" ", **report)
    assert [e.pointer for e in refused.value.errors] == ["/receipt"]

    notices.report_to_regulator(regulator="市场监督管理局", receipt="SJ-1", **report)
    with pytest.raises(NotYourTurn):
        notices.report_to_regulator(regulator="市场监督管理局", receipt="SJ-2", **report)
    assert_refused("publication_stays_what_it_is", lambda: Publication.objects.update(receipt="SJ-2"))


def test_a_short_measure_is_public_until_it_ends(world, now, record):
    publish(world, record, now)
    ends_at = record.notice.measures.get().ends_at

    deadlines.fire_due(now=ends_at - HOUR)
    assert queries.public_records(ends_at - HOUR).exists()
    deadlines.fire_due(now=ends_at + HOUR)
    record.refresh_from_db()
    assert str(record.state) == "ENDED"
    assert not queries.public_records(ends_at + HOUR).exists()


def test_what_was_overturned_is_corrected_where_it_was_read(world, now, record):
    publish(world, record, now)
    notices.withdraw_notice(actor=world.platform, ref=record.notice.ref, reason="截图对应另一件商品。", now=now + DAY)

    record.refresh_from_db()
    assert (str(record.state), record.corrected_at) == ("CORRECTED", now + DAY)
    [row] = queries.public_records(now + 30 * DAY)
    assert row == record
    assert not queries.public_records(now + 31 * DAY).exists()


def test_what_fell_before_it_was_public_never_is(world, now, record):
    notices.withdraw_notice(actor=world.platform, ref=record.notice.ref, reason="截图对应另一件商品。", now=now)

    record.refresh_from_db()
    assert str(record.state) == "DROPPED"
    with pytest.raises(NotYourTurn):
        publish(world, record, now)


def test_compliance_publishes_and_reports_in_the_console(world, now, record):
    carl = browser(world.carl)
    at = f"/workbench/publications/{record.ref}/"
    assert record.number in carl.get("/workbench/publications/").content.decode()

    form_key = "0f8fad5b-d9cb-469f-a165-70867728950e"  # as a browser sends it: the page of a verb is a page in a page
    sent = {"version": record.version, "form_key": form_key, "act": ACT}
    assert carl.post(f"{at}publish/", sent).headers["Location"] == at
    record.refresh_from_db()
    assert str(record.state) == "PUBLISHED"

    report = {"version": record.version, "regulator": "杭州市市场监督管理局", "receipt": "SJ-1"}
    assert carl.post(f"{at}report/", report).headers["Location"] == at
    assert "SJ-1" in carl.get(at).content.decode()


def test_the_list_of_what_is_owed_goes_on_where_its_page_ends(world, now, monkeypatch):
    """Also from a record that is not public yet."""
    monkeypatch.setattr("surfaces.lists.declaring.MOST", 1)
    records = [Publication.objects.get(notice=illegal(world, now + n * DAY)) for n in range(3)]
    assert publish(world, records[1], now + 3 * DAY)  # and the regulator is still to be told
    shown, after, carl = [], "", browser(world.carl)
    for _page in records:
        paging = carl.get("/workbench/publications/", {"after": after} if after else {}).context["paging"]
        shown += [row.number for row in paging]
        after = paging.older
    assert (shown, after) == ([record.number for record in records], "")


# — laws —


LAWS.rows(
    publication_state_is_known=lambda record: Publication.objects.filter(pk=record.pk).update(state="LOST"),
    publication_is_made_by_a_person=lambda record: Publication.objects.filter(pk=record.pk).update(
        state="PUBLISHED", published_at=record.due_at, act=ACT
    ),
    published_record_says_what_was_done=lambda record: Publication.objects.filter(pk=record.pk).update(
        state="PUBLISHED", published_at=record.due_at, published_by_id=record.notice.decided_by_id
    ),
    publication_is_corrected_at_a_time=lambda record: Publication.objects.filter(pk=record.pk).update(
        corrected_at=record.due_at
    ),
    regulator_report_has_its_receipt=lambda record: Publication.objects.filter(pk=record.pk).update(receipt="SJ-1"),
    publication_is_kept=lambda record: Publication.objects.filter(pk=record.pk).delete(),
    publication_stays_what_it_is=lambda record: Publication.objects.filter(pk=record.pk).update(
        shop_name="another shop"
    ),
    merchant_on_public_record_stays_one=lambda record: (
        type(record.notice.party).objects.filter(pk=record.notice.party_id).update(kind=PartyKind.CONSUMER)
    ),
    publication_is_of_a_merchant_s_illegal_act=lambda record: insert(
        record, ref="pub_x", number="P-x", notice_id=record.notice_id + 1
    ),
)


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(record, name):
    assert_refused(name, lambda: LAWS[name](record))


@pytest.mark.on_both
@pytest.mark.parametrize("case", ["a consumer", "a rule alone", "a person's name"])
def test_past_the_code_nobody_else_gets_on_the_public_record(world, now, record, case):
    party = world.consumer if case == "a consumer" else world.merchant
    other = illegal(world, now, party=party, breach_kind="LAW" if case == "a consumer" else "RULE")
    name = "李秀英" if case == "a person's name" else party.name
    changes = {"shop_name": name} if case == "a person's name" else {"notice_id": other.pk, "shop_name": name}

    assert_refused(
        "publication_is_of_a_merchant_s_illegal_act",
        lambda: insert(record, ref="pub_y", number="P-y", **changes),
    )
