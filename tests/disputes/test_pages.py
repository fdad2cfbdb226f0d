"""The pages of both sides, walked in a browser without a script: opening, answering, proof, offers, letter, result."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from casework import clock
from disputes import commands, records
from disputes.choices import Family, Payer, Record
from disputes.models import Dispute, EvidenceItem, FactAtIssue, Message, Offer
from disputes.policies import side_of
from disputes.proof import GroundDraft
from disputes.records import Gap, OrderRecord, RecordsUnavailable
from notices.models import Notice
from tests import pages
from tests.disputes.building import NEVER_CAME, PDF, REFUNDED, Court, fresh
from tests.extent import extent
from tests.pages import page_of

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def now(module_database: Any) -> datetime:
    """The pages read the clock themselves, so this court lives now."""
    with module_database():
        return clock.now() - timedelta(minutes=5)


class Visitor(pages.Visitor):
    """As `tests.pages.Visitor`, with pages as they are written and answers as they came."""

    def sees(self, path: str, *, status: int = 200) -> str:
        return page_of(self.checked(self.client.get(path), status))

    def sends(self, path: str, data: dict[str, Any] | None = None, *, status: int = 302) -> HttpResponse:
        return self.checked(self.posts(path, data), status)


class OneOrder:
    """A platform that knows these orders; `broken` makes it unavailable."""

    def __init__(self, *orders: OrderRecord) -> None:
        self.orders, self.broken = {o.ref: o for o in orders}, False

    def order(self, order_ref: str) -> OrderRecord | None:
        if self.broken:
            raise RecordsUnavailable("timeout")
        return self.orders.get(order_ref)

    def orders_of(self, party: str) -> list[OrderRecord]:
        if self.broken:
            raise RecordsUnavailable("timeout")
        return [order for order in self.orders.values() if party in (order.buyer, order.seller)]

    def records(self, order_ref: str, kinds: Any) -> Any:
        raise RecordsUnavailable("timeout")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, court: Court) -> OneOrder:
    known = OneOrder(court.order(ref="O-1"), court.order(ref="O-9", buyer="nobody", seller=court.other.external_ref))
    monkeypatch.setattr(records, "current", lambda: known)
    return known


def pdf(no: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", PDF + b"%%%d\n" % no, content_type="application/pdf")


def room(dispute: Dispute) -> str:
    return f"/disputes/{dispute.ref}/"


# — opening —


def open_form(**changes: Any) -> dict[str, Any]:
    said = {"order": "O-1", "ground": "not_received", "remedy": "REFUND", "amount": "299.00", "statement": "没收到。"}
    return said | {"at": "3", "to": "open"} | changes


NEW, DESK = "/disputes/new/?order=O-1", "/workbench/disputes/"


def goes(visitor: Visitor, **said: Any) -> str:
    """Sends one step and returns the page that it leads to."""
    answer = visitor.client.post("/disputes/new/", {"order": "O-1"} | said, follow=True)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert answer.redirect_chain, "a page that is left again by going back must not be the answer to a form"
    return page_of(answer)


def walks_to_the_proof(visitor: Visitor, **changes: Any) -> str:
    said = open_form(**changes)
    goes(visitor, at="1", to="2", ground=said["ground"])
    return goes(visitor, **said | {"at": "2", "to": "3"})


def test_a_dispute_is_opened_in_three_steps_and_the_order_is_prefilled(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    assert "蓝牙耳机" in (first := bob.sees(NEW))
    assert 'value="not_received"' in first
    assert 'value="bad_faith_buyer"' not in first, "that ground is the seller's"
    assert 'value="299.00"' in goes(bob, at="1", to="2", ground="not_received")
    third = goes(bob, **open_form(at="2", to="3"))
    assert "没收到。" in third
    assert 'data-testid="ladder"' in third
    answer = bob.sends("/disputes/new/", open_form() | {"files": [pdf()], "captions": ["空的驿站"]})
    dispute = Dispute.objects.get()
    assert answer["Location"] == f"/disputes/{dispute.ref}/opened/"
    assert (dispute.claim_amount_minor, dispute.statement) == (29_900, "没收到。")
    item = EvidenceItem.objects.get()
    assert (item.caption, item.submission is not None) == ("空的驿站", True)
    receipt = bob.sees(f"/disputes/{dispute.ref}/opened/")
    assert dispute.number in receipt
    assert 'data-testid="ladder"' in receipt


def families(page: str) -> dict[str, str]:
    """Of each ground that is offered, the family that it stands in; "" where it stands by itself."""
    found = {}
    for family in re.split(r'(?=<div class="choice family">|<details class="choice family")', page)[1:]:
        code = re.match(r'<details class="choice family" data-family="(\w+)"', family)
        found |= dict.fromkeys(re.findall(r'name="ground" value="(\w+)"', family), code[1] if code else "")
    return found


@pytest.mark.parametrize(("tags", "food"), [((), "other"), (("digital",), "other"), (("food",), "safety")])
def test_what_is_rarely_meant_about_an_order_stands_under_something_else(
    court: Court, platform: OneOrder, tags: tuple[str, ...], food: str
) -> None:
    platform.orders["O-1"] = court.order(ref="O-1", tags=tags)
    seen = families(Visitor(court.bob).sees(NEW))
    assert (seen["food_standard"], seen["knowing_buyer"], seen["ip_notice"]) == (food, "other", "other")
    assert (seen["quality"], seen["consumer_restriction"]) == ("defect", "other")
    assert "bad_faith_buyer" not in seen


def test_a_fault_leads_back_to_its_step_and_keeps_what_was_typed(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    assert "Choose what happened" in goes(bob, at="1", to="2")
    walks_to_the_proof(bob)
    page = goes(bob, **open_form(at="2", to="3", amount="-3"))
    assert "没收到。" in page
    assert "Give an amount above zero" in page
    bob.sends("/disputes/new/", open_form(amount="-3") | {"files": [pdf()]})
    assert "The files were not kept" in bob.client.get(f"{NEW}&step=3", follow=True).content.decode()
    assert not Dispute.objects.exists()


def test_a_strange_order_and_a_missing_one_are_told_alike(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    strange, missing = (bob.sees(f"/disputes/new/?order={ref}", status=404) for ref in ("O-9", "O-0"))
    clean = re.compile(r"O-\d|[0-9a-zA-Z]{64}|data-now=\"\d+\"")
    assert clean.sub("", strange) == clean.sub("", missing)


@pytest.fixture
def measured(court: Court) -> Notice:
    """A measure against alice's shop, of which the page is to be told."""
    court.notice(court.other)
    return court.notice(court.seller)


MEASURE = {"ground": "merchant_measure", "remedy": "LIFT", "amount": "", "statement": "不是违规。"}


def test_a_dispute_about_a_measure_asks_which_notice(court: Court, platform: OneOrder, measured: Notice) -> None:
    alice, foreign = Visitor(court.alice), Notice.objects.exclude(pk=measured.pk).get()
    page = goes(alice, at="1", to="2", ground="merchant_measure")
    assert "Which notice is it about?" in page
    assert "None of these" in page
    assert "Only where you want money; otherwise it is left out." in page  # a measure lifted has no sum
    assert measured.number in page
    assert foreign.number not in page
    assert measured.number in goes(alice, **open_form(**MEASURE, notice=measured.ref, at="2", to="3"))

    alice.sends("/disputes/new/", open_form(**MEASURE, notice=measured.ref))

    dispute = Dispute.objects.get()
    assert (dispute.notice_id, dispute.claim_remedy) == (measured.pk, "LIFT")
    again = alice.sends("/disputes/new/", open_form(**MEASURE, notice=measured.ref))
    assert again["Location"] == f"/disputes/{dispute.ref}/opened/"


def test_no_notice_need_be_chosen_and_no_other_can(court: Court, platform: OneOrder, measured: Notice) -> None:
    alice, foreign = Visitor(court.alice), Notice.objects.exclude(pk=measured.pk).get()
    page = goes(alice, **open_form(**MEASURE, notice=foreign.ref, at="2", to="3"))
    assert "Choose one of your notices, or none of these." in page
    alice.sends("/disputes/new/", open_form(**MEASURE, notice=foreign.ref))
    assert not Dispute.objects.exists()

    assert "None of these" in goes(alice, **open_form(**MEASURE, notice="", at="2", to="3"))
    alice.sends("/disputes/new/", open_form(**MEASURE, notice=""))
    assert Dispute.objects.get().notice is None


def test_only_a_dispute_with_the_platform_asks_for_a_notice(court: Court, platform: OneOrder, measured: Notice) -> None:
    court.notice(court.buyer)
    bob = Visitor(court.bob)
    assert "Which notice" not in goes(bob, at="1", to="2", ground="not_received")

    walks_to_the_proof(bob, notice=measured.ref)
    bob.sends("/disputes/new/", open_form(notice=measured.ref))
    assert Dispute.objects.get().notice is None, "what was left over from another ground is not sent"


@pytest.mark.parametrize(
    ("language", "asked", "name"), [("en", "Which notice", "Notice"), ("zh-hans", "哪", "处置通知")]
)
def test_the_page_of_the_dispute_leads_to_its_notice(
    court: Court, platform: OneOrder, measured: Notice, language: str, asked: str, name: str
) -> None:
    dispute = court.escalated("merchant_measure", remedy="LIFT", notice=measured.ref)
    alice = Visitor(court.alice, language)
    assert asked in goes(alice, at="1", to="2", ground="merchant_measure")

    page = " ".join(alice.sees(room(dispute)).split())

    assert f'data-testid="notice"><dt>{name}</dt><dd><a href="/notices/{measured.ref}/">' in page
    assert measured.number in page
    assert measured.number in alice.sees(f"/notices/{measured.ref}/")
    assert 'data-testid="notice"' not in alice.sees(room(court.open("merchant_measure", remedy="LIFT")))


def test_every_step_can_be_gone_back_to_and_come_forward_to(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    platform.orders["O-2"] = court.order(ref="O-2", title="保温杯")
    assert bob.client.get(f"{NEW}&step=3")["Location"] == f"{NEW}&told=1", "nothing was chosen yet"
    walks_to_the_proof(bob)
    walks_to_the_proof(bob, order="O-2", statement="杯子没来。")
    for _time in ("back and forward", "again"):
        first, second, third = (bob.sees(f"{NEW}{step}") for step in ("", "&step=2", "&step=3"))
        assert 'value="not_received" checked' in " ".join(first.split())
        for page in (second, third):
            assert "没收到。" in page
            assert "杯子没来。" not in page, "another tab is about another order"
    other = bob.client.post("/disputes/new/draft/", {"order": "O-1", "remedy": "REFUND", "statement": "还在写"})
    assert other.status_code == 200
    assert "还在写" in bob.sees(f"{NEW}&step=2"), "kept while it was typed"
    assert "还在写" not in Visitor(court.bob).client.get(f"{NEW}&step=2", follow=True).content.decode()
    assert not Dispute.objects.exists()


def test_the_last_button_opens_one_dispute_however_often_it_is_pressed(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    walks_to_the_proof(bob)
    receipt = bob.sends("/disputes/new/", open_form())["Location"]
    dispute = Dispute.objects.get()
    for step in ("2", "3"):
        assert bob.client.get(f"{NEW}&step={step}")["Location"] == receipt, "going back shows what was opened"
    assert bob.sends("/disputes/new/", open_form())["Location"] == receipt
    assert Visitor(court.bob).sends("/disputes/new/", open_form())["Location"] == receipt, "pressed in two browsers"
    other = Visitor(court.bob).sends("/disputes/new/", open_form(statement="又想到一点"), status=409).content.decode()
    assert "又想到一点" in other
    assert f'href="{room(dispute)}"' in other
    assert dispute.number in bob.sees(NEW)
    bob.sends(f"{room(dispute)}withdraw/")
    assert bob.sends("/disputes/new/", open_form())["Location"] == receipt, "a page that the browser still held"
    assert Dispute.objects.count() == 1
    walks_to_the_proof(bob)
    assert bob.sends("/disputes/new/", open_form())["Location"] != receipt, "begun anew, it is another dispute"


def test_when_orders_cannot_be_looked_up_the_page_says_so_and_loses_nothing(court: Court, platform: OneOrder) -> None:
    platform.broken = True
    bob = Visitor(court.bob)
    answer = bob.sends("/disputes/new/", open_form(statement="三天没到"))
    page = bob.sees(answer["Location"], status=503)
    assert 'data-testid="unavailable"' in page
    assert "三天没到" in page
    platform.broken = False
    names = dict(re.findall(r'type="hidden" name="(step)" value="([^"]*)"', page))
    again = bob.client.get("/disputes/new/", names | {"order": "O-1"}).content.decode()
    assert "三天没到" in again
    assert 'data-testid="open"' in again, "the third step goes on where it was"


def test_words_typed_before_the_session_ended_come_back(court: Court, platform: OneOrder) -> None:
    gone = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = gone.post("/disputes/new/", open_form(at="2", to="3"), HTTP_REFERER=f"http://testserver{NEW}&step=2")
    assert page.status_code == 401
    assert "没收到。" in page.content.decode()
    assert "/account/login/?next=/disputes/new/%3Forder%3DO-1%26step%3D2" in page.content.decode()
    assert gone.post("/disputes/new/draft/", {"order": "O-1", "statement": "x"}).status_code in (302, 401)


# — the room —


def test_the_room_says_what_to_do_first_and_who_must_show_what(court: Court) -> None:
    dispute = court.open()
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    page = alice.sees(room(dispute))
    assert 'data-turn="you"' in page
    assert 'data-status="early"' in page, "a fact that is hers to show, while no clock runs"
    assert "no time limit runs before a mediator has joined" in " ".join(page.split())
    assert "escalate-from" not in page, "she is the one whose answer is waited for"
    assert page.index('data-testid="turn"') < page.index('data-testid="burden"')
    assert 'data-testid="escalate-from"' in bob.sees(room(dispute)), "from when the platform can be called in"
    alice.sends(f"{room(dispute)}answer/", {"refuses": "yes", "text": "已签收"})
    assert 'data-testid="escalate"' in bob.sees(room(dispute))
    assert 'data-turn="both"' in bob.sees(room(dispute))
    assert 'data-testid="dispute-line"' in bob.sees("/disputes/")
    assert "Your turn" not in bob.sees("/disputes/"), "talks wait for nobody"
    bob.sends(f"{room(dispute)}escalate/")
    commands.join_dispute(actor=court.mia, ref=dispute.ref, now=clock.now())
    theirs, yours = bob.sees(room(dispute)), alice.sees(room(dispute))
    assert "You need do nothing" in theirs
    assert "Your turn: please show that" in yours
    assert 'data-status="yours"' in yours
    for visitor in (alice, bob, Visitor(court.staff), Visitor(court.finance), Visitor(court.carl), Visitor(court.mia)):
        visitor.sees(f"{room(dispute)}case/")
    Visitor(court.eve).sees(room(dispute), status=404)
    Visitor(court.max).sees(room(dispute), status=404)


def test_evidence_is_drafted_withheld_submitted_objected_to_and_answered(court: Court) -> None:
    dispute = court.joined()
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    fact = f"{room(dispute)}facts/1/"
    assert 'data-testid="ask-records"' in alice.sees(fact)
    alice.sends(fact, {"files": [pdf()], "captions": [""]}, status=400)
    alice.sends(fact, {"files": [pdf()], "captions": ["价目"], "withheld": "1"}, status=400)
    alice.sends(fact, {"files": [pdf()], "captions": ["签收单"]})
    again = alice.sends(fact, {"files": [pdf()], "captions": ["又一次"]}, status=400).content.decode()
    assert "paper.pdf is there already and was not added again." in again
    assert EvidenceItem.objects.count() == 1
    alice.sends(fact, {"files": [pdf(1)], "captions": ["客户名单"], "withheld": "1", "withheld_reason": "含别人的电话"})
    assert "签收单" not in bob.sees(fact), "a draft is its own side's"
    alice.sends(f"{fact}submit/")
    page = bob.sees(fact)
    assert "签收单" in page
    assert "客户名单" not in page
    assert "含别人的电话" in page
    item = EvidenceItem.objects.get(caption="签收单")
    hidden = EvidenceItem.objects.get(caption="客户名单")
    assert b"".join(bob.client.get(f"/files/disputes/{dispute.ref}/{item.no}")).startswith(b"%PDF")
    bob.sees(f"/files/disputes/{dispute.ref}/{hidden.no}", status=404)
    bob.sees(f"{room(dispute)}evidence/{hidden.no}/object/", status=404)
    bob.sees(f"{room(dispute)}evidence/{item.no}/object/")
    bob.sends(f"{room(dispute)}evidence/{item.no}/object/", {"ground": "authenticity", "text": ""}, status=400)
    bob.sends(f"{room(dispute)}evidence/{item.no}/object/", {"ground": "authenticity", "text": "不是我的字"})
    assert "不是我的字" in alice.sees(fact)
    assert 'data-testid="nothing-to-add"' in bob.sees(fact)
    bob.sends(f"{fact}nothing-to-add/")
    assert fresh(dispute).state == "EVIDENCE", "the seller's own time to add runs"
    alice.sends(f"{fact}nothing-to-add/")
    assert fresh(dispute).state == "DELIBERATING"
    assert 'data-testid="evidence-closed"' in alice.sees(fact)


def test_records_are_asked_for_with_one_press_and_gaps_are_said_in_words(court: Court) -> None:
    dispute = court.joined()
    alice = Visitor(court.alice)
    alice.sends(f"{room(dispute)}facts/1/records/")
    assert 'data-state="ASKED"' in alice.sees(room(dispute))
    pull = fresh(dispute).facts.get().pulls.get()
    found = records.FetchedRecord(
        Record.LOGISTICS,
        {"carrier": "顺丰", "signed": True, "scans": [{"at": "a"}]},
        "wms",
        "c",
        "https",
        None,
        clock.now(),
    )
    commands.seal_records(pull_ref=pull.ref, records=[found], gaps=[Gap(Record.ORDER, "not-kept")], now=clock.now())
    page = alice.sees(room(dispute))
    assert "it should exist but was not kept" in page
    assert "Record is wrong" in page
    assert "顺丰" in alice.sees(f"{room(dispute)}facts/1/")


def test_a_fact_is_given_up_after_a_page_that_says_what_follows(court: Court) -> None:
    dispute = court.joined()
    alice = Visitor(court.alice)
    assert "counts as not true" in alice.sees(f"{room(dispute)}facts/1/admit/")
    alice.sends(f"{room(dispute)}facts/1/admit/")
    assert fresh(dispute).facts.get().state == "ADMITTED"
    Visitor(court.bob).sees(room(dispute))


# — the talk —


def test_messages_work_without_a_script_in_both_lanes(court: Court) -> None:
    dispute = court.joined()
    alice, bob, mia = Visitor(court.alice), Visitor(court.bob), Visitor(court.mia)
    alice.sends(f"{room(dispute)}messages/", {"text": "请看签收单\r\n谢谢 <b>", "lane": "both", "client_id": "a1"})
    alice.sends(f"{room(dispute)}messages/", {"text": "请看签收单\r\n谢谢 <b>", "lane": "both", "client_id": "a1"})
    alice.sends(f"{room(dispute)}messages/", {"text": "只给平台看", "lane": "private", "client_id": "a2"})
    page = bob.sees(room(dispute))
    assert page.count("谢谢 &lt;b&gt;") == 1
    assert "data-use>" in page
    assert "只给平台看" not in bob.sees(f"{room(dispute)}?lane=private")
    assert "只给平台看" in alice.sees(f"{room(dispute)}?lane=private")
    assert "只给平台看" not in alice.sees(room(dispute))
    mia.sees(room(dispute))
    alice.sends(f"{room(dispute)}messages/", {"text": " ", "lane": "both"}, status=400)
    said = Message.objects.get(client_id="a1")
    assert said.text == "请看签收单\n谢谢 <b>"
    bob.sends(f"{room(dispute)}messages/{said.sequence}/report/", {"lane": "both"})
    bob.sends(f"{room(dispute)}messages/{said.sequence}/recall/", {"lane": "both"}, status=403)
    use = f"{room(dispute)}messages/{said.sequence}/evidence/"
    assert "谢谢" in bob.sees(use)
    alice.sees(use)
    alice.sends(use, {"fact": "1", "caption": ""}, status=400)
    alice.sends(use, {"fact": "1", "caption": "买家看过"})
    alice.sends(f"{room(dispute)}messages/{said.sequence}/recall/", {"lane": "both"}, status=409)
    private = Message.objects.get(client_id="a2")
    alice.sends(f"{room(dispute)}messages/{private.sequence}/recall/", {"lane": "private"})
    assert "只给平台看" not in alice.sees(f"{room(dispute)}?lane=private")
    entries = alice.sees(f"{room(dispute)}entries/?lane=both&after={said.sequence - 1}&limit=1")
    assert entries.count("<li") == 1


def test_text_typed_before_the_session_ended_comes_back_with_the_way_to_sign_in(court: Court) -> None:
    dispute = court.open()
    gone = Client(HTTP_ACCEPT_LANGUAGE="en")
    typed = {"text": "我写了很久", "lane": "both", "client_id": "b1"}
    here = {"HTTP_REFERER": f"http://testserver{room(dispute)}?lane=both"}
    page = gone.post(f"{room(dispute)}messages/", typed, **here)
    assert page.status_code == 401
    assert "我写了很久" in page.content.decode()
    assert f"/account/login/?next={room(dispute)}%3Flane%3Dboth" in page.content.decode()
    assert not Message.objects.filter(client_id="b1").exists()
    elsewhere = gone.post(f"{room(dispute)}messages/", typed, HTTP_REFERER="https://evil.example/x")
    assert 'href="/account/login/?next=/"' in elsewhere.content.decode()
    assert gone.post(f"{room(dispute)}escalate/", **here)["Location"].startswith("/account/login/")


def test_what_was_typed_is_shown_as_text_and_what_is_too_long_comes_back(court: Court) -> None:
    dispute = court.joined()
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    bad = "<script>alert(1)</script>"
    alice.sends(f"{room(dispute)}messages/", {"text": bad, "lane": "both", "client_id": "a1"})
    alice.sends(f"{room(dispute)}facts/1/", {"files": [pdf()], "captions": [bad]})
    alice.sends(f"{room(dispute)}facts/1/submit/")
    make_offer(alice, dispute, note=bad)
    for page in (bob.sees(room(dispute)), bob.sees(f"{room(dispute)}facts/1/")):
        assert "&lt;script&gt;alert(1)" in page
        assert bad not in page
    answer = bob.sends(f"{room(dispute)}messages/", {"text": "长" * 5000, "lane": "both"}, status=400)
    assert "长" * 5000 in answer.content.decode()
    assert "904 characters too many: at most 4096." in answer.content.decode()


@pytest.mark.parametrize("text", ["😀" * 4096, "长" * 4096])
def test_a_message_is_counted_by_characters_in_the_room_and_over_the_api(court: Court, text: str) -> None:
    dispute = court.joined()
    Visitor(court.bob).sends(f"{room(dispute)}messages/", {"text": text, "lane": "both"})
    assert Message.objects.filter(text=text).exists()


def test_what_is_pasted_into_a_form_comes_back_whole_with_how_much_is_too_much(
    court: Court, platform: OneOrder
) -> None:
    bob = Visitor(court.bob)
    goes(bob, at="1", to="2", ground="not_received")
    page = goes(bob, **open_form(at="2", to="3", statement="长" * 20_000))
    assert "长" * 20_000 in page
    assert "18000 characters too many: at most 2000." in page
    assert "maxlength" not in page, "a browser would cut what is pasted, and says nothing"


def test_what_was_being_written_when_the_dispute_ended_is_given_back_with_why(court: Court) -> None:
    dispute = court.open()
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    assert "data-talk-end" not in alice.sees(f"{room(dispute)}case/")
    bob.sends(f"{room(dispute)}withdraw/")
    assert "data-talk-end" in alice.sees(f"{room(dispute)}case/"), "a room that stands open learns it"
    typed = {"text": "我正写到\n一半", "lane": "both", "client_id": "c1"}
    page = alice.sends(f"{room(dispute)}messages/", typed, status=409).content.decode()
    assert 'data-testid="composer"' not in page
    assert 'data-testid="talk-end"' in page
    assert "我正写到\n一半</textarea>" in page
    assert 'href="#id_unsent">This conversation is closed.' in page
    assert re.search(r'data-testid="unsent" hidden', alice.sees(room(dispute))), "nothing was typed"
    assert "Use as evidence" not in alice.sees(room(dispute))


def test_while_a_dispute_is_paused_no_time_limit_is_shown_as_over(court: Court) -> None:
    dispute = court.joined()
    now = clock.now()
    court.pause(dispute, now)
    FactAtIssue.objects.update(due_at=now - timedelta(hours=1), base_due_at=now - timedelta(hours=1))
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    yours, theirs = alice.sees(room(dispute)), bob.sees(room(dispute))
    assert "once the dispute goes on" in " ".join(yours.split())
    for page in (yours, theirs, alice.sees(f"{room(dispute)}facts/1/")):
        assert "data-due=" not in page
        assert 'data-testid="window-closed"' not in page
    alice.sends(f"{room(dispute)}messages/", {"text": "还可以写", "lane": "both", "client_id": "p1"})
    assert re.search(r"data-use hidden>", bob.sees(room(dispute))), "nothing can become evidence now"
    assert "data-may-use" not in bob.sees(f"{room(dispute)}case/")


# — offers —


def make_offer(visitor: Visitor, dispute: Dispute, **changes: Any) -> Offer:
    said = {
        "remedy": "PARTIAL_REFUND",
        "amount_minor": "80",
        "freight_payer": "NOBODY",
        "hours": "48",
        "note": "好",
        "checked": "1",
    }
    visitor.sends(f"{room(dispute)}offers/new/", said | changes)
    return Offer.objects.latest("id")


def steps_of(page: str) -> list[tuple[str, str]]:
    line = page.partition('data-testid="state-line"')[2].partition("</ol>")[0]
    return re.findall(r'data-status="(\w+)".*?</span> <span>([^<]+)</span>', line, re.DOTALL)


def test_offers_stand_side_by_side_and_are_accepted_after_one_more_page(court: Court) -> None:
    dispute = court.open("quality")
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    bob.sends(f"{room(dispute)}offers/new/", {"remedy": "REFUND", "amount_minor": ""}, status=400)
    first = make_offer(alice, dispute)
    page = bob.sees(room(dispute))
    assert page.count('data-testid="offer-column"') == 1, "only open offers have a column"
    waiting = page.partition('data-testid="waiting-offer"')[2].partition('data-testid="turn"')[0]
    assert "Seller offers: Partial refund ¥80.00, the goods stay" in " ".join(waiting.split())
    assert "Open until" in waiting
    assert 'data-testid="waiting-accept"' in waiting
    assert 'data-testid="waiting-offer"' not in alice.sees(room(dispute)), (
        "one's own offer waits for nothing of one's own"
    )
    accept = f"{room(dispute)}offers/{first.ref}/accept/"
    assert "The dispute ends at once on exactly these terms, and ¥80.00 is to be paid by" in bob.sees(accept)
    bob.sends(f"/offers/{first.ref}/refuse/")
    assert "Refused" in bob.sees(room(dispute))
    bob.sees(accept, status=409)
    second = make_offer(bob, dispute, remedy="RETURN_AND_REFUND", amount="¥299.00", freight_payer=Payer.RESPONDENT)
    assert second.goods_back
    staff, finance = Visitor(court.staff), Visitor(court.finance)
    assert "In this store" in staff.sees(room(dispute))
    assert "an owner or finance" in staff.sees(room(dispute))
    accept = f"{room(dispute)}offers/{second.ref}/accept/"
    staff.sends(accept, status=403)
    assert "Within 7 days after the goods came back" in finance.sees(accept)
    finance.sends(accept)
    assert fresh(dispute).state == "CARRYING_OUT"
    page = bob.sees(room(dispute))
    assert "Both sides agreed" in page
    assert "The dispute ended before anything was found about this" in page
    assert "You need do nothing" not in page.partition('data-testid="burden"')[2], "nobody has to show anything now"
    assert steps_of(page) == [("done", "Talking"), ("here", "Carrying out")], "no mediator came, nothing was determined"
    assert 'data-testid="owed"' in page


def test_the_mediator_sees_no_offer(court: Court) -> None:
    dispute = court.joined()
    make_offer(Visitor(court.alice), dispute, amount="81.23", note="only to settle")
    page = Visitor(court.mia).sees(room(dispute))
    assert "81.23" not in page
    assert "only to settle" not in page
    assert 'data-testid="offers-hidden"' in page


# — decided —


def determined(court: Court) -> Dispute:
    dispute = court.joined()
    now = clock.now()
    commands.admit_fact(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)
    return court.determine(dispute, now=now, reasons="商家承认未送达。", **REFUNDED, **NEVER_CAME)


def test_the_letter_is_read_and_a_review_asked_for(court: Court) -> None:
    dispute = determined(court)
    alice, bob = Visitor(court.alice), Visitor(court.bob, "zh-hans")
    page = alice.sees(f"{room(dispute)}decision/")
    assert "商家承认未送达。" in page
    assert "mia" not in page
    assert bob.sees(f"{room(dispute)}decision/")
    assert alice.client.get(f"{room(dispute)}decision.pdf").content.startswith(b"%PDF")
    Visitor(court.eve).sees(f"{room(dispute)}decision/", status=404)
    bob.sees(f"{room(dispute)}accept/")
    bob.sends(f"{room(dispute)}accept/")
    assert 'data-testid="request-review"' in alice.sees(room(dispute))
    alice.sees(f"{room(dispute)}review/")
    alice.sends(f"{room(dispute)}review/")
    assert fresh(dispute).state == "REVIEW_REQUESTED"
    alice.sees(f"{room(dispute)}review/", status=409)
    assert "does not take effect for now" in (page := alice.sees(room(dispute)))
    assert len(steps_of(page)) == 5


@pytest.mark.parametrize("is_closed", [False, True])
def test_each_side_and_the_mediator_find_the_case_file_in_the_room_and_beside_the_letter(
    court: Court, is_closed: bool
) -> None:
    dispute = determined(court)
    if is_closed:
        for actor in (court.alice, court.bob):
            Visitor(actor).sends(f"{room(dispute)}accept/")
        Visitor(court.bob).sends(f"{room(dispute)}owed/1/confirm/")
        assert fresh(dispute).state == "CLOSED"
    address = f"{room(dispute)}case-file.zip"
    for who in (court.alice, court.bob):
        for path in (room(dispute), f"{room(dispute)}decision/"):
            assert f'href="{address}" download' in Visitor(who).sees(path)
        assert b"".join(Visitor(who).client.get(address)).startswith(b"PK")
    if not is_closed:  # whoever decided it holds it no longer
        assert f'href="{DESK}{dispute.ref}/case-file/"' in Visitor(court.mia).sees(f"{DESK}{dispute.ref}/")
    Visitor(court.eve).sees(address, status=404)


def test_what_is_owed_is_reported_and_confirmed(court: Court) -> None:
    dispute = determined(court)
    for actor in (court.alice, court.bob):
        Visitor(actor).sends(f"{room(dispute)}accept/")
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    assert "Say that it is done" in alice.sees(room(dispute))
    alice.sees(f"{room(dispute)}owed/1/report/")
    bob.sees(f"{room(dispute)}owed/1/report/", status=409)
    alice.sends(f"{room(dispute)}owed/1/report/", {"note": "支付宝 20261125"})
    assert "支付宝 20261125" in bob.sees(room(dispute))
    bob.sends(f"{room(dispute)}owed/1/confirm/")
    assert fresh(dispute).state == "CLOSED"
    assert "This conversation is closed" in bob.sees(room(dispute))


def test_withdrawing_demanding_and_consenting(court: Court) -> None:
    dispute = court.open("food_standard", remedy="REFUND_NO_RETURN", tags=("food",))
    alice, bob = Visitor(court.alice), Visitor(court.bob)
    assert 'data-testid="consent"' in alice.sees(room(dispute))
    alice.sees(f"{room(dispute)}consent/")
    alice.sends(f"{room(dispute)}consent/")
    assert "You agreed" in alice.sees(room(dispute))
    bob.sends(f"{room(dispute)}demand-human/")
    assert 'data-testid="demanded"' in alice.sees(room(dispute))
    alice.sees(f"{room(dispute)}withdraw/", status=403)
    bob.sees(f"{room(dispute)}withdraw/")
    bob.sends(f"{room(dispute)}withdraw/")
    taken_back = alice.sees(room(dispute))
    assert "This dispute was taken back" in taken_back
    assert steps_of(taken_back) == [("done", "Talking"), ("done", "Platform joins")], "a person was called at once"


# — every state, every reader, both languages —


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_ground_can_be_read_by_everybody_in_it(court: Court, language: str) -> None:
    from disputes.default_table import GROUNDS

    readers = [(actor, Visitor(actor, language)) for actor in (court.bob, court.alice, court.carl)]
    step = len(GROUNDS) // extent("grounds whose room is read", everyday=4, ci=4, full=len(GROUNDS))
    grounds: tuple[GroundDraft, ...] = GROUNDS[language == "en" :: step]
    for ground in grounds:
        dispute = court.joined(ground.slug)
        for actor, reader in readers:
            if side_of(actor, dispute) is not None:
                reader.sees(room(dispute))
                reader.sees(f"{room(dispute)}facts/1/")


def test_home_lists_notifications_and_what_is_public(court: Court, mailoutbox: Any) -> None:
    from accounts.models import Notification
    from casework import outbox

    dispute = court.open()
    outbox.sweep(now=clock.now())
    alice = Visitor(court.alice)
    home = alice.sees("/")
    assert 'data-kind="dispute-answer"' in home
    assert dispute.number in home
    assert dispute.number in alice.sees("/disputes/")
    row = Notification.objects.filter(user__ref=court.alice.ref).first()
    assert row is not None
    assert 'class="count number">' in home
    assert row.number in alice.sees("/notifications/")
    make_offer(alice, dispute)
    outbox.sweep(now=clock.now())
    listed = " ".join(Visitor(court.bob).sees("/notifications/").split())
    assert "The seller made an offer." in listed, "by whom"
    assert f"{dispute.order_title} · Partial refund ¥80.00, the goods stay" in listed, "which, and how much"
    assert "The offer stands until" in listed, "until when"
    assert not [mail for mail in mailoutbox if "80.00" in mail.body], "outside there is nothing of the case"
    answer = alice.client.get(f"/notifications/{row.ref}/")
    assert answer["Location"] == room(dispute)
    Visitor(court.bob).sees(f"/notifications/{row.ref}/", status=404)
    row.refresh_from_db()
    assert row.opened_at is not None
    assert alice.client.get(f"/l/d/{dispute.ref}?focus=offer")["Location"] == f"{room(dispute)}#offers"
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    table = stranger.get("/burden/").content.decode()
    assert table.count('data-testid="ground"') == 36
    assert "not legal advice" in table
    assert 'data-testid="relief"' in table
    assert "<details open" not in table
    assert stranger.get("/outages/").status_code == 200


def test_the_burden_table_is_folded_searched_and_narrowed(court):
    """58,000 pixels of it on a phone help nobody; what is asked for stands in the address."""
    stranger = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")

    def grounds(query):
        page = stranger.get(f"/burden/{query}").content.decode()
        return page.count('data-testid="ground"'), page.count('data-testid="ground" open')

    assert grounds("") == (36, 0)
    few, unfolded = grounds("?q=耐用")
    assert 0 < few == unfolded <= 3
    found, unfolded = grounds("?q=退钱")  # 退款, by the list of words
    assert 3 < found < 36
    assert unfolded == 0
    narrowed = [grounds(f"?family={family}")[0] for family in Family]
    assert sum(narrowed) == 36
    assert grounds("?q=没有这样的词") == (0, 0)
    assert grounds("?family=nonsense") == (0, 0)
    assert stranger.get("/burden/?q=%00").status_code == 200


def test_opening_begins_with_recent_orders_in_any_case_and_from_a_deep_link(court: Court, platform: OneOrder) -> None:
    bob = Visitor(court.bob)
    page = bob.sees("/disputes/new/")
    assert 'href="/disputes/new/?order=O-1"' in page
    assert "O-9" not in page
    assert bob.client.get("/disputes/open/?order=O-1").headers["Location"] == NEW
    for typed in ("o-1", "ｏ-1"):
        assert bob.client.get("/disputes/new/", {"order": typed}).headers["Location"] == NEW
    platform.broken = True
    assert "recent-orders" not in bob.sees("/disputes/new/")
