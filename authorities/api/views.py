"""Seats and matters over REST, for compliance. What two people sign of a seat is a change (`rules.api`)."""

from django.db.models import QuerySet
from rest_framework import serializers

from authorities import commands, queries
from authorities.inputs import RegisterMatterInput
from authorities.lists import MATTERS, SEATS
from authorities.models import Matter, Seat
from authorities.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import due_before
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class AuthoritySeatOutput(Output):
    """Somebody of an authority reads for a purpose, until a time."""

    shown = columns(
        Seat,
        lambda s: (s.ref, s.number, s.version, s.state, s.name, s.office, s.basis, s.purpose, s.until, s.ended_reason),
    )
    given_at = serializers.DateTimeField(source="created_at")
    matter = serializers.CharField(
        source="for_matter.ref", default=None, allow_null=True, help_text="The matter for which it is open."
    )
    case = serializers.CharField(source="case_number", help_text="Number of the case that is open; empty for none.")
    actions = Actions(actions_for, "authority-seats/<str:ref>/")


class AuthorityMatterOutput(Output):
    """What an authority asked, and what the platform did."""

    shown = columns(
        Matter,
        lambda m: (
            *(m.ref, m.number, m.version, m.state, m.kind, m.office, m.document_no, m.received_at, m.due_at, m.asked),
            *(m.answer, m.sent_at, m.follow_up, m.closed_reason),
        ),
    )
    actions = Actions(actions_for, "authority-matters/<str:ref>/")


class AuthoritySeatsView(DeclaredListView):
    """Seats of authorities."""

    listing, first, shows = SEATS, "newest", AuthoritySeatOutput


class AuthoritySeatView(ReadView):
    """One seat."""

    shows, finds = AuthoritySeatOutput, queries.seat_for


class AuthorityMattersView(DeclaredListView, CommandView):
    """Matters of authorities."""

    listing, first, shows = MATTERS, "newest", AuthorityMatterOutput
    narrows = {"due_before": due_before("due_at", "To be answered before this time.")}
    takes, gives, status = RegisterMatterInput, AuthorityMatterOutput, 201
    operation = {"POST": "registerAuthorityMatter"}

    def rows(self, call: Call) -> QuerySet[Matter]:
        """The matters that you may see, the newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Register what an authority asks, orders or hands over."""
        return self.reply(commands.register_matter(actor=call.actor, now=call.now, **call.values), call)


class AuthorityMatterView(ReadView):
    """One matter."""

    shows, finds = AuthorityMatterOutput, queries.matter_for
