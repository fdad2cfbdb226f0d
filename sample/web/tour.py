"""Where the steps of the tour lead on this database. None for one whose case is not loaded yet."""

from accounts.models import User
from accounts.queries import actor_of_user
from appeals.queries import appeals_for
from casework.actor import Via
from disputes.queries import disputes_listed_for
from infringements.queries import infringements_for
from notices.queries import notices_for
from rules.models import RuleVersion
from sample.content.disputes import DISPUTES
from sample.content.stories import FIRST_NUMBER, STORIES
from sample.content.tour import Step
from tips.queries import tips_for


def place_of(step: Step) -> str | None:
    """The address of the step, as whoever it is about finds it."""
    if step.rule:
        return step.at if RuleVersion.objects.filter(rule__code=step.rule).exists() else None
    if not step.dispute and not step.story and not step.infringement and not step.tip:
        return step.at
    person = User.objects.filter(username=step.who).first()
    if person is None:
        return None
    reader = actor_of_user(person, via=Via.WEB)
    if step.infringement:
        case = infringements_for(reader).filter(right_title=step.infringement).first()
        return None if case is None else step.at.format(infringement=case.ref)
    if step.tip:
        tip = tips_for(reader).filter(named=step.tip, state="RECEIVED").order_by("pk").first()
        return None if tip is None else step.at.format(tip=tip.ref)
    if step.dispute:
        plan = next(plan for plan in DISPUTES if plan.key == step.dispute)
        dispute = disputes_listed_for(reader).filter(order_ref=plan.order).order_by("pk").first()
        return None if dispute is None else step.at.format(dispute=dispute.ref)
    number = FIRST_NUMBER + next(no for no, story in enumerate(STORIES) if story.key == step.story)
    notice = notices_for(reader).filter(external_ref__endswith=f"-{number:05d}").first()
    appeal = appeals_for(reader).filter(notice=notice).order_by("pk").first()
    if notice is None or ("{appeal}" in step.at and appeal is None):
        return None
    return step.at.format(notice=notice.ref, appeal=appeal.ref if appeal else "")
