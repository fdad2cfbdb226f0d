"""The sentences about each event of an appeal: for its parties, for reviewers, in messages; and which are public."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import EventText

EVENTS: Mapping[str, EventText] = {
    "appeal.filed": EventText(
        party=_("The appeal was submitted."),
        staff=_("Appeal filed"),
        message=_("We have received your appeal."),
        public=True,
    ),
    "appeal.answered": EventText(
        party=_("The appeal named no new fact. The earlier answer and its reasons stand."),
        staff=_("Answered with the earlier reasons: no new fact was named"),
        message=_("Your appeal was answered with the earlier reasons."),
        public=True,
    ),
    "appeal.late_accepted": EventText(
        party=_("The late appeal was accepted."),
        staff=_("The late appeal was accepted"),
        message=_("Your late appeal was accepted."),
        public=True,
        answers=True,
    ),
    "appeal.late_refused": EventText(
        party=_("The late appeal was not accepted."),
        staff=_("The late appeal was refused"),
        message=_("Your late request was answered."),
        public=True,
        answers=True,
    ),
    "appeal.human_demanded": EventText(
        party=_("A person was demanded. A person will decide."),
        staff=_("A person was demanded"),
        message=_("Your appeal was passed to a person."),
        public=True,
    ),
    "appeal.filing_confirmed": EventText(
        party=_("What the officer took down on the phone was confirmed or corrected."),
        staff=_("The appellant confirmed or corrected what was taken down on the phone"),
        public=True,
    ),
    "appeal.evidence_submitted": EventText(
        party=_("Evidence was submitted (version %(version)s)."), staff=_("Evidence submitted")
    ),
    # What the system thought is shown to a reviewer only after their own first view, and only as advice.
    "appeal.triaged": EventText(party=_("The system sorted the appeal into a queue. That decides nothing.")),
    "appeal.routed_to_person": EventText(
        party=_("The system did not decide; the appeal waits for a person."),
        staff=_("Waits for a person"),
        message=_("Your appeal was passed to a person."),
    ),
    "appeal.claimed": EventText(party=_("A person took the appeal up."), staff=_("Taken by an officer")),
    "appeal.assigned": EventText(
        party=_("A person has the appeal."),
        staff=_("Assigned to an officer by a senior reviewer"),
        staff_message=_("An appeal was given to you."),
    ),
    "appeal.released": EventText(party=_("The appeal waits for another person."), staff=_("Given back to the queue")),
    "appeal.first_view_recorded": EventText(staff=_("An officer locked a first view")),
    "appeal.information_requested": EventText(
        party=_("Something more was asked for."),
        staff=_("More was asked for"),
        message=_("We need something more from you."),
        public=True,
        answers=True,
    ),
    "appeal.information_given": EventText(
        party=_("The question was answered."), staff=_("The question was answered"), public=True
    ),
    "appeal.information_lapsed": EventText(
        party=_("The time to answer passed. We decide on what we have."), staff=_("The time to answer passed")
    ),
    "appeal.withdrawn": EventText(
        party=_("The appeal was withdrawn."), staff=_("Withdrawn by the appellant"), public=True
    ),
    "appeal.decided": EventText(
        party=_("The appeal was decided."),
        staff=_("Decided"),
        message=_("Your appeal has been decided."),
        public=True,
        answers=True,
    ),
    "appeal.translated": EventText(
        party=_("A translation of the decision was added. The original counts."),
        staff=_("A translation of the decision was added"),
        message=_("There is a translation of a decision on your appeal."),
    ),
    "appeal.overdue": EventText(
        party=_("We missed our own time limit. We are sorry; your appeal comes first now."),
        staff=_("The time to decide passed"),
        message=_("We are late with your appeal, and we are sorry. It now comes first."),
        public=True,
    ),
    "appeal.due_recomputed": EventText(
        party=_("The working days of our time to decide were counted anew, by a newly published calendar."),
        staff=_("The working days of our time to decide were counted anew, by a newly published calendar."),
        message=_("The working days of our time to decide were counted anew, by a newly published calendar."),
    ),
    "appeal.closed_as_corrected": EventText(
        party=_("The platform revoked the measure itself, so the appeal was closed."),
        staff=_("Closed: the platform revoked the measure itself"),
        message=_("The platform revoked the measure itself."),
        public=True,
    ),
}

ON_THE_PHONE: Mapping[str, EventText] = {
    "appeal.filed": EventText(
        party=_("An officer of the human line submitted the appeal for you."),
        staff=_("Appeal filed by an officer, for a caller"),
        message=_("An officer submitted an appeal for you on the phone. Please confirm or correct it."),
    ),
    "appeal.human_demanded": EventText(
        party=_("An officer of the human line took down that a person shall decide. A person will decide."),
        staff=_("A person was demanded, taken down by an officer for a caller"),
        message=_("An officer took down for you that a person shall decide. Please confirm or correct it."),
    ),
}
"""The sentences where an officer took it down for a caller, which the facts of the event say (`for_caller`)."""


def text_of(event: str, facts: Mapping[str, object]) -> EventText:
    """The sentences about this very event."""
    return ON_THE_PHONE[event] if event in ON_THE_PHONE and facts.get("for_caller") else EVENTS[event]
