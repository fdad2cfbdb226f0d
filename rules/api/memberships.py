"""Paid terms of members over REST: told by the platform, read by the member and by compliance."""

from django.db.models import QuerySet
from rest_framework import serializers

from rules import commands
from rules.inputs import RecordMembershipInput, StopMembershipInput
from rules.lists import MEMBERSHIPS
from rules.memberships import membership_for
from rules.models import PaidMembership
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import exactly, of_party
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class MembershipOutput(Output):
    """A term that a party paid for. While it runs, no version that began after it applies unless the party agreed."""

    shown = columns(
        PaidMembership,
        lambda m: (
            *(m.ref, m.external_ref, m.paid_minor, m.starts_at, m.ends_at, m.tell_by, m.told_at),
            *(m.until, m.unused_days, m.refund_minor, m.stopped_because, m.recorded_at),
        ),
        tell_by="By when the member was to be told of a renewal that made itself; null for what they bought.",
        until="The end that was bought, or when we were told that the service became impossible.",
        refund_minor="What is refunded since the service became impossible; null while it runs or after it ran out.",
    )
    party = serializers.CharField(source="party.ref")
    rule = serializers.CharField(source="rule.ref")
    is_told_late = serializers.BooleanField()


class MembershipsView(DeclaredListView, CommandView):
    """Paid terms of members."""

    listing, first, shows, synced_by = MEMBERSHIPS, "newest", MembershipOutput, "changed_at"
    takes, gives, status = RecordMembershipInput, MembershipOutput, 201
    narrows = {
        "party": of_party("party"),
        "external_ref": exactly("external_ref", "The one with this number in your own system."),
    }
    operation = {"GET": "listPaidMemberships", "POST": "recordPaidMembership"}

    def rows(self, call: Call) -> QuerySet[PaidMembership]:
        """The paid terms that you may see, the newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Tell that a party paid for a term; sent again under the same number it is answered with what is on record."""
        return self.reply(commands.record_membership(actor=call.actor, now=call.now, **call.values), call)


class MembershipView(ReadView):
    """One paid term."""

    shows, finds = MembershipOutput, membership_for
    operation = {"GET": "readPaidMembership"}


class StopView(CommandView):
    """Tell that the service became impossible: what is left of the term is refunded, as the clause promises."""

    takes, gives = StopMembershipInput, MembershipOutput
    operation = {"POST": "stopPaidMembership"}

    def perform(self, call: Call) -> Reply:
        ref = call.path["ref"]
        return self.reply(commands.stop_membership(actor=call.actor, ref=ref, now=call.now, **call.values), call)
