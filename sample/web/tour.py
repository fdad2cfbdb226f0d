"""Where the steps of the tour lead on this database. None for one whose case is not loaded yet."""

from accounts.models import User
from accounts.queries import actor_of_user
from appeals.models import Appeal
from casework.actor import Via
from disputes.queries import disputes_listed_for
from notices.models import Notice
from rules.models import RuleVersion
from sample.content.disputes import DISPUTES
from sample.content.stories import FIRST_NUMBER, STORIES
from sample.content.tour import Step


def place_of(step: Step) -> str | None:
    """The address of the step."""
    if step.dispute:
        plan = next(plan for plan in DISPUTES if plan.key == step.dispute)
        reader = actor_of_user(User.objects.get(username=step.who), via=Via.WEB)
        found = disputes_listed_for(reader).filter(order_ref=plan.order).order_by("pk").first()
        return None if found is None else step.at.format(dispute=found.ref)
    if step.story:
        number = FIRST_NUMBER + next(no for no, story in enumerate(STORIES) if story.key == step.story)
        notice = Notice.objects.filter(external_ref__endswith=f"-{number:05d}").first()
        appeal = Appeal.objects.filter(notice=notice).order_by("pk").first()
        if notice is None or ("{appeal}" in step.at and appeal is None):
            return None
        return step.at.format(notice=notice.ref, appeal=appeal.ref if appeal else "")
    if step.rule and not RuleVersion.objects.filter(rule__code=step.rule).exists():
        return None
    return step.at
