"""Grants a version of an executor's mandate, or ends one early after a page that says what follows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import or_not_found
from console.executors.forms import MandateForm, ReasonForm
from console.executors.frame import form_page, given, staff, surface
from executors import commands, queries
from executors.queries.measures import measure_kinds
from rules.queries import rules_with_history


@surface("GET", "HEAD", "POST")
def grant_mandate(request: HttpRequest, ref: str) -> HttpResponse:
    """Grants a version of the mandate; the one before ends where it starts."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    kinds = measure_kinds()
    rules = [(rule.code, rule.name) for rule in rules_with_history()]
    before = next((m for m in executor.mandates.all() if m.is_in_force(clock.now())), None)
    initial: dict[str, Any] = {}
    if before is not None:
        levels = {m.measure_type: str(m.level) for m in before.measures.all()}
        initial = {f"level_{place}": levels.get(code, "") for place, (code, _label) in enumerate(kinds)} | {
            "rules": [r.rule.code for r in before.rules.all()],
            "categories": "\n".join(c.category for c in before.categories.all()),
            "ceiling": None if before.ceiling_minor is None else f"{before.ceiling_minor / 100:.2f}",
            "effective_until": before.effective_until,
        }
    form = MandateForm(given(request), initial=initial, kinds=kinds, rules=rules)

    return form_page(
        request,
        ref,
        form,
        lambda _said: commands.grant_mandate(actor=actor, ref=ref, mandate=form.draft(), now=clock.now()),
        done=_("The mandate is granted."),
        anchor="mandate",
        heading=_("What %(name)s may do") % {"name": executor.party.name},
        lede=_("A version is fixed once granted. The one in force ends where this one starts.")
        if before is not None
        else _("A version is fixed once granted. Whatever is not named here, it may not do."),
        groups=[
            {
                "title": _("Kinds of measure"),
                "hint": _("Which may be carried out, and which level of certificate each takes."),
                "fields": form.level_fields,
                "pair": True,
            },
            {"title": _("Where"), "fields": [form["rules"], form["categories"]]},
            {"title": _("How much and how long"), "fields": [form["ceiling"]]},
            {"fields": [form["effective_from"], form["effective_until"]], "pair": True},
        ],
        button=_("Grant this mandate"),
    )


@surface("GET", "HEAD", "POST")
def revoke_mandate(request: HttpRequest, ref: str, mandate: str) -> HttpResponse:
    """Ends a version of the mandate now, after a page that says what follows."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    row = or_not_found(next((m for m in executor.mandates.all() if m.ref == mandate), None))
    return form_page(
        request,
        ref,
        ReasonForm(given(request)),
        lambda said: commands.revoke_mandate(
            actor=actor, ref=ref, mandate=mandate, reason=said["reason"], now=clock.now()
        ),
        done=_("The mandate is revoked."),
        anchor="mandate",
        template="executors/confirm.html",
        heading=_("Revoke version %(no)s of the mandate of %(name)s?") % {"no": row.no, "name": executor.party.name},
        effects=[
            _("From now on nothing can be done under it. What was done before stands."),
            _("To let it act again, grant a new version."),
        ],
        button=_("Revoke the mandate"),
        danger=True,
    )
