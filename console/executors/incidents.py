"""Incidents as compliance works on them: what was done, what is said, the finding, the money, and closing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import CaseError, ConflictOfInterest, NotFound
from casework.machine import states_on
from casework.serving import send
from casework.templatetags.casework_tags import moment_text, money
from console.executors import showing
from console.executors.forms import ClaimForm, CompensateForm, FindForm, Form
from console.executors.frame import seen_version, staff, surface
from console.executors.steps import RETRY
from console.frame import ROWS, show
from executors import commands, queries
from executors.machine import AWAITS_FINDING, COMPENSABLE, CONTESTABLE, INCIDENT_STATES, INCIDENT_TABS, OWED_MONEY
from executors.models import Compensation, Incident
from executors.policies import may_find_incident
from executors.queries.pages import codes_of, events_of

TABS = {tab: states_on(INCIDENT_STATES, tab) for tab in INCIDENT_TABS}
IS_OWED_MONEY = Q(state__in=OWED_MONEY) & ~Exists(Compensation.objects.filter(incident=OuterRef("pk")))


def to_incident(ref: str) -> HttpResponse:
    return redirect("executing:incident", ref=ref)


@surface("GET", "HEAD")
def incidents(request: HttpRequest) -> HttpResponse:
    """Every incident; what waits for a finding first."""
    actor, now = staff(request), clock.now()
    every = queries.incidents_for(actor)
    labels = {
        "find": _("To find"),
        "pay": _("To make whole"),
        "wait": _("Waiting for the executor"),
        "closed": _("Closed"),
    }
    counts = {name: every.filter(state__in=states).count() for name, states in TABS.items()}
    asked = request.GET.get("tab", "") or next((name for name in TABS if counts[name]), "find")
    if asked not in TABS:
        raise NotFound()
    rows = _ordered(every.filter(state__in=TABS[asked]), asked, now)
    paging = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return show(
        request,
        "executors/incidents.html",
        place="incidents",
        tabs=[(name, labels[name], counts[name]) for name in TABS],
        tab=asked,
        rows=[_row(each, now) for each in paging],
        nothing=_("No incident here."),
        paging=paging,
        now=now,
    )


def _ordered(rows: QuerySet[Incident], tab: str, now: datetime) -> QuerySet[Incident]:
    """What the platform is late with comes first, the latest of all at the top; then as each tab has it."""
    if tab == "wait":
        return rows.order_by("explain_by", "id")
    owed = Case(
        When(IS_OWED_MONEY, then=F("compensate_by")),
        When(state__in=AWAITS_FINDING, then=F("find_by")),
        default=None,
        output_field=DateTimeField(),
    )
    late = Case(When(owed__lt=now, then=F("owed")), default=None, output_field=DateTimeField())
    return rows.annotate(owed=owed, late=late).order_by(F("late").asc(nulls_last=True), "-created_at", "id")


def _row(row: Incident, now: datetime) -> dict[str, Any]:
    owed = _owed(row)
    contest_by = row.contest_by if row.state in CONTESTABLE and row.round == 1 else None
    return {
        "number": row.number,
        "url": reverse("executing:incident", args=[row.ref]),
        "executor": row.act.executor.party.name,
        "person": row.act.person.code,
        "title": _("notice %(number)s") % {"number": row.subject_number},
        "state": str(row.state),
        "label": row.get_state_display(),
        "due_at": min(each["at"] for each in owed) if owed else row.explain_by if row.state == "OPENED" else contest_by,
        "is_late": row.late_since(now) is not None,
        "at": row.created_at,
    }


@surface("GET", "HEAD")
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """One incident, with the step that is next."""
    return _incident(request, ref)


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """A file beside the executor's statement."""
    row = queries.incident_for(staff(request), ref)
    found = next((each for each in row.files.all() if each.no == no), None)
    if found is None:
        raise NotFound()
    return send(request, found.attachment, original="original" in request.GET)


@surface("POST")
def find(request: HttpRequest, ref: str) -> HttpResponse:
    """A person says whose fault it was, with reasons."""
    form = FindForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        refused = _try(
            form,
            commands.find_incident,
            actor=staff(request),
            ref=ref,
            outcome=said["finding"],
            error_class=said["error_kind"],
            reasons=said["reasons"],
            corrective_step=said["corrective_step"],
            expected_version=seen_version(request),
            now=clock.now(),
        )
        if not refused:
            messages.success(request, _("The finding is on file. The executor was told."))
            return to_incident(ref)
    return _incident(request, ref, find_form=form)


@surface("POST")
def compensate(request: HttpRequest, ref: str) -> HttpResponse:
    """What the platform paid the affected party, in its own name."""
    form = CompensateForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        refused = _try(
            form,
            commands.compensate_incident,
            actor=staff(request),
            ref=ref,
            amount_minor=said["amount"],
            currency="CNY",
            reference=said["reference"],
            words=said["words"],
            expected_version=seen_version(request),
            now=clock.now(),
        )
        if not refused:
            messages.success(request, _("It is on file that the affected party was made whole."))
            return to_incident(ref)
    return _incident(request, ref, money_form=form)


@surface("POST")
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform claims back what it paid, at most that."""
    form = ClaimForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        refused = _try(
            form,
            commands.claim_recourse,
            actor=staff(request),
            incident_ref=ref,
            amount_minor=said["amount"],
            words=said["words"],
            expected_version=seen_version(request),
            now=clock.now(),
        )
        if not refused:
            messages.success(request, _("The claim is on file. The executor was told."))
            return to_incident(ref)
    return _incident(request, ref, claim_form=form)


@surface("POST")
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing more is to be done about it."""
    form = Form(request.POST)
    refused = _try(
        form,
        commands.close_incident,
        actor=staff(request),
        ref=ref,
        expected_version=seen_version(request),
        now=clock.now(),
    )
    if refused:
        return _incident(request, ref, close_form=form)
    messages.success(request, _("The incident is closed."))
    return to_incident(ref)


def _try(form: Form, command: Any, **asked: Any) -> CaseError | None:
    """The command, or its refusal beside the field it is about."""
    try:
        command(**asked)
    except (*RETRY, ConflictOfInterest) as refused:
        form.take(refused)
        return refused
    return None


def _incident(
    request: HttpRequest,
    ref: str,
    *,
    find_form: FindForm | None = None,
    money_form: CompensateForm | None = None,
    claim_form: ClaimForm | None = None,
    close_form: Form | None = None,
) -> HttpResponse:
    actor, now = staff(request), clock.now()
    row = queries.incident_for(actor, ref)
    state = str(row.state)
    events = list(events_of(row))
    typed = next((form for form in (find_form, money_form, claim_form, close_form) if form is not None), None)
    awaits_finding = row.state in AWAITS_FINDING
    conflict = may_find_incident(actor, row) if awaits_finding else None
    may_contest = row.state in CONTESTABLE and row.may_still_be_contested(now)
    paid = list(row.compensations.all())
    recourse = getattr(row, "recourse", None)
    may_pay = (state in OWED_MONEY and not paid) or (state in COMPENSABLE and money_form is not None)
    can_claim = recourse is None and row.is_answered_for and state in ("COMPENSATED", "CLOSED") and _sum(paid) > 0
    return show(
        request,
        "executors/incident.html",
        status=400 if typed is not None else 200,
        place="incidents",
        form=typed,
        incident={
            "ref": row.ref,
            "number": row.number,
            "version": row.version,
            "state": state,
            "label": row.get_state_display(),
            "title": _("Notice %(number)s was overturned") % {"number": row.subject_number},
            "executor": row.act.executor.party.name,
            "executor_url": reverse("executing:executor", args=[row.act.executor.ref]),
        },
        due_at=row.explain_by if state == "OPENED" else row.contest_by if may_contest else None,
        due_label=_("Explain by") if state == "OPENED" else _("Contest until"),
        owed=_owed(row),
        act=_act_rows(row),
        outcome=_outcome_rows(row),
        explanation=_explanation(row),
        nothing_said=_("Nothing yet. It has until the time above.")
        if state == "OPENED"
        else _("The time passed without a statement. It can still be handed in until the finding."),
        findings=_findings(row),
        find_form=(find_form or FindForm()) if awaits_finding and conflict is None else None,
        find_hint=_("Somebody else found before. Look at it anew.") if state == "CONTESTED" else "",
        is_second=state == "CONTESTED",
        cannot_find=_cannot_find(state, conflict),
        compensations=[_paid(each) for each in paid],
        money_form=(money_form or CompensateForm(initial={"amount": "0.00"})) if may_pay else None,
        recourse=_recourse(recourse) if recourse is not None else None,
        claim_form=(claim_form or ClaimForm()) if can_claim else None,
        claim_hint=_("At most %(amount)s, what the affected party got.") % {"amount": money(_sum(paid))},
        can_close=state == "COMPENSATED" and row.finding_stands(now),
        close_from=row.contest_by if state == "COMPENSATED" and may_contest else None,
        nothing_follows=_("Nothing more is to be done.") if state == "CLOSED" and not can_claim else "",
        siblings_url=siblings_url(row),
        entries=showing.course(events, codes_of(each.actor_ref for each in events)),
        now=now,
    )


def _owed(row: Incident) -> list[dict[str, Any]]:
    """What the platform owes now, each with its time."""
    found = []
    if row.compensate_by is not None and row.state in OWED_MONEY and not row.compensations.all():
        found.append({"at": row.compensate_by, "label": _("Make the affected party whole by")})
    if row.find_by is not None and row.state in AWAITS_FINDING:
        found.append({"at": row.find_by, "label": _("Find by")})
    return found


def siblings_url(row: Incident) -> str:
    """Where the measures that share the cause are looked at, in the app that knows them."""
    return reverse("siblings:list") + f"?cause={row.ref}"


def _cannot_find(state: str, conflict: CaseError | None) -> str:
    if conflict is not None:
        return _("You found on it before, or worked for this executor. Somebody else has to find.")
    return _("The executor can explain itself first. A finding is possible after that.") if state == "OPENED" else ""


def _act_rows(row: Incident) -> list[dict[str, Any]]:
    act = row.act
    certificates = [
        _("%(rule)s %(number)s, level %(level)s")
        % {
            "rule": link.certification.rule_version.rule.name,
            "number": link.certification.rule_version.number,
            "level": link.certification.level,
        }
        for link in act.certifications.all()
    ]
    return showing.rows_of(
        [
            (_("Notice"), row.subject_number),
            (_("Acted at"), moment_text(act.acted_at)),
            (_("Person"), act.person.code),
            (_("Mandate"), _("version %(no)s") % {"no": act.mandate.no}),
            (_("Certificates"), "\n".join(certificates)),
            (_("Instruction"), getattr(getattr(act, "instruction", None), "number", "")),
            (_("Tool"), act.tool_version),
            (_("Queue"), act.queue),
            (_("Shift"), act.shift),
            (_("Category"), act.category),
        ]
    )


def _outcome_rows(row: Incident) -> list[dict[str, Any]]:
    outcome = row.outcome
    return showing.rows_of(
        [
            (_("Overturned by"), capfirst(outcome.get_source_display())),
            (_("Decided"), moment_text(outcome.decided_at)),
            (_("What was wrong"), capfirst(outcome.get_error_class_display())),
            (_("Affected party"), row.party.name),
        ]
    )


def _explanation(row: Incident) -> dict[str, Any] | None:
    if row.explained_by is None:
        return None
    return {
        "text": row.explanation,
        "who": row.explained_by.code,
        "at": row.explained_at,
        "is_late": row.explained_at is not None and row.explained_at > row.explain_by,
        "files": [
            {
                "url": reverse("executing:file", args=[row.ref, each.no]),
                "name": each.attachment.name,
                "size": each.attachment.size,
                "media_type": each.attachment.media_type,
            }
            for each in row.files.all()
        ],
    }


def _findings(row: Incident) -> list[dict[str, Any]]:
    return [
        {
            "is_second": each.round == 2,
            "label": each.get_outcome_display(),
            "reasons": each.reasons,
            "error": each.get_error_class_display(),
            "step": each.corrective_step,
            "officer": each.found_by.officer_code,
            "at": each.found_at,
            "contest": row.contest_reasons if each.round == 1 else "",
            "contested_at": row.contested_at,
        }
        for each in row.findings.all()
    ]


def _sum(paid: list[Any]) -> int:
    return sum(each.amount_minor for each in paid)


def _paid(row: Any) -> dict[str, Any]:
    return {
        "amount": money(row.amount_minor, row.currency),
        "to": row.party.name,
        "at": row.paid_at,
        "reference": row.reference,
        "words": row.words,
    }


def _recourse(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "url": reverse("executing:recourse", args=[row.ref]),
        "state": str(row.state),
        "label": row.get_state_display(),
        "claimed": money(row.claimed_minor, row.currency),
    }
