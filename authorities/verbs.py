"""What people can do with a seat and a matter: one row each."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from authorities import commands, inputs, policies
from authorities.models import Matter, Seat
from casework import verbs
from casework.actor import Actor
from casework.models import Case
from casework.verbs import Action, Verb
from surfaces.asks import StaffPage

NONE_OPEN = _("No case is open to the seat.")
SeenTo = partial(Verb, may=policies.may_see_to)

SEAT = (
    SeenTo(
        "open-case",
        commands.open_case_to_seat,
        takes=inputs.OpenCaseInput,
        about="The person reads this case, and no other, for this matter, parties masked; with both empty, none.",
        page=StaffPage(
            _("Open a case to %(name)s"),
            (
                _("They read this case and no other, parties and numbers masked. With both empty they read none."),
                _("Names that somebody typed in free text beside those of the parties are not masked: read it first."),
            ),
            words=lambda case: {"name": case},
            button=_("Open a case"),
            done=lambda said, seat: _("The case is open to the seat.") if seat.case_number else NONE_OPEN,
        ),
    ),
    SeenTo(
        "end",
        commands.end_seat,
        takes=inputs.EndSeatInput,
        about="The person reads nothing any more.",
        page=StaffPage(
            _("End the seat of %(name)s"),
            [_("They read nothing any more, from this moment on. A new seat needs two people again.")],
            words=lambda case: {"name": case},
            button=_("End the seat"),
            done=_("The seat has ended."),
            is_loss=True,
        ),
    ),
)
MATTER = (
    SeenTo(
        "draft",
        commands.draft_answer,
        takes=inputs.DraftAnswerInput,
        about="The answer waits for another person, who sends it.",
        page=StaffPage(
            _("Draft the answer to %(number)s"),
            [_("Another person reads it and sends it. Until then you can change it.")],
            button=_("Draft the answer"),
            done=_("The answer is drafted. Another person sends it."),
            starts=lambda case, now: {"answer": case.answer},
        ),
    ),
    Verb(
        "send",
        commands.send_answer,
        may=policies.may_send_answer,
        about="The answer went out as another person had drafted it.",
        page=StaffPage(
            _("Record the answer to %(number)s as sent"),
            (
                _("You read the answer below and it goes out exactly so. It cannot be taken back or changed."),
                "%(answer)s",
            ),
            words=lambda case: {"number": case.number, "answer": case.answer},
            button=_("Send the answer"),
            done=_("The answer is on record as sent."),
        ),
    ),
    SeenTo(
        "follow-up",
        commands.follow_up_matter,
        takes=inputs.FollowUpInput,
        transition="note_follow_up",
        about="Notes what was done or heard after the answer.",
        page=StaffPage(
            _("Follow up %(number)s"),
            [_("It stands under today's date, below what was noted before.")],
            button=_("Follow up"),
            done=_("It is noted."),
        ),
    ),
    SeenTo(
        "close",
        commands.close_matter,
        takes=inputs.CloseMatterInput,
        about="Nothing changes it any more; what was held for it ends as it would have.",
        page=StaffPage(
            _("Close %(number)s"),
            (
                _("Nothing changes it any more. No case is read for it, and legal holds put for it are lifted."),
                _("One that was not answered is closed with the reason why."),
            ),
            button=_("Close the matter"),
            done=_("The matter is closed."),
            is_loss=True,
        ),
    ),
)
VERBS = {Seat: SEAT, Matter: MATTER}


def actions_for(actor: Actor, case: Case, *, now: datetime) -> list[Action]:
    """What this actor can do about the seat or matter now."""
    return verbs.actions_for(VERBS[type(case)], actor, case, now=now)
