"""The sentences about each event of executors: in the timeline of a case, in messages; and which are public."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.events import EventText

EVENTS: Mapping[str, EventText] = {
    "executor.registered": EventText(party=_("The executor was registered.")),
    "executor.training_begun": EventText(party=_("Its people may train and be tested.")),
    "executor.certified": EventText(party=_("It has certified people.")),
    "executor.activated": EventText(party=_("It may act within its mandate."), public=True),
    "executor.suspended": EventText(
        party=_("It was suspended."), message=_("Your firm may not act for the platform at present."), public=True
    ),
    "executor.reinstated": EventText(
        party=_("It was reinstated by a person."), message=_("Your firm may act for the platform again."), public=True
    ),
    "executor.ended": EventText(
        party=_("It works for the platform no more."),
        message=_("Your firm's work for the platform has ended."),
        public=True,
    ),
    "executor.contract_extended": EventText(party=_("Its contract was extended.")),
    "executor.terms_recorded": EventText(party=_("New terms for personal data are on file.")),
    "executor.sub_processor_proposed": EventText(party=_("It asked to pass a part of the work on.")),
    "executor.sub_processor_decided": EventText(party=_("It was decided whether that part may be passed on.")),
    "executor.pay_term_added": EventText(party=_("What it is paid for is on file.")),
    "executor.mandate_granted": EventText(
        party=_("A version of its mandate was granted."),
        message=_("What your firm may do for the platform has changed."),
    ),
    "executor.mandate_revoked": EventText(
        party=_("A version of its mandate ends early."),
        message=_("What your firm may do for the platform has changed."),
    ),
    "executor.person_added": EventText(party=_("Somebody works for it.")),
    "executor.person_ended": EventText(party=_("Somebody works for it no more.")),
    "executor.attempt_failed": EventText(party=_("Somebody sat a test and did not pass.")),
    "executor.person_certified": EventText(
        party=_("Somebody passed a test and holds a certificate."), message=_("A certification was issued.")
    ),
    "executor.certification_withdrawn": EventText(
        party=_("A certificate was withdrawn."), message=_("A certification was withdrawn.")
    ),
    "executor.rule_changed": EventText(
        party=_("A rule that its people are certified for gets a new version."),
        message=_("A rule changes. Train on the new version before it takes effect."),
    ),
    "executor.reminded": EventText(
        party=_("Somebody was reminded that a certificate ends."),
        message=_("A certification ends soon. Renew it in time."),
    ),
    "executor.term_reminded": EventText(party=_("It was told that the contract, the terms or the mandate ends.")),
    "instruction.issued": EventText(
        party=_("The instruction was issued."), message=_("There is an instruction for you."), public=True
    ),
    "instruction.acknowledged": EventText(party=_("The executor took it on."), public=True),
    "instruction.completed": EventText(party=_("The executor reported it done."), public=True),
    "instruction.overdue": EventText(
        party=_("It was not done in time."),
        message=_("An instruction is late."),
        staff_message=_("An executor is late with an instruction."),
        public=True,
    ),
    "instruction.withdrawn": EventText(
        party=_("The instruction was withdrawn."),
        message=_("An instruction was withdrawn. Do not carry it out."),
        public=True,
    ),
    "instruction.reminded": EventText(
        party=_("The executor was reminded that time runs out."),
        message=_("The time to carry out an instruction runs out soon."),
    ),
    "incident.opened": EventText(
        party=_("A decision overturned what was done. The incident opened by itself."),
        message=_("A decision overturned what you did. Please explain it."),
        public=True,
    ),
    "incident.file_added": EventText(party=_("The executor added a file.")),
    "incident.reminded": EventText(
        party=_("The executor was reminded that time runs out."),
        message=_("The time to explain an incident runs out soon."),
    ),
    "incident.explained": EventText(
        party=_("The executor explained itself."),
        staff_message=_("An executor explained an incident. It waits for a finding."),
        public=True,
    ),
    "incident.unexplained": EventText(
        party=_("The time passed without an explanation."),
        message=_("The time to explain an incident has passed. You can still do it until it is found."),
        staff_message=_("An executor did not explain an incident in time. It waits for a finding."),
    ),
    "incident.found": EventText(
        party=_("Compliance found who is answerable."),
        message=_("Compliance found on an incident. You can contest it once."),
        public=True,
    ),
    "incident.finding_overdue": EventText(
        party=_("The time to find has passed."), staff_message=_("A finding on an incident is late.")
    ),
    "incident.contested": EventText(
        party=_("The finding was contested."),
        staff_message=_("A finding is contested. Somebody else finds anew."),
        public=True,
    ),
    "incident.compensated": EventText(
        party=_("The platform made the affected party whole."),
        message=_("The platform has paid for what an overturned measure cost you."),
        public=True,
    ),
    "incident.compensation_kept": EventText(party=_("It was found anew. What the affected party got stays.")),
    "incident.compensation_overdue": EventText(
        party=_("The affected party was not made whole in time."),
        staff_message=_("A harmed party is not made whole in time."),
        public=True,
    ),
    "incident.closed": EventText(
        party=_("The incident was closed."), message=_("An incident was closed."), public=True
    ),
    "recourse.claimed": EventText(
        party=_("The platform claims its money back."),
        message=_("The platform claims from you what it paid for an incident."),
        public=True,
    ),
    "recourse.disputed": EventText(
        party=_("The executor disputes the claim."), staff_message=_("An executor disputes a claim."), public=True
    ),
    "recourse.part_paid": EventText(party=_("A part was paid.")),
    "recourse.settled": EventText(
        party=_("The claim is settled."), message=_("A claim of the platform against you is settled."), public=True
    ),
    "recourse.written_off": EventText(
        party=_("The claim was written off."),
        message=_("The platform gave up what was open of a claim against you."),
        public=True,
    ),
}
VARIANTS: Mapping[str, EventText] = {
    "incident.opened_by_correction": EventText(message=_("The platform withdrew what you did. Please explain it.")),
    "incident.found_anew": EventText(message=_("Somebody else found anew on an incident. That finding stands.")),
    "executor.certification_ended": EventText(message=_("A certification has ended.")),
    "executor.contract_ends": EventText(message=_("An executor's contract ends soon.")),
    "executor.contract_ended": EventText(message=_("An executor's contract has ended.")),
    "executor.terms_ends": EventText(message=_("An executor's terms for personal data end soon.")),
    "executor.terms_ended": EventText(message=_("An executor's terms for personal data have ended.")),
    "executor.mandate_ends": EventText(message=_("An executor's mandate ends soon.")),
    "executor.mandate_ended": EventText(message=_("An executor's mandate has ended.")),
}
"""What a message says instead where the facts of an event make a difference, by a name of ours for it."""
