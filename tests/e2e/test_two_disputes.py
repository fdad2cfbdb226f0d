"""Buyer, seller and mediator in three browsers: from an order to the money; a burden moves before their eyes."""

from contextlib import contextmanager

import pytest

from tests.e2e.arguing import (
    DURABLE_DEFECT,
    NOT_RECEIVED,
    SAID,
    WATCH,
    Story,
    add_nothing,
    bring_in_records,
    hand_in,
    move_the_burden,
    object_to_the_newest,
    offer,
    open_in_three_steps,
    open_room,
    refuse,
    say,
    seen_after,
    use_what_was_said,
)
from tests.e2e.walking import DESK, PHONE, Walk

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


@contextmanager
def three(program, browser, language):
    """A consumer on a phone, a merchant and a mediator at a desk, signed in; every page is looked at in both sizes."""
    with (
        Walk(browser, program, size=PHONE, language=language, also_at=DESK) as buyer,
        Walk(browser, program, size=DESK, language=language, also_at=PHONE) as seller,
        Walk(browser, program, size=DESK, language=language, also_at=PHONE) as mediator,
    ):
        buyer.sign_in("consumer")
        seller.sign_in("merchant_owner")
        mediator.sign_in("mediator")
        yield buyer, seller, mediator


@pytest.mark.parametrize(
    "story",
    [DURABLE_DEFECT, pytest.param(NOT_RECEIVED, marks=pytest.mark.nightly)],  # the longer one has every page of both
    ids=lambda story: story.ground,
)
def test_two_sides_argue_a_mediator_determines_and_the_money_is_followed(program, browser, story, record_property):
    with three(program, browser, story.language) as (buyer, seller, mediator):
        ref = open_in_three_steps(buyer, story)
        refuse(seller, ref, story)
        talk_and_offer(buyer, seller, ref, story)
        call_the_platform_in(program, buyer, ref)
        join(program, mediator, ref, story)
        buyer.visit(f"/disputes/{ref}/", shoot="dispute-room")
        buyer.shoot("dispute-burden", at="[data-testid=burden]")
        show_what_each_has(buyer, seller, ref, story)
        compare_three_offers(buyer, seller, mediator, ref, story)

        open_room(buyer, ref)
        open_room(seller, ref)
        seconds = watch_the_burden_move(buyer, seller, mediator, ref, story.shifted, "RESPONDENT", story.said)
        record_property(f"burden moved, {story.ground}", seconds)
        buyer.look()
        seller.look()

        answer_the_burden(buyer, seller, ref, story)
        rule(mediator, ref, story)
        determine(mediator, ref, story)
        assert state(program, ref) == "DETERMINED"
        for side in (buyer, seller):
            read_and_accept(side, ref, story)
        assert state(program, ref) == "CARRYING_OUT"
        follow_the_money(buyer, seller, ref, story)
        ended = program.call("consumer", "GET", f"disputes/{ref}")
        assert ended["state"]["code"] == "CLOSED"


@pytest.mark.nightly  # a burden moves before the eyes of both in the stories, too
@pytest.mark.parametrize(
    ("language", "buyer", "seller", "mediator", "order"),
    [
        ("zh-hans", "consumer", "other_merchant", "mediator", "O-2026-1011"),
        ("en", "other_consumer", "other_merchant", "second_mediator", "O-2026-1048"),
    ],
)
def test_a_burden_passes_to_the_other_side_before_the_eyes_of_both(
    program, browser, language, buyer, seller, mediator, order, record_property
):
    listed = program.call(buyer, "GET", "disputes")["items"]
    ref = next(each["ref"] for each in listed if each["order"]["ref"] == order)
    with (
        Walk(browser, program, size=PHONE, language=language) as claims,
        Walk(browser, program, size=PHONE, language=language) as answers,
        Walk(browser, program, size=DESK, language=language) as decides,
    ):
        for side, who in ((claims, buyer), (answers, seller), (decides, mediator)):
            side.sign_in(who)
        open_room(claims, ref)
        open_room(answers, ref)
        assert claims.tid("fact").first.get_attribute("data-status") == "yours"
        seconds = watch_the_burden_move(claims, answers, decides, ref, 1, "RESPONDENT", SAID[language])
        record_property(f"burden passed on, {order}", seconds)
        answers.shoot("dispute-shift", at="#log")
        claims.look()
        answers.look()


# — the story's steps —


def talk_and_offer(buyer: Walk, seller: Walk, ref: str, story: Story) -> None:
    said = story.said
    buyer.visit(f"/disputes/{ref}/")
    open_room(buyer, ref)
    open_room(seller, ref)
    say(buyer, said["buyer_writes"], to=seller)
    say(seller, said["seller_writes"], to=buyer)
    say(buyer, said["again"], to=seller)
    offer(seller, ref, "PARTIAL_REFUND", "80.00", said["offer_note"])
    offer(buyer, ref, "PARTIAL_REFUND", story.amount, "")


def call_the_platform_in(program, buyer: Walk, ref: str) -> None:
    """A person is asked for, which calls the platform in, with one press."""
    buyer.page.goto(f"/disputes/{ref}/")
    buyer.tid("demand-human").click()
    buyer.tid("demanded").wait_for()
    buyer.settle()
    buyer.look()
    assert state(program, ref) == "ESCALATED"


def join(program, mediator: Walk, ref: str, story: Story) -> None:
    """The mediator takes it from the queue, where it stands as one in which a person was asked for."""
    number = program.call("consumer", "GET", f"disputes/{ref}")["number"]
    mediator.visit("/workbench/disputes/")
    row = mediator.page.locator("[data-row]", has_text=number)
    assert row.get_by_test_id("human-demanded").is_visible()
    row.locator("[data-claim]").click()
    mediator.page.locator("form#work").wait_for()
    mediator.page.locator("[name=say-both]").fill(story.said["greeting"])
    mediator.tid("send-both").click()
    mediator.page.locator(".said.ours", has_text=story.said["greeting"]).wait_for()
    mediator.look()
    assert state(program, ref) == "EVIDENCE"


def show_what_each_has(buyer: Walk, seller: Walk, ref: str, story: Story) -> None:
    """Records with one press, a message, a picture, an objection; then each has nothing to add to the other's."""
    said = story.said
    if story is DURABLE_DEFECT:
        bring_in_records(buyer, ref, story.shifted)
        hand_in(seller, ref, story.shifted, said["pieces"])
    else:
        bring_in_records(seller, ref, story.shifted)
    object_to_the_newest(buyer, ref, story.shifted, said["objection"])
    use_what_was_said(buyer, ref, story.shifted, said["seller_writes"], said["admitted"])
    buyer.visit(f"/disputes/{ref}/facts/{story.shifted}/", shoot="dispute-fact")
    add_nothing(seller, ref, story.shifted)


def compare_three_offers(buyer: Walk, seller: Walk, mediator: Walk, ref: str, story: Story) -> None:
    """The platform proposes, too; the mediator saw neither side's offer."""
    page = mediator.page
    page.goto(f"/workbench/disputes/{ref}/")
    assert "80.00" not in page.locator("main").inner_text()
    mediator.tid("propose").click()
    page.locator("[name=remedy]").select_option("PARTIAL_REFUND")
    page.locator("[name=amount_minor]").fill("200.00")
    page.locator("[name=note]").fill(story.said["proposal_note"])
    mediator.tid("confirm").locator("button[type=submit]").first.click()
    page.locator("[data-testid=proposals] .owed-row").wait_for()
    for side in (buyer, seller):
        side.visit(f"/disputes/{ref}/")
        columns = side.tid("offer-column")
        assert [each.get_attribute("data-side") for each in columns.all()] == ["CLAIMANT", "RESPONDENT", "PLATFORM"]
    seller.shoot("dispute-offers", at="#offers")
    buyer.page.locator("[data-testid=offer-column][data-side=RESPONDENT] [data-testid=accept-offer]").click()
    buyer.tid("effects").wait_for()
    buyer.look()
    buyer.tid("refuse").click()
    buyer.tid("case").wait_for()


def watch_the_burden_move(
    claims: Walk, answers: Walk, mediator: Walk, ref: str, fact: int, to: str, said: dict[str, str]
) -> dict[str, dict[str, float]]:
    """Both rooms stand open and show it by themselves; returns how many seconds after the mediator's press."""
    for side in (claims, answers):
        side.page.evaluate(WATCH)
        side.sent.clear()
    pressed = move_the_burden(mediator, ref, fact, to, said)
    seconds = {name: seen_after(side, pressed) for name, side in (("claimant", claims), ("respondent", answers))}
    print(f"\nthe burden moved; seconds until each open room showed it: {seconds}")
    for name, side in (("claimant", claims), ("respondent", answers)):
        asked = any("resume" in frame for frame in side.sent)  # after a heartbeat, which can overtake a push
        assert not asked or seconds[name]["card"] < 2, f"nobody told the {name}'s room; it found out: {seconds}"
        assert side.page.locator("#entries li.card-event").last.get_attribute("data-event") == "dispute.burden_shifted"
        card = side.page.locator(f"[data-testid=fact][data-no='{fact}']")
        assert said["basis"] in card.inner_html()
        assert card.get_attribute("data-status") == ("theirs" if side is claims else "yours")
    return seconds


def answer_the_burden(buyer: Walk, seller: Walk, ref: str, story: Story) -> None:
    hand_in(seller, ref, story.shifted, story.said["second_piece"])
    for side in (buyer, seller):
        add_nothing(side, ref, story.shifted)


def rule(mediator: Walk, ref: str, story: Story) -> None:
    """Fact by fact, each with a reason and on pieces that the other side could answer; then the evidence is closed."""
    page = mediator.page
    page.goto(f"/workbench/disputes/{ref}/")
    mediator.look(shoot="dispute-workbench")
    below = page.locator(".talk-log").first.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight")
    assert below < 2, "the conversation is read from its newest words"
    for fact, proved in story.proved:
        page.locator(f"label:has([name=f{fact}-proved][value={'yes' if proved else 'no'}])").click()
        page.locator(f"[name=f{fact}-reasons]").fill(story.said[f"ruling_{fact}"])
        own = page.locator(f"[name=f{fact}-evidence]:not([disabled])")
        own.last.check()
        mediator.tid(f"rule-{fact}").click()
        mediator.tid(f"ruling-{fact}").wait_for()


def determine(mediator: Walk, ref: str, story: Story) -> None:
    """The letter is read as it will be sent, then sent."""
    page = mediator.page
    page.goto(f"/workbench/disputes/{ref}/")
    page.locator("label:has([name=outcome][value=SUPPORTED])").click()
    page.locator("[name=remedy]").select_option(story.remedy)
    page.locator("[name=amount]").fill(story.amount)
    page.locator("[name=payer]").select_option("RESPONDENT")
    if story.goods_back:
        page.locator("[name=goods_back]").check()
        page.locator("[name=freight_payer]").select_option("RESPONDENT")
    else:
        page.locator("[name=goods_are]").select_option("NOT_DELIVERED")
        page.locator("[name=goods_are_reason]").fill("没有送到。")
    for fact, _proved in story.proved:
        page.locator(f"[name=f{fact}-sentence]").fill(story.said[f"sentence_{fact}"])
    page.locator("[name=reasons]").fill(story.said["reasons"])
    mediator.look()
    mediator.tid("check").click()
    mediator.tid("send").wait_for()
    mediator.look()
    assert story.said["reasons"] in page.locator(".letters").inner_text()
    mediator.tid("send").click()
    page.locator("form#work").wait_for()
    mediator.look()


def read_and_accept(side: Walk, ref: str, story: Story) -> None:
    side.page.goto(f"/disputes/{ref}/")
    side.look()
    side.tid("read-letter").click()
    side.tid("letter").wait_for()
    assert story.said["reasons"] in side.tid("letter").inner_text()
    side.look(shoot="dispute-letter" if side.size == PHONE else "")
    side.page.goto(f"/disputes/{ref}/")
    side.tid("accept-determination").click()
    side.tid("confirm").wait_for()
    side.look()
    side.tid("confirm").locator("button[type=submit]").click()
    side.tid("case").wait_for()


def follow_the_money(buyer: Walk, seller: Walk, ref: str, story: Story) -> None:
    """Whoever owes says that it is done, whoever is owed confirms; each part in its order."""
    parts = seller.tid("owed").locator("li").count()
    assert parts == (3 if story.goods_back else 1)
    for _part in range(parts):
        debtor, creditor = (
            (seller, buyer) if seller.page.locator("#owed a[href*='/report/']").count() else (buyer, seller)
        )
        debtor.page.goto(f"/disputes/{ref}/")
        debtor.page.locator("#owed a[href*='/report/']").first.click()
        debtor.page.locator("[name=note]").fill(story.said["paid"])
        debtor.look()
        debtor.tid("confirm").locator("button[type=submit]").click()
        debtor.tid("owed").wait_for()
        creditor.page.goto(f"/disputes/{ref}/")
        creditor.page.locator("#owed form[action*='/confirm/'] button").first.click()
        creditor.settle()
        seller.page.goto(f"/disputes/{ref}/")
    for side in (buyer, seller):
        side.visit(f"/disputes/{ref}/")
        states = [each.get_attribute("data-state") for each in side.tid("owed").locator("li").all()]
        assert states == ["DONE"] * parts


def state(program, ref: str) -> str:
    return str(program.call("consumer", "GET", f"disputes/{ref}")["state"]["code"])
