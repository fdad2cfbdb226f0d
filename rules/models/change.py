"""Changes that two people sign: of catalogues that served notices rely on, of owners of a party, of what ends, of what
is published as a yearly report, of a second factor that was lost.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, on_insert, on_write, sealed
from rules.machine import ChangeMachine, ChangeState


class Subject(models.TextChoices):
    LAW_ARTICLE = "LAW_ARTICLE", _("law article")
    MEASURE_TYPE = "MEASURE_TYPE", _("kind of measure")
    PARTY_OWNER = "PARTY_OWNER", _("another owner of a party")
    RETENTION = "RETENTION", _("records whose time is over")
    SEAT = "SEAT", _("seat of an authority")
    REPORT = "REPORT", _("yearly report")
    ERRATUM = "ERRATUM", _("erratum of a yearly report")
    GUIDANCE = "GUIDANCE", _("guidance on a clause")
    LETTER = "LETTER", _("letter template")
    SECOND_FACTOR = "SECOND_FACTOR", _("removal of a lost second factor")


class CatalogueChange(ChangeMachine, Case):
    """One new version of an entry of a catalogue: entered by a person, signed by another, who compared it.

    `said` are the values as they were proposed, `key` names the entry. What an API client proposes has no `entered_by`
    before a person took it up. Nothing of a catalogue changes before the signature.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "catalogue_change", "cat_", "K"
    OPENS_IN = (ChangeState.TO_ENTER, ChangeState.ENTERED)

    subject = models.CharField(_("what changes"), max_length=20, choices=Subject)
    key = models.CharField(_("entry"), max_length=80)
    said = models.JSONField(_("as proposed"))
    reason = models.TextField(_("why it changes"), blank=True, default="")
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_reason = models.TextField(_("why it was refused"), blank=True, default="")

    class Meta:
        verbose_name = _("change of a catalogue")
        verbose_name_plural = _("changes of catalogues")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="catalogue_change_newest"),
            models.Index(fields=("subject", "key", "-id"), name="catalogue_change_by_entry"),
        )
        constraints = (
            check("catalogue_change_state_is_known", Q(state__in=ChangeState.values)),
            check("catalogue_change_subject_is_known", Q(subject__in=Subject.values)),
            check(
                "catalogue_change_is_signed_by_another_person",
                Q(signed_by=None) & ~Q(state=ChangeState.SIGNED)
                | Q(state=ChangeState.SIGNED, signed_by__isnull=False, entered_by__isnull=False)
                & ~Q(signed_by=F("entered_by")),
                code="conflict-of-interest",
            ),
            check(
                "catalogue_change_is_entered_by_a_person",
                Q(entered_by__isnull=False)
                | Q(client__isnull=False, state__in=[ChangeState.TO_ENTER, ChangeState.NOT_SIGNED]),
            ),
            models.UniqueConstraint(
                fields=("subject", "key"),
                condition=Q(state__in=[ChangeState.TO_ENTER, ChangeState.ENTERED]),
                name="catalogue_change_is_open_once_per_entry",
            ),
        )

    @property
    def state_note(self) -> str:
        return self.refused_reason


CHANGE_TRIGGERS = [
    on_insert(
        "accounts_membership",
        "who_binds_a_party_is_let_in_by_its_owner_or_by_two_people",
        """EXISTS (SELECT 1 FROM accounts_membership o WHERE o.party_id = NEW.party_id AND o.role = 'owner'
            AND o.user_id <> NEW.user_id)
            AND NOT EXISTS (SELECT 1 FROM accounts_party p WHERE p.id = NEW.party_id
                AND (p.created_at = NEW.started_at OR p.kind = 'EXECUTOR'))
            AND NOT EXISTS (SELECT 1 FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
                WHERE m.party_id = NEW.party_id AND m.role = 'owner' AND u.ref = NEW.granted_by
                AND (m.ended_at IS NULL OR m.ended_at >= NEW.started_at))
            AND NOT EXISTS (SELECT 1 FROM rules_cataloguechange c JOIN accounts_party q ON q.ref = c.key
                WHERE q.id = NEW.party_id AND c.ref = NEW.granted_by AND c.subject = 'PARTY_OWNER'
                AND c.state = 'SIGNED')""",
        only="NEW.role <> 'staff'",
    ),
    on_write(
        "rules_cataloguechange",
        "nobody_enters_or_signs_the_removal_of_their_second_factor",
        """NEW.subject = 'SECOND_FACTOR' AND EXISTS (SELECT 1 FROM accounts_user u WHERE u.ref = NEW.key
            AND u.id IN (NEW.entered_by_id, NEW.signed_by_id))""",
        problem="conflict-of-interest",
    ),
    kept("rules_cataloguechange", "catalogue_change_is_kept"),
    sealed(
        "rules_cataloguechange",
        "catalogue_change_stays_as_it_was_proposed",
        "subject key said reason client_id",
        once=("entered_by_id", "signed_by_id"),
    ),
]
