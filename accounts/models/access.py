"""Links and codes by which a party that cannot sign in reads its cases and answers, and requests for one.

A link is the signed `ref` of its row (`accounts.signing`), a code six digits that follow from it and from this
program's key: the table alone opens nothing, and what it opens, for how long and whether still, stands here.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import SEALED, Trigger, kept, on_insert, on_update, on_write, sealed

TRIES = 5
"""Codes that can be typed upon one request."""


class AccessRequest(models.Model):
    """Somebody asks for a link or code: a stranger for whatever `address`, an e-mail address or a mobile number, stands
    for, an officer for a party.

    `address` is emptied once it is done. `mark` and `source` are keyed digests of it and of where it came from. `tries`
    counts the codes that were typed upon it, right or wrong: they count against nobody else who asks for the address.
    """

    ref = models.CharField(max_length=40, unique=True, null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    address = models.CharField(max_length=254, blank=True, default="")
    party = models.ForeignKey("accounts.Party", models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, default="zh-hans")
    mark = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(_("asked at"))
    tried_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for an access link")
        ordering = ("id",)
        indexes = (
            models.Index(fields=("id",), condition=Q(done_at=None), name="access_request_waiting"),
            models.Index(fields=("source", "asked_at"), name="access_request_by_source"),
            models.Index(fields=("mark", "asked_at"), name="access_request_by_mark"),
            models.Index(fields=("asked_at",), name="access_request_by_time"),
        )
        constraints = (
            check(
                "access_request_keeps_no_address_once_done",
                Q(done_at__isnull=False, address="")
                | Q(done_at__isnull=True, party__isnull=True) & ~Q(address="")
                | Q(done_at__isnull=True, party__isnull=False, address=""),
            ),
            check("access_code_is_tried_five_times_at_most", Q(tries__lte=TRIES)),
            check(
                "access_request_for_a_party_is_by_an_officer",
                Q(party__isnull=True, asked_by__isnull=True) | Q(party__isnull=False, asked_by__isnull=False),
            ),
        )


class AccessLink(models.Model):
    """A link or code for one party's cases: used once, by `expires_at`, it opens them until `open_until`.

    One that is sent to a mobile number is a code alone.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="access_links")
    sent_to = models.CharField(_("sent to"), max_length=254)
    request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="links")
    created_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("can be used until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    open_until = models.DateTimeField(_("opens until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    revoked_by = models.CharField(_("ended by"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("access link")
        ordering = ("-id",)
        constraints = (
            check("access_link_expires_after_it_is_sent", Q(expires_at__gt=F("created_at"))),
            check(
                "access_link_is_used_in_time",
                Q(used_at__isnull=True, open_until__isnull=True)
                | Q(used_at__isnull=False, open_until__isnull=False)
                & Q(used_at__gte=F("created_at"), used_at__lte=F("expires_at"), open_until__gt=F("used_at")),
            ),
            check(
                "access_link_is_ended_by_somebody",
                Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
            ),
        )


def masked(address: str) -> str:
    """An address or number as somebody recognises their own: `l•••@example.com`, `+86•••0217`."""
    name, at, host = address.partition("@")
    if not at:
        return f"{address[:3]}•••{address[-4:]}"
    return f"{name[:1]}•••{at}{host}"


def _by_link_alone(table: str, name: str) -> Trigger:
    """Refuses a row of `table` for whoever enters by a link: what a link opens is not widened."""
    return on_write(
        table,
        name,
        "EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.user_id AND u.contact_of_id IS NOT NULL)",
        problem="not-allowed",
    )


ACCESS_TRIGGERS = [
    _by_link_alone("accounts_membership", "contact_of_record_is_no_member"),
    _by_link_alone("accounts_staffrole", "contact_of_record_is_no_staff"),
    _by_link_alone("accounts_apitoken", "contact_of_record_has_no_token"),
    sealed(
        "accounts_accesslink",
        "access_link_is_used_once",
        "ref party_id request_id created_at expires_at",
        once=("used_at open_until", "revoked_at revoked_by"),
        also="NEW.sent_to <> OLD.sent_to AND NEW.sent_to <> ''",  # a retention run empties it
    ),
    on_update(
        "accounts_accesslink",
        "access_link_opens_nothing_once_ended",
        "OLD.revoked_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at",
        problem=SEALED,
    ),
    # Never to an address that somebody merely names: the party's own address or number; where it has no address of its
    # own, that of who owns it, deactivated or not.
    on_insert(
        "accounts_accesslink",
        "access_link_is_sent_to_the_contact_of_record",
        """NOT EXISTS (SELECT 1 FROM accounts_party p WHERE p.id = NEW.party_id AND p.email = NEW.sent_to
            AND p.email <> '') AND NOT EXISTS (SELECT 1 FROM accounts_party p WHERE p.id = NEW.party_id
            AND p.phone = NEW.sent_to AND p.phone <> ''
            AND (p.phone_from IS NULL OR p.phone_from <= NEW.created_at)) AND NOT EXISTS (SELECT 1 FROM accounts_party p
            JOIN accounts_membership m ON m.party_id = p.id AND m.ended_at IS NULL AND m.role = 'owner'
            JOIN accounts_user u ON u.id = m.user_id
            WHERE p.id = NEW.party_id AND p.email = '' AND u.email = NEW.sent_to AND u.email <> '')""",
        problem="not-allowed",
    ),
    on_update(
        "accounts_accesslink",
        "access_code_is_used_upon_a_try",
        """OLD.used_at IS NULL AND NEW.used_at IS NOT NULL AND NEW.sent_to LIKE '+%' AND NEW.sent_to NOT LIKE '%@%'
            AND NOT EXISTS (SELECT 1 FROM accounts_accessrequest q JOIN accounts_accessrequest r
                ON r.id = q.id OR r.mark = q.mark AND r.mark <> ''
                WHERE q.id = NEW.request_id AND r.tries > 0)""",
        problem="not-allowed",
    ),
    kept("accounts_accesslink", "access_link_is_kept"),
    kept("accounts_accessrequest", "access_request_is_kept"),
    sealed(
        "accounts_accessrequest",
        "access_request_stays_what_was_asked",
        "ref party_id asked_by_id mark source asked_at",
        once=("done_at address",),
    ),
    on_update(
        "accounts_accessrequest",
        "access_code_is_tried_once_more_each_time",
        "NEW.tries < OLD.tries OR NEW.tries > OLD.tries + 1",
        problem=SEALED,
    ),
]
