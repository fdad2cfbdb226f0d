"""What people can do with a right holder's notice: one row each. Filing one has an ordinary view."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.formats import deadline_text
from casework.models import Case
from casework.verbs import Action, Verb
from infringements import commands, inputs, policies
from infringements.models import Infringement
from notices.queries import decided_from
from surfaces.asks import Ask, Page, StaffPage

FILES = _("Pictures, PDF or film. The other side sees them.")


def silence_at(actor: Actor, case: Infringement) -> datetime | None:
    return case.silence_at


def is_in_time(actor: Actor, case: Infringement, now: datetime) -> bool:
    return case.silence_at is not None and now <= case.silence_at


def can_be_asked(actor: Actor, case: Infringement, now: datetime) -> bool:
    return case.answer_by is None


def can_be_answered(actor: Actor, case: Infringement, now: datetime) -> bool:
    return case.answer_by is not None and not case.answer and not case.finding


def answer_by(actor: Actor, case: Infringement) -> datetime | None:
    return case.answer_by


def can_be_found(actor: Actor, case: Infringement, now: datetime) -> bool:
    return not case.finding and commands.may_be_found(case, now)


def what_a_statement_does(actor: Actor, case: Infringement, now: datetime) -> str:
    text = gettext(
        "Your statement and its files go to the right holder at once, with your name and contact, and cannot be "
        "changed. If it shows no complaint or lawsuit by %(by)s, the measure ends by itself."
    )
    return text % {"by": deadline_text(commands.silence_due(now).at, "zone")}


def said_so_far(case: Infringement, now: datetime) -> Mapping[str, Any]:
    names = (name for name in inputs.Said.__dataclass_fields__ if name != "merchant")
    return {"merchant": case.shop, **{name: getattr(case, name) for name in names}}


def proposed(case: Infringement, now: datetime) -> Mapping[str, Any]:
    """What the measure may say, in the merchant's language; the officer checks and changes it."""
    with override(case.merchant.language if case.merchant else None):
        facts = gettext(
            "%(holder)s notified under %(number)s that goods of the shop infringe its %(right)s (%(no)s)."
        ) % {
            "holder": case.holder_name,
            "number": case.number,
            "right": case.right_title,
            "no": case.registration_no or case.get_right_kind_display(),
        }
        scope = gettext("The listing is not shown or sold until the notice of the right holder is settled.")
    return {"object_ref": (case.links.splitlines() or [""])[0][:200], "facts": facts, "scope": scope}


Decides = partial(Verb, may=policies.may_decide_infringement)
INFRINGEMENT = (
    Verb(
        "complete",
        commands.complete_infringement,
        may=policies.may_complete_infringement,
        takes=inputs.NoticeWordsInput,
        follows=_(
            "This replaces what the notice says so far. Once nothing is missing it takes effect and a person decides "
            "about it; you can withdraw it."
        ),
        about="Replaces what the notice says. It takes effect once `missing` is empty.",
        page=Page(
            _("Complete your notice %(number)s"),
            button=_("Save"),
            done=lambda said, case: (
                _("Something is still missing; it is named below.")
                if case.missing
                else _("Your notice is complete. A person decides.")
            ),
            stands=said_so_far,
            files=Ask(_("Files that show the right"), FILES, needed=True),
        ),
    ),
    Verb(
        "state",
        commands.state_no_infringement,
        may=policies.may_state_no_infringement,
        transition="state_no_infringement",
        takes=inputs.StateNoInfringementInput,
        follows=what_a_statement_does,
        about="The merchant states that there is no infringement. It reaches the right holder, who has 15 days.",
        page=Page(
            _("State that there is no infringement"),
            [_("A false statement can make you liable.")],
            button=_("Send my statement"),
            done=_("Your statement was forwarded to the right holder."),
            files=Ask(_("Files that show it"), FILES, needed=True),
        ),
    ),
    Verb(
        "report-proceedings",
        commands.report_proceedings,
        may=policies.may_report_proceedings,
        when=is_in_time,
        due_at=silence_at,
        takes=inputs.ReportProceedingsInput,
        follows=_(
            "The measure stays until the outcome is on record, and the merchant is told. This is handed in once and "
            "cannot be changed."
        ),
        about="The right holder shows within the 15 days that it complained or sued. The measure stays.",
        page=Page(
            _("Show a complaint or lawsuit"),
            button=_("Show a complaint or lawsuit"),
            done=_("It is on record. The measure stays."),
            files=Ask(_("Receipt or notice of acceptance"), FILES, needed=True),
        ),
    ),
    Verb(
        "answer",
        commands.answer_infringement,
        may=policies.may_answer_infringement,
        transition="answer_question",
        when=can_be_answered,
        due_at=answer_by,
        takes=inputs.AnswerInfringementInput,
        follows=_("A person reads your answer before anything is found. It is handed in once and cannot be changed."),
        about="The right holder answers what the platform asks before it may find the notice wrong.",
        page=Page(
            _("Answer the platform"),
            ["%(question)s"],
            words=lambda case: {"question": case.question},
            button=_("Send my answer"),
            done=_("Your answer is on file."),
        ),
    ),
    Verb(
        "withdraw",
        commands.withdraw_infringement,
        may=policies.may_withdraw_infringement,
        follows=_(
            "The notice ends, and a measure that rests on it ends at once. This cannot be undone: for the same you "
            "would have to give notice anew."
        ),
        about="The right holder takes the notice back. A measure that rests on it ends.",
        page=Page(
            _("Take notice %(number)s back?"),
            button=_("Take it back"),
            done=_("Your notice is withdrawn."),
            is_loss=True,
        ),
    ),
    Decides(
        "accept",
        commands.accept_infringement,
        takes=inputs.AcceptInfringementInput,
        about="A person accepts the notice: the measure is taken by an ordinary notice, and the merchant reads both.",
        page=StaffPage(
            _("Accept %(number)s and take the measure"),
            (
                _("An ordinary notice goes to the merchant, who can appeal it; what was notified goes with it."),
                _("It is published without personal data, with what follows (E-Commerce Law, article 44)."),
            ),
            button=_("Take the measure and forward"),
            done=_("The measure is taken and the notice forwarded."),
            starts=proposed,
            choices=decided_from,
        ),
    ),
    Decides(
        "refuse",
        commands.refuse_infringement,
        takes=inputs.RefuseInfringementInput,
        about="A person does not accept the notice, with the reasons.",
        page=StaffPage(
            _("Do not accept %(number)s"),
            [_("No measure is taken. The right holder reads the reasons and can give notice anew.")],
            button=_("Do not accept"),
            done=_("The right holder was told."),
            is_loss=True,
        ),
    ),
    Decides(
        "conclude",
        commands.conclude_infringement,
        takes=inputs.ConcludeInfringementInput,
        about="The outcome of the complaint or lawsuit is recorded and carried out.",
        page=StaffPage(
            _("Outcome of the proceedings on %(number)s"),
            [_("It is carried out at once, and both sides are told.")],
            button=_("Record and carry out"),
            done=_("The outcome was carried out."),
        ),
    ),
    Decides(
        "ask",
        commands.ask_infringement,
        takes=inputs.AskInfringementInput,
        when=can_be_asked,
        about="Hears the right holder, once, before the notice may be found wrong.",
        page=StaffPage(
            _("Hear the right holder on %(number)s"),
            [_("Before a notice is found wrong or made in bad faith, the right holder has three days to answer.")],
            button=_("Ask the right holder"),
            done=_("The right holder was asked."),
        ),
    ),
    Decides(
        "find",
        commands.find_infringement_wrong,
        takes=inputs.FindInfringementInput,
        transition="find_wrong",
        when=can_be_found,
        about="A person finds the notice wrong or made in bad faith, by a notice that the right holder can appeal.",
        page=StaffPage(
            _("Find that %(number)s was wrong"),
            [_("An ordinary notice goes to the right holder, who can appeal it. It is shown at its next notices.")],
            button=_("Record the finding"),
            done=_("The finding is on record."),
            is_loss=True,
        ),
    ),
)
# Beside what a side says next, so `actions[]` names that alone.
INFRINGEMENT_FILES = (
    Verb(
        "files",
        commands.add_infringement_file,
        may=policies.may_add_file,
        transition="add_file",
        takes=inputs.InfringementFileInput,
        needs_version=False,
        status=201,
        about="Puts a file beside what you say next: the notice, the statement, or proof of a complaint or lawsuit.",
        by_hand="complete, state, report-proceedings: on a page files are handed in with the words",
    ),
)
VERBS: dict[type[Case], tuple[Verb, ...]] = {Infringement: INFRINGEMENT}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the notice now."""
    return verbs.actions_for(INFRINGEMENT, actor, case, now=now)
