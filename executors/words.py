"""What the pages of executors and of compliance say in the same words, by the codes of states and kinds.

What does not belong here: reading anything, and sentences that only one page says.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

CERTIFICATE: Mapping[str, Text] = {
    "VALID": pgettext_lazy("certificate", "valid"),
    "EXPIRING": _("expires within 30 days"),
    "NOT_YET": _("not yet in force"),
    "EXPIRED": _("expired"),
    "REPLACED": _("lapsed: the rule was replaced"),
    "RECALLED": _("withdrawn"),
    "SET_ASIDE": pgettext_lazy("certificate", "suspended"),
}
"""Where a certificate stands. `RECALLED`: the platform took it back; `SET_ASIDE`: its executor is suspended."""

MANDATE: Mapping[str, Text] = {
    "VALID": pgettext_lazy("mandate", "in force"),
    "NOT_YET": _("not yet in force"),
    "ENDED": _("ended"),
}

SAYS: Mapping[str, Text] = {
    "executor.registered": _("The executor was registered."),
    "executor.training_begun": _("Its people may train and be tested."),
    "executor.certified": _("It has certified people."),
    "executor.activated": _("It may act within its mandate."),
    "executor.suspended": _("It was suspended."),
    "executor.reinstated": _("It was reinstated by a person."),
    "executor.ended": _("It works for the platform no more."),
    "executor.contract_extended": _("Its contract was extended."),
    "executor.terms_recorded": _("New terms for personal data are on file."),
    "executor.sub_processor_proposed": _("It asked to pass a part of the work on."),
    "executor.sub_processor_decided": _("It was decided whether that part may be passed on."),
    "executor.pay_term_added": _("What it is paid for is on file."),
    "executor.mandate_granted": _("A version of its mandate was granted."),
    "executor.mandate_revoked": _("A version of its mandate ends early."),
    "executor.person_added": _("Somebody works for it."),
    "executor.person_ended": _("Somebody works for it no more."),
    "executor.attempt_failed": _("Somebody sat a test and did not pass."),
    "executor.person_certified": _("Somebody passed a test and holds a certificate."),
    "executor.certification_withdrawn": _("A certificate was withdrawn."),
    "executor.rule_changed": _("A rule that its people are certified for gets a new version."),
    "executor.reminded": _("Somebody was reminded that a certificate ends."),
    "executor.term_reminded": _("It was told that the contract, the terms or the mandate ends."),
    "incident.opened": _("A decision overturned what was done. The incident opened by itself."),
    "incident.explained": _("The executor explained itself."),
    "incident.unexplained": _("The time passed without an explanation."),
    "incident.found": _("Compliance found who is answerable."),
    "incident.contested": _("The finding was contested."),
    "incident.compensated": _("The platform made the affected party whole."),
    "incident.finding_overdue": _("The time to find has passed."),
    "incident.compensation_overdue": _("The affected party was not made whole in time."),
    "incident.closed": _("The incident was closed."),
    "incident.reminded": _("The executor was reminded that time runs out."),
    "instruction.issued": _("The instruction was issued."),
    "instruction.acknowledged": _("The executor took it on."),
    "instruction.completed": _("The executor reported it done."),
    "instruction.withdrawn": _("The instruction was withdrawn."),
    "instruction.overdue": _("It was not done in time."),
    "recourse.claimed": _("The platform claims its money back."),
    "recourse.disputed": _("The executor disputes the claim."),
    "recourse.part_paid": _("A part was paid."),
    "recourse.settled": _("The claim is settled."),
    "recourse.written_off": _("The claim was written off."),
}
"""What an event says in a course of events; one that is not listed says that something changed."""
