"""Adds people of an executor, ends their work for it, and withdraws certificates.

Whatever takes something away is asked once more on a page that says what follows.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import NotFound
from console.executors.forms import Form, PersonForm, ReasonForm
from console.executors.frame import form_page, given, staff, surface
from executors import commands, queries


@surface("GET", "HEAD", "POST")
def add_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Adds somebody who works for it from now on, known outside by a code."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)

    def act(said: dict[str, Any]) -> None:
        commands.add_person(
            actor=actor,
            ref=ref,
            username=said["username"],
            display_name=said["display_name"],
            password=said["password"] or None,
            is_lead=said["is_lead"],
            sub_processor=said.get("sub_processor", ""),
            now=clock.now(),
        )

    return form_page(
        request,
        ref,
        PersonForm(given(request), subs=[(s.ref, s.name) for s in executor.sub_processors.all() if s.approved]),
        act,
        done=_("Added. Outside, the person is known only by a code."),
        anchor="people",
        heading=_("Somebody new at %(name)s") % {"name": executor.party.name},
        button=_("Add the person"),
    )


@surface("GET", "HEAD", "POST")
def end_person(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Ends somebody's work for it, after a page that says what follows."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    if not any(p.code == code and p.is_live for p in executor.people.all()):
        raise NotFound()
    return form_page(
        request,
        ref,
        Form(given(request)),
        lambda said: commands.end_person(actor=actor, ref=ref, code=code, now=clock.now()),
        done=_("%(code)s works for it no more.") % {"code": code},
        anchor="people",
        template="executors/confirm.html",
        heading=_("End the work of %(code)s?") % {"code": code},
        effects=[
            _("They are signed out of their work here and can carry out nothing more."),
            _("What they did stays on record under this code."),
        ],
        button=_("End it"),
        danger=True,
    )


@surface("GET", "HEAD", "POST")
def withdraw_certificate(request: HttpRequest, ref: str, certificate: str) -> HttpResponse:
    """Withdraws a certificate, with the reason that its holder reads."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    row = next((c for c in queries.certifications_for(actor) if c.ref == certificate), None)
    if row is None or row.person.executor_id != executor.pk or row.withdrawn_at is not None:
        raise NotFound()
    return form_page(
        request,
        ref,
        ReasonForm(given(request), hint=_("The person reads it.")),
        lambda said: commands.withdraw_certification(
            actor=actor, ref=certificate, reason=said["reason"], now=clock.now()
        ),
        done=_("The certificate counts no more."),
        anchor="people",
        template="executors/confirm.html",
        heading=_("Withdraw the certificate of %(code)s?") % {"code": row.person.code},
        effects=[
            _("%(rule)s, level %(level)s") % {"rule": row.rule_version.rule.name, "level": row.level},
            _("From now on nothing can be issued under it. What was issued before stands."),
            _("The person can train and sit the test again."),
        ],
        button=_("Withdraw it"),
        danger=True,
    )
