"""The machine of an account's record, which only grows. Declarations only."""

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

    add_member = edge(K, None, "account_record.member_added", by=("owner", "administrator", "client"))
    """Somebody acts for the party, or in another role."""
    end_member = edge(K, None, "account_record.member_ended", by=("owner", "administrator", "client"))
    """Somebody acts for the party no more, or in another role."""
    take_records = edge(K, None, "account_record.records_taken", by=("party", "staff"))
    """The person took home what is kept about them."""
    set_work = edge(K, None, "account_record.work_set", by=("senior reviewer", "compliance", "administrator"))
    """What the person can do, and how many open cases they have at most, was said anew."""
    change_contact = edge(K, None, "account_record.contact_changed", by=("administrator", "client"))
    """The party or person is reached under another address or number."""
    make_token = edge(K, None, "account_record.token_made", by=("administrator", "client"))
    """The client has one token more."""
    shut_out = edge(K, None, "account_record.shut_out", by=("client",))
    """The provider of sign-on shut the person out."""
    leave = edge(K, None, "account_record.left", by=("administrator", "client"))
    """The person was deactivated."""
    let_back = edge(K, None, "account_record.let_back", by=("administrator", "client"))
    """The person was let back in."""
    end_token = edge(K, None, "account_record.token_ended", by=("administrator", "client"))
    """A token of the client opens nothing any more."""
