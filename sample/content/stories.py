"""Cases that the sample platform always has, each showing one thing that is easy to miss.

What does not belong here: the ordinary cases (notices.py) and the commands that carry a story out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sample.content.appeals import AppealText, appeals_against
from sample.content.bilingual import Both
from sample.content.files import rows
from sample.content.notices import NoticePlan, notice
from sample.content.scenarios import SCENARIO_BY_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One fixed case: who, which scenario, how long ago about it was served, what was appealed, what then went wrong.

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


STORIES: tuple[Story, ...] = rows(Story, "stories", "stories")
FIRST_NUMBER = 90_000
"""Of the first story's notice; each next one has the next."""


def notice_of(story: Story, *, now: datetime, number: int) -> NoticePlan:
    """The notice that the story begins with, served within a day of `served_days_ago` before `now`."""
    lag = SCENARIO_BY_CODE[story.scenario].lag_days
    conduct_at = now - timedelta(days=story.served_days_ago + lag + 1)
    return notice(story.scenario, number=number, conduct_at=conduct_at, party=story.party, decided=story.decided, by="")


def appeal_of(story: Story) -> AppealText | None:
    """The written appeal of the story; None when nobody appealed."""
    return next((text for text in appeals_against(story.scenario) if text.ground == story.appeal), None)
