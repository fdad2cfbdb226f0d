"""Views of the declared verbs (`disputes.verbs`): what each kind answers, and the few that differ."""

from typing import Any

from casework.errors import FieldError, Invalid, NotAllowed, or_not_found
from disputes import commands, queries
from disputes.api import outputs
from disputes.api.views.room import entry_of
from disputes.models import Dispute
from surfaces.api.verbs import VerbView
from surfaces.api.views import Call, Reply


class DisputeVerbView(VerbView):
    """Answers the dispute as it is afterwards."""

    gives = outputs.DisputeOutput

    def case_of(self, call: Call) -> Dispute:
        return queries.dispute_for(call.actor, call.path["ref"])

    def authorise(self, call: Call) -> None:
        queries.require_visible(call.actor, call.path["ref"])


class FactVerbView(DisputeVerbView):
    """Answers the fact as it is afterwards, tagged with the dispute's version."""

    gives = outputs.FactOutput

    def answer(self, result: Any, call: Call) -> Reply:
        dispute = self.case_of(call)
        fact = or_not_found(
            next((f for f in queries.facts_of(call.actor, dispute) if f.no == int(call.path["no"])), None)
        )
        return self.reply(fact, call, version=dispute.version)


class OfferVerbView(DisputeVerbView):
    """The address names an offer; answers its dispute."""

    def case_of(self, call: Call) -> Dispute:
        dispute, _offer = queries.dispute_of_offer(call.actor, call.path["ref"])
        return dispute

    def authorise(self, call: Call) -> None:
        self.case_of(call)


class ObjectView(DisputeVerbView):
    """The piece of evidence, which must be about the fact of the address, with the objection."""

    gives = outputs.DisputeEvidenceOutput

    def perform(self, call: Call) -> Reply:
        values = dict(call.values)
        no, ref, about = values.pop("item"), call.path["ref"], {"fact_no": int(call.path["no"])}
        queries.evidence_about(call.actor, ref, no=no, **about)
        commands.object_to_evidence(actor=call.actor, ref=ref, no=no, now=call.now, **values)
        return self.reply(queries.evidence_about(call.actor, ref, no=no, **about), call)


class RecallView(DisputeVerbView):
    """Answers the mark that stays in the message's place."""

    gives = outputs.EntryOutput

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(entry_of(call, call.values["lane"], result.sequence), call)


class AdvanceView(DisputeVerbView):
    """Answers the payment, tagged with the dispute's version."""

    gives = outputs.AdvanceOutput

    def answer(self, result: Any, call: Call) -> Reply:
        dispute = self.case_of(call)
        return self.reply(next(a for a in dispute.advances.all() if a.no == result.no), call, version=dispute.version)


class IdentityView(DisputeVerbView):
    """Answers who the merchant is, tagged with the dispute's version."""

    gives = outputs.IdentityOutput

    def answer(self, result: Any, call: Call) -> Reply:
        return self.reply(result, call, version=self.case_of(call).version)


class JoinView(DisputeVerbView):
    """A mediator who does not see the dispute yet may know that it waits."""

    def authorise(self, call: Call) -> None:
        if call.actor.has_role("mediator"):
            queries.require_joinable(call.actor, call.path["ref"])
            return
        super().authorise(call)
        raise NotAllowed()


class HandOverView(DisputeVerbView):
    """Whoever handed the dispute over no longer sees it: the command alone asks."""

    def authorise(self, call: Call) -> None:
        pass


class DetermineView(DisputeVerbView):
    """The command names a sentence by its fact; the answer by its place in the body."""

    def perform(self, call: Call) -> Reply:
        try:
            return super().perform(call)
        except Invalid as refused:
            facts = [row["fact"] for row in call.values["sentences"]]
            raise Invalid(errors=[_in_body(error, facts) for error in refused.errors]) from None


def _in_body(error: FieldError, facts: list[int]) -> FieldError:
    """The pointer into the body, or to the list that lacks the sentence."""
    start = "/sentences/"
    if not error.pointer.startswith(start):
        return error
    fact = int(error.pointer.removeprefix(start))
    place = f"{start}{facts.index(fact)}/sentence" if fact in facts else "/sentences"
    return FieldError(place, error.code, error.message)


SPECIAL: dict[str, type[DisputeVerbView]] = {
    **dict.fromkeys(("submit-evidence", "nothing-to-add", "admit"), FactVerbView),
    **dict.fromkeys(("shift-burden", "rule", "reopen-evidence"), FactVerbView),
    **dict.fromkeys(("accept-offer", "refuse-offer", "withdraw-offer"), OfferVerbView),
    **dict.fromkeys(("advance", "settle-advance"), AdvanceView),
    "read-identity": IdentityView,
    "object": ObjectView,
    "recall-message": RecallView,
    "join": JoinView,
    "hand-over": HandOverView,
    "determine": DetermineView,
}
"""The view of every verb that does not simply answer the dispute."""
