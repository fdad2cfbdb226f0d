"""What people can do with an appeal, each verb once; see `casework.verbs`. What the system does has no row here."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals import commands, inputs, policies
from appeals.models import Appeal, ReviewMode
from appeals.queries import evidence_due_of, has_first_view, is_answered_for_good
from casework import verbs
from casework.actor import Actor
from casework.formats import deadline_text
from casework.verbs import Action, Verb
from notices.queries import decision_due
from surfaces.asks import Page, StaffPage


def can_be_demanded(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    """A person can be demanded while the appeal is open, and where it was closed without one."""
    return not appeal.human_demanded and (appeal.is_open or appeal.was_closed_without_a_person)


def answer_due_of(actor: Actor, appeal: Appeal) -> datetime | None:
    request = appeal.open_request
    return None if request is None else request.due_at


def can_be_answered(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    due_at = answer_due_of(actor, appeal)
    return due_at is not None and now <= due_at


def was_taken_down(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    """Whether something that an officer took down waits for the party's word."""
    return any(each.answered_at is None for each in appeal.assisted.all())


def evidence_is_open(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    return now <= evidence_due_of(appeal)


def lease_is_free(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    return appeal.lease_is_free(now)


def lease_lives(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    return not appeal.lease_is_free(now)


def view_is_missing(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    return lease_lives(actor, appeal, now) and not has_first_view(actor, appeal)


def view_is_locked(actor: Actor, appeal: Appeal, now: datetime) -> bool:
    return lease_lives(actor, appeal, now) and has_first_view(actor, appeal)


def _decided_by(appeal: Appeal, now: datetime) -> dict[str, str]:
    due = decision_due(appeal.notice, now, high_stakes=appeal.notice.is_high_stakes)
    return {"by": deadline_text(due.at, "zone")}


def what_a_demand_does(actor: Actor, appeal: Appeal, now: datetime) -> str:
    if not appeal.is_open:
        text = gettext(
            "A person, who had no part before, decides anew by %(by)s; until then the outcome stands. It is free and "
            "cannot be undone."
        )
        return text % _decided_by(appeal, now)
    if appeal.review == ReviewMode.HUMAN:
        return gettext(
            "A person decides already, as you chose, and you need not do anything more. This puts your wish on record "
            "as a demand that nobody can undo."
        )
    return gettext("Only a person decides from now on, which cannot be undone. It is free and shortens no time limit.")


def what_submitting_does(actor: Actor, appeal: Appeal, now: datetime) -> str:
    if appeal.open_request is not None:  # nothing is decided meanwhile
        text = gettext("What you submit stays on file and can no longer be changed. You can submit more until %(by)s.")
    else:
        text = gettext(
            "What you submit stays on file and can no longer be changed. You can submit more until it is decided, at "
            "the latest until %(by)s."
        )
    return text % {"by": deadline_text(evidence_due_of(appeal), "zone")}


def what_withdrawing_does(actor: Actor, appeal: Appeal, now: datetime) -> str:
    if appeal.notice.is_paused:
        text = gettext("The appeal ends at once without a decision, and the measures that it paused apply again.")
    else:
        text = gettext("The appeal ends at once without a decision, and the measures stay as they are.")
    if not appeal.notice.window_is_open(now):
        return text + gettext(" ") + gettext("It cannot be reopened.")
    until = {"by": deadline_text(appeal.notice.appeal_closes_at, "zone")}
    return text + gettext(" ") + gettext("It cannot be reopened; you can appeal anew until %(by)s.") % until


def what_appealing_again_does(actor: Actor, appeal: Appeal, now: datetime) -> str:
    text = gettext(
        "With something new, somebody new to the case decides by %(by)s. Without it you get the earlier reasons at "
        "once, and can then demand a person."
    )
    return text % _decided_by(appeal, now)


ADDRESS = "appeals/<str:ref>/"

APPELLANT = (
    Verb(
        "demand-human",
        commands.demand_human,
        may=policies.may_demand_human,
        when=can_be_demanded,
        transition="",
        follows=what_a_demand_does,
        about="Demand that a person decides: at any time, also after an automated outcome, without a reason, free, for "
        "good.",
        page=Page(done=_("A person will decide, who had no part in the measure.")),
    ),
    Verb(
        "respond",
        commands.respond_to_request,
        may=policies.may_respond_to_request,
        when=can_be_answered,
        due_at=answer_due_of,
        takes=inputs.RespondInput,
        needs_version=False,
        operation="respond",
        needs_role="manager",
        follows=_("Your answer goes on file, cannot be changed, and the review goes on. You answer once."),
        about="Answer what the reviewer asked for.",
        page=Page(button=_("Send the answer"), done=_("Your answer is on file. The review goes on."), within=True),
    ),
    Verb(
        "confirm-filing",
        commands.confirm_filing,
        may=policies.may_answer_assisted,
        when=was_taken_down,
        takes=inputs.ConfirmFilingInput,
        needs_role="manager",
        follows=_(
            "What you correct is read by whoever decides, and what was taken down stays beside it. You answer once; "
            "your appeal counts from the call, whether or not you answer here."
        ),
        about="Say that what an officer took down on the phone is right, or what is wrong or missing.",
        page=Page(
            _("Is what we took down in %(number)s right?"),
            [_("Leave the field empty if everything is right.")],
            button=_("Confirm or correct what was taken down"),
            done=_("Thank you. Your answer is on file."),
        ),
    ),
    Verb(
        "evidence",
        commands.stage_evidence,
        may=policies.may_stage_evidence,
        transition="submit_evidence",
        when=evidence_is_open,
        due_at=lambda actor, appeal: evidence_due_of(appeal),
        needs_role="staff",
        has_endpoint=False,
        body="EvidenceInputRequest",
        binds_nothing="a draft that its party alone sees and can remove",
        by_hand="appeals.web.views.cases.evidence: files, captions and drafts stand together",
    ),
    Verb(
        "submit-evidence",
        commands.submit_evidence,
        may=policies.may_submit_evidence,
        when=evidence_is_open,
        due_at=lambda actor, appeal: evidence_due_of(appeal),
        status=201,
        needs_role="manager",
        follows=what_submitting_does,
        about="Freeze all drafts as the next version of your evidence.",
        page=Page(
            done=lambda said, sent: (
                _("Submitted as version %(version)d. It can no longer be changed.") % {"version": sent.version}
            )
        ),
    ),
    Verb(
        "withdraw",
        commands.withdraw_appeal,
        may=policies.may_withdraw_appeal,
        takes=inputs.WithdrawAppealInput,
        needs_version=False,
        needs_role="manager",
        follows=what_withdrawing_does,
        about="Take the appeal back; the measures stand as they were.",
        page=Page(
            _("Withdraw the appeal %(number)s?"),
            [_("Your evidence stays on file.")],
            button=_("Withdraw the appeal"),
            done=_("The appeal was withdrawn. The measures stand as they were."),
            is_loss=True,
        ),
    ),
    Verb(
        "appeal-again",
        commands.file_appeal,
        may=policies.may_submit_evidence,
        needs_version=False,
        transition="",
        when=lambda actor, appeal, now: is_answered_for_good(appeal),
        needs_role="manager",
        path="/notices/<str:notice>/appeals",
        has_endpoint=False,
        body="FileAppealInputRequest",
        follows=what_appealing_again_does,
        by_hand="appeals.web.views.filing: filing",
    ),
)
"""What the party can do, on its own pages and over the API."""
APPEAL_AGAIN = APPELLANT[-1]

REVIEWER = (
    Verb(
        "claim",
        commands.claim_appeal,
        may=policies.may_claim_appeal,
        when=lease_is_free,
        due_at=lambda actor, appeal: appeal.decision_due_at,
        path="/review-queue/claim",
        operation="claim",
        has_endpoint=False,
        body="ClaimInputRequest",
        by_hand="console.appeals.steps.claim: a button of the list and of the workbench",
    ),
    Verb(
        "release",
        commands.release_appeal,
        may=policies.may_work_on_appeal,
        takes=inputs.ReleaseInput,
        operation="release",
        about="Give the case back to the queue.",
        by_hand="console.appeals.steps.release: a button of the workbench",
    ),
    Verb(
        "assign",
        commands.assign_appeal,
        may=policies.may_assign_appeal,
        takes=inputs.AssignInput,
        operation="assign",
        about="Give the case to a reviewer, whoever holds it, with a note, for 24 hours. A senior "
        "reviewer does it. Refused, with the reason, where the reviewer has a conflict.",
        page=StaffPage(
            _("Give %(number)s to a reviewer?"),
            [
                _("The reviewer holds it for 24 hours; whoever holds it now does not any more."),
                _("What somebody typed and did not lock is not handed over. Locked first views stay on file."),
            ],
            button=_("Assign"),
            done=_("The case was assigned."),
        ),
    ),
    Verb(
        "take-back",
        commands.take_back_appeal,
        may=policies.may_assign_appeal,
        transition="release",
        takes=inputs.TakeBackInput,
        operation="take_back",
        about="Give the case back to the queue, from whoever holds it. A senior reviewer does it.",
        page=StaffPage(
            _("Take %(number)s back from its reviewer?"),
            [
                _("It goes back to the queue. Whoever holds it now is told."),
                _("What they typed and did not lock is deleted. Locked first views stay on file."),
            ],
            button=_("Take back"),
            done=_("The case is back in the queue."),
        ),
    ),
    Verb(
        "record-first-view",
        commands.record_first_view,
        may=policies.may_work_on_appeal,
        when=view_is_missing,
        takes=inputs.FirstViewInput,
        status=201,
        about="Lock your own view. It cannot be changed; from now on you may read the system's.",
        by_hand="console.appeals.steps.lock_first_view: the workbench, one form of which no word is lost",
    ),
    Verb(
        "request-information",
        commands.request_information,
        may=policies.may_work_on_appeal,
        when=lease_lives,
        takes=inputs.RequestInformationInput,
        about="Ask the appellant for something, to show a fact, by a time.",
        by_hand="console.appeals.ask: the question is read as the appellant will, before it is sent",
    ),
    Verb(
        "decide",
        commands.decide_appeal,
        may=policies.may_decide_appeal,
        when=view_is_locked,
        due_at=lambda actor, appeal: appeal.decision_due_at,
        takes=inputs.DecideAppealInput,
        about="Decide, point by point, in writing. The measures follow at once and each effect to undo becomes a "
        "remedy.",
        by_hand="console.appeals.decide: the letter is read before it is sent",
    ),
    Verb(
        "translate",
        commands.add_translation,
        may=policies.may_translate_decision,
        transition="add_translation",
        takes=inputs.TranslateDecisionInput,
        needs_version=False,
        status=201,
        operation="translate_decision",
        about="Add a translation of the decision's own words, for information; the original counts. All of them that "
        "are not in the language: `reasons`, `rule-application`, `departure-reason`, `point-1` and so on.",
        by_hand="console.translations: each text stands beside its original",
    ),
    Verb(
        "accept-late",
        commands.accept_late_request,
        may=policies.may_answer_late_request,
        takes=inputs.LateAnswerInput,
        operation="accept_late",
        about="The reason for being late is good: the appeal goes on like any other.",
        page=StaffPage(
            _("Accept %(number)s late?"),
            [_("The appeal goes on like any other.")],
            button=_("Accept it late"),
            done=_("The late request was answered."),
        ),
    ),
    Verb(
        "refuse-late",
        commands.refuse_late_request,
        may=policies.may_answer_late_request,
        takes=inputs.LateAnswerInput,
        operation="refuse_late",
        about="The reason for being late is not good enough.",
        page=StaffPage(
            _("Not accept %(number)s?"),
            [_("The appeal is closed without a decision about the measures.")],
            button=_("Do not accept it"),
            done=_("The late request was answered."),
            is_loss=True,
        ),
    ),
)
"""What reviewers can do, in the console and over the API."""

VERBS = (*APPELLANT, *REVIEWER)


def actions_for(actor: Actor, appeal: Appeal, *, now: datetime) -> list[Action]:
    """What this actor can do with the appeal now; absent means not possible."""
    return verbs.actions_for(VERBS, actor, appeal, now=now)
