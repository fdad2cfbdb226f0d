"""What mediators, compliance and administrators can do with a dispute; each verb once."""

from django.utils.translation import gettext_lazy as _

from casework.verbs import Verb
from disputes import commands, inputs, policies
from disputes.verbs import conditions
from surfaces.asks import STAFF, Page

FACT = {"no": "fact_no"}

LISTED = (
    Verb(
        "shift-burden",
        commands.shift_burden,
        may=policies.may_mediate,
        parts=conditions.all_facts,
        when=conditions.is_unsettled,
        takes=inputs.ShiftBurdenInput,
        needs_version=True,
        path="facts/<int:no>/shift-burden",
        arguments=FACT,
        about="Lay the burden of a fact on another side, on a stated legal basis, with a new time; both sides are "
        "told.",
    ),
    Verb(
        "rule",
        commands.rule_fact,
        may=policies.may_mediate,
        transition="rule_fact",
        parts=conditions.all_facts,
        when=conditions.can_be_ruled,
        takes=inputs.RuleFactInput,
        needs_version=True,
        status=201,
        path="facts/<int:no>/rule",
        arguments=FACT,
        about="Find a fact proved or not, with reasons, on evidence that both sides saw and could answer.",
    ),
    Verb(
        "reopen-evidence",
        commands.reopen_evidence,
        may=policies.may_mediate,
        parts=conditions.all_facts,
        when=conditions.is_unsettled,
        takes=inputs.ShiftBurdenInput,
        needs_version=True,
        path="facts/<int:no>/reopen",
        arguments=FACT,
        about="One fact goes back into the evidence phase, with a burden and a new time.",
    ),
    Verb(
        "close-evidence",
        commands.close_evidence,
        may=policies.may_mediate,
        needs_version=True,
        about="End the evidence phase, once nobody has anything more to show or to answer.",
    ),
    Verb(
        "determine",
        commands.determine_dispute,
        may=policies.may_mediate,
        when=conditions.facts_are_settled,
        due_at=lambda actor, dispute: dispute.platform_due_at,
        takes=inputs.DetermineInput,
        needs_version=True,
        operation="determine",
        about="Determine the dispute, fact by fact, in writing. A person's own session is needed: no API client "
        "decides.",
    ),
    Verb(
        "propose",
        commands.make_offer,
        may=policies.may_mediate,
        transition="make_offer",
        takes=inputs.OfferInput,
        path="offers",
        has_endpoint=False,
    ),
    Verb(
        "propose-appraisal",
        commands.propose_appraisal,
        may=policies.may_mediate,
        takes=inputs.ProposeAppraisalInput,
        path="appraisal",
        about="Propose to both sides that a named body tests the goods; it begins once both agree, or at once where an "
        "authority designated the body.",
        page=Page(
            _("Propose a test of the goods in %(number)s?"),
            [
                _("Both sides are asked. Once both agree, the test begins and every clock stands still."),
                _("Where an authority designated the body, it begins at once. The platform designates none itself."),
            ],
            button=_("Propose a test"),
            done=_("The test was proposed."),
            by=STAFF,
        ),
    ),
    Verb(
        "record-custody",
        commands.record_custody,
        may=policies.may_mediate,
        takes=inputs.RecordCustodyInput,
        path="appraisal/custody",
        about="The goods under appraisal went into other hands: from whom, to whom, in what condition. For good.",
        page=Page(
            _("Record a hand-over of the goods in %(number)s"),
            [_("Both sides see it. It cannot be changed.")],
            button=_("Record a hand-over"),
            done=_("The hand-over was recorded."),
            by=STAFF,
        ),
    ),
    Verb(
        "end-appraisal",
        commands.end_appraisal,
        may=policies.may_mediate,
        takes=inputs.EndAppraisalInput,
        path="appraisal/end",
        about="The report is there, or the test was called off: the dispute goes on, every clock later by its length.",
        page=Page(
            _("End the test in %(number)s?"),
            [_("The dispute goes on, and every time limit is later by the length of the test. Both sides read this.")],
            button=_("End the test"),
            done=_("The test is over; the dispute goes on."),
            by=STAFF,
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
        page=Page(
            _("Tell the consumer in %(number)s who the merchant is"),
            [
                _("The consumer who asked reads it, and nobody else outside the platform. It cannot be changed."),
                _("The merchant is told that it was given. Each reading is on record."),
            ],
            button=_("Give the merchant's identity"),
            done=_("The consumer was told who the merchant is."),
            by=STAFF,
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
        page=Page(
            _("Do not tell the consumer in %(number)s who the merchant is?"),
            [
                _("The consumer reads the reason. There are no other reasons than these."),
                _("Where the platform does not have it, the consumer can claim from the platform itself."),
            ],
            button=_("Say why it is not given"),
            done=_("The consumer was told why it is not given."),
            by=STAFF,
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
        status=201,
        operation="translate_determination",
        about="Add a translation of the newest determination's own words, for information; the original counts. All of "
        "them that are not in the language: `reasons`, `departure-reasons`, `no-return-reason`, `goods-reason`, "
        "`finding-1` and so on.",
    ),
    Verb(
        "pause",
        commands.pause_dispute,
        may=policies.may_pause,
        takes=inputs.PauseInput,
        about="A court or the police has the matter: every clock stands still.",
    ),
    Verb(
        "resume",
        commands.resume_dispute,
        may=policies.may_pause,
        about="The dispute goes on where it stood; every clock is later by exactly the pause.",
    ),
)

UNLISTED = (
    Verb(
        "join",
        commands.join_dispute,
        may=policies.may_join_dispute,
        about="Take this dispute: it is yours to mediate; in the first round the time to show evidence begins.",
    ),
    Verb(
        "hand-over",
        commands.hand_over,
        may=policies.may_hand_over,
        takes=inputs.HandOverInput,
        status=204,
        about="Another mediator holds the dispute from now on.",
    ),
    Verb(
        "fail-obligation",
        commands.fail_obligation,
        may=policies.may_fail_obligation,
        transition="follow_obligation",
        takes=inputs.FailObligationInput,
        path="obligations/<int:no>/fail",
        about="The platform found, with the reason, that it cannot be had.",
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
    ),
    Verb(
        "settle-advance",
        commands.settle_advance,
        may=policies.may_advance,
        transition="follow_advance",
        takes=inputs.SettleAdvanceInput,
        path="advances/<int:no>/settle",
        about="How much of an advance came back; the rest is the platform's own.",
    ),
)
