"""What people can do with executors, each verb once; see `casework.verbs`. What the system does has no row here.

What opens a case (register, instruct, claim) has an ordinary view: there is no case yet to which it could belong.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.errors import CaseError
from casework.models import Case
from casework.verbs import Action, Verb
from executors import asks, commands, policies
from executors.inputs import incidents, registry, training
from executors.machine import IncidentState
from executors.models import Attempt, Certification, Executor, Incident, Instruction, InstructionKind, Recourse
from executors.queries.todo import due_at_of
from surfaces.asks import STAFF, Ask, Page

EXECUTOR = (
    Verb(
        "begin-training",
        commands.begin_training,
        may=policies.may_manage_executor,
        about="The executor's people may train and sit tests.",
        page=Page(
            _("Let %(name)s train?"),
            [_("Its people may read the material and sit tests. Nothing may be carried out yet.")],
            button=_("Begin training"),
            done=_("Its people may train now."),
            by=STAFF,
        ),
    ),
    Verb(
        "certify",
        commands.certify_executor,
        may=policies.may_manage_executor,
        about="The executor has at least one person with a certification in force.",
        page=Page(
            _("Say that %(name)s is certified?"),
            [
                _("At least one of its people must hold a certificate in force."),
                _("Nothing may be carried out before it is activated."),
            ],
            button=_("Certify it"),
            done=_("It is certified."),
            by=STAFF,
        ),
    ),
    Verb(
        "activate",
        commands.activate_executor,
        may=policies.may_manage_executor,
        needs_version=True,
        about="The executor may act within its mandate, if contract, processing terms and mandate are in force.",
        page=Page(
            _("Let %(name)s act?"),
            [
                _("Notices can be issued in its name within its mandate, by certified people."),
                _("The platform answers for everything that it does."),
            ],
            button=_("Activate it"),
            done=_("It may act now."),
            by=STAFF,
        ),
    ),
    Verb(
        "suspend",
        commands.suspend_executor,
        may=policies.may_suspend_executor,
        takes=registry.SuspendInput,
        needs_version=True,
        about="A person of compliance stops the executor: nothing is issued in its name until a person lets it again.",
        page=Page(
            _("Suspend %(name)s?"),
            [
                _("From now on no notice can be issued in its name. What was issued before stands."),
                _("Its open instructions are withdrawn and given to somebody else."),
                _("The measures that it took and that are still open are listed to be looked at again."),
                _("Only a person can reinstate it."),
            ],
            button=_("Suspend it"),
            done=_("It is suspended."),
            is_loss=True,
            by=STAFF,
        ),
    ),
    Verb(
        "reinstate",
        commands.reinstate_executor,
        may=policies.may_reinstate_executor,
        takes=registry.ReinstateInput,
        needs_version=True,
        about="A person of compliance lets the executor act again, with the reason.",
        page=Page(
            _("Reinstate %(name)s?"),
            [
                _("Notices can be issued in its name again, within its mandate, by certified people."),
                _("The test that suspends begins anew."),
            ],
            button=_("Reinstate it"),
            done=_("It may act again."),
            by=STAFF,
        ),
    ),
    Verb(
        "end",
        commands.end_executor,
        may=policies.may_manage_executor,
        takes=registry.EndInput,
        needs_version=True,
        about="The executor works for the platform no more; what it did stays on record.",
        page=Page(
            _("End the work of %(name)s?"),
            [
                _("It works for the platform no more. This cannot be undone."),
                _("What it did stays on record. Its data must be given back or deleted as its terms say."),
            ],
            button=_("End it"),
            done=_("It works for the platform no more."),
            is_loss=True,
            by=STAFF,
        ),
    ),
    Verb(
        "extend-contract",
        commands.extend_contract,
        may=policies.may_manage_executor,
        takes=registry.ExtendContractInput,
        needs_version=True,
        about="The contract runs longer than it did.",
        page=Page(
            _("Extend the contract: %(name)s"),
            button=_("Extend the contract"),
            done=_("The contract was extended."),
            place="top",
            stands=asks.contract,
            by=STAFF,
        ),
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
        page=Page(
            _("Terms for personal data: %(name)s"),
            [_("Without terms in force it may see no personal data and cannot act (PIPL, article 21).")],
            button=_("Put the terms on file"),
            done=_("The terms are on file."),
            place="terms",
            starts=asks.terms,
            by=STAFF,
        ),
    ),
    Verb(
        "pay-terms",
        commands.add_pay_term,
        may=policies.may_manage_executor,
        transition="add_pay_term",
        takes=registry.PayTermInput,
        status=201,
        about="What the executor is paid by. Pay that follows rejections is refused.",
        page=Page(
            _("What %(name)s is paid for"),
            [_("Pay must not depend on how many it rejects: whoever is paid for rejections finds some.")],
            button=_("Put it on file"),
            done=_("The term is on file."),
            place="terms",
            starts=asks.pay,
            choices=asks.metrics,
            by=STAFF,
        ),
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
        page=Page(
            _("What %(name)s may do"),
            [
                _("A version is fixed once granted. Whatever is not named here, it may not do."),
                _("The version in force ends where this one starts."),
            ],
            button=_("Grant this mandate"),
            done=_("The mandate is granted."),
            place="mandate",
            stands=asks.mandate,
            choices=asks.mandate_choices,
            by=STAFF,
        ),
    ),
    Verb(
        "persons",
        commands.add_person,
        may=policies.may_manage_executor,
        transition="add_person",
        takes=registry.AddPersonInput,
        status=201,
        about="Somebody works for the executor from now on. Outsiders know them by the code in the answer.",
        page=Page(
            _("Somebody new at %(name)s"),
            button=_("Add the person"),
            done=_("Added. Outside, the person is known only by a code."),
            place="people",
            choices=asks.firms,
            by=STAFF,
        ),
    ),
    Verb(
        "sub-processors",
        commands.propose_sub_processor,
        may=policies.may_propose_sub_processor,
        transition="propose_sub_processor",
        takes=registry.ProposeSubProcessorInput,
        status=201,
        about="Somebody to whom the executor would pass a part of the work; not before the platform agrees.",
        page=Page(
            _("A firm that %(name)s would pass data on to"),
            button=_("Enter it"),
            done=_("It is on file and waits for your decision."),
            place="terms",
            by=STAFF,
        ),
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
        page=Page(
            _("End the work of %(code)s?"),
            [
                _("They are signed out of their work here and can carry out nothing more."),
                _("What they did stays on record under this code."),
            ],
            button=_("End it"),
            done=_("They work for it no more."),
            is_loss=True,
            place="people",
            words=asks.person,
            by=STAFF,
        ),
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
        page=Page(
            _("A firm that %(name)s would pass data on to"),
            done=lambda said, sub: _("Approved.") if said["approved"] else _("Refused."),
            place="terms",
            by=STAFF,
        ),
    ),
    Verb(
        "revoke-mandate",
        commands.revoke_mandate,
        may=policies.may_manage_executor,
        path="mandates/<str:mandate>/revoke",
        takes=registry.RevokeMandateInput,
        needs_version=True,
        about="A version of the mandate ends now, with the reason.",
        page=Page(
            _("Revoke version %(no)s of the mandate of %(name)s?"),
            [
                _("From now on nothing can be done under it. What was done before stands."),
                _("To let it act again, grant a new version."),
            ],
            button=_("Revoke the mandate"),
            done=_("The mandate is revoked."),
            is_loss=True,
            place="mandate",
            words=asks.mandate_words,
            by=STAFF,
        ),
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
        by_hand="executors.web.views.training.save: the questions are read beside the material",
    ),
    Verb(
        "finish",
        commands.finish_attempt,
        may=may_answer_test,
        transition="",
        about="Hand the test in. Passed, it gives a certification; either way it says which answers are right, and "
        "why.",
        by_hand="executors.web.views.training.finish: what is ticked is kept first",
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
        by_hand="CERTIFICATE_PAGE: on a page it is a step of the executor's, whose version is checked",
    ),
)

# The page of a certificate is one of its executor's, whose version it checks; the API's address names the certificate.
CERTIFICATE_PAGE = Verb(
    "withdraw-certificate",
    commands.withdraw_certification,
    may=policies.may_withdraw_certification,
    path="certificates/<slug:certificate>/withdraw",
    arguments={"certificate": "ref"},
    transition="withdraw_certification",
    takes=training.WithdrawCertificationInput,
    needs_version=True,
    has_endpoint=False,
    page=Page(
        _("Withdraw the certificate of %(code)s?"),
        [
            _("%(rule)s, level %(level)s"),
            _("From now on nothing can be issued under it. What was issued before stands."),
            _("The person can train and sit the test again."),
        ],
        button=_("Withdraw it"),
        done=_("The certificate counts no more."),
        is_loss=True,
        place="people",
        words=asks.certificate,
        by=STAFF,
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
        page=(
            Page(
                effects=[_("The platform sees that somebody of yours has read it. It can still be withdrawn.")],
                button=_("I take this on"),
                done=_("You have taken it on. Report it here once it is done."),
                within=True,
            ),
            Page(
                _("Take it on"),
                [_("No executor may carry it out, so the platform does.")],
                button=_("I take this on"),
                done=_("You have taken it on. Report it here once it is done."),
                by=STAFF,
                within=True,
            ),
        ),
    ),
    Verb(
        "complete",
        commands.complete_instruction,
        may=policies.may_answer_instruction,
        due_at=instruction_due,
        takes=incidents.CompleteInstructionInput,
        about="The executor reports it done, and how that is shown. The same report again gets the same answer.",
        page=(
            Page(
                _("Report it done"),
                button=_("Report it done"),
                done=_("It is on file as done."),
                within=True,
                asks={
                    "evidence": Ask(
                        _("What shows that it is done"),
                        _("For example the time of the change and its number in your system."),
                        missing=_("Say what shows that it is done."),
                        counts=True,
                    )
                },
            ),
            Page(
                _("Report it done"), button=_("Report it done"), done=_("It is on file as done."), by=STAFF, within=True
            ),
        ),
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
        page=Page(
            _("Withdraw it"),
            button=_("Withdraw the instruction"),
            done=_("The instruction was withdrawn."),
            by=STAFF,
            within=True,
            is_loss=True,
            asks={"reason": Ask(_("Why"), _("The executor reads it."))},
        ),
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
        page=Page(
            _("Your statement"),
            [_("It is handed in once and stays as you wrote it.")],
            button=_("Hand in my statement"),
            done=_("Your statement is on file. Compliance now looks at it."),
            within=True,
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
        needs_version=True,
        about="The executor contests the finding, once; somebody else finds anew.",
        page=Page(
            _("Contest the finding on %(number)s?"),
            [
                _("Somebody who had no part in the finding decides anew."),
                _("This is possible once. The new finding stands."),
                _("The affected party is made whole meanwhile; they need not wait for it."),
            ],
            button=_("Contest the finding"),
            done=_("The finding is contested. Somebody who had no part in it decides anew."),
        ),
    ),
    Verb(
        "find",
        commands.find_incident,
        may=policies.may_find_incident,
        takes=incidents.FindInput,
        needs_version=True,
        about="A person of compliance finds whose fault it was, with reasons and what is to be done better.",
        page=Page(
            _("Find"),
            [_("The executor reads it and can contest it once; then somebody else finds anew.")],
            button=_("Put the finding on file"),
            done=_("The finding is on file. The executor was told."),
            by=STAFF,
            within=True,
        ),
    ),
    Verb(
        "compensate",
        commands.compensate_incident,
        may=policies.may_compensate_incident,
        takes=incidents.CompensateInput,
        needs_version=True,
        about="The platform made the harmed party whole in its own name, or says why nothing is owed.",
        page=Page(
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
            by=STAFF,
            within=True,
        ),
    ),
    Verb(
        "close",
        commands.close_incident,
        may=policies.may_close_incident,
        when=finding_is_final,
        needs_version=True,
        about="Nothing is left to do.",
        page=Page(
            _("Close"),
            [_("The affected party has been made whole. Recourse goes on by itself.")],
            button=_("Close the incident"),
            done=_("The incident is closed."),
            by=STAFF,
            within=True,
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
    needs_version=True,
    has_endpoint=False,
    page=Page(
        _("Claim it back"),
        [_("At most %(amount)s, what the affected party got.")],
        button=_("Claim it from the executor"),
        done=_("The claim is on file. The executor was told."),
        words=asks.paid_words,
        by=STAFF,
        within=True,
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
        needs_version=True,
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
        needs_version=True,
        about="A part of the claim was paid; the rest stays open.",
        page=Page(
            _("A part was paid"), button=_("Enter the payment"), done=_("It is in the ledger."), by=STAFF, within=True
        ),
    ),
    Verb(
        "settle",
        commands.settle_recourse,
        may=policies.may_end_recourse,
        when=finding_of_recourse_is_final,
        takes=incidents.SettleInput,
        needs_version=True,
        about="The claim is settled; nothing of it is open any more.",
        page=Page(
            _("Settle"),
            [_("What is paid last; the rest is waived.")],
            button=_("Settle the claim"),
            done=_("It is in the ledger."),
            by=STAFF,
            within=True,
        ),
    ),
    Verb(
        "write-off",
        commands.write_off_recourse,
        may=policies.may_end_recourse,
        takes=incidents.WriteOffInput,
        needs_version=True,
        about="The platform gives up what is still open, with the reason.",
        page=Page(
            _("Write off"),
            [_("Nothing more is expected.")],
            button=_("Write it off"),
            done=_("It is in the ledger."),
            is_loss=True,
            by=STAFF,
            within=True,
        ),
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
