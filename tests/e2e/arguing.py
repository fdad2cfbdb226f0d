"""What two sides and a mediator say in the disputes of these tests, and the steps that they share.

What does not belong here: the stories, and looking at pages (walking).
"""

import re
import time
from dataclasses import dataclass

import pytest

from tests.e2e.walking import Walk, certificate

SAID = {
    "zh-hans": {
        "claim": "物流显示已从快递柜取件，取件码发到了别人的手机，我没有拿到茶叶。",
        "refusal": "系统显示已经取走，请您再问问家里人，我们不能退款。",
        "buyer_writes": "尾号 2267 不是我的号码，我一直没有收到取件码。",
        "seller_writes": "我们只能看到“已取件”，没有看到是谁取的。",
        "again": "好的，我把没收到取件码的短信记录也放上来。",
        "greeting": "两位好，我是本案的调解员。请都看一下平台记录，再说还有什么要补充。",
        "admitted": "商家自己说没有看到是谁取的件",
        "objection": "记录里的取件号码不是订单上的号码，不能说明交给了我。",
        "offer_note": "先退一部分，货也请您留意。",
        "proposal_note": "记录里没有本人收件的痕迹。",
        "basis": "《电子商务法》第二十条、第六十二条",
        "shift_reasons": "取件码发往的号码与订单不符，承运人的记录由商家掌握，由商家继续说明是谁取的件。",
        "second_piece": "承运人答复：尾号 2267 为驿站老板的电话",
        "ruling_1": "承运人的答复说明包裹交给了驿站，没有交给约定的收件人。",
        "sentence_1": "包裹没有交给约定的收件人：取件码发往的号码与订单不符。",
        "reasons": "商家应当证明包裹已交给约定的收件人。现有证据只说明有人用另一个号码取走包裹，不能说明是买家收到。",
        "paid": "已原路退回，流水号 HM-88120",
    },
    "en": {
        "claim": "The base of the tea maker stopped heating after eight weeks. I tried two other sockets.",
        "refusal": "Water got in. That is not under the warranty, so we do not take it back.",
        "buyer_writes": "The base never stood in water. It just stopped one evening.",
        "seller_writes": "We have not had it in our hands, but water is the usual cause.",
        "again": "Then please look at it. I can send it in today.",
        "greeting": "Hello both, I mediate this dispute. Please read the platform's records before you add anything.",
        "admitted": "The seller says itself that it never examined the base",
        "pieces": "Our workshop's note: such bases fail when water gets in",
        "objection": "The note is about bases in general. Nobody has opened mine.",
        "offer_note": "We pay a part, and you keep it.",
        "proposal_note": "Nothing on file shows misuse so far.",
        "basis": "Consumer Rights Protection Law, article 23(3)",
        "shift_reasons": "Within six months the proof is on the seller. A general note is none; have the base tested.",
        "second_piece": "Test report: no trace of water, thermostat burnt through",
        "ruling_2": "The seller's own report finds no water. The thermostat failed, and the buyer did not cause that.",
        "sentence_2": "The thermostat failed by itself: the seller's own test report says so.",
        "reasons": "Within six months the seller has to disprove the fault. Its report shows it and rules water out.",
        "paid": "Returned to the card, payment HM-88121",
    },
}


@dataclass(frozen=True)
class Story:
    """One dispute that is argued here: about which order, on which ground, and which fact the burden moves on."""

    language: str
    order: str
    ground: str
    remedy: str
    amount: str
    shifted: int
    proved: tuple[tuple[int, bool], ...]
    goods_back: bool

    @property
    def said(self) -> dict[str, str]:
        return SAID[self.language]


NOT_RECEIVED = Story("zh-hans", "O-2026-1053", "not_received", "REFUND", "358.00", 1, ((1, False),), False)
DURABLE_DEFECT = Story("en", "O-2026-1054", "durable_defect", "RETURN_AND_REFUND", "329.00", 2, ((2, True),), True)


def open_in_three_steps(buyer: Walk, story: Story) -> str:
    """From the order to the receipt; returns the dispute's ref."""
    page = buyer.page
    buyer.visit(f"/disputes/new/?order={story.order}")
    ground = page.locator(f"label:has(input[value={story.ground}])")
    if not ground.is_visible():
        page.locator(f"details:has(input[value={story.ground}]) summary").click()
    ground.click()
    buyer.look()
    buyer.tid("what").locator(".action-bar button").click()
    buyer.tid("want").wait_for()
    page.locator(f"label:has(input[name=remedy][value={story.remedy}])").click()
    assert page.locator("[name=amount]").input_value() == story.amount
    page.locator("[name=statement]").fill(story.said["claim"])
    buyer.look()
    buyer.tid("want").locator(".actions button").click()
    buyer.tid("proof").wait_for()
    assert buyer.tid("ladder").is_visible(), "who will have to show what is said before anything is opened"
    buyer.look()
    buyer.tid("open").click()
    buyer.tid("submitted").wait_for()
    buyer.look()
    return re.search(r"dsp_\w+", page.url)[0]


def refuse(seller: Walk, ref: str, story: Story) -> None:
    """The seller finds the dispute among what waits for it, and answers that it refuses."""
    seller.visit("/disputes/")
    seller.page.locator(f"main a[href*='{ref}']").first.click()
    seller.tid("turn-action").click()
    seller.tid("answer").wait_for()
    seller.page.locator("label:has(input[name=refuses][value=yes])").click()
    seller.page.locator("[name=text]").fill(story.said["refusal"])
    seller.look()
    seller.tid("answer").locator("button[type=submit]").click()
    seller.tid("case").wait_for()


def say(speaker: Walk, text: str, *, to: Walk) -> None:
    """Written and sent here, it stands in the other browser without a reload."""
    speaker.tid("composer-text").fill(text)
    speaker.tid("send").click()
    speaker.page.locator("#entries .mine:not(.sending)", has_text=text).wait_for()
    to.page.locator("#entries .message:not(.mine)", has_text=text).wait_for()


def offer(side: Walk, ref: str, remedy: str, amount: str, note: str) -> None:
    side.page.goto(f"/disputes/{ref}/")
    side.tid("make-offer").click()
    side.tid("offer").wait_for()
    side.page.locator(f"label:has(input[name=remedy][value={remedy}])").click()
    side.page.locator("[name=amount_minor]").fill(amount)
    side.page.locator("[name=note]").fill(note)
    side.look()
    side.tid("offer").locator(".actions button[type=submit]").click()
    side.look()
    side.tid("confirm-offer").click()
    side.tid("offer-column").first.wait_for()


def bring_in_records(side: Walk, ref: str, fact: int) -> None:
    """One press; the platform answers, and what it has is on file, what it has not is said."""
    side.visit(f"/disputes/{ref}/facts/{fact}/")
    side.tid("ask-records").click()
    sealed = side.page.locator("[data-testid=evidence]", has=side.page.locator("dl.record"))
    for _look in range(60):
        if sealed.count():
            break
        time.sleep(0.5)
        side.page.goto(f"/disputes/{ref}/facts/{fact}/")
    assert sealed.count() >= 1, "the platform's records did not come"
    side.look()


def hand_in(side: Walk, ref: str, fact: int, caption: str) -> None:
    """A picture is staged, then submitted, and can no longer be changed."""
    side.page.goto(f"/disputes/{ref}/facts/{fact}/")
    side.page.locator("input[type=file]").set_input_files(certificate())
    side.page.locator("input[name=captions]").fill(caption)
    side.tid("stage").locator(".actions button").click()
    side.tid("drafts").wait_for()
    side.look()
    side.tid("submit-evidence").click()
    side.page.locator("[data-testid=version]", has_text=caption).wait_for()
    assert side.tid("drafts").count() == 0


def use_what_was_said(side: Walk, ref: str, fact: int, words: str, caption: str) -> None:
    """A message of the room becomes evidence: from the message itself, for one fact, hash and all."""
    side.page.goto(f"/disputes/{ref}/")
    message = side.page.locator("#entries .message", has_text=words)
    message.locator("[data-use]").click()
    side.tid("message-evidence").wait_for()
    side.page.locator(f"label:has(input[name=fact][value='{fact}'])").click()
    side.page.locator("[name=caption]").fill(caption)
    side.look()
    side.tid("message-evidence").locator(".actions button").click()
    side.tid("submit-evidence").click()
    side.page.locator("[data-testid=version]", has_text=words).wait_for()


def object_to_the_newest(side: Walk, ref: str, fact: int, why: str) -> None:
    """The objection stands beside the piece for good."""
    side.page.goto(f"/disputes/{ref}/facts/{fact}/")
    side.tid("object").first.click()
    side.tid("objection").wait_for()
    side.page.locator("label:has(input[name=ground])").nth(2).click()
    side.page.locator("[name=text]").fill(why)
    side.look()
    side.tid("objection").locator(".actions button").click()
    side.page.locator(".objection", has_text=why).wait_for()


def add_nothing(side: Walk, ref: str, fact: int) -> None:
    """The side that was shown something says that it has nothing more to say about it, so that it can be relied on."""
    side.page.goto(f"/disputes/{ref}/facts/{fact}/")
    side.tid("nothing-to-add").click()
    side.look()
    side.tid("confirm").locator("button[type=submit]").click()
    side.tid("confirm").wait_for(state="detached")
    side.tid("nothing-to-add").wait_for(state="detached")


def open_room(side: Walk, ref: str) -> None:
    """The room is there and live: the server has spoken over its socket."""
    side.heard.clear()
    side.page.goto(f"/disputes/{ref}/")
    for _wait in range(150):
        if side.heard:
            return
        side.page.wait_for_timeout(100)
    pytest.fail(f"no word over the socket of {side.page.url}")


# A page that is open notes by itself when it first shows the burden's move: as a card in the talk, and in the case.
WATCH = """() => {
  const old = { cards: document.querySelectorAll("#entries [data-event='dispute.burden_shifted']").length,
                version: document.querySelector(".case").dataset.version };
  window.shown = {};
  window.loaded = true;
  const note = () => {
    const cards = document.querySelectorAll("#entries [data-event='dispute.burden_shifted']").length;
    if (cards > old.cards) window.shown.card ??= Date.now();
    if (document.querySelector(".case")?.dataset.version !== old.version) window.shown.case ??= Date.now();
  };
  new MutationObserver(note).observe(document.getElementById("room"), { childList: true, subtree: true });
}"""


def move_the_burden(mediator: Walk, ref: str, fact: int, to: str, said: dict[str, str], hours: str = "48") -> float:
    """The mediator lays the fact on that side, on a legal basis; returns when the button was pressed, in ms."""
    page = mediator.page
    page.goto(f"/workbench/disputes/{ref}/")
    place = mediator.tid(f"fact-{fact}")
    place.locator("details.shift summary").click()
    page.locator(f"[name=f{fact}-bearer]").select_option(to)
    page.locator(f"[name=f{fact}-basis]").fill(said["basis"])
    page.locator(f"[name=f{fact}-shift_reasons]").fill(said["shift_reasons"])
    page.locator(f"[name=f{fact}-hours]").fill(hours)
    mediator.look()
    pressed = time.time() * 1000
    mediator.tid(f"shift-{fact}").click(no_wait_after=True)
    return pressed


def seen_after(side: Walk, pressed: float) -> dict[str, float]:
    """Seconds from the press until this open page showed the move in the talk and in the case, without a reload."""
    side.page.wait_for_function("() => window.loaded && window.shown.card && window.shown.case", timeout=10_000)
    shown = side.page.evaluate("window.shown")
    return {part: round((at - pressed) / 1000, 2) for part, at in shown.items()}
