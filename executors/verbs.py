"""What people can do with executors, each verb once; see `casework.verbs`. What the system does has no row here.

What opens a case (register, instruct, claim) has an ordinary view: there is no case yet to which it could belong.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.errors import CaseError
from casework.models import Case
from casework.verbs import Action, Confirm, Verb
from executors import commands, policies
from executors.inputs import incidents, registry, training
from executors.models import Attempt, Certification, Executor, Incident, Instruction, InstructionKind, Recourse
from executors.queries.todo import due_at_of

EXECUTOR = (
    Verb(
        "begin-training",
        commands.begin_training,
        may=policies.may_manage_executor,
        about="The executor's people may train and sit tests.",
        label=_("Begin training"),
        confirm=Confirm(
            _("Let %(name)s train?"),
            [_("Its people may read the material and sit tests. Nothing may be carried out yet.")],
        ),
        done=_("Its people may train now."),
    ),
    Verb(
        "certify",
        commands.certify_executor,
        may=policies.may_manage_executor,
        about="The executor has at least one person with a certification in force.",
        label=_("Certify it"),
        confirm=Confirm(
            _("Say that %(name)s is certified?"),
            [
                _("At least one of its people must hold a certificate in force."),
                _("Nothing may be carried out before it is activated."),
            ],
        ),
        done=_("It is certified."),
    ),
    Verb(
        "activate",
        commands.activate_executor,
        may=policies.may_manage_executor,
        needs_version=True,
        about="The executor may act within its mandate, if contract, processing terms and mandate are in force.",
        label=_("Activate it"),
        confirm=Confirm(
            _("Let %(name)s act?"),
            [
                _("Notices can be issued in its name within its mandate, by certified people."),
                _("The platform answers for everything that it does."),
            ],
        ),
        done=_("It may act now."),
    ),
    Verb(
        "suspend",
        commands.suspend_executor,
        may=policies.may_suspend_executor,
        takes=registry.SuspendInput,
        needs_version=True,
        about="A person of compliance stops the executor: nothing is issued in its name until a person lets it again.",
        label=_("Suspend it"),
        confirm=Confirm(
            _("Suspend %(name)s?"),
            [
                _("From now on no notice can be issued in its name. What was issued before stands."),
                _("Its open instructions are withdrawn and given to somebody else."),
                _("The measures that it took and that are still open are listed to be looked at again."),
                _("Only a person can reinstate it."),
            ],
            is_loss=True,
            labels={"reason": _("Why")},
            hints={"reason": _("Its people read it.")},
        ),
        done=_("It is suspended."),
    ),
    Verb(
        "reinstate",
        commands.reinstate_executor,
        may=policies.may_reinstate_executor,
        takes=registry.ReinstateInput,
        needs_version=True,
        about="A person of compliance lets the executor act again, with the reason.",
        label=_("Reinstate it"),
        confirm=Confirm(
            _("Reinstate %(name)s?"),
            [
                _("Notices can be issued in its name again, within its mandate, by certified people."),
                _("The test that suspends begins anew."),
            ],
            labels={"reason": _("Why")},
            hints={"reason": _("Its people read it.")},
        ),
        done=_("It may act again."),
    ),
    Verb(
        "end",
        commands.end_executor,
        may=policies.may_manage_executor,
        takes=registry.EndInput,
        needs_version=True,
        about="The executor works for the platform no more; what it did stays on record.",
        label=_("End it"),
        confirm=Confirm(
            _("End the work of %(name)s?"),
            [
                _("It works for the platform no more. This cannot be undone."),
                _("What it did stays on record. Its data must be given back or deleted as its terms say."),
            ],
            is_loss=True,
            labels={"reason": _("Why")},
            hints={"reason": _("Its people read it.")},
        ),
        done=_("It works for the platform no more."),
    ),
    Verb(
        "extend-contract",
        commands.extend_contract,
        may=policies.may_manage_executor,
        takes=registry.ExtendContractInput,
        needs_version=True,
        about="The contract runs longer than it did.",
    ),
    Verb(
        "processing-terms",
        commands.record_processing_terms,
        may=policies.may_manage_executor,
        transition="record_terms",
        takes=registry.ProcessingTermsInput,
        needs_version=True,
        status=201,
        about="A new version of what the executor may do with personal data, and until when.",
    ),
    Verb(
        "pay-terms",
        commands.add_pay_term,
        may=policies.may_manage_executor,
        transition="add_pay_term",
        takes=registry.PayTermInput,
        status=201,
        about="What the executor is paid by. Pay that follows rejections is refused.",
    ),
    Verb(
        "mandates",
        commands.grant_mandate,
        may=policies.may_manage_executor,
        transition="grant_mandate",
        takes=registry.MandateInput,
        needs_version=True,
        status=201,
        about="A new version of what the executor may do; the one before ends where it starts.",
    ),
    Verb(
        "persons",
        commands.add_person,
        may=policies.may_manage_executor,
        transition="add_person",
        takes=registry.AddPersonInput,
        status=201,
        about="Somebody works for the executor from now on. Outsiders know them by the code in the answer.",
    ),
    Verb(
        "sub-processors",
        commands.propose_sub_processor,
        may=policies.may_propose_sub_processor,
        transition="propose_sub_processor",
        takes=registry.ProposeSubProcessorInput,
        status=201,
        about="Somebody to whom the executor would pass a part of the work; not before the platform agrees.",
    ),
)

# `actions[]` names what can be done with the executor as a whole; these are about one person, proposal or mandate.
EXECUTOR_PARTS = (
    Verb(
        "end-person",
        commands.end_person,
        may=policies.may_manage_executor,
        path="persons/<str:code>/end",
        needs_version=True,
        about="Somebody works for the executor no more: they can do nothing from the next request on.",
    ),
    Verb(
        "decide-sub-processor",
        commands.decide_sub_processor,
        may=policies.may_decide_sub_processor,
        path="sub-processors/<str:sub>/decide",
        arguments={"sub": "sub_processor"},
        takes=registry.DecideSubProcessorInput,
        needs_version=True,
        about="A person of the platform agrees to a sub-processor or not, once.",
    ),
    Verb(
        "revoke-mandate",
        commands.revoke_mandate,
        may=policies.may_manage_executor,
        path="mandates/<str:mandate>/revoke",
        takes=registry.RevokeMandateInput,
        needs_version=True,
        about="A version of the mandate ends now, with the reason.",
    ),
)


def may_answer_test(actor: Actor, attempt: Attempt) -> CaseError | None:
    """Whose attempt it is; nobody else finds it."""
    return policies.may_take_test(actor)


ATTEMPT = (
    Verb(
        "answers",
        commands.save_answers,
        may=may_answer_test,
        transition="",
        takes=training.SaveAnswersInput,
        about="Keep answers of an open attempt; those that are not named stay as they were.",
    ),
    Verb(
        "finish",
        commands.finish_attempt,
        may=may_answer_test,
        transition="",
        about="Hand the test in. Passed, it gives a certification; either way it says which answers are right, and "
        "why.",
    ),
)


def may_withdraw_certification(actor: Actor, certification: Certification) -> CaseError | None:
    return policies.may_withdraw_certification(actor, certification.person.executor)


CERTIFICATION = (
    Verb(
        "withdraw",
        commands.withdraw_certification,
        may=may_withdraw_certification,
        transition="withdraw_certification",
        takes=training.WithdrawCertificationInput,
        needs_version=True,
        about="A person of compliance takes a certification back, with the reason. What was done under it stays done. "
        "`If-Match` is the version of the executor for which the person works.",
    ),
)


def instruction_due(actor: Actor, instruction: Instruction) -> datetime:
    return instruction.due_at


def can_be_withdrawn(actor: Actor, instruction: Instruction, now: datetime) -> bool:
    """What was overturned stays owed."""
    return instruction.kind != InstructionKind.REVERSAL


INSTRUCTION = (
    Verb(
        "acknowledge",
        commands.acknowledge_instruction,
        may=policies.may_answer_instruction,
        due_at=instruction_due,
        takes=incidents.AcknowledgeInstructionInput,
        about="The executor takes it on. Said again, or after it went further, it changes nothing.",
        done=_("You have taken it on. Report it here once it is done."),
    ),
    Verb(
        "complete",
        commands.complete_instruction,
        may=policies.may_answer_instruction,
        due_at=instruction_due,
        takes=incidents.CompleteInstructionInput,
        about="The executor reports it done, and how that is shown. The same report again gets the same answer.",
    ),
    Verb(
        "withdraw",
        commands.withdraw_instruction,
        may=policies.may_withdraw_instruction,
        when=can_be_withdrawn,
        takes=incidents.WithdrawInstructionInput,
        needs_version=True,
        about="The platform takes it back. What was reported done before stays done; what is reported after is "
        "refused.",
    ),
)


def hearing_due(actor: Actor, incident: Incident) -> datetime | None:
    return due_at_of(incident)


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
        needs_version=True,
        about="The executor says what happened; late, too, as long as nothing is found.",
    ),
    Verb(
        "contest",
        commands.contest_finding,
        may=policies.may_contest_finding,
        when=can_be_contested,
        due_at=hearing_due,
        takes=incidents.ContestInput,
        needs_version=True,
        label=_("Contest the finding"),
        about="The executor contests the finding, once; somebody else finds anew.",
        confirm=Confirm(
            _("Contest the finding on %(number)s?"),
            [
                _("Somebody who had no part in the finding decides anew."),
                _("This is possible once. The new finding stands."),
                _("The affected party is made whole meanwhile; they need not wait for it."),
            ],
        ),
        done=_("The finding is contested. Somebody who had no part in it decides anew."),
    ),
    Verb(
        "find",
        commands.find_incident,
        may=policies.may_find_incident,
        takes=incidents.FindInput,
        needs_version=True,
        about="A person of compliance finds whose fault it was, with reasons and what is to be done better.",
    ),
    Verb(
        "compensate",
        commands.compensate_incident,
        may=policies.may_compensate_incident,
        takes=incidents.CompensateInput,
        needs_version=True,
        about="The platform made the harmed party whole in its own name, or says why nothing is owed.",
    ),
    Verb(
        "close",
        commands.close_incident,
        may=policies.may_close_incident,
        when=finding_is_final,
        needs_version=True,
        about="Nothing is left to do.",
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
        status=201,
        about="Put a file beside the explanation, until it is given; sealed as received.",
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
        needs_version=True,
        about="The executor disputes the claim, with the reasons.",
    ),
    Verb(
        "part-payment",
        commands.record_part_payment,
        may=policies.may_record_payment,
        transition="record_part_payment",
        when=finding_of_recourse_is_final,
        takes=incidents.PaymentInput,
        needs_version=True,
        about="A part of the claim was paid; the rest stays open.",
    ),
    Verb(
        "settle",
        commands.settle_recourse,
        may=policies.may_end_recourse,
        when=finding_of_recourse_is_final,
        takes=incidents.SettleInput,
        needs_version=True,
        about="The claim is settled; nothing of it is open any more.",
    ),
    Verb(
        "write-off",
        commands.write_off_recourse,
        may=policies.may_end_recourse,
        takes=incidents.WriteOffInput,
        needs_version=True,
        about="The platform gives up what is still open, with the reason.",
    ),
)

VERBS: dict[type[Case], tuple[Verb, ...]] = {
    Executor: EXECUTOR,
    Instruction: INSTRUCTION,
    Incident: INCIDENT,
    Recourse: RECOURSE,
}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the case now; absent means not possible.

    Whoever asks about many cases asks as `policies.as_person(actor)`, so that the person is looked up once.
    """
    return verbs.actions_for(VERBS[type(case)], actor, case, now=now)
