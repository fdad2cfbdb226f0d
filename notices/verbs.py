"""What people can do about a notice, its remedies and a second look at it, each verb once; see `casework.verbs`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import CAN_APPEAL
from casework import verbs
from casework.actor import Actor
from casework.errors import CaseError, NotAllowed
from casework.formats import deadline_text
from casework.models import Case
from casework.verbs import Action, Verb
from notices import commands, inputs, policies
from notices.models import Disclosure, Exhibit, Notice, Publication, Remedy, SiblingReview
from notices.queries import decision_due
from surfaces.asks import StaffPage


def may_appeal(actor: Actor, notice: Notice) -> CaseError | None:
    return None if actor.role_in(notice.party_id, notice.matter) in CAN_APPEAL else NotAllowed()


def window_is_open(actor: Actor, notice: Notice, now: datetime) -> bool:
    return notice.window_is_open(now)


def window_is_closed(actor: Actor, notice: Notice, now: datetime) -> bool:
    return not notice.window_is_open(now)


def what_an_appeal_does(actor: Actor, notice: Notice, now: datetime) -> str:
    due = decision_due(notice, now, high_stakes=notice.is_high_stakes)
    names = {"by": deadline_text(due.at, "zone")}
    if notice.continues_during_appeal:
        text = gettext("An appeal cannot make the measures heavier; they continue meanwhile.")
    elif not notice.has_pauses_left:
        text = gettext(
            "An appeal cannot make the measures heavier; they continue meanwhile, since as many appeals as are "
            "promised paused them already."
        )
    elif notice.pauses:
        text = gettext(
            "An appeal cannot make the measures heavier; it pauses them again only if the last one was decided or you "
            "name something new."
        )
    else:
        text = gettext("An appeal cannot make the measures heavier, and pauses them meanwhile.")
    return (
        text
        + gettext(" ")
        + gettext("The decision is due by %(by)s; until it is made you can withdraw the appeal.") % names
    )


def exhibits_to_open(actor: Actor, notice: Notice, now: datetime) -> list[Exhibit]:
    """Those that this person has not opened here, which whoever decided it can."""
    if policies.may_confirm_decision(actor, notice) is not None:
        return []
    left = commands.unopened(notice, actor)
    return [each for each in notice.exhibits.all() if each.no in left]


def is_stated(actor: Actor, notice: Notice, now: datetime, *_part: Any) -> bool:
    return notice.disclosure == Disclosure.STATED


def can_be_confirmed(actor: Actor, notice: Notice, now: datetime) -> bool:
    return is_stated(actor, notice, now) and not commands.unopened(notice, actor)


NOTICE = (
    # the party; the address is of the app that files appeals
    Verb(
        "appeal",
        commands.open_appeal,
        may=may_appeal,
        transition="open_appeal",
        when=window_is_open,
        due_at=lambda actor, notice: notice.appeal_closes_at,
        needs_role="manager",
        follows=what_an_appeal_does,
        path="appeals",
        operation="file_appeal",
        has_endpoint=False,
        body="FileAppealInputRequest",
        by_hand="appeals.web.views.filing: filing",
    ),
    Verb(
        "request-late-appeal",
        commands.open_appeal,
        may=may_appeal,
        transition="open_appeal",
        when=window_is_closed,
        needs_role="manager",
        follows=_(
            "A person first decides whether the late appeal is accepted. It cannot make the measures heavier, and you "
            "can withdraw it."
        ),
        path="appeals",
        operation="file_appeal",
        has_endpoint=False,
        body="FileAppealInputRequest",
        by_hand="appeals.web.views.filing: filing",
    ),
    # the platform
    Verb(
        "withdraw",
        commands.withdraw_notice,
        may=policies.may_correct_notice,
        transition="revoke",
        takes=inputs.WithdrawNoticeInput,
        about="The platform revokes its own notice; each effect to restore becomes a remedy.",
        by_hand="no page: the platform's back end sends it, and staff correct a notice where they look at it again",
    ),
    Verb(
        "amend",
        commands.amend_notice,
        may=policies.may_correct_notice,
        takes=inputs.AmendNoticeInput,
        about="The platform corrects facts or reasons; the earlier text is kept and the time to appeal runs afresh.",
        by_hand="no page: the platform's back end sends it",
    ),
    Verb(
        "translate",
        commands.add_translation,
        may=policies.may_translate_notice,
        transition="add_translation",
        takes=inputs.TranslateNoticeInput,
        needs_version=False,
        status=201,
        operation="translate_notice",
        about="Add a translation of the notice as it reads now, for information; the original counts. Both `facts` and "
        "`reasons`, unless one is in the language. `GET notices/{ref}/translations` has it.",
        by_hand="console.translations: each text stands beside its original",
    ),
    # who decided it
    Verb(
        "open-exhibit",
        commands.open_exhibit,
        may=policies.may_confirm_decision,
        transition="confirm_decision",
        when=is_stated,
        parts=exhibits_to_open,
        path="exhibits/<int:no>/open",
        about="Records that you, who decided, opened this exhibit.",
        page=StaffPage(button=_("Open this exhibit"), done=_("That you opened it is on record.")),
    ),
    Verb(
        "confirm-decision",
        commands.confirm_decision,
        may=policies.may_confirm_decision,
        when=can_be_confirmed,
        about="You, who decided, confirm it: the notice says from then on that your decision is recorded here.",
        page=StaffPage(
            _("Confirm that you decided notice %(number)s?"),
            [_("The notice says from then on that you signed in, opened every exhibit and confirmed the decision.")],
            button=_("I decided this"),
            done=_("Your decision is on record."),
        ),
    ),
)


CONFIRM = NOTICE[-1]


def may_settle_remedy(actor: Actor, remedy: Remedy) -> CaseError | None:
    return policies.may_settle_remedy(actor, remedy.notice)


REMEDY = (
    Verb(
        "confirm",
        commands.confirm_remedy,
        may=may_settle_remedy,
        transition="confirm_remedy",
        takes=inputs.ConfirmRemedyInput,
        needs_version=False,
        about="The platform confirms that one effect is restored. Confirming twice changes nothing.",
        by_hand="no page: the platform's back end confirms what it restored",
    ),
    Verb(
        "fail",
        commands.fail_remedy,
        may=may_settle_remedy,
        transition="fail_remedy",
        takes=inputs.FailRemedyInput,
        needs_version=False,
        about="The platform says, with the reason, that one effect could not be restored.",
        by_hand="no page: the platform's back end says so",
    ),
)


def may_review_sibling(actor: Actor, review: SiblingReview) -> CaseError | None:
    return policies.may_review_sibling(actor, review.notice)


def sibling_done(said: Mapping[str, Any], review: SiblingReview) -> Promise:
    if said["outcome"] == "KEPT":
        return _("The notice stands; your reasons are on file.")
    return _("The notice is withdrawn and what it took is restored. Its party was told.")


SIBLING = (
    Verb(
        "decide",
        commands.review_sibling,
        may=may_review_sibling,
        transition="keep",
        takes=inputs.DecideSiblingInput,
        operation="decide_sibling",
        about="A person looked again: the notice is kept, or withdrawn with its remedies. No other falls with it.",
        page=StaffPage(
            _("Keep or correct"),
            button=_("Put it on file"),
            done=sibling_done,
            within=True,
            choices=lambda actor, review, now: {"outcome": [("KEPT", _("Keep it")), ("CORRECTED", _("Correct it"))]},
        ),
    ),
)


def may_publish(actor: Actor, _publication: Publication) -> CaseError | None:
    return policies.may_publish(actor)


PUBLICATION = (
    Verb(
        "publish",
        commands.publish_record,
        may=may_publish,
        takes=inputs.PublishRecordInput,
        due_at=lambda actor, publication: publication.due_at,
        about="Everybody can read shop, act and measure from now on.",
        page=StaffPage(
            _("Publish record %(number)s?"),
            (
                _("Everybody can read the shop's name, what was done, the articles of law and the measures."),
                _("It stays until the last measure ends; if the notice falls, it is corrected where it was read."),
            ),
            button=_("Publish"),
            done=_("The record is public."),
        ),
    ),
    Verb(
        "report",
        commands.report_to_regulator,
        may=may_publish,
        takes=inputs.ReportToRegulatorInput,
        when=lambda actor, publication, now: publication.reported_at is None,
        about="Records that the market regulator was told, with its receipt.",
        page=StaffPage(
            _("Record the report of %(number)s to the regulator"),
            [_("What is recorded here is not shown to the public and cannot be changed.")],
            button=_("Record the regulator's receipt"),
            done=_("The receipt is on record."),
        ),
    ),
)
VERBS: Mapping[type[Case], Sequence[Verb]] = {Notice: NOTICE, SiblingReview: SIBLING, Publication: PUBLICATION}


def actions_for(actor: Actor, case: Notice | SiblingReview | Publication, *, now: datetime) -> list[Action]:
    """What this actor can do about the case now; absent means not possible."""
    return verbs.actions_for(VERBS[type(case)], actor, case, now=now)
