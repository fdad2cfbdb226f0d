"""A rule in the making and a shop that leaves: what a visitor can comment on, and follow to its refund."""

from datetime import timedelta

from casework.actor import Actor
from rules import commands
from rules.arithmetic import Item, Kind
from rules.commands import Assessment, ClauseText, RequiredDraft
from rules.required import REQUIREMENTS
from sample.content.people import USERS
from sample.content.rules import RULE_BY_CODE
from sample.loading.base import Loaded

DRAFTED, LEAVES = "fulfilment", "campaign"
NUMBER = "2027-01"
LEAVING = "yunshang"
ELSEWHERE = "见《处置告知与申诉规则》《平台争议处理规则》。"
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
        required=[
            RequiredDraft(each.key, reason="见《处置告知与申诉规则》《平台争议处理规则》。") for each in REQUIREMENTS
        ],
        now=begun - DAY,
    )
    commands.open_rule_consultation(actor=drafter, ref=making.ref, closes_at=begun + 16 * DAY, now=begun)
    for hours, (who, clause, text) in enumerate(OPINIONS, start=3):
        author = made.person(who) if who in made.users else made.of_party(who)
        commands.submit_opinion(
            actor=author, ref=making.ref, clause=clause, text=text, now=begun + timedelta(hours=hours)
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


def _staff(made: Loaded, role: str) -> Actor:
    return made.person(next(user.username for user in USERS if role in user.staff_roles))
