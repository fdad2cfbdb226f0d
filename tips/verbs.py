"""What people can do with a tip: one row each. Giving one has an ordinary view."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework import verbs
from casework.actor import Actor
from casework.models import Case
from casework.verbs import Action, Verb
from notices.queries import decided_from
from surfaces.asks import StaffPage
from tips import commands, inputs, policies
from tips.models import Tip, TipFinding


def due_at(actor: Actor, case: Tip) -> datetime | None:
    return case.due_at


def can_be_found(actor: Actor, case: Tip, now: datetime) -> bool:
    return not case.finding and case.reporter_id is not None


def is_proposed(actor: Actor, case: Tip, now: datetime) -> bool:
    return case.finding == TipFinding.PROPOSED


def proposed(case: Tip, now: datetime) -> Mapping[str, Any]:
    return {"subject": case.named, "object_ref": (case.links.splitlines() or [""])[0][:200]}


def finding(case: Tip, **_address: Any) -> Mapping[str, Any]:
    return {"facts": case.finding_facts, "reasons": case.finding_reasons}


TOLD = _("Whoever gave the tip is told your answer, and that it was decided.")
Decides = partial(Verb, may=policies.may_decide_tip)
TIP = (
    Decides(
        "act",
        commands.act_on_tip,
        takes=inputs.ActOnTipInput,
        due_at=due_at,
        about="A person takes a measure by an ordinary notice, whose source is a report by someone.",
        page=StaffPage(
            _("Take a measure on %(number)s"),
            (
                _("An ordinary notice says that a report led to it, and nothing of who gave it. It can be appealed."),
                TOLD,
            ),
            button=_("Take the measure"),
            done=_("The measure is taken, and whoever gave the tip is told."),
            starts=proposed,
            choices=decided_from,
        ),
    ),
    Decides(
        "dismiss",
        commands.dismiss_tip,
        takes=inputs.DismissTipInput,
        due_at=due_at,
        about="A person decides that what was reported is not confirmed.",
        page=StaffPage(
            _("%(number)s is not confirmed"),
            [_("No measure is taken."), TOLD],
            button=_("Not confirmed"),
            done=_("Whoever gave the tip was told."),
        ),
    ),
    Decides(
        "set-aside",
        commands.set_tip_aside,
        takes=inputs.DismissTipInput,
        due_at=due_at,
        about="A person decides that no rule covers what was reported.",
        page=StaffPage(
            _("No rule covers %(number)s"),
            [_("No measure is taken. The list of such tips shows where rules are missing."), TOLD],
            button=_("No rule covers it"),
            done=_("Whoever gave the tip was told."),
        ),
    ),
    Decides(
        "see-reporter",
        commands.see_tip_reporter,
        takes=inputs.SeeReporterInput,
        about="Puts on record why this person looks at who gave the tip; for half an hour they are shown it.",
        page=StaffPage(
            _("See who gave %(number)s"),
            [_("Your look is on record with its reason. You see it for half an hour. Pass it on to nobody.")],
            button=_("See who gave it"),
            done=_("Your look is on record."),
        ),
    ),
    Decides(
        "find",
        commands.find_tip_malicious,
        takes=inputs.FindTipInput,
        when=can_be_found,
        about="A person proposes to find that an unfounded tip was made in bad faith.",
        page=StaffPage(
            _("Propose that %(number)s was made in bad faith"),
            [_("To be wrong is no bad faith. A second person decides; before that nothing follows.")],
            button=_("Propose it"),
            done=_("A second person decides."),
            is_loss=True,
            choices=decided_from,
        ),
    ),
    Verb(
        "confirm-finding",
        commands.confirm_tip_finding,
        may=policies.may_confirm_finding,
        takes=inputs.ConfirmFindingInput,
        when=is_proposed,
        about="A second person finds so, too, by a notice that can be appealed; or does not, and nothing follows.",
        page=StaffPage(
            _("Was %(number)s made in bad faith?"),
            (
                "%(facts)s",
                "%(reasons)s",
                _("If you find so, too, an ordinary notice goes to whoever gave the tip, who can appeal it."),
            ),
            words=finding,
            button=_("Decide"),
            done=_("It is decided, and whoever gave the tip is told."),
        ),
    ),
)
TIP_FILES = (
    Verb(
        "files",
        commands.add_tip_file,
        may=policies.may_add_file,
        transition="add_file",
        takes=inputs.TipFileInput,
        needs_version=False,
        status=201,
        about="Puts a file beside the tip while nothing is decided.",
        by_hand="new: on a page files are handed in with the tip",
    ),
)
VERBS: dict[type[Case], tuple[Verb, ...]] = {Tip: TIP}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the tip now."""
    return verbs.actions_for(TIP, actor, case, now=now)
