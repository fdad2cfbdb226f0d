"""The sentences about each event of a rule version, of an exit and of a catalogue's change."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import EventText

CHANGES = _("This rule changes. Read and compare it; you may leave on the old terms.")
EVENTS: Mapping[str, EventText] = {
    "rule.drafted": EventText(staff=_("Drafted")),
    "rule.edited": EventText(staff=_("The draft was changed")),
    "rule.consultation_opened": EventText(staff=_("Put out for consultation")),
    "rule.opinion_received": EventText(staff=_("An opinion came")),
    "rule.consultation_closed": EventText(
        staff=_("The consultation closed"),
        staff_message=_("A consultation on a rule closed. Each opinion waits for an answer."),
    ),
    "rule.opinions_answered": EventText(staff=_("Opinions were answered")),
    "rule.changes_explained": EventText(staff=_("Changes after the consultation were explained")),
    "rule.proposed": EventText(
        staff=_("Proposed; drafted and consulted on elsewhere"),
        staff_message=_("A version consulted on elsewhere waits for two people: to enter it, and to adopt it."),
    ),
    "rule.entered": EventText(staff=_("A person checked the record of its consultation and entered it")),
    "rule.talk_recorded": EventText(staff=_("A meeting or survey was put on record")),
    "rule.adopted": EventText(staff=_("Adopted")),
    "rule.publicised": EventText(staff=_("Publicised"), message=CHANGES, public=True),
    "rule.published": EventText(
        staff=_("Publicised; drafted and consulted on elsewhere"), message=CHANGES, public=True
    ),
    "rule.parties_told": EventText(staff=_("Those whom it binds were told"), message=CHANGES),
    "rule.taken_over": EventText(staff=_("Taken over as it was in force before")),
    "rule.started": EventText(staff=_("Took effect")),
    "rule.superseded": EventText(staff=_("Its time was over")),
    "rule.withdrawn": EventText(
        staff=_("Withdrawn before it took effect"),
        message=_("The announced change of this rule was withdrawn. What holds now goes on."),
        public=True,
    ),
    "catalogue_change.proposed": EventText(
        staff=_("A change was proposed that two people sign"),
        staff_message=_("A change waits for its signature."),
        message=_("The platform was asked to give your shop another owner. Object if nobody of you asked for it."),
    ),
    "catalogue_change.entered": EventText(
        staff=_("A person entered it"), staff_message=_("A change waits for its signature.")
    ),
    "catalogue_change.signed": EventText(
        staff=_("Another person signed it"),
        message=_("Two people of the platform gave your shop another owner. See who acts for it."),
    ),
    "catalogue_change.refused": EventText(staff=_("It was refused")),
    "counsel_signature.given": EventText(staff=_("Counsel signed the text")),
    "counsel_signature.withdrawn": EventText(staff=_("Counsel withdrew the signature")),
    "law_work.listed": EventText(staff=_("A law that it rests on changed")),
    "law_work.settled": EventText(staff=_("Somebody looked at it")),
    "exit.requested": EventText(
        party=_("You leave on the old terms."),
        staff=_("The party leaves on the old terms"),
        staff_message=_("A party leaves on old terms. Its refund is to be calculated."),
        public=True,
    ),
    "exit.calculated": EventText(
        party=_("The refund was calculated."),
        staff=_("The refund was calculated"),
        message=_("We calculated what you get back."),
        public=True,
    ),
    "exit.objected": EventText(
        party=_("You objected to the calculation."),
        staff=_("The party objected to the calculation"),
        staff_message=_("A party objected to the calculation of its refund. Somebody else calculates again."),
        public=True,
    ),
    "exit.paid": EventText(
        party=_("The refund was paid."),
        staff=_("The refund was paid"),
        message=_("Your refund was paid."),
        public=True,
    ),
    "exit.late": EventText(
        party=_("The platform is late."),
        staff=_("Not answered or paid in time"),
        staff_message=_("An exit on old terms was not answered or paid in time."),
        public=True,
    ),
    "exit.ended": EventText(party=_("You have left."), staff=_("The party has left"), public=True),
    "exit.withdrawn": EventText(party=_("You stay after all."), staff=_("The party stays after all"), public=True),
}
