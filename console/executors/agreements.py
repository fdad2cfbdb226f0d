"""Agreements with an executor: terms for personal data, the contract, its sub-processors, its pay."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import Invalid
from console.executors.forms import ContractForm, PayForm, SubProcessorForm, TermsForm
from console.executors.frame import form_page, given, staff, surface, to_executor
from executors import commands, queries


@surface("GET", "HEAD", "POST")
def record_terms(request: HttpRequest, ref: str) -> HttpResponse:
    """Records what it may do with personal data."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    form = TermsForm(
        given(request), initial={"effective_from": executor.contract_from, "until": executor.contract_until}
    )
    return form_page(
        request,
        ref,
        form,
        lambda said: commands.record_processing_terms(
            actor=actor, ref=ref, terms=commands.TermsDraft(**said), now=clock.now()
        ),
        done=_("The terms are on file."),
        anchor="terms",
        heading=_("Terms for personal data: %(name)s") % {"name": executor.party.name},
        lede=_("Without terms in force it may see no personal data and cannot act (PIPL, article 21)."),
        button=_("Put the terms on file"),
    )


@surface("GET", "HEAD", "POST")
def extend_contract(request: HttpRequest, ref: str) -> HttpResponse:
    """Extends the contract."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    form = ContractForm(
        given(request),
        initial={"contract_number": executor.contract_number, "contract_until": executor.contract_until},
    )
    return form_page(
        request,
        ref,
        form,
        lambda said: commands.extend_contract(
            actor=actor,
            ref=ref,
            contract_number=said["contract_number"],
            until=said["contract_until"],
            now=clock.now(),
        ),
        done=_("The contract was extended."),
        heading=_("Extend the contract: %(name)s") % {"name": executor.party.name},
        button=_("Extend the contract"),
    )


@surface("GET", "HEAD", "POST")
def propose_sub(request: HttpRequest, ref: str) -> HttpResponse:
    """Records a firm that it would pass data on to; it waits for a decision."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    return form_page(
        request,
        ref,
        SubProcessorForm(given(request)),
        lambda said: commands.propose_sub_processor(actor=actor, ref=ref, now=clock.now(), **said),
        done=_("It is on file and waits for your decision."),
        anchor="terms",
        heading=_("A firm that %(name)s would pass data on to") % {"name": executor.party.name},
        button=_("Enter it"),
    )


@surface("POST")
def decide_sub(request: HttpRequest, ref: str, sub: str) -> HttpResponse:
    """Decides whether that part may be passed on; once."""
    answer = request.POST.get("approved", "")
    if answer not in ("yes", "no"):
        raise Invalid.field("/approved", "unknown", _("Choose one of the listed values."))
    commands.decide_sub_processor(
        actor=staff(request), ref=ref, sub_processor=sub, approved=answer == "yes", now=clock.now()
    )
    messages.success(request, _("Approved.") if answer == "yes" else _("Refused."))
    return to_executor(ref, "terms")


@surface("GET", "HEAD", "POST")
def add_pay(request: HttpRequest, ref: str) -> HttpResponse:
    """Records what it is paid for; pay by rejections is refused with the reason."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    form = PayForm(given(request), initial={"starts_at": clock.now()})
    return form_page(
        request,
        ref,
        form,
        lambda said: commands.add_pay_term(actor=actor, ref=ref, now=clock.now(), **said),
        done=_("The term is on file."),
        anchor="terms",
        heading=_("What %(name)s is paid for") % {"name": executor.party.name},
        lede=_("Pay must not depend on how many it rejects: whoever is paid for rejections finds some."),
        button=_("Put it on file"),
    )
