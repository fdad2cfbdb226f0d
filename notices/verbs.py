"""What people can do about a notice, its remedies and a second look at it, each verb once; see `casework.verbs`."""

from datetime import datetime

from accounts.roles import CAN_FILE
from casework import verbs
from casework.actor import Actor
from casework.errors import CaseError, NotAllowed
from casework.verbs import Action, Verb
from notices import commands, inputs, policies
from notices.models import Notice, Remedy, SiblingReview


def may_appeal(actor: Actor, notice: Notice) -> CaseError | None:
    return None if actor.role_in(notice.party_id) in CAN_FILE else NotAllowed()


def window_is_open(actor: Actor, notice: Notice, now: datetime) -> bool:
    return notice.window_is_open(now)


def window_is_closed(actor: Actor, notice: Notice, now: datetime) -> bool:
    return not notice.window_is_open(now)


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
        path="appeals",
        has_endpoint=False,
    ),
    Verb(
        "request-late-appeal",
        commands.open_appeal,
        may=may_appeal,
        transition="open_appeal",
        when=window_is_closed,
        needs_role="manager",
        path="appeals",
        has_endpoint=False,
    ),
    # the platform
    Verb(
        "withdraw",
        commands.withdraw_notice,
        may=policies.may_correct_notice,
        transition="revoke",
        takes=inputs.WithdrawNoticeInput,
        needs_version=True,
        about="The platform revokes its own notice; each effect to restore becomes a remedy.",
    ),
    Verb(
        "amend",
        commands.amend_notice,
        may=policies.may_correct_notice,
        takes=inputs.AmendNoticeInput,
        needs_version=True,
        about="The platform corrects facts or reasons; the earlier text is kept and the time to appeal runs afresh.",
    ),
)


def may_settle_remedy(actor: Actor, remedy: Remedy) -> CaseError | None:
    return policies.may_settle_remedy(actor, remedy.notice)


REMEDY = (
    Verb(
        "confirm",
        commands.confirm_remedy,
        may=may_settle_remedy,
        transition="confirm_remedy",
        takes=inputs.ConfirmRemedyInput,
        about="The platform confirms that one effect is restored. Confirming twice changes nothing.",
    ),
    Verb(
        "fail",
        commands.fail_remedy,
        may=may_settle_remedy,
        transition="fail_remedy",
        takes=inputs.FailRemedyInput,
        about="The platform says, with the reason, that one effect could not be restored.",
    ),
)


def may_review_sibling(actor: Actor, review: SiblingReview) -> CaseError | None:
    return policies.may_review_sibling(actor, review.notice)


SIBLING = (
    Verb(
        "decide",
        commands.review_sibling,
        may=may_review_sibling,
        transition="keep",
        takes=inputs.DecideSiblingInput,
        needs_version=True,
        operation="decide_sibling",
        about="A person looked again: the notice is kept, or withdrawn with its remedies. No other falls with it.",
    ),
)


def actions_for(actor: Actor, case: Notice | SiblingReview, *, now: datetime) -> list[Action]:
    """What this actor can do about the notice or the second look now; absent means not possible."""
    return verbs.actions_for(NOTICE if isinstance(case, Notice) else SIBLING, actor, case, now=now)
