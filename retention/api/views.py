"""Legal holds over REST, for compliance. What two people sign of a run is a change (`rules.api.changes`)."""

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers

from retention import commands, queries
from retention.inputs import PutHoldInput
from retention.lists import HOLDS
from retention.models import LegalHold
from retention.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import of_party
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView
from surfaces.serving import archive_file


class LegalHoldOutput(Output):
    """Nothing of one party or case ends while this is in force."""

    shown = columns(
        LegalHold,
        lambda h: (h.ref, h.number, h.version, h.state, h.about, h.reason, h.until, h.lifted_reason),
        about="Reference of the party, or number of the case.",
        lifted_reason="Why it was lifted; empty while it is in force.",
    )
    opened_at = serializers.DateTimeField(source="created_at")
    actions = Actions(actions_for, "legal-holds/<str:ref>/")


class LegalHoldsView(DeclaredListView, CommandView):
    """Legal holds."""

    listing, first, shows = HOLDS, "newest", LegalHoldOutput
    narrows = {"party": of_party("party")}
    takes, gives, status = PutHoldInput, LegalHoldOutput, 201
    operation = {"POST": "putHold"}

    def rows(self, call: Call) -> QuerySet[LegalHold]:
        """The legal holds that you may see, the newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Hold a party or a case: nothing of it ends before the hold does."""
        return self.reply(commands.put_hold(actor=call.actor, now=call.now, **call.values), call)


class LegalHoldView(ReadView):
    """One legal hold."""

    shows, finds = LegalHoldOutput, queries.hold_for


class RecordsView(FileView):
    """Everything that is kept about you, to take home: a page to read, the same as JSON, and your files. You are told
    that it was downloaded; another is made after ten minutes.
    """

    media = ("application/zip",)
    operation = {"GET": "my_records"}

    def file(self, call: Call) -> HttpResponseBase:
        return archive_file(
            self.request._request, lambda out: commands.take_records(actor=call.actor, out=out, now=call.now)
        )
