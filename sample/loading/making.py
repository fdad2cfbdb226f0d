"""Rules in the making, changes that wait for a signature, and a shop that leaves: what a visitor can follow."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from casework.actor import Actor
from notices.commands import propose_measure_type
from rules import commands
from rules.arithmetic import Item, Kind
from rules.commands import Assessment, ClauseText, Explanation, RequiredDraft
from rules.required import REQUIREMENTS
from sample.content.law import LAW_ARTICLES
from sample.content.people import USERS
from sample.content.rules import RULE_BY_CODE
from sample.loading.base import Loaded
from sample.loading.rules import ENTERS, SAID_ELSEWHERE, SIGNS

DRAFTED, LEAVES = "fulfilment", "campaign"
NUMBER = "2027-01"
LEAVING = "yunshang"
DAY = timedelta(days=1)
CLAUSES = (
    ClauseText(
        "1",
        "商家应当自付款之时起四十八小时内发货；偏远地区、预售商品和定制商品，自付款之时起七十二小时内发货。",
        "Merchants dispatch within 48 hours of payment; to remote areas and of goods made to order within 72 hours.",
        "发货时间",
        "Time of dispatch",
        is_major_interest=True,
    ),
    ClauseText(
        "2",
        "因自然灾害、交通管制等不能按时发货的，商家在发货期限内告知消费者的，不作迟延发货处理。",
        "Where disasters or road closures prevent dispatch in time and the merchant says so in time, it is not late.",
        "不能按时发货",
        "Where dispatch in time is impossible",
    ),
)
PACKING = (
    ClauseText(
        "1",
        "商品包装应当完好，能够保护商品。",
        "Packing is sound and protects the goods.",
        "包装",
        "Packing",
    ),
    ClauseText(
        "2",
        "签收时包装破损的，以承运人的记录为准。",
        "Where packing is broken on delivery, the carrier's record counts.",
        "破损",
        "Damage",
    ),
)
PACKING_ADOPTED = (
    replace(
        PACKING[0],
        text_zh="商品包装应当完好，能够保护商品；易碎品应当使用缓冲材料。",
        text_en="Packing is sound and protects the goods; fragile goods are cushioned.",
    ),
    replace(
        PACKING[1],
        text_zh="消费者签收时包装破损的，以承运人的记录为准。",
        text_en="Where packing is broken on delivery to the consumer, the carrier's record counts.",
    ),
)
ON_PACKING = (
    ("linxiaoyan", "1", "请写明易碎品怎样包装，例如使用缓冲材料。"),
    ("wangmin", "", "请规定包装费用由谁承担。"),
)
OPINIONS = (
    ("linxiaoyan", "1", "新疆、西藏的订单七十二小时仍然紧张，能否按揽收地区分别规定？"),
    ("wangmin", "1", "预售商品应当在下单页面写明几日发货，不能都按七十二小时。"),
    ("yuandian", "2", "请写明要提交什么证明。"),
)


def load_making(made: Loaded) -> None:
    """A draft is in consultation since the day before yesterday, and a shop leaves on old terms with its refund due."""
    drafter = _staff(made, "compliance")
    rule = RULE_BY_CODE[DRAFTED]
    begun = made.now - 2 * DAY
    making = commands.draft_rule_version(
        actor=drafter,
        code=DRAFTED,
        name_zh=rule.name.zh,
        name_en=rule.name.en,
        number=NUMBER,
        effective_from=made.now + 45 * DAY,
        summary_zh="偏远地区、预售和定制商品改为七十二小时；写明不能按时发货的情形。",
        summary_en="72 hours to remote areas and for goods made to order; where dispatch in time is impossible.",
        clauses=CLAUSES,
        assessment=Assessment(
            reason="涉及大多数商家的发货时间。",
            impact="SOME",
            has_many_users=True,
            binds="MERCHANT",
        ),
        required=[RequiredDraft(each.key, reason=SAID_ELSEWHERE[each.key]) for each in REQUIREMENTS],
        now=begun - DAY,
    )
    commands.open_rule_consultation(actor=drafter, ref=making.ref, closes_at=begun + 16 * DAY, now=begun)
    for hours, (who, clause, text) in enumerate(OPINIONS, start=3):
        author = made.person(who) if who in made.users else made.of_party(who)
        commands.submit_opinion(
            actor=author, ref=making.ref, clause=clause, text=text, now=begun + timedelta(hours=hours)
        )
    commands.plan_talk(
        actor=drafter,
        ref=making.ref,
        kind="MEETING",
        planned_for=(made.now + 5 * DAY).date(),
        subject_zh="发货时限座谈会",
        subject_en="Meeting on dispatch times",
        participants={"MERCHANTS": 20, "CONSUMERS": 20, "ASSOCIATIONS": 2},
        how="14时，平台总部二层会议室，或线上参加；在商家后台和消费者服务热线报名。",
        now=begun + DAY,
    )
    newest = max(RULE_BY_CODE[LEAVES].versions, key=lambda version: version.effective_from)
    left = commands.request_exit(
        actor=made.of_party(LEAVING), rule=LEAVES, number=newest.number, now=made.now - 3 * DAY
    )
    commands.calculate_exit(
        actor=drafter,
        ref=left.ref,
        items=[
            Item(str(Kind.DEPOSIT), "店铺保证金", 2_000_000),
            Item(str(Kind.FEE), "2026年度技术服务费", 1_200_000, 365, 34),
        ],
        now=made.now - 2 * DAY,
    )


def load_packing(made: Loaded) -> None:
    """A rule that changed after its consultation: one clause as an opinion asked, another by a correction of words."""
    drafter, approver = made.person(ENTERS), made.person(SIGNS)
    at = made.now - 70 * DAY
    about: dict[str, Any] = {
        "effective_from": at + 40 * DAY,
        "assessment": Assessment(reason="涉及包装，影响的商家少。", impact="SOME", binds="MERCHANT"),
        "required": [RequiredDraft(each.key, reason=SAID_ELSEWHERE[each.key]) for each in REQUIREMENTS],
        "summary_zh": "写明易碎品的包装。",
        "summary_en": "How fragile goods are packed.",
    }
    named: dict[str, Any] = {
        "code": "packing",
        "name_zh": "商品包装规则",
        "name_en": "Packing Rule",
        "number": "2026-10",
    }
    making = commands.draft_rule_version(actor=drafter, clauses=PACKING, now=at, **about, **named)
    commands.open_rule_consultation(actor=drafter, ref=making.ref, closes_at=at + 8 * DAY, now=at)
    for hours, (who, clause, text) in enumerate(ON_PACKING, start=3):
        author = made.person(who) if who in made.users else made.of_party(who)
        commands.submit_opinion(actor=author, ref=making.ref, clause=clause, text=text, now=at + timedelta(hours=hours))
    at += 8 * DAY
    commands.close_rule_consultation(making_id=making.pk, effective_at=at, now=at)
    answers = ((1, "ADOPTED", "采纳，第一条写明缓冲材料。"), (2, "REJECTED", "包装费用由双方约定，本规则不作规定。"))
    for no, disposition, reason in answers:
        commands.answer_opinions(
            actor=drafter, ref=making.ref, opinions=[no], disposition=disposition, reason=reason, now=at
        )
    commands.edit_rule_version(actor=drafter, ref=making.ref, clauses=PACKING_ADOPTED, now=at, **about)
    why = [Explanation("1", opinion=1), Explanation("2", correction="“签收”前补“消费者”，写明由谁签收。")]
    commands.explain_changes(actor=drafter, ref=making.ref, changes=why, now=at)
    commands.adopt_rule_version(
        actor=approver,
        ref=making.ref,
        summary_zh="共收到两条意见，采纳一条，一条未采纳并已说明理由。",
        summary_en="Two opinions: one taken up, one not, with the reason.",
        now=at,
    )
    start = at + 20 * DAY
    commands.publicise_rule_version(actor=approver, ref=making.ref, effective_from=start, now=at)
    commands.start_rule_version(making_id=making.pk, effective_at=start, now=start)


def load_changes(made: Loaded) -> None:
    """A kind of measure that a program proposed, and a law article that waits for a second person."""
    day_before = made.now - DAY
    propose_measure_type(
        actor=made.platform,
        code="group-buy-paused",
        axis="SERVICE",
        label_zh="暂停拼团",
        label_en="Group buying paused",
        restores_zh="恢复拼团",
        restores_en="Group buying is open again",
        now=day_before,
    )
    article = LAW_ARTICLES[0]
    commands.propose_law_article(
        actor=made.person(ENTERS),
        instrument=article.instrument,
        article=article.article,
        name_zh=article.name.zh,
        name_en=article.name.en,
        gist_zh=f"{article.gist.zh}（大意，依据副本）",
        gist_en=f"{article.gist.en} (Gist, after a copy.)",
        in_force_from=article.in_force_from,
        doubt_zh=article.doubt.zh if article.doubt else "",
        doubt_en=article.doubt.en if article.doubt else "",
        reason="写明大意所依据的文本。",
        now=day_before,
    )


def _staff(made: Loaded, role: str) -> Actor:
    return made.person(next(user.username for user in USERS if role in user.staff_roles))
