# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Cases that the sample platform always has, each showing one thing that is easy to miss. Invented.

What does not belong here: the ordinary cases (drawn in notices.py) and the commands that carry a story out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sample.content.appeals import AppealText, appeals_against
from sample.content.bilingual import Both
from sample.content.notices import NoticePlan, notice
from sample.content.scenarios import SCENARIO_BY_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One fixed case: who, which scenario, about how long ago it was served, what was appealed, what then went differently.

    `appeal` is the ground of the written appeal against this scenario, empty when nobody appealed yet.
    `remedy` is "", CONFIRMED, FAILED or LATE.
    """

    key: str
    title: Both
    scenario: str
    party: str
    served_days_ago: float
    decided: str = ""
    appeal: str = ""
    appealed_after_days: float = 0
    review: str = "human"
    is_late: bool = False
    is_decided_by_system: bool = False
    remedy: str = ""
    remark: Both | None = None


STORIES: tuple[Story, ...] = (
    Story(
        key="precautionary-hold", title=Both("临时措施：尚未认定违规", "A hold before anything is established"),
        scenario="hold-unsafe-goods", party="zhuolang", served_days_ago=1, decided="ASSISTED",
        remark=Both("期满自动解除，无需申诉成立。", "It ends by itself; no appeal has to succeed."),
    ),
    Story(
        key="late-window", title=Both("申诉期限已过，申请逾期受理", "The window has closed: a late request"),
        scenario="deposit-short", party="gudu", served_days_ago=220, decided="MACHINE", appeal="facts_wrong", appealed_after_days=215, is_late=True,
        remark=Both("本人住院四十天，出院后才看到通知，附出院小结。", "I was in hospital for forty days and saw the notice only afterwards; discharge letter attached."),
    ),
    Story(
        key="system-only-outcome", title=Both("仅由系统作出结果，可以要求人工判定", "A result by the system alone; a person can be demanded"),
        scenario="coupon-bulk", party="wangmin", served_days_ago=4, decided="MACHINE", appeal="facts_wrong", appealed_after_days=0.5, review="system_first", is_decided_by_system=True,
        remark=Both("先由系统复核的申诉；在任何时候都可以转人工判定。", "An appeal that the system looks at first; a person can be demanded at any time."),
    ),
    Story(
        key="varied-decision", title=Both("部分成立：下架天数减半", "Varied: half the days"),
        scenario="ad-national-level", party="linjia", served_days_ago=9, decided="PERSON", appeal="disproportionate", appealed_after_days=1,
        remedy="CONFIRMED",
        remark=Both("商品提前恢复上架。", "The listing came back early."),
    ),
    Story(
        key="failed-remedy", title=Both("申诉成立，但原状无法恢复", "Overturned, but it could not be put back"),
        scenario="campaign-price-broken", party="haoting", served_days_ago=24, decided="MACHINE", appeal="facts_wrong", appealed_after_days=2,
        remedy="FAILED",
        remark=Both("活动已于三日前结束，报名资格无法恢复；差价已退回，并登记为下次活动优先报名。", "The campaign ended three days before, so entry cannot be restored; the money was paid back and priority in the next campaign recorded."),
    ),
    Story(
        key="late-remedy", title=Both("申诉成立，资金解冻逾期", "Overturned, and the money is late"),
        scenario="sham-trade-frozen", party="linjia", served_days_ago=12, decided="ASSISTED", appeal="facts_wrong", appealed_after_days=1,
        remedy="LATE",
        remark=Both("资金系统排队，仍未确认到账。", "Waiting in the payment system; arrival not yet confirmed."),
    ),
)
STORY_BY_KEY: dict[str, Story] = {story.key: story for story in STORIES}


def notice_of(story: Story, *, now: datetime, number: int) -> NoticePlan:
    """The notice that the story begins with, served within a day of `served_days_ago` before `now`."""
    lag = SCENARIO_BY_CODE[story.scenario].lag_days
    conduct_at = now - timedelta(days=story.served_days_ago + lag + 1)
    return notice(story.scenario, number=number, conduct_at=conduct_at, party=story.party, decided=story.decided, by="")


def appeal_of(story: Story) -> AppealText | None:
    """The written appeal of the story; None when nobody appealed."""
    return next((text for text in appeals_against(story.scenario) if text.ground == story.appeal), None)
