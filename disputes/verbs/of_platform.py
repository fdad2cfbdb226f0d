"""What mediators, compliance and administrators can do with a dispute; each verb once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from casework.verbs import Verb
from disputes import asks, commands, inputs, policies
from disputes.verbs import conditions
from surfaces.asks import StaffPage

FACT = {"no": "fact_no"}

Mediated = partial(Verb, may=policies.may_mediate)
OfFact = partial(Mediated, parts=conditions.all_facts, arguments=FACT)

LISTED = (
    OfFact(
        "shift-burden",
        commands.shift_burden,
        when=conditions.is_unsettled,
        takes=inputs.ShiftBurdenInput,
        path="facts/<int:no>/shift-burden",
        about="Lay the burden of a fact on another side, on a stated legal basis, with a new time; both sides are "
        "told.",
        by_hand="console.disputes.steps.shift: the workbench, one form of which no word is lost",
    ),
    OfFact(
        "rule",
        commands.rule_fact,
        transition="rule_fact",
        when=conditions.can_be_ruled,
        takes=inputs.RuleFactInput,
        status=201,
        path="facts/<int:no>/rule",
        about="Find a fact proved or not, with reasons, on evidence that both sides saw and could answer.",
        by_hand="console.disputes.steps.rule: the workbench",
    ),
    OfFact(
        "reopen-evidence",
        commands.reopen_evidence,
        when=conditions.is_unsettled,
        takes=inputs.ShiftBurdenInput,
        path="facts/<int:no>/reopen",
        about="One fact goes back into the evidence phase, with a burden and a new time.",
        by_hand="console.disputes.steps.shift: the workbench",
    ),
    Mediated(
        "close-evidence",
        commands.close_evidence,
        about="End the evidence phase, once nobody has anything more to show or to answer.",
        page=StaffPage(
            _("Close evidence in %(number)s?"),
            [_("Nobody can show anything more, unless you open a fact again."), _("You decide next.")],
            button=_("Close evidence now"),
            done=_("Evidence is closed."),
        ),
    ),
    Mediated(
        "determine",
        commands.determine_dispute,
        when=conditions.facts_are_settled,
        due_at=lambda actor, dispute: dispute.platform_due_at,
        takes=inputs.DetermineInput,
        operation="determine",
        about="Determine the dispute, fact by fact, in writing. A person's own session is needed: no API client "
        "decides.",
        by_hand="console.disputes.determine: the letter is read before it is sent",
    ),
    Mediated(
        "propose",
        commands.make_offer,
        transition="make_offer",
        takes=inputs.OfferInput,
        path="offers",
        has_endpoint=False,
        page=StaffPage(
            _("Propose a settlement in %(number)s"),
            [_("It binds nobody before both sides agree, and says nothing about what you would decide."), "%(open)s"],
            button=_("Put it before both sides"),
            done=_("The proposal is before both sides."),
            words=asks.open_of_order,
            choices=asks.offers,
        ),
    ),
    Mediated(
        "propose-appraisal",
        commands.propose_appraisal,
        takes=inputs.ProposeAppraisalInput,
        path="appraisal",
        about="Propose to both sides that a named body tests the goods; it begins once both agree, or at once where an "
        "authority designated the body.",
        page=StaffPage(
            _("Propose a test of the goods in %(number)s?"),
            [
                _("Both sides are asked. Once both agree, the test begins and every clock stands still."),
                _("Where an authority designated the body, it begins at once. The platform designates none itself."),
            ],
            button=_("Propose a test"),
            done=_("The test was proposed."),
        ),
    ),
    Mediated(
        "record-custody",
        commands.record_custody,
        takes=inputs.RecordCustodyInput,
        path="appraisal/custody",
        about="The goods under appraisal went into other hands: from whom, to whom, in what condition. For good.",
        page=StaffPage(
            _("Record a hand-over of the goods in %(number)s"),
            [_("Both sides see it. It cannot be changed.")],
            button=_("Record a hand-over"),
            done=_("The hand-over was recorded."),
        ),
    ),
    Mediated(
        "end-appraisal",
        commands.end_appraisal,
        takes=inputs.EndAppraisalInput,
        path="appraisal/end",
        about="The report is there, or the test was called off: the dispute goes on, every clock later by its length.",
        page=StaffPage(
            _("End the test in %(number)s?"),
            [_("The dispute goes on, and every time limit is later by the length of the test. Both sides read this.")],
            button=_("End the test"),
            done=_("The test is over; the dispute goes on."),
        ),
    ),
    Verb(
        "give-identity",
        commands.give_identity,
        may=policies.may_answer_identity,
        transition="answer_identity",
        when=conditions.identity_is_asked_for,
        takes=inputs.GiveIdentityInput,
        path="identity/give",
        about="Tell the consumer who asked the merchant's true name, address and contact; it is sealed.",
        page=StaffPage(
            _("Tell the consumer in %(number)s who the merchant is"),
            [
                _("The consumer who asked reads it, and nobody else outside the platform. It cannot be changed."),
                _("The merchant is told that it was given. Each reading is on record."),
            ],
            button=_("Give the merchant's identity"),
            done=_("The consumer was told who the merchant is."),
        ),
    ),
    Verb(
        "refuse-identity",
        commands.refuse_identity,
        may=policies.may_answer_identity,
        transition="answer_identity",
        when=conditions.identity_is_asked_for,
        takes=inputs.RefuseIdentityInput,
        path="identity/refuse",
        about="Answer that the merchant's identity is not given, for one of the listed reasons. Where the platform "
        "does not have it, the consumer can claim from the platform (消保法 44).",
        page=StaffPage(
            _("Do not tell the consumer in %(number)s who the merchant is?"),
            [
                _("The consumer reads the reason. There are no other reasons than these."),
                _("Where the platform does not have it, the consumer can claim from the platform itself."),
            ],
            button=_("Say why it is not given"),
            done=_("The consumer was told why it is not given."),
            is_loss=True,
        ),
    ),
    Verb(
        "translate",
        commands.add_translation,
        may=policies.may_translate_determination,
        transition="add_translation",
        when=conditions.was_determined,
        takes=inputs.TranslateDeterminationInput,
        needs_version=False,
        status=201,
        operation="translate_determination",
        about="Add a translation of the newest determination's own words, for information; the original counts. All of "
        "them that are not in the language: `reasons`, `departure-reasons`, `no-return-reason`, `goods-reason`, "
        "`finding-1` and so on.",
        by_hand="console.translations: each text stands beside its original",
    ),
    Verb(
        "pause",
        commands.pause_dispute,
        may=policies.may_pause,
        takes=inputs.PauseInput,
        about="A court or the police has the matter: every clock stands still.",
        page=StaffPage(
            _("Pause %(number)s?"),
            [_("Only where a court or the police has the matter. Every clock stands still until you resume.")],
            button=_("Pause the dispute"),
            done=_("The dispute is paused. Every clock stands still."),
        ),
    ),
    Verb(
        "resume",
        commands.resume_dispute,
        may=policies.may_pause,
        about="The dispute goes on where it stood; every clock is later by exactly the pause.",
        page=StaffPage(
            _("Resume %(number)s?"),
            [_("It goes on where it stood; every clock is later by the pause.")],
            button=_("Resume the dispute"),
            done=_("The dispute goes on; every clock is later by the pause."),
        ),
    ),
    Verb(
        "assign",
        commands.assign_dispute,
        may=policies.may_assign_dispute,
        takes=inputs.AssignDisputeInput,
        about="Give the dispute to a mediator, whoever holds it, with a note; one that waits is joined with it. "
        "Compliance does it, an administrator where compliance is itself a side. Refused where the mediator has a "
        "conflict or is absent.",
        page=StaffPage(
            _("Give %(number)s to a mediator?"),
            [
                _("Whoever holds it now does not any more; what they typed and did not send is deleted."),
                _("Where nobody has joined it yet, the mediator joins, and the time to show evidence begins."),
            ],
            button=_("Assign"),
            done=_("The dispute was assigned."),
        ),
    ),
)

UNLISTED = (
    Verb(
        "join",
        commands.join_dispute,
        may=policies.may_join_dispute,
        about="Take this dispute: it is yours to mediate; in the first round the time to show evidence begins.",
        by_hand="console.disputes.queue.join: a button of the list",
    ),
    Verb(
        "hand-over",
        commands.hand_over,
        may=policies.may_hand_over,
        takes=inputs.HandOverInput,
        status=204,
        about="Another mediator holds the dispute from now on.",
        page=StaffPage(
            _("Hand %(number)s over?"),
            [_("What you typed is not handed over.")],
            button=_("Hand over"),
            done=_("The dispute was handed over."),
        ),
    ),
    Verb(
        "fail-obligation",
        commands.fail_obligation,
        may=policies.may_fail_obligation,
        transition="follow_obligation",
        takes=inputs.FailObligationInput,
        path="obligations/<int:no>/fail",
        about="The platform found, with the reason, that it cannot be had.",
        page=StaffPage(
            _("Can what is owed in %(number)s not be done?"),
            [_("Both sides read the reason.")],
            button=_("It cannot be done"),
            done=_("It is on file that this could not be done."),
        ),
    ),
    Verb(
        "record-payment",
        commands.record_payment,
        may_part=policies.may_record_payment,
        parts=conditions.owed_now,
        takes=inputs.RecordPaymentInput,
        path="obligations/<int:no>/payment",
        about="The platform's payment channel proves a payment of what is owed: the obligation is done, and nobody has "
        "to confirm it. The same payment again changes nothing.",
        page=StaffPage(
            _("Prove a payment in %(number)s"),
            [_("What is owed is done with it. When nothing else is owed, the dispute is closed.")],
            button=_("Put the payment on file"),
            done=_("The payment is on file, and what it paid is done."),
        ),
    ),
    Verb(
        "advance",
        commands.advance_payment,
        may=policies.may_advance,
        transition="follow_advance",
        when=lambda actor, dispute, now: dispute.is_open,
        takes=inputs.AdvanceInput,
        status=201,
        path="advances",
        about="The platform paid a side first; it says nothing about who is right.",
        page=StaffPage(
            _("Pay a side of %(number)s first"),
            [_("Paying first says nothing about the outcome.")],
            button=_("Put the payment on file"),
            done=_("It is on file that the platform paid first."),
            choices=asks.sides,
            seen=asks.advances,
        ),
    ),
    Verb(
        "settle-advance",
        commands.settle_advance,
        may=policies.may_advance,
        transition="follow_advance",
        takes=inputs.SettleAdvanceInput,
        path="advances/<int:no>/settle",
        about="How much of an advance came back; the rest is the platform's own.",
        page=StaffPage(
            _("What came back of a payment in %(number)s"),
            [_("The rest is the platform's own.")],
            button=_("Put the recovery on file"),
            done=_("The recovery is on file."),
        ),
    ),
)
