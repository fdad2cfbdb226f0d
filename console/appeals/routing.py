"""The rules of routing: whoever leads drafts one, tries it against the last days' appeals, and puts it in force."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Team
from appeals import commands
from appeals.lists import LANGUAGES
from appeals.models import IN_FORCE, SHARED_HOURS, Ground, RoutingRule
from appeals.policies import OVERSEES, may_route
from appeals.queries.team import TRIED_FOR, rehearse_rule
from casework import clock
from casework.errors import or_not_found, require
from console.appeals.team import reviewers
from console.frame import list_view, show, staff, surface
from surfaces.forms import Amount, CommandForm, PlainText, number
from surfaces.lists import Column, Kind, Listing, Order, Tab

SHOWN = 50
EVERY = pgettext_lazy("filter", "any")
SHARED, SINCE = gettext_lazy("Everybody’s before it is due"), gettext_lazy("In force since")


class RuleForm(CommandForm):
    """A draft of a rule; what is left empty fits every appeal."""

    place = forms.IntegerField(
        label=gettext_lazy("Place in the order"),
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("The first rule that fits counts. It ends the rule that has its place."),
    )
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=[("", EVERY), *Ground.choices], required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", EVERY), *LANGUAGES.items()], required=False
    )
    amount_over = Amount(label=gettext_lazy("More money at stake than (yuan)"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.filter(is_external=False), label=gettext_lazy("Kept for the team"), required=False
    )
    skill = PlainText(
        label=gettext_lazy("Kept for whoever has the skill"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A word that stands among the skills of people; “senior” is every senior reviewer."),
    )
    shared_hours = forms.TypedChoiceField(
        label=gettext_lazy("Everybody’s at the latest before it is due"),
        choices=list(SHARED_HOURS.items()),
        coerce=int,
        initial=8,
    )


RULES = RoutingRule.objects.select_related("team", "drafted_by", "enforced_by", "ended_by")


def fits(row: RoutingRule) -> str:
    """Which appeals the rule is for, in words."""
    amount = row.amount_over
    said = [row.get_ground_display(), LANGUAGES.get(row.language, "")]
    said += [_("over ¥%(amount)s") % {"amount": f"{amount / 100:,.2f}"}] if amount is not None else []
    return " · ".join(filter(None, map(str, said))) or _("every appeal")


rules = list_view(
    Listing[RoutingRule](
        title=gettext_lazy("Rules of routing"),
        hint=gettext_lazy("Appeals stand first for whom the first rule that fits names, and are everybody’s in time."),
        nothing=gettext_lazy("No rule is here: every appeal is offered to everybody."),
        rows=lambda _asked: RULES.all(),
        tabs=[
            Tab("in-force", pgettext_lazy("rules of routing", "In force"), IN_FORCE),
            Tab("drafts", gettext_lazy("Drafts"), Q(enforced_at=None, ended_at=None)),
            Tab("ended", gettext_lazy("Ended"), Q(ended_at__isnull=False)),
        ],
        orders={"place": Order(("place", "id"))},
        by="pk",
        columns=[
            Column("place", gettext_lazy("Rule"), lambda line: line.row.place, Kind.FIGURE),
            Column("fits", gettext_lazy("Appeals"), lambda line: fits(line.row)),
            Column("whom", gettext_lazy("Kept for"), lambda line: line.row.whom),
            Column(
                "shared", gettext_lazy("Everybody’s before it is due"), lambda line: line.row.get_shared_hours_display()
            ),
            Column(
                "since", gettext_lazy("In force since"), lambda line: line.row.enforced_at, Kind.MOMENT, on=["in-force"]
            ),
            Column("ended", gettext_lazy("Ended"), lambda line: line.row.ended_at, Kind.MOMENT, on=["ended"]),
        ],
        link=lambda line: reverse("workbench:rule", args=[line.row.pk]),
        test=("rules", ""),
        template="console/appeals/routing.html",
    ),
    roles=OVERSEES,
    more=lambda asked: {"may_route": may_route(asked.actor) is None},
)
"""Every rule: those in force in their order, drafts, and what ended."""


@surface("GET", "HEAD", "POST", roles=OVERSEES)
def draft(request: HttpRequest) -> HttpResponse:
    """Takes a draft of a rule, which changes nothing, and leads to what it would have kept."""
    actor = staff(request, *OVERSEES)
    require(may_route(actor))
    form, made = RuleForm(request.POST or None), []
    if request.method == "POST" and form.carried_out(
        lambda said: made.append(commands.draft_rule(actor=actor, now=clock.now(), **said))
    ):
        return redirect("workbench:rule", made[0].pk)
    return show(
        request,
        "confirm.html",
        status=400 if form.errors else 200,
        form=form,
        heading=_("A rule of routing"),
        effects=[
            _("It is a draft and changes nothing. Next you see which of the last days’ appeals it would have kept."),
            _("A rule says to whom an appeal is offered first. It gives nobody a case in which they have a conflict."),
        ],
        button=_("See what it would have done"),
        back_url=reverse("workbench:routing"),
    )


@surface("GET", "HEAD", "POST", roles=OVERSEES)
def rule(request: HttpRequest, no: int) -> HttpResponse:
    """Shows what a rule would have kept of the last days' appeals; whoever leads puts it in force, ends or drops it."""
    actor, now = staff(request, *OVERSEES), clock.now()
    if request.method == "POST":
        if "end" in request.POST:
            commands.end_rule(actor=actor, no=no, now=now)
            messages.success(request, _("The rule keeps nothing any more."))
        else:
            replaces = number(request.POST.get("replaces", ""))
            commands.enforce_rule(actor=actor, no=no, now=now, replaces=replaces)
            messages.success(request, _("The rule is in force, also for what waits already."))
        return redirect("workbench:routing")
    row = or_not_found(RULES.filter(pk=no).first())
    people = [each.actor for each in reviewers(now) if not each.is_absent]
    tried = rehearse_rule(row, people, now=now) if row.ended_at is None else None
    return show(
        request,
        "appeals/rule.html",
        rule=row,
        fits=fits(row),
        replaces=RULES.filter(IN_FORCE, place=row.place).exclude(pk=row.pk).first() if tried else None,
        tried=tried,
        lines=[(each, each in tried.for_nobody) for each in tried.kept[:SHOWN]] if tried else [],
        days=TRIED_FOR.days,
        may_route=may_route(actor) is None,
    )
