"""The sentences about each event of a dispute: in its room, for staff, in messages; and which are public."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import ON_RECORD_ONLY, EventText

EVENTS: Mapping[str, EventText] = {
    "dispute.opened": EventText(
        party=_("The %(claimant)s opened the dispute."),
        staff=_("The dispute was opened."),
        message=_("A dispute was opened."),
        public=True,
    ),
    "dispute.answered": EventText(
        party=_("The %(respondent)s answered."),
        staff=_("The first answer was given."),
        message=_("The other side answered."),
        public=True,
    ),
    "dispute.escalated": EventText(
        party=_("The platform was called in. A mediator will join."),
        staff=_("The platform was called in."),
        message=_("The platform was called in."),
        staff_message=_("A dispute waits for a mediator."),
        public=True,
    ),
    "dispute.pause_due": EventText(
        party=_("It was time to look whether the pause still holds. Whoever can end it was asked to."),
        staff=_("It was time to look whether the pause still holds."),
        staff_message=_("Look whether a paused dispute can go on."),
    ),
    "dispute.human_demanded": EventText(
        party=_("The %(side)s asked for a person. Only a person decides now, and the system proposes nothing."),
        staff=_("A person was demanded."),
        message=_("A person was asked for."),
        public=True,
    ),
    "dispute.filing_confirmed": EventText(
        party=_("The %(side)s confirmed or corrected what the officer took down on the phone."),
        staff=_("%(side)s confirmed or corrected what was taken down on the phone."),
        message=_("What was taken down on the phone was confirmed or corrected."),
        public=True,
    ),
    "dispute.joined": EventText(
        party=_("A mediator joined, a person: %(mediator)s."),
        staff=_("A mediator joined."),
        message=_("A mediator joined. See who must show what, and by when."),
    ),
    "dispute.handed_over": EventText(
        party=_("Another mediator holds the dispute now: %(mediator)s."),
        staff=_("Another mediator took the dispute over."),
    ),
    "dispute.assigned": EventText(
        party=_("A mediator holds the dispute now, a person: %(mediator)s."),
        staff=_("Oversight gave the dispute to a mediator."),
        message=_("A mediator joined. See who must show what, and by when."),
        staff_message=_("A dispute was given to you."),
    ),
    "dispute.evidence_submitted": EventText(
        party=_("The %(side)s submitted evidence about fact %(fact)s (version %(version)s)."),
        staff=_("Fact %(fact)s: evidence was submitted by %(side)s."),
        message=_("New evidence was submitted. You can answer it."),
        public=True,
    ),
    "dispute.evidence_answered": EventText(
        party=_("The %(side)s has nothing to add about fact %(fact)s."),
        staff=_("Fact %(fact)s: %(side)s had nothing to add."),
    ),
    "dispute.evidence_objected": EventText(
        party=_("The %(side)s objected to evidence %(item)s."), staff=_("%(side)s objected to evidence %(item)s.")
    ),
    "dispute.records_asked": EventText(
        party=_("The %(side)s asked for the platform's own records about fact %(fact)s."),
        staff=_("Fact %(fact)s: the platform's records were asked for by %(side)s."),
        public=True,
    ),
    "dispute.records_sealed": EventText(
        party=_("The platform's records about fact %(fact)s are on file."),
        staff=_("Fact %(fact)s: the platform's records are on file."),
        message=_("The platform's records are on file."),
    ),
    "dispute.fact_admitted": EventText(
        party=_("The %(side)s agreed with the other side on fact %(fact)s. It needs no proof."),
        staff=_("Fact %(fact)s was conceded by %(side)s."),
    ),
    "dispute.fact_defaulted": EventText(
        party=_(
            "The %(bearer)s showed nothing in time about fact %(fact)s. What follows is what the table says: "
            "%(silence)s"
        ),
        staff=_("Fact %(fact)s: the time passed and %(side)s showed nothing; it is %(state)s."),
        message=_("A time limit passed; a fact was found by what is on file."),
    ),
    "dispute.burden_shifted": EventText(
        party=_("The burden of proof moved. Now the %(to)s must show something: “%(statement)s”."),
        staff=_("Fact %(fact)s: the burden moved from %(from)s to %(to)s, who has until %(due)s."),
        message=_("The burden of proof moved."),
        public=True,
        answers=True,
    ),
    "dispute.window_extended": EventText(
        party=_("An outage was added to the time for fact %(fact)s."),
        staff=_("Fact %(fact)s: an outage was added to the time, now until %(due)s."),
        message=_("There is more time: an outage was added to every time limit it fell into."),
    ),
    "dispute.reminded": EventText(
        party=_("The %(side)s was reminded that time runs out soon."),
        staff=_("A reminder was sent."),
        message=_("Your time runs out soon."),
    ),
    "dispute.evidence_closed": EventText(
        party=_("Evidence is closed. The mediator decides now."),
        staff=_("Evidence is closed."),
        message=_("Evidence is closed; the mediator decides."),
    ),
    "dispute.evidence_reopened": EventText(
        party=_("Evidence is open again about fact %(fact)s."),
        staff=_("Evidence on fact %(fact)s is open again."),
        message=_("Evidence is open again."),
        answers=True,
    ),
    "dispute.fact_ruled": EventText(
        staff=_("The mediator ruled on fact %(fact)s."),
        answers=True,
    ),
    "dispute.offer_made": EventText(
        party=_("The %(side)s made an offer."),
        staff=_("An offer was made."),
        message=_("An offer was made."),
        answers=True,
    ),
    "dispute.offer_accepted": EventText(
        party=_("The %(side)s accepted the platform's proposal."), staff=_("One side accepted the platform's proposal.")
    ),
    "dispute.offer_refused": EventText(
        party=_("The %(side)s refused an offer."), staff=_("An offer was refused."), message=_("An offer was refused.")
    ),
    "dispute.offer_withdrawn": EventText(
        party=_("The %(side)s took an offer back."), staff=_("An offer was taken back.")
    ),
    "dispute.offer_lapsed": EventText(party=_("The time of an offer passed."), staff=_("An offer lapsed.")),
    "dispute.settled": EventText(
        party=_("Both sides agreed to the same terms."),
        staff=_("Both sides agreed."),
        message=_("Both sides agreed."),
        public=True,
    ),
    "dispute.fast_refunded": EventText(
        party=_("The %(claimant)s took the fast refund. The platform bears it, and nothing was decided."),
        staff=_("A fast refund was taken; the platform bears it."),
        message=_("A fast refund was taken. Nothing was decided."),
        public=True,
    ),
    "dispute.determined": EventText(
        party=_("The dispute was determined by a person. The letter says why."),
        staff=_("The dispute was determined."),
        message=_("The dispute was determined."),
        public=True,
        answers=True,
    ),
    "dispute.translated": EventText(
        party=_("A translation of the determination was added. The original counts."),
        staff=_("A translation of the determination was added."),
        message=_("There is a translation of a determination."),
    ),
    "dispute.determination_accepted": EventText(
        party=_("The %(side)s accepted the determination."), staff=_("%(side)s accepted the determination.")
    ),
    "dispute.review_requested": EventText(
        party=_("The %(side)s asked for a review by someone else."),
        staff=_("A review by someone else was asked for."),
        message=_("A review by someone else was asked for."),
        staff_message=_("A dispute waits for a mediator."),
        public=True,
    ),
    "dispute.carrying_out": EventText(
        party=_("What has to be done is due now, each part by its time."),
        staff=_("What has to be done is due now."),
        message=_("What has to be done is due now."),
        public=True,
    ),
    "dispute.obligation_followed": EventText(
        party=_("There is news of what is owed: %(owed)s."),
        staff=_("There is news of what is owed."),
        message=_("There is news of what is owed."),
        public=True,
    ),
    "dispute.obligation_not_received": EventText(
        party=_("There is news of what is owed: %(owed)s."),
        staff=_("Whoever something is owed to says that it did not arrive."),
        message=_("The other side says that what you owe has not arrived. Please do it now, or say how it was done."),
        staff_message=_("Something that is owed did not arrive. Please step in."),
        public=True,
    ),
    "dispute.payment_recorded": EventText(
        party=_("There is news of what is owed: %(owed)s."),
        staff=_("A payment of what is owed was proved by the payment channel."),
        message=_("A payment of what is owed was proved by the payment channel."),
        public=True,
    ),
    "dispute.advance_followed": EventText(
        party=_("The platform paid first. That says nothing about the outcome."),
        staff=_("The platform paid first, or got back what it had paid."),
        message=_("The platform paid first."),
        answers=True,
    ),
    "dispute.paused": EventText(
        party=_("The dispute is paused by a court or the police. Every clock stands still."),
        staff=_("The dispute was paused: a court or the police has the matter."),
        message=_("The dispute is paused by a court or the police."),
        answers=True,
    ),
    "dispute.resumed": EventText(
        party=_("The dispute goes on. Every clock was moved by the length of the pause."),
        staff=_("The dispute goes on; every time limit is later by the pause."),
        message=_("The dispute goes on."),
    ),
    "dispute.appraisal_proposed": EventText(
        party=_("The mediator proposed that the goods be tested. Both sides have to agree on who tests them."),
        staff=_("An appraisal was proposed."),
        message=_("A test of the goods was proposed. You can agree or refuse."),
        answers=True,
    ),
    "dispute.appraisal_answered": EventText(
        party=_("The %(side)s agreed to the test."), staff=_("An appraisal was agreed to by %(side)s.")
    ),
    "dispute.appraisal_begun": EventText(
        party=_("The goods are being tested. Every clock stands still."),
        staff=_("An appraisal began; every clock stands still."),
        message=_("The goods are being tested; every clock stands still."),
    ),
    "dispute.custody_recorded": EventText(
        party=_("The goods went into other hands; the chain of custody says whose."),
        staff=_("A step was added to the chain of custody."),
    ),
    "dispute.appraisal_ended": EventText(
        party=_("The test is over. Every clock was moved by its length."),
        staff=_("The appraisal is over; every time limit is later by its length."),
        message=_("The test is over, and the dispute goes on."),
    ),
    "dispute.identity_asked": EventText(
        party=_("The %(side)s asked the platform for the merchant's true name, address and contact."),
        staff=_("The merchant's identity was asked for."),
        staff_message=_("A consumer asked who a merchant is. Answer in time."),
        public=True,
    ),
    "dispute.identity_answered": EventText(
        party=_("The platform told the %(side)s the merchant's true name, address and contact."),
        staff=_("The merchant's identity was given."),
        message=_("The platform answered the request for the merchant's identity."),
    ),
    "dispute.identity_read": EventText(staff=_("The merchant's identity was read.")),
    "dispute.identity_overdue": EventText(
        party=_("The platform did not say in time who the merchant is. The %(side)s can claim from the platform."),
        staff=_("The platform did not say in time who the merchant is."),
        message=_("The platform did not say in time who the merchant is. You can claim from the platform."),
        staff_message=_("The platform is late in saying who a merchant is."),
        public=True,
    ),
    "dispute.overdue": EventText(
        party=_("We missed our own time limit. We are sorry; your dispute comes first now."),
        staff=_("The platform's own time limit passed."),
        message=_("We are late with your dispute, and we are sorry."),
        staff_message=_("The platform is late with a dispute."),
        public=True,
    ),
    "dispute.withdrawn": EventText(
        party=_("The %(claimant)s took the dispute back."),
        staff=_("The dispute was withdrawn."),
        message=_("The dispute was withdrawn."),
        public=True,
    ),
    "dispute.closed": EventText(
        party=_("The dispute is closed."),
        staff=_("The dispute is closed."),
        message=_("The dispute is closed."),
        public=True,
    ),
    # Each move of a fact is an event of its dispute as well, which is the one that is told.
    "fact.alleged": ON_RECORD_ONLY,
    "fact.window_opened": ON_RECORD_ONLY,
    "fact.window_extended": ON_RECORD_ONLY,
    "fact.shown": ON_RECORD_ONLY,
    "fact.rebutted": ON_RECORD_ONLY,
    "fact.burden_shifted": ON_RECORD_ONLY,
    "fact.admitted": ON_RECORD_ONLY,
    "fact.defaulted": ON_RECORD_ONLY,
    "fact.left_to_ruling": ON_RECORD_ONLY,
    "fact.ruled": ON_RECORD_ONLY,
}
VARIANTS: Mapping[str, EventText] = {
    "dispute.refused": EventText(party=_("The %(respondent)s answered and refused the claim.")),
    "dispute.escalated_by_silence": EventText(
        party=_(
            "The %(respondent)s did not answer in time. The platform joins by itself and goes on with what is on file."
        )
    ),
    "dispute.escalated_by_talk": EventText(
        party=_("The time to talk passed without an agreement. The platform joins by itself; a mediator will join.")
    ),
    "dispute.escalated_by_demand": EventText(
        party=_("A person was asked for, so the platform was called in. A mediator will join.")
    ),
    "dispute.offer_made_by_system": EventText(
        party=_("The system made a proposal. It binds nobody before both agree.")
    ),
    "dispute.settled_by_agreeing": EventText(
        party=_("The %(side)s agreed to what the %(claimant)s wanted. Both sides are agreed.")
    ),
    "dispute.fast_refunded_by_opt_in": EventText(
        party=_(
            "The %(claimant)s took the fast refund. The %(respondent)s bears it by its standing consent, version "
            "%(opt_in)s. Nothing was decided."
        ),
        staff=_("A fast refund was taken; the shop bears it by version %(opt_in)s of its consent."),
    ),
    "dispute.offer_lapsed_by_demand": EventText(
        party=_("The system's proposal is gone, because a person was asked for.")
    ),
    "dispute.between_the_sides": EventText(
        party=_("Something happened between the two sides that is not for the mediator.")
    ),
    "dispute.burden_shifted_by_mediator": EventText(
        party=_("The mediator moved the burden of proof. Now the %(to)s must show something: “%(statement)s”.")
    ),
    "dispute.burden_met": EventText(
        party=_("The %(from)s showed what was asked: “%(statement)s”. The mediator will rule on it."),
        staff=_("Fact %(fact)s: %(from)s showed something; it waits for a ruling."),
    ),
    "dispute.identity_refused": EventText(
        party=_("The platform did not give the merchant's identity. The %(side)s reads why."),
        staff=_("The merchant's identity was not given."),
    ),
    "dispute.appraisal_refused": EventText(
        party=_("The %(side)s refused the test that was proposed."), staff=_("An appraisal was refused by %(side)s.")
    ),
    "dispute.silence_left_to_ruling": EventText(
        party=_("The %(bearer)s showed nothing in time about fact %(fact)s. The mediator will rule on it. %(silence)s"),
        staff=_("Fact %(fact)s: the time passed and %(side)s showed nothing; it waits for a ruling."),
    ),
    "dispute.fact_proved": EventText(party=_("The mediator found this proved: “%(statement)s”.")),
    "dispute.fact_not_proved": EventText(party=_("The mediator found this not proved: “%(statement)s”.")),
    "dispute.limit_extended": EventText(
        party=_("An outage was added to the time limit."), staff=_("An outage was added to the time.")
    ),
    "dispute.answering_goes_on": EventText(
        party=_("What was submitted can still be answered."), staff=_("What was submitted can still be answered.")
    ),
    "dispute.records_missing": EventText(
        party=_("The platform has no records about fact %(fact)s to give. The evidence page says why.")
    ),
    "dispute.advance_settled": EventText(party=_("What the platform had paid first is settled.")),
    "dispute.burden_kept": EventText(staff=_("Fact %(fact)s: %(from)s has more time, until %(due)s.")),
}
"""What is said instead where the facts of an event make a difference, by a name of ours for it."""
ON_THE_PHONE: Mapping[str, EventText] = {
    "dispute.opened": EventText(
        party=_("An officer of the human line opened the dispute for the %(claimant)s, on the phone."),
        staff=_("The dispute was opened by an officer, for a caller."),
        message=_("An officer opened a dispute for you on the phone. Please confirm or correct it."),
    ),
    "dispute.human_demanded": EventText(
        party=_(
            "An officer of the human line took down for the %(side)s, on the phone, that a person shall decide. Only a "
            "person decides now, and the system proposes nothing."
        ),
        staff=_("A person was demanded, taken down by an officer for a caller."),
        message=_("An officer took down for you that a person shall decide. Please confirm or correct it."),
    ),
}
"""What is said instead where an officer took it down for a caller, which the facts of the event say (`for_caller`)."""


def for_caller(event: str, facts: Mapping[str, object]) -> EventText | None:
    """The sentences where an officer took it down for a caller; None for all else."""
    return ON_THE_PHONE.get(event) if facts.get("for_caller") else None
