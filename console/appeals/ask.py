"""Asking the appellant for more: what, to show which fact, until when; read as they will, then sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from appeals import commands
from appeals.inputs import RequestInformationInput
from appeals.queries import appeal_for
from casework import clock
from casework.errors import Invalid, Stale
from console.appeals import context
from console.appeals.case import TYPED, reader, to_case
from console.frame import show, surface, version_of
from surfaces.asks import Ask
from surfaces.forms import number
from surfaces.input_forms import InputForm


@surface("GET", "HEAD", "POST", keeps=TYPED)
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes the question, shows it as the appellant will read it, and sends it."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    due = appeal.notice.promised["information_time"].ends(now)
    least = _("Beijing time; at least %(least)s from now.") % {"least": appeal.notice.promised["information_least"]}
    asks = {"due_at": Ask(_("Until when?"), least)}
    form = InputForm(RequestInformationInput, request.POST or None, asks=asks, initial={"due_at": due})
    step, version, refused = request.POST.get("step", "read"), appeal.version, None
    if step == "change":
        form.ask_again()
    elif form.is_bound and form.is_valid() and step == "send":
        try:
            commands.request_information(
                actor=actor, ref=ref, now=now, expected_version=version_of(request), **form.said()
            )
        except (Invalid, Stale) as error:
            form.add_refusal(error)
            refused = error if isinstance(error, Stale) else None
        else:
            messages.success(request, _("The question was sent. The case comes back to you with the answer."))
            return to_case(ref)
    read = (form.is_bound and number(request.POST.get("version", ""))) or version
    return show(
        request,
        "appeals/ask.html",
        status=refused.status if refused else 400 if form.errors else 200,
        appeal=appeal,
        version=version if refused else read,
        due=form.values.get("due_at") or due,
        form=form,
        step="write" if form.errors or step == "change" or not form.is_bound else "read",
        refused=refused,
        changed=context.changes_since(appeal, read) if refused else [],
        now=now,
    )
