"""What changed of who acts for a party, of where a party or person is reached, and of the tokens of a client: the row
that its chain hangs on.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.machine import RecordMachine, RecordState
from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, sealed


class AccountRecord(RecordMachine, Case):
    """Of one party, person or client, from the first change on that came after it was made."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "account_record", "rec_", "U"
    OPENS_IN = (RecordState.ON_RECORD,)

    party = models.OneToOneField("accounts.Party", on_delete=models.PROTECT, null=True, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    client = models.OneToOneField("accounts.ApiClient", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("record of an account")
        constraints = (
            check("account_record_state_is_known", Q(state__in=RecordState.values)),
            check(
                "account_record_is_of_one_party_person_or_client",
                Q(party__isnull=False, user=None, client=None)
                | Q(party=None, user__isnull=False, client=None)
                | Q(party=None, user=None, client__isnull=False),
            ),
        )


RECORD_TRIGGERS = [
    kept("accounts_accountrecord", "account_record_is_kept"),
    sealed("accounts_accountrecord", "account_record_stays_whose_it_is", "party_id user_id client_id"),
]
