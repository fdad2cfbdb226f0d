"""What people can do with an instruction, an incident, and a claim that follows from one."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import CaseError
from casework.formats import deadline_text
from casework.verbs import Verb
from executors import asks, commands, policies
from executors.inputs import incidents
from executors.machine import IncidentState
from executors.models import Incident, Instruction, InstructionKind, Recourse
from executors.queries.todo import due_at_of
from surfaces.asks import Ask, Page, StaffPage


def instruction_due(actor: Actor, instruction: Instruction) -> datetime:
    return instruction.due_at


def can_be_withdrawn(actor: Actor, instruction: Instruction, now: datetime) -> bool:
    """What was overturned stays owed."""
    return instruction.kind != InstructionKind.REVERSAL


StaffPart, Part = partial(StaffPage, within=True), partial(Page, within=True)
"""Asked for on the page of the case itself."""

INSTRUCTION = (
    Verb(
        "acknowledge",
        commands.acknowledge_instruction,
        may=policies.may_answer_instruction,
        due_at=instruction_due,
        takes=incidents.AcknowledgeInstructionInput,
        follows=_("It is on record who took it on. The platform can still withdraw it."),
        about="The executor takes it on. Said again, or after it went further, it changes nothing.",
        page=(
            Part(
                button=_("I take this on"),
                done=_("You have taken it on. Report it here once it is done."),
            ),
            StaffPart(
                _("Take it on"),
                [_("No executor may carry it out, so the platform does.")],
                button=_("I take this on"),
                done=_("You have taken it on. Report it here once it is done."),
            ),
        ),
    ),
    Verb(
        "complete",
        commands.complete_instruction,
        may=policies.may_answer_instruction,
        due_at=instruction_due,
        takes=incidents.CompleteInstructionInput,
        follows=_("It is on file as done, with what shows it. This cannot be changed."),
        about="The executor reports it done, and how that is shown. The same report again gets the same answer.",
        page=(
            Part(
                _("Report it done"),
                button=_("Report it done"),
                done=_("It is on file as done."),
                asks={
                    "evidence": Ask(
                        _("What shows that it is done"),
                        _("For example the time of the change and its number in your system."),
                        missing=_("Say what shows that it is done."),
                        counts=True,
                    )
                },
            ),
            StaffPage(_("Report it done"), button=_("Report it done"), done=_("It is on file as done."), within=True),
        ),
    ),
    Verb(
        "withdraw",
        commands.withdraw_instruction,
        may=policies.may_withdraw_instruction,
        when=can_be_withdrawn,
        takes=incidents.WithdrawInstructionInput,
        about="The platform takes it back. What was reported done before stays done; what is reported after is "
        "refused.",
        page=StaffPart(
            _("Withdraw it"),
            button=_("Withdraw the instruction"),
            done=_("The instruction was withdrawn."),
            is_loss=True,
            asks={"reason": Ask(_("Why"), _("The executor reads it."))},
        ),
    ),
)


def hearing_due(actor: Actor, incident: Incident) -> datetime | None:
    return due_at_of(incident)


def what_explaining_does(actor: Actor, incident: Incident, now: datetime) -> str:
    text = gettext(
        "It is handed in once and stays as you wrote it. Compliance has to find who answers for it by %(by)s."
    )
    return text % {"by": deadline_text(incident.find_by or commands.find_due(now), "zone")}


def what_contesting_does(actor: Actor, incident: Incident, now: datetime) -> str:
    text = gettext(
        "Somebody who had no part in the finding decides anew by %(by)s. This is possible once and cannot be taken "
        "back; the new finding stands."
    )
    return text % {"by": deadline_text(commands.find_due(now), "zone")}


def can_be_contested(actor: Actor, incident: Incident, now: datetime) -> bool:
    return incident.may_still_be_contested(now)


def finding_is_final(actor: Actor, incident: Incident, now: datetime) -> bool:
    return incident.finding_is_final(now)


INCIDENT = (
    Verb(
        "explain",
        commands.explain_incident,
        may=policies.may_explain_incident,
        due_at=hearing_due,
        takes=incidents.ExplainInput,
        follows=what_explaining_does,
        about="The executor says what happened; late, too, as long as nothing is found.",
        page=Part(
            _("Your statement"),
            button=_("Hand in my statement"),
            done=_("Your statement is on file. Compliance now looks at it."),
            files=Ask(_("Files"), _("Pictures, PDF or film that show what you saw. Cover what does not matter here.")),
        ),
    ),
    Verb(
        "contest",
        commands.contest_finding,
        may=policies.may_contest_finding,
        when=can_be_contested,
        due_at=hearing_due,
        takes=incidents.ContestInput,
        follows=what_contesting_does,
        about="The executor contests the finding, once; somebody else finds anew.",
        page=Page(
            _("Contest the finding on %(number)s?"),
            [_("The affected party is made whole meanwhile; they need not wait for it.")],
            button=_("Contest the finding"),
            done=_("The finding is contested. Somebody who had no part in it decides anew."),
        ),
    ),
    Verb(
        "find",
        commands.find_incident,
        may=policies.may_find_incident,
        takes=incidents.FindInput,
        about="A person of compliance finds whose fault it was, with reasons and what is to be done better.",
        page=StaffPart(
            _("Find"),
            [_("The executor reads it and can contest it once; then somebody else finds anew.")],
            button=_("Put the finding on file"),
            done=_("The finding is on file. The executor was told."),
        ),
    ),
    Verb(
        "compensate",
        commands.compensate_incident,
        may=policies.may_compensate_incident,
        takes=incidents.CompensateInput,
        about="The platform made the harmed party whole in its own name, or says why nothing is owed.",
        page=StaffPart(
            _("Make the affected party whole"),
            [
                _(
                    "First, and in the platform's own name, whatever the executor owes. "
                    "Where nothing is owed, enter 0 and say why."
                )
            ],
            button=_("Put it on file as paid"),
            done=_("It is on file that the affected party was made whole."),
            starts=lambda incident, now: {"amount_minor": 0},
        ),
    ),
    Verb(
        "close",
        commands.close_incident,
        may=policies.may_close_incident,
        when=finding_is_final,
        about="Nothing is left to do.",
        page=StaffPart(
            _("Close"),
            [_("The affected party has been made whole. Recourse goes on by itself.")],
            button=_("Close the incident"),
            done=_("The incident is closed."),
        ),
    ),
)


def may_claim(actor: Actor, incident: Incident) -> CaseError | None:
    return policies.may_claim_recourse(actor)


def can_be_claimed(actor: Actor, incident: Incident, now: datetime) -> bool:
    is_found = incident.state in (IncidentState.COMPENSATED, IncidentState.CLOSED) and incident.is_answered_for
    return is_found and not hasattr(incident, "recourse") and asks.paid(incident) > 0


# It opens a claim, so it is no step of the incident in the API; the page asks for it beside the incident's own.
CLAIM = Verb(
    "claim",
    commands.claim_recourse,
    may=may_claim,
    arguments={"ref": "incident_ref"},
    transition="",
    when=can_be_claimed,
    takes=incidents.ClaimRecourseInput,
    has_endpoint=False,
    page=StaffPart(
        _("Claim it back"),
        [_("At most %(amount)s, what the affected party got.")],
        button=_("Claim it from the executor"),
        done=_("The claim is on file. The executor was told."),
        words=asks.paid_words,
    ),
)

# Beside the explanation, so `actions[]` names the explanation alone.
INCIDENT_FILES = (
    Verb(
        "files",
        commands.add_incident_file,
        may=policies.may_explain_incident,
        transition="add_file",
        takes=incidents.IncidentFileInput,
        needs_version=False,
        status=201,
        about="Put a file beside the explanation, until it is given; sealed as received.",
        by_hand="explain: on a page files are handed in with the words",
    ),
)


def finding_of_recourse_is_final(actor: Actor, recourse: Recourse, now: datetime) -> bool:
    return recourse.incident.finding_is_final(now)


RECOURSE = (
    Verb(
        "dispute",
        commands.dispute_recourse,
        may=policies.may_dispute_recourse,
        takes=incidents.DisputeRecourseInput,
        follows=_(
            "Your reasons stand beside the claim for good. It stays open until the platform settles it or writes it "
            "off."
        ),
        about="The executor disputes the claim, with the reasons.",
        page=Page(
            _("Dispute the claim"), button=_("Dispute the claim"), done=_("Your objection is on file."), within=True
        ),
    ),
    Verb(
        "part-payment",
        commands.record_part_payment,
        may=policies.may_record_payment,
        transition="record_part_payment",
        when=finding_of_recourse_is_final,
        takes=incidents.PaymentInput,
        about="A part of the claim was paid; the rest stays open.",
        page=StaffPage(
            _("A part was paid"), button=_("Enter the payment"), done=_("It is in the ledger."), within=True
        ),
    ),
    Verb(
        "settle",
        commands.settle_recourse,
        may=policies.may_end_recourse,
        when=finding_of_recourse_is_final,
        takes=incidents.SettleInput,
        about="The claim is settled; nothing of it is open any more.",
        page=StaffPart(
            _("Settle"),
            [_("What is paid last; the rest is waived.")],
            button=_("Settle the claim"),
            done=_("It is in the ledger."),
        ),
    ),
    Verb(
        "write-off",
        commands.write_off_recourse,
        may=policies.may_end_recourse,
        takes=incidents.WriteOffInput,
        about="The platform gives up what is still open, with the reason.",
        page=StaffPart(
            _("Write off"),
            [_("Nothing more is expected.")],
            button=_("Write it off"),
            done=_("It is in the ledger."),
            is_loss=True,
        ),
    ),
)
