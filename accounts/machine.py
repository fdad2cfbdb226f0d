"""The machine of an account's record, which only grows. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State


class RecordState(models.TextChoices):
    ON_RECORD = "ON_RECORD", pgettext_lazy("record", "kept")


K = RecordState.ON_RECORD


class RecordMachine(models.Model):
    state = StateField(_("state"), choices=RecordState, default=K, protected=True)
    STATES = {K: State.open("calm", "dot", turn="", tab="", next_step="")}

    class Meta:
        abstract = True

    @edge(state, K, None, "account_record.member_added", by=("owner", "administrator", "client"))
    def add_member(self, **_facts: Any) -> None:
        """Somebody acts for the party, or in another role."""

    @edge(state, K, None, "account_record.member_ended", by=("owner", "administrator", "client"))
    def end_member(self, **_facts: Any) -> None:
        """Somebody acts for the party no more, or in another role."""

    @edge(state, K, None, "account_record.records_taken", by=("party", "staff"))
    def take_records(self, **_facts: Any) -> None:
        """The person took home what is kept about them."""

    @edge(state, K, None, "account_record.contact_changed", by=("administrator", "client"))
    def change_contact(self, **_facts: Any) -> None:
        """The party or person is reached under another address or number."""

    @edge(state, K, None, "account_record.token_made", by=("administrator", "client"))
    def make_token(self, **_facts: Any) -> None:
        """The client has one token more."""

    @edge(state, K, None, "account_record.token_ended", by=("administrator", "client"))
    def end_token(self, **_facts: Any) -> None:
        """A token of the client opens nothing any more."""
