"""What people can do with an executor itself: contract, people, terms, mandate, tests and certificates."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import CaseError
from casework.verbs import Verb
from executors import asks, commands, policies
from executors.inputs import registry, training
from executors.models import Attempt, Certification
from surfaces.asks import StaffPage

Managed = partial(Verb, may=policies.may_manage_executor)

EXECUTOR = (
    Managed(
        "begin-training",
        commands.begin_training,
        needs_version=False,
        about="The executor's people may train and sit tests.",
        page=StaffPage(
            _("Let %(name)s train?"),
            [_("Its people may read the material and sit tests. Nothing may be carried out yet.")],
            button=_("Begin training"),
            done=_("Its people may train now."),
        ),
    ),
    Managed(
        "certify",
        commands.certify_executor,
        needs_version=False,
        about="The executor has at least one person with a certification in force.",
        page=StaffPage(
            _("Say that %(name)s is certified?"),
            [
                _("At least one of its people must hold a certificate in force."),
                _("Nothing may be carried out before it is activated."),
            ],
            button=_("Certify it"),
            done=_("It is certified."),
        ),
    ),
    Managed(
        "activate",
        commands.activate_executor,
        about="The executor may act within its mandate, if contract, processing terms and mandate are in force.",
        page=StaffPage(
            _("Let %(name)s act?"),
            [
                _("Notices can be issued in its name within its mandate, by certified people."),
                _("The platform answers for everything that it does."),
            ],
            button=_("Activate it"),
            done=_("It may act now."),
        ),
    ),
    Verb(
        "suspend",
        commands.suspend_executor,
        may=policies.may_suspend_executor,
        takes=registry.SuspendInput,
        about="A person of compliance stops the executor: nothing is issued in its name until a person lets it again.",
        page=StaffPage(
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
        ),
    ),
    Verb(
        "reinstate",
        commands.reinstate_executor,
        may=policies.may_reinstate_executor,
        takes=registry.ReinstateInput,
        about="A person of compliance lets the executor act again, with the reason.",
        page=StaffPage(
            _("Reinstate %(name)s?"),
            [
                _("Notices can be issued in its name again, within its mandate, by certified people."),
                _("The test that suspends begins anew."),
            ],
            button=_("Reinstate it"),
            done=_("It may act again."),
        ),
    ),
    Managed(
        "end",
        commands.end_executor,
        takes=registry.EndInput,
        about="The executor works for the platform no more; what it did stays on record.",
        page=StaffPage(
            _("End the work of %(name)s?"),
            [
                _("It works for the platform no more. This cannot be undone."),
                _("What it did stays on record. Its data must be given back or deleted as its terms say."),
            ],
            button=_("End it"),
            done=_("It works for the platform no more."),
            is_loss=True,
        ),
    ),
    Managed(
        "extend-contract",
        commands.extend_contract,
        takes=registry.ExtendContractInput,
        about="The contract runs longer than it did.",
        page=StaffPage(
            _("Extend the contract: %(name)s"),
            button=_("Extend the contract"),
            done=_("The contract was extended."),
            place="top",
            stands=asks.contract,
        ),
    ),
    Managed(
        "processing-terms",
        commands.record_processing_terms,
        transition="record_terms",
        takes=registry.ProcessingTermsInput,
        status=201,
        about="A new version of what the executor may do with personal data, and until when.",
        page=StaffPage(
            _("Terms for personal data: %(name)s"),
            [_("Without terms in force it may see no personal data and cannot act (PIPL, article 21).")],
            button=_("Put the terms on file"),
            done=_("The terms are on file."),
            place="terms",
            starts=asks.terms,
        ),
    ),
    Managed(
        "pay-terms",
        commands.add_pay_term,
        transition="add_pay_term",
        takes=registry.PayTermInput,
        needs_version=False,
        status=201,
        about="What the executor is paid by. Pay that follows rejections is refused.",
        page=StaffPage(
            _("What %(name)s is paid for"),
            [_("Pay must not depend on how many it rejects: whoever is paid for rejections finds some.")],
            button=_("Put it on file"),
            done=_("The term is on file."),
            place="terms",
            starts=asks.pay,
            choices=asks.metrics,
        ),
    ),
    Managed(
        "mandates",
        commands.grant_mandate,
        transition="grant_mandate",
        takes=registry.MandateInput,
        status=201,
        about="A new version of what the executor may do; the one before ends where it starts.",
        page=StaffPage(
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
        ),
    ),
    Managed(
        "persons",
        commands.add_person,
        transition="add_person",
        takes=registry.AddPersonInput,
        needs_version=False,
        status=201,
        about="Somebody works for the executor from now on. Outsiders know them by the code in the answer.",
        page=StaffPage(
            _("Somebody new at %(name)s"),
            button=_("Add the person"),
            done=_("Added. Outside, the person is known only by a code."),
            place="people",
            choices=asks.firms,
        ),
    ),
    Verb(
        "sub-processors",
        commands.propose_sub_processor,
        may=policies.may_propose_sub_processor,
        transition="propose_sub_processor",
        takes=registry.ProposeSubProcessorInput,
        needs_version=False,
        status=201,
        follows=_("The proposal goes on file. Nothing may be passed on before the platform has agreed."),
        about="Somebody to whom the executor would pass a part of the work; not before the platform agrees.",
        page=StaffPage(
            _("A firm that %(name)s would pass data on to"),
            button=_("Enter it"),
            done=_("It is on file and waits for your decision."),
            place="terms",
        ),
    ),
)

# `actions[]` names what can be done with the executor as a whole; these are about one person, proposal or mandate.
EXECUTOR_PARTS = (
    Managed(
        "end-person",
        commands.end_person,
        path="persons/<str:code>/end",
        about="Somebody works for the executor no more: they can do nothing from the next request on.",
        page=StaffPage(
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
        ),
    ),
    Verb(
        "decide-sub-processor",
        commands.decide_sub_processor,
        may=policies.may_decide_sub_processor,
        path="sub-processors/<str:sub>/decide",
        arguments={"sub": "sub_processor"},
        takes=registry.DecideSubProcessorInput,
        about="A person of the platform agrees to a sub-processor or not, once.",
        page=StaffPage(
            _("May %(name)s pass data on to %(firm)s?"),
            button=_("Put the answer on file"),
            words=asks.firm,
            done=lambda said, sub: _("Approved.") if said["approved"] else _("Refused."),
            place="terms",
        ),
    ),
    Managed(
        "revoke-mandate",
        commands.revoke_mandate,
        path="mandates/<str:mandate>/revoke",
        takes=registry.RevokeMandateInput,
        about="A version of the mandate ends now, with the reason.",
        page=StaffPage(
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
        binds_nothing="answers can be changed until the test is handed in",
        about="Keep answers of an open attempt; those that are not named stay as they were.",
        by_hand="executors.web.views.training.save: the questions are read beside the material",
    ),
    Verb(
        "finish",
        commands.finish_attempt,
        may=may_answer_test,
        transition="",
        follows=_(
            "The test is marked at once and cannot be changed; what is not answered counts as wrong. Passed, it gives "
            "a certificate."
        ),
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
    has_endpoint=False,
    page=StaffPage(
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
    ),
)
