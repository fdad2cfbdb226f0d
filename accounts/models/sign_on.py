"""Who of the platform's people signs in at the provider (single sign-on), and by what they are recognised there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.people import ApiClient
from casework.constraints import check
from casework.triggers import SEALED, Trigger, changed, kept, on_insert, on_update, sealed


class SignOn(models.Model):
    """That a person signs in at the provider, until `ended_at`; made by its client (SCIM) or by an administrator.

    `subject` is the provider's own name for them, kept at their first sign-in; until then they are recognised by
    `external_ref`, or by `address` where the provider says that it is theirs. From `shut_at` on they do not get in.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ons", verbose_name=_("person")
    )
    client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("provided by")
    )
    external_ref = models.CharField(_("number at the provider"), max_length=200, blank=True, default="")
    address = models.EmailField(_("e-mail"), blank=True, default="")
    subject = models.CharField(_("subject at the provider"), max_length=255, null=True, blank=True, editable=False)
    bound_at = models.DateTimeField(_("first signed in at"), null=True, blank=True, editable=False)
    made_at = models.DateTimeField(_("since"), editable=False)
    made_by = models.CharField(_("granted by"), max_length=60, editable=False)
    shut_at = models.DateTimeField(_("shut out at"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    ended_by = models.CharField(_("ended by"), max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("single sign-on of a person")
        verbose_name_plural = _("single sign-on of people")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(ended_at=None),
                name="person_signs_in_at_the_provider_once",
                violation_error_message=_("This person signs in at the provider already."),
            ),
            models.UniqueConstraint(
                fields=("subject",), condition=Q(ended_at=None), name="subject_at_the_provider_is_one_person"
            ),
            models.UniqueConstraint(
                fields=("external_ref",),
                condition=Q(ended_at=None) & ~Q(external_ref=""),
                name="number_at_the_provider_is_one_person",
                violation_error_message=_("Somebody else has this number."),
            ),
            models.UniqueConstraint(
                Lower("address"),
                condition=Q(ended_at=None) & ~Q(address=""),
                name="address_at_the_provider_is_one_person",
                violation_error_message=_("Somebody else has this address."),
            ),
            check(
                "sign_on_is_bound_to_a_subject",
                Q(subject=None, bound_at=None) | Q(subject__isnull=False, bound_at__isnull=False) & ~Q(subject=""),
            ),
        )

    def __str__(self) -> str:
        return str(self.user)


_PARTIES = "EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = NEW.user_id)"
_STAFF = "EXISTS (SELECT 1 FROM accounts_staffrole r WHERE r.user_id = NEW.user_id AND r.ended_at IS NULL)"
SIGN_ON_TRIGGERS: list[Trigger] = [
    kept("accounts_signon", "sign_on_is_kept"),
    sealed(
        "accounts_signon",
        "sign_on_stays_whose_it_is",
        "user_id client_id made_at made_by",
        once=("subject bound_at", "ended_at ended_by"),
    ),
    # Else whoever holds the client's token could have a colleague's account opened for themselves.
    on_update(
        "accounts_signon",
        "staff_are_recognised_as_when_they_were_provided",
        f"OLD.subject IS NULL AND {changed('external_ref address')} AND {_STAFF}",
        problem=SEALED,
    ),
    on_insert("accounts_signon", "nobody_of_a_party_signs_in_at_the_provider", _PARTIES, problem="not-allowed"),
    on_insert(
        "accounts_signon",
        "client_provides_nobody_who_is_staff_already",
        _STAFF,
        only="NEW.client_id IS NOT NULL",
        problem="not-allowed",
    ),
    on_insert(
        "accounts_membership",
        "whoever_signs_in_at_the_provider_acts_for_no_party",
        "EXISTS (SELECT 1 FROM accounts_signon s WHERE s.user_id = NEW.user_id AND s.ended_at IS NULL)",
        problem="conflict-of-interest",
    ),
    # Of whom it shut out, else a link to reset it would let them back in.
    on_update(
        "accounts_user",
        "person_of_the_provider_has_no_password",
        "EXISTS (SELECT 1 FROM accounts_signon s WHERE s.user_id = NEW.id AND s.ended_at IS NULL"
        " AND (s.client_id IS NOT NULL OR s.shut_at IS NOT NULL))",
        only="NEW.password IS DISTINCT FROM OLD.password AND NEW.password NOT LIKE '!%'",
        problem="not-allowed",
    ),
]
