"""The mediators' workbench, worked without a script: what a page shows is what its pressed button sends back."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Membership, User
from casework import clock
from casework.actor import Actor
from casework.models import Event, WorkDraft
from console.disputes.context import doubts_cited
from disputes import commands
from disputes.choices import Payer
from disputes.models import Advance, Determination, Dispute, FactRuling, Message, Obligation, Offer
from disputes.queries import record_lines, write_case_file
from operations.models import Outage
from tests import factories as make
from tests.disputes.building import NEVER_CAME, REFUNDED, Court, fact, fresh, stage
from tests.pages import Form, browser, is_covered, sign_in, text_of
from tests.surfaces.appealing import PNG

pytestmark = pytest.mark.once

DESK = "/workbench/disputes/"
SECRET = "canary-offer-7731"


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(scope="module")
def now(module_database: Any) -> datetime:
    """The pages read the clock themselves, so this court lives now."""
    with module_database():
        return clock.now() - timedelta(minutes=5)


class Desk:
    """One officer's browser on one dispute: what is typed is sent with whatever button is pressed."""

    def __init__(self, actor: Actor, dispute: Dispute | None = None) -> None:
        self.client, self.dispute, self.page = browser(actor), dispute, ""
        if dispute is not None:
            self.open()

    def path(self, step: str = "") -> str:
        assert self.dispute is not None
        return f"{DESK}{self.dispute.ref}/{step}"

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, text_of(answer)[-3000:]
        return text_of(answer)

    def open(self) -> str:
        self.page = self.get(self.path())
        return self.page

    def press(self, step: str, typed: dict[str, Any] | None = None, *, status: int = 302, form: str = "work") -> str:
        """The page as it was opened, with this typed, sent by that button; then the page that comes of it."""
        shown = Form(self.page, form)
        assert self.path(step) in shown.buttons, (step, shown.buttons)
        return self.sent(self.path(step), shown.fields | (typed or {}), status)

    def asks(self, step: str, typed: dict[str, Any] | None = None, *, status: int = 302, at: str = "") -> str:
        """A page of its own, as it was opened, with this typed; then the page that comes of it."""
        at = at or self.path(step)
        assert f'name="to" value="{at}"' in self.page, step
        answer = self.client.post(self.path("leave/"), Form(self.page, "work").fields | {"to": at})
        assert (answer.status_code, answer["Location"]) == (302, at)
        self.asked = self.get(at)
        return self.sent(at, Form(self.asked, "confirm").fields | (typed or {}), status)

    def again(self, step: str, typed: dict[str, Any], *, status: int = 302) -> str:
        """The page that was asked last, sent once more from where it was opened."""
        return self.sent(self.path(step), Form(self.asked, "confirm").fields | typed, status)

    def sent(self, path: str, fields: dict[str, Any], status: int) -> str:
        answer = self.client.post(path, fields)
        assert answer.status_code == status, (answer.status_code, text_of(answer)[-3000:])
        if answer.status_code == 302:
            answer = self.client.get(answer["Location"])
        self.page = text_of(answer)
        return self.page

    def fields(self) -> dict[str, list[str]]:
        return Form(self.page, "work").fields

    def buttons(self) -> str:
        return " ".join(Form(self.page, "work").buttons)


def later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """From now on the pages read a clock that is this much later."""
    at = clock.now() + timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def waiting(court: Court) -> Dispute:
    """Both sides did what they could about the one fact; it waits for a ruling."""
    dispute = court.joined()
    court.prove(dispute, 1, court.alice, clock.now())
    court.rest(dispute, clock.now())
    return fresh(dispute)


@pytest.fixture
def shown(court: Court) -> Dispute:
    """The seller showed something, which waits for a ruling, and the buyer can still answer it."""
    dispute = court.joined()
    court.prove(dispute, 1, court.alice, clock.now())
    commands.answer_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=clock.now())
    return fresh(dispute)


@pytest.fixture
def ruled(court: Court, waiting: Dispute) -> Dispute:
    """The seller did not show the delivery, so the table leads to a refund."""
    court.rule(waiting, clock.now(), proved=False, reasons="签名不是本人。")
    assert fresh(waiting).state == "DELIBERATING"
    return fresh(waiting)


def determination(**changes: Any) -> dict[str, Any]:
    return {
        "outcome": "SUPPORTED",
        "remedy": "REFUND",
        "amount": "299.00",
        "payer": "RESPONDENT",
        "goods_are": "NOT_DELIVERED",
        "goods_are_reason": "The parcel never came.",
        "f1-sentence": "The signature is not the buyer's.",
        "reasons": "The seller did not show that the parcel reached the buyer.",
    } | changes


# — who sees what —


def test_the_mediator_reads_the_number_of_the_notice_and_compliance_may_open_it(court: Court) -> None:
    notice = court.notice(court.seller)
    dispute = court.joined("merchant_measure", remedy="LIFT", notice=notice.ref)
    link = f'<a href="/notices/{notice.ref}/">'

    held, seen = (Desk(who).get(f"{DESK}{dispute.ref}/") for who in (court.mia, court.carl))

    assert notice.number in held
    assert link not in held
    assert link in seen
    Desk(court.mia).get(f"/notices/{notice.ref}/", status=404)
    Desk(court.carl).get(f"/notices/{notice.ref}/")


def test_pictures_are_covered_for_a_mediator_who_chose_it_at_the_queue(court: Court) -> None:
    dispute = court.joined()
    sent: dict[str, Any] = {"file": io.BytesIO(PNG), "name": "a.png", "caption": "面单"}
    commands.stage_file(actor=court.alice, ref=dispute.ref, fact_no=1, now=clock.now(), **sent)
    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=clock.now())
    desk = Desk(court.mia, dispute)
    file = desk.path("evidence/1/")

    assert not is_covered(desk.open(), file)
    came = {"referer": f"http://testserver{DESK}"}
    answer = desk.client.post("/workbench/me/pictures/", {"pictures": "covered"}, headers=came)
    assert answer["Location"] == DESK
    assert "Show them at once" in desk.get(DESK)
    assert is_covered(desk.open(), file)


def test_the_queue_shows_nothing_of_the_case_before_joining(court: Court) -> None:
    dispute = court.escalated()
    desk = Desk(court.mia)
    page = desk.get(DESK)

    assert dispute.number in page
    assert "299.00" in page
    for told in ("右耳无声", "不同意", "蓝牙耳机", "王女士", "云上数码", dispute.order_ref):
        assert told not in page
    desk.get(f"{DESK}{dispute.ref}/", status=404)
    assert dispute.ref not in desk.get(f"{DESK}?tab=mine")
    desk.get(f"{DESK}?tab=all", status=404)


def test_joining_and_the_next_one(court: Court) -> None:
    first, second = court.escalated(), court.escalated()
    desk = Desk(court.mia)
    answer = desk.client.post(f"{DESK}{second.ref}/join/")
    assert answer["Location"] == f"{DESK}{second.ref}/"
    assert desk.client.post(f"{DESK}{second.ref}/join/")["Location"] == f"{DESK}{second.ref}/", "pressed twice"
    assert desk.client.post(f"{DESK}next/")["Location"] == f"{DESK}{first.ref}/"
    assert "No dispute is waiting for you." in text_of(desk.client.post(f"{DESK}next/", follow=True))
    late = Desk(court.max).client.post(f"{DESK}{first.ref}/join/", follow=True)
    assert "no longer waits for a mediator" in text_of(late)
    assert {d.mediator_id for d in Dispute.objects.all()} == {court.mia.user_id}


def test_who_once_acted_for_a_side_neither_sees_nor_joins(court: Court) -> None:
    dispute = court.escalated()
    user = User.objects.get(ref=court.max.ref)
    Membership.objects.create(party=court.seller, user=user, role="manager", started_at=court.now, ended_at=court.now)
    desk = Desk(court.max)
    assert dispute.number not in desk.get(DESK)
    assert desk.client.post(f"{DESK}{dispute.ref}/join/").status_code == 403
    assert fresh(dispute).mediator_id is None


def test_who_lost_the_dispute_while_typing_reads_their_text_once_more(court: Court) -> None:
    dispute = court.joined("knowing_buyer")
    desk = Desk(court.mia, dispute)
    commands.hand_over(
        actor=court.carl, ref=dispute.ref, to_code=User.objects.get(ref=court.max.ref).officer_code, now=clock.now()
    )
    answer = desk.client.post(desk.path("facts/1/rule/"), {"f3-reasons": "long thought", "say-claimant": "one word"})
    assert answer.status_code == 404
    assert "long thought" in text_of(answer)
    assert "one word" in text_of(answer)


def test_offers_between_the_sides_are_nowhere_for_the_mediator(court: Court) -> None:
    dispute = court.joined()
    made = commands.make_offer(
        actor=court.alice,
        ref=dispute.ref,
        terms=commands.Terms(remedy="PARTIAL_REFUND", amount_minor=7731, note=SECRET, hours=48),
        now=clock.now(),
    )
    commands.refuse_offer(actor=court.bob, offer_ref=made.ref, now=clock.now())
    commands.make_offer(
        actor=court.bob,
        ref=dispute.ref,
        terms=commands.Terms(remedy="PARTIAL_REFUND", amount_minor=8842, note=SECRET, hours=48),
        now=clock.now(),
    )
    desk = Desk(court.mia, dispute)
    stale = desk.press("facts/1/shift/", {"version": "1", "f1-bearer": "RESPONDENT"}, status=412)
    for page in (desk.get(DESK), desk.get(f"{DESK}?tab=mine"), desk.open(), stale):
        for told in (SECRET, "77.31", "88.42", "An offer was made", "An offer was refused"):
            assert told not in page
    archive = b"".join(desk.client.get(desk.path("case-file/")))
    assert SECRET.encode() not in archive
    assert SECRET not in Desk(court.carl, dispute).page


def test_what_waits_for_the_mediator_alone_comes_first(court: Court, shown: Dispute) -> None:
    running = court.joined()
    page = Desk(court.mia).get(f"{DESK}?tab=mine")
    assert page.index(shown.number) < page.index(running.number)


def test_the_queue_says_why_each_stands_where_it_stands(court: Court) -> None:
    plain, food = court.escalated(), court.escalated("food_standard")
    for dispute in (plain, food):
        commands.record_opening_triage(dispute_id=dispute.pk, now=clock.now())
    unread = court.escalated("return_window")
    desk = Desk(court.mia)

    page = desk.get(DESK)

    rows = {dispute: page[page.index(dispute.number) :].partition("</tr>")[0] for dispute in (plain, food, unread)}
    assert page.index(food.number) < page.index(unread.number) < page.index(plain.number)
    assert "By due time" in rows[plain]
    assert "ahead of its due time" in rows[food]
    assert "Safety is concerned, a consumer against a merchant" in rows[food]
    assert "consumer" not in rows[plain], "what brought nothing forward is no reason"
    assert "Safety" in rows[food]
    assert "中文" in rows[food]
    assert "Not read yet, so by due time alone" in rows[unread]
    only = desk.get(f"{DESK}?queue=safety")
    assert food.number in only
    assert plain.number not in only
    assert "Nothing in your list matches." in desk.get(f"{DESK}?queue=fraud")


COPIED = "我在这家店买的蓝牙耳机收到时右耳就没有声音，联系客服三次都说是我自己弄坏的，请平台支持退款。"


@pytest.fixture
def copied(court: Court) -> list[Dispute]:
    """Three disputes with the same words; mia holds the first two, max the third."""
    made = []
    for officer in (court.mia, court.mia, court.max):
        dispute = commands.open_dispute(
            actor=court.bob,
            order=court.order(),
            filing=commands.DisputeFiling("not_received", "REFUND", 29_900, COPIED),
            now=court.now,
        )
        commands.record_opening_triage(dispute_id=dispute.pk, now=court.now)
        commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now)
        commands.answer_dispute(actor=court.alice, ref=dispute.ref, text="不同意。", refuses=True, now=court.now)
        commands.escalate_dispute(actor=court.bob, ref=dispute.ref, now=court.now)
        commands.join_dispute(actor=officer, ref=dispute.ref, now=court.now)
        made.append(fresh(dispute))
    return made


def test_the_case_says_how_its_opening_was_read_and_which_others_say_the_same(
    court: Court, copied: list[Dispute]
) -> None:
    first, second, third = copied
    page = Desk(court.mia, first).page

    reading = page[page.index('data-testid="reading"') :].partition("</details>")[0]
    for told in ("中文", "General", "A consumer against a merchant", "the system has no view", "The platform holds: "):
        assert told in reading
    assert 'href="#fact-1"' in reading
    assert f"{second.number}</a>: 100% of the words in common · the same claimant" in reading
    assert "1 dispute that you may not open: 100% of the words in common" in reading
    for hidden in (third.number, third.ref):
        assert hidden not in page
    overseen = Desk(court.carl, first).page
    assert third.number in overseen
    assert "that you may not open" not in overseen
    mine = Desk(court.mia).get(f"{DESK}?tab=mine")
    assert "2 nearly the same" in mine
    assert "中文" in mine


def test_before_joining_nobody_reads_what_a_dispute_repeats(court: Court, copied: list[Dispute]) -> None:
    waits = court.escalated()
    assert waits.number in (page := Desk(court.max).get(DESK))
    assert "nearly the same" not in page


def test_no_side_reads_how_an_opening_was_read_nor_is_it_in_a_case_file(court: Court, copied: list[Dispute]) -> None:
    for actor in (court.bob, court.alice):
        desk = Desk(actor)
        page = desk.get(f"/disputes/{copied[0].ref}/")
        for told in ("How the opening was read", "words in common", "nearly the same", copied[2].number):
            assert told not in page
    for actor in (court.mia, court.carl):
        archive = zipfile.ZipFile(io.BytesIO(b"".join(Desk(actor).client.get(f"{DESK}{copied[0].ref}/case-file/"))))
        for name in archive.namelist():
            content = archive.read(name)
            for told in ("in common", "permille", "asks_for_a_person", copied[1].number, copied[2].number):
                assert told.encode() not in content, name


def test_the_lists_ask_as_often_for_many_as_for_few(court: Court, copied: list[Dispute]) -> None:
    desk, boss = Desk(court.mia), Desk(court.carl)
    asks = ((desk, DESK), (desk, f"{DESK}?tab=mine"), (boss, f"{DESK}?tab=all"))
    counts = []
    for more in (1, 5):
        for _ in range(more):
            for dispute in (court.escalated(), court.joined()):
                commands.record_opening_triage(dispute_id=dispute.pk, now=court.now)
                commands.record_repeated_openings(dispute_id=dispute.pk, now=court.now)
        for who, path in asks:
            who.get(path)
        asked = []
        for who, path in asks:
            with CaptureQueriesContext(connection) as queries:
                who.get(path)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_a_platform_record_is_read_in_words() -> None:
    content = {
        "order_no": "O-1",
        "items": [{"name": "Tea", "unit_price_minor": 41_800}],
        "placed_at": "2026-11-03T06:50:00Z",
        "is_gift": True,
        "shelf_code": None,
    }
    with translation.override("en"):
        lines = record_lines(content, "CNY")
    assert lines == [
        ("order number", "O-1"),
        ("item 1 · name", "Tea"),
        ("item 1 · price of one", "¥418.00"),
        ("ordered", "3 November 2026, 14:50"),
        ("is gift", "yes"),
        ("shelf code", "—"),
    ]


# — talk —


def test_each_lane_is_written_to_alone_and_once(court: Court) -> None:
    dispute = court.joined()
    desk = Desk(court.mia, dispute)
    typed = {"say-claimant": "Only for you.\r\nPlease send a photo.", "f1-basis": "half a thought"}
    page = desk.press("say/claimant/", typed, status=200)
    assert desk.fields()["f1-basis"] == ["half a thought"], "what else was typed is still there"
    assert "Sent." in page
    message = Message.objects.get(kind="text")
    assert (message.room.lane, message.text) == ("claimant", "Only for you.\nPlease send a photo.")
    room = f"/disputes/{dispute.ref}/"
    assert "Only for you" in Desk(court.bob).get(f"{room}?lane=private")
    assert "Only for you" not in Desk(court.alice).get(f"{room}?lane=private")
    assert "Only for you" not in Desk(court.alice).get(room)

    desk.open()
    back = desk.page
    desk.press("say/both/", {"say-both": "To both of you."}, status=200)
    desk.page = back
    desk.press("say/both/", {"say-both": "To both of you."}, status=200)
    assert Message.objects.filter(room__lane="both", text="To both of you.").count() == 1, "pressed twice"
    assert "To both of you." in Desk(court.alice).get(room)

    empty = desk.press("say/both/", {"say-both": " ", "say-respondent": "kept"}, status=400)
    assert "error-summary" in empty
    assert desk.fields()["say-respondent"] == ["kept"]
    assert desk.client.post(desk.path("say/nowhere/"), {"say-both": "x"}).status_code == 404


# — facts —


@pytest.mark.parametrize(("proved", "state"), [("yes", "PROVED"), ("no", "NOT_PROVED")])
def test_a_fact_is_ruled_either_way_on_stated_evidence(court: Court, waiting: Dispute, proved: str, state: str) -> None:
    desk = Desk(court.mia, waiting)
    assert 'data-testid="awaits-1"' in desk.page
    assert "f1-proved" not in desk.fields(), "nothing is chosen beforehand"
    page = desk.press("facts/1/rule/", {"f1-proved": proved, "f1-reasons": "I compared both.", "f1-evidence": ["1"]})
    ruling = FactRuling.objects.get()
    assert (ruling.proved, ruling.reasons) == (proved == "yes", "I compared both.")
    assert [each.item.no for each in ruling.reliance.all()] == [1]
    assert fact(waiting, 1).state == state
    assert 'data-testid="ruling-1"' in page
    assert "The ruling on fact 1 is on file." in page


def test_a_ruling_with_gaps_comes_back_with_everything(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    page = desk.press("facts/1/rule/", {"f1-reasons": "", "f1-evidence": ["1"], "say-both": "draft"}, status=400)
    assert '<a href="#f1-proved">Choose whether it is proved.' in page
    assert '<a href="#f1-reasons">Write why.' in page
    assert desk.fields()["f1-evidence"] == ["1"]
    assert desk.fields()["say-both"] == ["draft"]
    desk.press("facts/1/rule/", {"f1-proved": "yes", "f1-reasons": "x", "f1-evidence": ["77"]}, status=400)
    assert "There is no such evidence." in desk.page
    assert not FactRuling.objects.exists()
    assert desk.client.post(desk.path("facts/9/rule/"), desk.fields()).status_code == 404


def test_nothing_rests_on_what_the_other_side_can_still_answer_or_never_saw(court: Court) -> None:
    dispute = court.joined()
    for withheld in ("", "含别人的电话"):
        stage(court.alice, dispute.ref, now=clock.now(), withheld=withheld)
    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=clock.now())
    commands.answer_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=clock.now())
    desk = Desk(court.mia, dispute)
    assert "the other side can still answer it" in desk.page
    assert "the other side never saw it" in desk.page
    assert "含别人的电话" in desk.page
    for no in ("1", "2"):
        desk.open()
        desk.press("facts/1/rule/", {"f1-proved": "yes", "f1-reasons": "x", "f1-evidence": [no]}, status=400)
        assert 'href="#f1-evidence"' in desk.page
    assert not FactRuling.objects.exists()


def test_the_burden_moves_only_with_a_basis_a_reason_and_a_time(court: Court) -> None:
    dispute = court.joined("counterfeit")
    desk = Desk(court.mia, dispute)
    assert fact(dispute, 1).bearer == "CLAIMANT"
    page = desk.press("facts/1/shift/", {"f1-bearer": "", "f1-hours": "2", "f1-shift_reasons": "kept?"}, status=400)
    for place, words in (
        ("bearer", "Choose who is to show it."),
        ("basis", "Say on what basis, and why."),
        ("hours", "Give between 24 hours and 30 days."),
    ):
        assert f'<a href="#f1-{place}">{words}' in page
    assert desk.fields()["f1-shift_reasons"] == ["kept?"]
    typed = {
        "f1-bearer": "RESPONDENT",
        "f1-basis": "Article 21",
        "f1-shift_reasons": "It has the papers.",
        "f1-hours": "48",
    }
    page = desk.press("facts/1/shift/", typed)
    moved = fact(dispute, 1)
    assert (moved.bearer, moved.shift_basis) == ("RESPONDENT", "Article 21\nIt has the papers.")
    assert moved.due_at is not None
    assert moved.due_at - clock.now() > timedelta(hours=47)
    assert "both sides are told" in page
    assert "Article 21" in page
    for side in (court.bob, court.alice):
        assert "the burden" in Desk(side).get(f"/disputes/{dispute.ref}/").lower()


def test_a_mediator_sees_what_is_doubtful_about_the_article_they_cite(court: Court) -> None:
    make.record_law_article(
        court.platform, now=court.now, instrument="CN-OTM-2021", article="20", name_zh="网络交易监督管理办法",
        name_en="Measures on Online Trading", gist_zh="大意。", gist_en="Gist.", in_force_from=date(2021, 5, 1),
        doubt_zh="编号可能已变。", doubt_en="The number may have changed.",
    )  # fmt: skip
    desk = Desk(court.mia, court.joined("counterfeit"))
    assert "/workbench/rules/laws/" in desk.page
    assert "The number may have changed." in desk.get("/workbench/rules/laws/")
    typed = {"f1-bearer": "RESPONDENT", "f1-shift_reasons": "It has the papers.", "f1-hours": "48"}

    page = desk.press("facts/1/shift/", typed | {"f1-basis": "《网络交易监督管理办法》第二十条"})

    assert page.count("The number may have changed.") == 1
    for basis, count in (("Measures on Online Trading, article 20", 1), ("网络交易监督管理办法第二十一条", 0), ("", 0)):
        assert len(doubts_cited(basis)) == count, basis


def test_evidence_is_closed_only_when_nobody_has_time_left(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = court.joined()
    desk = Desk(court.mia, dispute)
    assert "Somebody still has time to show something." in desk.asks("close-evidence/", status=409)
    court.prove(dispute, 1, court.alice, clock.now())
    desk.open()
    assert "Something submitted can still be answered." in desk.asks("close-evidence/", status=409)
    later(monkeypatch, 24 * 20)
    desk.open()
    desk.asks("close-evidence/")
    assert fresh(dispute).state == "DELIBERATING"
    assert "facts/1/shift/" in desk.buttons(), "one fact can be opened again"
    typed = {"f1-bearer": "RESPONDENT", "f1-basis": "Article 21", "f1-shift_reasons": "New.", "f1-hours": "48"}
    desk.press("facts/1/shift/", typed)
    assert fresh(dispute).state == "EVIDENCE"


# — the course of the dispute —


def test_a_dispute_is_handed_over_by_officer_code(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    assert '<a href="#id_to">No mediator has this code.' in desk.asks("hand-over/", {"to": "nobody"}, status=400)
    code = User.objects.get(ref=court.max.ref).officer_code
    desk.open()
    desk.asks("hand-over/", {"to": code})
    assert fresh(waiting).mediator_id == court.max.user_id
    desk.get(desk.path(), status=404)
    assert "You hold this dispute" in Desk(court.max, waiting).page
    by_oversight = Desk(court.carl, waiting)
    by_oversight.asks("hand-over/", {"to": User.objects.get(ref=court.mia.ref).officer_code})
    assert fresh(waiting).mediator_id == court.mia.user_id


def test_a_pause_names_the_court_and_ends(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    page = desk.asks("pause/", {"reason": "A lawsuit is pending."}, status=400)
    assert '<a href="#id_authority">Which office, and its case number: Please fill this in.' in page
    assert "A lawsuit is pending." in page
    desk.open()
    page = desk.asks("pause/", {"reason": "A lawsuit is pending.", "authority": "District court 12"})
    assert 'data-testid="paused"' in page
    assert "District court 12" in page
    assert "facts/1/rule/" not in desk.buttons()
    desk.asks("resume/")
    assert fresh(waiting).state == "DELIBERATING"
    assert "facts/1/rule/" in desk.buttons()
    assert 'data-testid="paused"' not in desk.page


def test_the_platforms_proposal_is_made_once_and_taken_back(court: Court) -> None:
    dispute = court.joined()
    desk = Desk(court.mia, dispute)
    page = desk.asks("offers/", {"amount_minor": "many", "note": "Half each."}, status=400)
    assert "Give the amount in yuan, such as 80.00." in page
    assert "Half each." in page
    typed = {"remedy": "PARTIAL_REFUND", "amount_minor": "149.50", "note": "Half each.", "freight_payer": "NOBODY"}
    desk.open()
    assert "¥149.50" in desk.asks("offers/", typed)
    desk.again("offers/", typed)
    offer = Offer.objects.get()
    assert (offer.side, offer.amount_minor, offer.note) == ("PLATFORM", 14_950, "Half each.")
    assert "Half each." in Desk(court.alice).get(f"/disputes/{dispute.ref}/")
    assert "taken back" in desk.asks("", at=f"{DESK}offers/{offer.ref}/withdraw/")
    assert Offer.objects.get().state == "WITHDRAWN"


def test_a_proposal_that_both_sides_accepted_cannot_be_taken_back(court: Court) -> None:
    dispute = court.joined()
    desk = Desk(court.mia, dispute)
    desk.asks("offers/", {"remedy": "PARTIAL_REFUND", "amount_minor": "149.50"})
    offer = Offer.objects.get()
    at = f"{DESK}offers/{offer.ref}/withdraw/"
    read = Form(desk.get(at), "confirm").fields
    for side in (court.bob, court.alice):
        commands.accept_offer(actor=side, offer_ref=offer.ref, now=clock.now())
    page = desk.sent(at, read, 409)
    assert "This offer is no longer open." in page
    assert "The proposal was taken back." not in page
    assert Offer.objects.get().state == "ACCEPTED"


# — the determination —


def test_what_the_table_leads_to_is_shown_with_its_chain_and_chooses_nothing(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    assert "Nothing follows yet: not every fact is settled." in desk.page
    assert "Fact 1 waits for your ruling." in desk.page
    assert "check/" not in desk.buttons()
    desk.press("facts/1/rule/", {"f1-proved": "no", "f1-reasons": "Not signed."})
    assert "so it was ruled" in desk.page
    assert "so the claim holds" in desk.page
    assert "refund ¥299.00" in desk.page
    fields = desk.fields()
    assert "outcome" not in fields
    for name in ("remedy", "amount", "payer", "freight_payer", "reasons", "f1-sentence"):
        assert fields[name] == [""], name


def test_a_determination_with_gaps_comes_back_with_words_beside_each(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    page = desk.press("check/", {"reasons": "", "say-both": "draft", "amount": "1,2x"}, status=400)
    assert "Give the amount in yuan, such as 80.00." in page
    page = desk.press("check/", {"amount": ""}, status=400)
    for place, words in (
        ("outcome", "Choose what becomes of the claim."),
        ("reasons", "Write the reasons."),
        ("f1-sentence", "Write a sentence about this fact."),
        ("remedy", "Say what follows."),
    ):
        assert f'<a href="#{place}">{words}' in page
        assert f'id="{place}"' in page
    assert desk.fields()["say-both"] == ["draft"]
    page = desk.press("check/", determination(amount="", payer=""), status=400)
    assert '<a href="#amount">Say how much.' in page
    assert '<a href="#payer">Say who pays.' in page
    assert not Determination.objects.exists()


def test_the_letter_that_was_read_is_the_letter_that_is_sent(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    events = Event.objects.count()
    letter = desk.press("check/", determination(), status=200)
    assert "Nothing is stored or sent yet." in letter
    assert (Determination.objects.count(), Event.objects.count(), fresh(ruled).state) == (0, events, "DELIBERATING")
    page = desk.press("determine/", form="send")
    assert "was sent" in page
    made = Determination.objects.get()
    assert (made.outcome, made.amount_minor, made.payer, made.departs) == ("SUPPORTED", 29_900, "RESPONDENT", False)
    assert fresh(ruled).state == "DETERMINED"
    read, sent = letters_of(letter), letters_of(page)
    assert [len(parts) for parts in read] == [9, 9]
    assert [parts[:8] for parts in read] == [parts[:8] for parts in sent], "all but the check code"
    assert made.check_code in sent[0][8]
    for language in ("en", "zh-hans"):
        pdf = desk.client.get(desk.path(f"letter/?language={language}"))
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")


def letters_of(page: str) -> list[list[str]]:
    """The parts of each letter on the page, Chinese first."""
    found = re.findall(r'data-testid="letter-(?:en|zh-hans)">(.*?)</article>', page, re.DOTALL)
    return sorted(re.sub(r"\s+", " ", letter).split("<section>")[1:] for letter in found)


def test_a_letter_that_was_not_read_is_read_first(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    unread = desk.client.post(desk.path("determine/"), desk.fields() | determination())
    assert "Read the letter before you send it" in text_of(unread)
    desk.press("check/", determination(), status=200)
    fields = Form(desk.page, "send").fields
    changed = desk.client.post(desk.path("determine/"), fields | {"amount": "12.00"})
    assert "Why this differs" in text_of(changed)
    other = Desk(court.carl)
    assert other.client.post(desk.path("determine/"), fields).status_code == 403
    assert not Determination.objects.exists()


def test_back_from_the_letter_nothing_is_lost(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    desk.press("check/", determination(**{"say-both": "draft"}), status=200)
    desk.press("edit/", form="send", status=200)
    fields = desk.fields()
    assert fields["reasons"] == [determination()["reasons"]]
    assert (fields["outcome"], fields["remedy"], fields["say-both"]) == (["SUPPORTED"], ["REFUND"], ["draft"])


SWITCHES = [("language=zh-hans", "work", {}), ("large_text=1", "work", {})]  # one view serves both
SWITCHES += [("language=zh-hans", "send", {}), ("language=zh-hans", "work", {"amount": "1,2x"})]


@pytest.mark.parametrize(("switch", "form", "typed"), SWITCHES)
def test_another_language_or_size_of_text_takes_nothing_that_was_typed(
    court: Court, ruled: Dispute, switch: str, form: str, typed: dict[str, str]
) -> None:
    desk = Desk(court.mia, ruled)
    if form == "send" or typed:  # on the letter, and on a form that was refused
        desk.press("check/", determination(**typed), status=400 if typed else 200)
    sent = Form(desk.page, form)
    [at] = [each for each in sent.buttons if switch in each]
    answer = desk.client.post(at, sent.fields | ({} if form == "send" else determination(**typed)), follow=True)
    assert [status for _at, status in answer.redirect_chain] == [307]
    assert answer.status_code == 200
    fields = Form(text_of(answer), "work").fields
    assert (fields["reasons"], fields["remedy"]) == ([determination()["reasons"]], ["REFUND"])
    shown = 'lang="zh-Hans"' if "language" in switch else 'class="large-text'
    assert shown in text_of(answer).partition("<head>")[0]
    assert not Determination.objects.exists()


def test_departing_from_the_table_wants_its_own_reasons(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    assert "departure_reasons" not in desk.fields()
    typed = determination(remedy="PARTIAL_REFUND", amount="100")
    page = desk.press("check/", typed, status=400)
    assert '<a href="#departure_reasons">This differs from what the table derives: say why.' in page
    desk.press("check/", {"departure_reasons": "Both sides erred."}, status=200)
    desk.press("determine/", form="send")
    made = Determination.objects.get()
    assert (made.departs, made.departure_reasons, made.amount_minor) == (True, "Both sides erred.", 10_000)


def test_a_claim_that_fails_orders_nothing(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    desk.press("facts/1/rule/", {"f1-proved": "yes", "f1-reasons": "Signed."})
    assert "The claim does not hold: fact 1 against it." in desk.page
    page = desk.press("check/", determination(outcome="NOT_SUPPORTED"), status=400)
    assert "Nothing follows from a claim that is not upheld." in page
    nothing = {"remedy": "", "amount": "", "payer": "", "goods_are": "", "goods_are_reason": ""}
    desk.press("check/", nothing, status=200)
    desk.press("determine/", form="send")
    assert Determination.objects.get().outcome == "NOT_SUPPORTED"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("slug", "amount", "stake"),
    [
        ("not_received", 2_000_000, "the amount is large"),
        pytest.param("counterfeit", 29_900, "fraud is alleged", marks=pytest.mark.nightly),  # a stake of the ground
        pytest.param("injury", 29_900, "safety is concerned", marks=pytest.mark.nightly),  # likewise
        ("food_standard", 299_000, "damages beyond the loss are claimed"),
    ],
)
def test_high_stakes_are_confirmed_separately(
    court: Court, monkeypatch: pytest.MonkeyPatch, slug: str, amount: int, stake: str
) -> None:
    order = {"amount_minor": amount} if slug == "not_received" else {}
    order |= {"remedy": "COMPENSATE"} if slug == "food_standard" else {}
    dispute = court.joined(slug, amount=amount, **order)
    later(monkeypatch, 24 * 60)
    court.pass_time(clock.now())
    desk = Desk(court.mia, dispute)
    for row in fresh(dispute).facts.all():
        desk.open()
        proved = "yes" if row.favours == "CLAIMANT" else "no"
        desk.press(f"facts/{row.no}/rule/", {f"f{row.no}-proved": proved, f"f{row.no}-reasons": "So it is."})
    assert stake in desk.page
    sentences = {f"f{row.no}-sentence": "So it is." for row in fresh(dispute).facts.all()}
    typed = determination(remedy=fresh(dispute).claim_remedy, amount=str(amount / 100), **sentences)
    typed |= {"departure_reasons": "As the law says.", "goods_back": "yes", "goods_are": "", "goods_are_reason": ""}
    page = desk.press("check/", typed, status=400)
    assert '<a href="#confirmed_stakes">Confirm this separately: the stakes are high.' in page
    assert 'data-testid="stakes"' in page
    assert "confirmed_stakes" not in desk.fields(), "never confirmed beforehand"
    desk.press("check/", {"confirmed_stakes": "yes"}, status=200)
    desk.press("determine/", form="send")
    made = Determination.objects.get()
    assert made.confirmed_stakes
    assert made.stakes


def test_a_merchant_bears_a_refund_without_return_only_on_a_ground(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    assert "No consent of a merchant is on file." in desk.page
    typed = determination(remedy="REFUND_NO_RETURN", departure_reasons="Perishable.", no_return_ground="CONSENT")
    typed |= {"goods_are": "", "goods_are_reason": ""}
    page = desk.press("check/", typed, status=400)
    assert '<a href="#no_return_ground">A merchant bears this only by its own consent' in page
    desk.press("check/", {"payer": "PLATFORM", "no_return_ground": ""}, status=200)
    desk.press("determine/", form="send")
    assert Determination.objects.get().payer == Payer.PLATFORM


# — a tired mediator —


def news_of(page: str, panel: str) -> str:
    """What that panel on top says has happened; the course at the foot of the page says so in any case."""
    assert f'data-testid="{panel}"' in page
    return page.split(f'data-testid="{panel}"')[1].split("</div>")[0]


def test_a_stale_page_says_what_changed_and_keeps_the_text(court: Court, shown: Dispute) -> None:
    desk = Desk(court.mia, shown)
    court.prove(shown, 1, court.bob, clock.now())
    court.rest(shown, clock.now())
    page = desk.press("facts/1/rule/", {"f1-proved": "no", "f1-reasons": "Long thought."}, status=412)
    assert "evidence was submitted by" in news_of(page, "stale")
    assert "data-typed" in page, "leaving it is asked about"
    assert desk.fields()["f1-reasons"] == ["Long thought."]
    assert not FactRuling.objects.exists()
    desk.press("facts/1/rule/")
    assert FactRuling.objects.get().reasons == "Long thought.", "read what changed, press once more"


def test_a_message_sent_in_between_does_not_swallow_the_news(court: Court, shown: Dispute) -> None:
    desk = Desk(court.mia, shown)
    court.prove(shown, 1, court.bob, clock.now())
    court.rest(shown, clock.now())
    page = desk.press("say/both/", {"say-both": "One moment.", "f1-reasons": "Long thought."}, status=200)
    assert "evidence was submitted by" in news_of(page, "changed"), (
        "a message sent in between does not swallow the news"
    )


def test_a_button_pressed_twice_ends_where_once_does(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    before = desk.page
    for _time in range(2):
        desk.page = before
        page = desk.press("facts/1/rule/", {"f1-proved": "no", "f1-reasons": "Not signed.", "f1-evidence": ["1"]})
        assert "The ruling on fact 1 is on file." in page
    assert FactRuling.objects.count() == 1
    desk.page = before
    desk.press("facts/1/rule/", {"f1-proved": "yes", "f1-reasons": "Not signed.", "f1-evidence": ["1"]}, status=412)

    desk.open()
    desk.press("check/", determination(), status=200)
    letter = desk.page
    for _time in range(2):
        desk.page = letter
        assert "was sent" in desk.press("determine/", form="send")
    assert Determination.objects.count() == 1
    desk.page = letter
    changed = Form(letter, "send").fields | {"reasons": ["Something else."]}
    assert desk.client.post(desk.path("determine/"), changed).status_code == 412


def test_a_deadline_that_fires_while_typing_is_told_and_loses_nothing(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute = court.joined()
    desk = Desk(court.mia, dispute)
    later(monkeypatch, 24 * 20)
    court.pass_time(clock.now())
    assert fresh(dispute).state == "DELIBERATING"
    typed = {"f1-bearer": "RESPONDENT", "f1-basis": "Article 21", "f1-shift_reasons": "Papers.", "f1-hours": "48"}
    page = desk.press("facts/1/shift/", typed, status=412)
    assert "the time passed and" in news_of(page, "stale")
    for name, text in typed.items():
        assert desk.fields()[name] == [text]


def test_a_session_that_ended_while_typing_gives_the_text_back(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    typed = {"f1-proved": "no", "f1-reasons": "Long thought.", "say-respondent": "a word"}
    form = desk.fields() | typed
    desk.client.session.flush()
    answer = desk.client.post(desk.path("facts/1/rule/"), form)
    assert (answer.status_code, answer["Location"].split("next=")[1]) == (302, desk.path())
    sign_in(desk.client, court.mia)
    page = desk.open()
    assert "You were signed out before this was done." in page
    assert not FactRuling.objects.exists()
    assert (desk.fields()["f1-reasons"], desk.fields()["say-respondent"]) == (["Long thought."], ["a word"])
    assert "You were signed out" not in desk.open()
    assert desk.fields()["f1-reasons"] == ["Long thought."], "it is a draft now"


def test_what_is_typed_waits_while_a_step_is_taken_on_its_own_page(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    pause = desk.path("pause/")
    left = desk.client.post(desk.path("leave/"), desk.fields() | {"f1-reasons": "Long thought.", "to": pause})
    assert (left.status_code, left["Location"]) == (302, pause)
    desk.sent(pause, Form(desk.get(pause), "confirm").fields | {"reason": "A lawsuit.", "authority": "Court 12"}, 302)
    assert fresh(waiting).state == "PAUSED"
    assert desk.fields()["f1-reasons"] == ["Long thought."]
    assert "You were signed out before this was done." not in desk.page
    assert "Long thought." in desk.open()
    for elsewhere in ("//example.com/", "https://example.com/", "/appeals/", "", "\x00"):
        shown = desk.client.post(desk.path("leave/"), desk.fields() | {"f1-reasons": "No step.", "to": elsewhere})
        assert (shown.status_code, "No step." in text_of(shown)) == (200, True), elsewhere


def test_typed_text_is_given_back_to_nobody_else(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    form = desk.fields() | {"f1-reasons": "Long thought."}
    desk.client.session.flush()
    desk.client.post(desk.path("facts/1/rule/"), form)
    assert "Long+thought." in str(dict(desk.client.session)), "it waits for its writer"
    sign_in(desk.client, court.carl)
    assert "Long thought." not in desk.open()


# — drafts —


def saved(desk: Desk, typed: dict[str, Any]) -> Any:
    """What the page's script sends while somebody types."""
    return desk.client.post(desk.path("draft/"), desk.fields() | typed, headers={"Accept": "application/json"})


def test_what_a_mediator_types_is_there_again_for_them_alone_until_it_is_sent(court: Court, waiting: Dispute) -> None:
    desk = Desk(court.mia, waiting)
    typed = {"f1-proved": "no", "f1-reasons": "Long thought.", "say-respondent": "a word"}
    assert saved(desk, typed).json().keys() == {"saved_at"}
    assert "draft-restored" in Desk(court.mia, waiting).page, "in another browser"
    desk.open()
    assert (desk.fields()["f1-reasons"], desk.fields()["say-respondent"]) == (["Long thought."], ["a word"])
    for reader in (court.carl, court.alice, court.bob):
        shown = browser(reader).get(desk.path() if reader is court.carl else f"/disputes/{waiting.ref}/")
        assert (shown.status_code, "Long thought." in text_of(shown)) == (200, False)
    assert saved(Desk(court.carl, waiting), typed).status_code == 403
    file = io.BytesIO()
    write_case_file(file, actor=court.carl, ref=waiting.ref, now=clock.now())
    with zipfile.ZipFile(file) as parts:
        assert not any(b"Long thought." in parts.read(name) for name in parts.namelist())
    desk.press("facts/1/rule/", status=200)
    assert FactRuling.objects.get().reasons == "Long thought."
    desk.open()
    assert (desk.fields()["f1-reasons"], desk.fields()["say-respondent"]) == ([""], ["a word"])
    desk.press("say/respondent/")
    assert not WorkDraft.objects.exists()


def test_a_draft_is_gone_once_the_dispute_is_handed_over_or_determined(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.mia, ruled)
    saved(desk, {"reasons": "Long thought."})
    to_code = User.objects.get(ref=court.max.ref).officer_code
    commands.hand_over(actor=court.carl, ref=ruled.ref, to_code=to_code, now=clock.now())
    assert not WorkDraft.objects.exists()
    assert saved(desk, {"reasons": "Long thought."}).status_code == 404


# — oversight —


def owed(court: Court, ruled: Dispute) -> Dispute:
    court.determine(ruled, now=clock.now(), **REFUNDED, **NEVER_CAME)
    for side in (court.bob, court.alice):
        commands.accept_determination(actor=side, ref=ruled.ref, now=clock.now())
    assert fresh(ruled).state == "CARRYING_OUT"
    return fresh(ruled)


def test_oversight_sees_all_and_decides_nothing(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.carl, ruled)
    assert ruled.number in desk.get(f"{DESK}?tab=all")
    for step in ("check/", "rule/", "shift/", "say/"):
        assert step not in desk.buttons()
    assert 'data-testid="close-evidence"' not in desk.page
    assert 'data-testid="propose"' not in desk.page
    answer = desk.client.post(desk.path("determine/"), desk.fields() | determination())
    assert answer.status_code == 403
    assert "did not show that the parcel" in text_of(answer), "even then the text is not lost"


def test_what_is_owed_is_confirmed_or_given_up_with_a_reason(court: Court, ruled: Dispute) -> None:
    dispute = owed(court, ruled)
    assert "obligations/1/confirm/" not in Desk(court.mia, dispute).page, "who decided does not follow up"
    desk = Desk(court.carl, dispute)
    page = desk.asks("obligations/1/fail/", status=400)
    assert '<a href="#id_note">Why it cannot be done: Please fill this in.' in page
    desk.open()
    assert "could not be done" in desk.asks("obligations/1/fail/", {"note": "The shop is gone."})
    desk.again("obligations/1/fail/", {"note": "The shop is gone."})
    row = Obligation.objects.get()
    assert (row.state, row.note, fresh(dispute).state) == ("FAILED", "The shop is gone.", "CLOSED")


def test_what_is_owed_is_confirmed_once(court: Court, ruled: Dispute) -> None:
    desk = Desk(court.carl, owed(court, ruled))
    assert "It is on file as done." in desk.asks("obligations/1/confirm/")
    desk.again("obligations/1/confirm/", {})
    assert Obligation.objects.get().state == "DONE"


def test_the_platform_pays_first_once_and_gets_part_of_it_back(court: Court) -> None:
    dispute = court.joined()
    assert 'data-testid="advances"' not in Desk(court.mia, dispute).page
    desk = Desk(court.carl, dispute)
    page = desk.asks("advances/", {"amount_minor": "100"}, status=400)
    assert page.count("Please fill this in.") == 4  # in the summary and at both fields
    assert 'value="100"' in page
    typed = {"to_side": "CLAIMANT", "amount_minor": "100", "reason": "The buyer is ill."}
    desk.open()
    assert "¥100.00" in desk.asks("advances/", typed)
    desk.again("advances/", typed)
    assert [a.amount_minor for a in Advance.objects.all()] == [10_000], "pressed twice, paid once"
    other = {**typed, "amount_minor": "50", "form_key": "another-press-of-it"}
    assert "Someone changed this case" in desk.again("advances/", other, status=412)
    desk.open()
    desk.asks("advances/", typed | {"amount_minor": "50"})
    assert [a.amount_minor for a in Advance.objects.all()] == [10_000, 5_000], "a second one, after reading"

    assert '<a href="#id_recovered_minor' in desk.asks("advances/1/settle/", {"recovered_minor": "x"}, status=400)
    desk.open()
    page = desk.asks("advances/1/settle/", {"recovered_minor": "1000"}, status=400)
    assert "At most what was paid can come back." in page
    desk.open()
    assert "¥60.00 came back" in desk.asks("advances/1/settle/", {"recovered_minor": "60"})
    first = Advance.objects.get(no=1)
    assert (first.state, first.recovered_minor) == ("BORNE", 6_000)


def test_a_recorded_outage_lengthens_open_windows_once(court: Court) -> None:
    dispute = court.joined()
    due = fact(dispute, 1).due_at
    desk = Desk(court.carl)
    page = text_of(desk.client.post(f"{DESK}outages/", {"started_at": "soon", "ended_at": "", "cause": "Power"}))
    assert '<a href="#started_at">Give the time as a date and a time.' in page
    assert 'value="Power"' in page
    start = (clock.now() - timedelta(minutes=4)).astimezone(clock.BEIJING)
    typed = {
        "started_at": start.strftime("%Y-%m-%dT%H:%M:%S"),
        "ended_at": (start + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S"),
    }
    blank = desk.client.post(f"{DESK}outages/", typed | {"cause": " "})
    assert (blank.status_code, "Say what the cause was." in text_of(blank)) == (400, True)
    for _time in range(2):
        page = text_of(desk.client.post(f"{DESK}outages/", typed | {"cause": "Power"}, follow=True))
        assert "1 time limit becomes longer." in page
        assert dispute.number in page
        assert "Somebody else confirms what you recorded." in page
    recorded = Outage.objects.get()  # pressed twice
    assert fact(dispute, 1).due_at == due, "what is shown is not done"
    assert f"{DESK}outages/{recorded.pk}/" in text_of(desk.client.get(f"{DESK}outages/"))
    assert "Power" not in text_of(desk.client.get("/outages/"))
    assert desk.client.post(f"{DESK}outages/{recorded.pk}/").status_code == 403
    other = Desk(make.staff("administrator", now=court.now, name="second"))
    page = text_of(other.client.post(f"{DESK}outages/{recorded.pk}/", follow=True))
    assert "The outage is on file. 1 time limit became longer." in page
    assert "Power" in text_of(desk.client.get("/outages/"))
    assert other.client.post(f"{DESK}outages/{recorded.pk}/").status_code == 409
    assert other.client.post(f"{DESK}outages/{recorded.pk}/", {"drop": "1"}).status_code == 409
    longer = fact(dispute, 1).due_at
    assert due is not None
    assert longer is not None
    assert longer - due == timedelta(minutes=2)
    assert Desk(court.mia).client.get(f"{DESK}outages/").status_code == 403


def test_reported_messages_are_listed_for_oversight_only(court: Court) -> None:
    dispute = court.joined()
    commands.post_message(
        actor=court.alice, ref=dispute.ref, lane="both", client_id="a", text="Rude words", now=clock.now()
    )
    commands.report_message(
        actor=court.bob,
        ref=dispute.ref,
        lane="both",
        sequence=Message.objects.get(kind="text").sequence,
        now=clock.now(),
    )
    page = Desk(court.carl).get(f"{DESK}reports/")
    assert "Rude words" in page
    assert dispute.number in page
    Desk(court.mia).get(f"{DESK}reports/", status=403)


def test_an_administrator_reads_every_dispute_and_no_raw_code(court: Court, ruled: Dispute) -> None:
    from tests import factories as make

    root = make.staff("administrator", now=court.now, name="root")
    page = Desk(root, owed(court, ruled)).page
    assert list(_codes(page)) == []


def _codes(page: str) -> Iterator[str]:
    """Words in capitals with an underscore, or the field's names of states, that a reader would see."""
    seen = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    yield from re.findall(r"\b[A-Z]{3,}_[A-Z_]+\b|\b(?:RESPONDENT|CLAIMANT|PLATFORM|REFUND|SUPPORTED|PROVED)\b", seen)
