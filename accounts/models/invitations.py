"""Invitations by which an owner takes colleagues into a party, and authorises agents to act for it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Membership, MembershipRole, Party
from accounts.roles import AGENT, AGENTS, NAMED_KINDS
from casework.constraints import check
from casework.triggers import SEALED, Trigger, append_only, changed, kept, on_insert, on_update, sealed

MANDATE_FOR = timedelta(days=365)
"""How long a mandate lasts at most; it is renewed by a new one."""


class Invitation(models.Model):
    """A link by which one person joins a party in `role`, once, until `expires_at`.

    That of an agent is the party's mandate (委托书): until `acts_until`, with a signed document where there is one, for
    so many cases as `cases_named` says, which are its `cases`; with none for all matters of the party.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=10, choices=MembershipRole)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True, default="")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("can be used until"))
    acts_until = models.DateTimeField(_("mandate ends"), null=True, blank=True)
    document = models.ForeignKey(
        "files.Attachment", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    cases_named = models.PositiveSmallIntegerField(_("cases named"), default=0, db_default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation"
    )
    revoked_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    revoked_by = models.CharField(_("ended by"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("invitation")
        ordering = ("-id",)
        constraints = (
            check("invitation_role_is_known", Q(role__in=MembershipRole.values)),
            check("invitation_expires_after_it_is_made", Q(expires_at__gt=F("created_at"))),
            check(
                "mandate_has_an_end_and_nothing_else_has",
                Q(role__in=sorted(AGENTS), acts_until__isnull=False)
                | ~Q(role__in=sorted(AGENTS)) & Q(acts_until__isnull=True, document__isnull=True),
            ),
            check("mandate_alone_names_cases", Q(cases_named=0) | Q(role__in=sorted(AGENTS))),
            check("mandate_ends_after_it_is_given", Q(acts_until__isnull=True) | Q(acts_until__gt=F("created_at"))),
            check(
                "mandate_is_for_a_year_at_most",
                Q(acts_until__isnull=True) | Q(acts_until__lte=F("created_at") + Value(MANDATE_FOR)),
            ),
            check(
                "invitation_is_used_in_time_by_one_person",
                Q(used_at__isnull=True, membership__isnull=True)
                | Q(used_at__isnull=False, membership__isnull=False)
                & Q(used_at__gte=F("created_at"), used_at__lte=F("expires_at")),
            ),
            check(
                "invitation_is_ended_by_somebody",
                Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
            ),
        )

    def is_over(self, now: datetime) -> bool:
        """Whether this mandate lets nobody act any more."""
        return (self.acts_until is not None and self.acts_until <= now) or (
            self.membership is not None and self.membership.ended_at is not None
        )


class MandateCase(models.Model):
    """A case that a mandate names: a notice with the appeals against it, or a dispute (`NAMED_KINDS`)."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="cases")
    case_kind = models.CharField(max_length=20)
    case_id = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("invitation", "case_kind", "case_id"), name="mandate_names_a_case_once"),
            check("mandate_names_cases_of_known_kinds", Q(case_kind__in=NAMED_KINDS)),
        )


def of_the_party(name: str, *, kind: str, table: str, parties: tuple[str, ...]) -> Trigger:
    """The trigger that refuses to name a case of this kind that is not the party's who gives the mandate."""
    columns = ", ".join(f"c.{column}" for column in parties)
    return on_insert(
        "accounts_mandatecase",
        name,
        f"""NOT EXISTS (SELECT 1 FROM {table} c JOIN accounts_invitation i ON i.party_id IN ({columns})
            WHERE c.id = NEW.case_id AND i.id = NEW.invitation_id)""",  # noqa: S608  our own names
        only=f"NEW.case_kind = '{kind}'",
        problem="not-allowed",
    )


def within_the_mandate(
    name: str, *, kind: str, table: str, parties: tuple[str, ...], named_kind: str, named_by: str = "id"
) -> Trigger:
    """The trigger that refuses events of cases of one kind to an agent whom the party authorised in other cases alone.

    What counts as named is the case of `named_kind` whose key is the column `named_by`.
    """
    columns = ", ".join(f"c.{column}" for column in parties)
    member = f"""SELECT 1 FROM {table} c JOIN accounts_membership m ON m.party_id IN ({columns})
            JOIN accounts_user u ON u.id = m.user_id
            WHERE c.id = NEW.case_id AND u.ref = NEW.actor_ref AND m.ended_at IS NULL"""  # noqa: S608  our own names
    return on_insert(
        "casework_event",
        name,
        f"""EXISTS ({member} AND m.cases_named > 0) AND NOT EXISTS ({member} AND (m.cases_named = 0 OR EXISTS
            (SELECT 1 FROM accounts_mandatecase n JOIN accounts_invitation i ON i.id = n.invitation_id
            WHERE i.membership_id = m.id AND n.case_kind = '{named_kind}' AND n.case_id = c.{named_by})))""",  # noqa: S608  our own names
        only=f"NEW.actor_kind = 'party' AND NEW.case_kind = '{kind}'",
        problem="not-allowed",
    )


def with_special_authority(
    name: str, *, kind: str, table: str, parties: tuple[str, ...], acts: tuple[str, ...]
) -> Trigger:
    """The trigger that refuses these events of cases of one kind to an agent without special authority (民诉法 62)."""
    listed = ", ".join(f"'{act}'" for act in acts)
    columns = ", ".join(f"c.{column}" for column in parties)
    return on_insert(
        "casework_event",
        name,
        f"""EXISTS (SELECT 1 FROM {table} c JOIN accounts_membership m ON m.party_id IN ({columns})
            JOIN accounts_user u ON u.id = m.user_id
            WHERE c.id = NEW.case_id AND u.ref = NEW.actor_ref AND m.ended_at IS NULL AND m.role = '{AGENT}')""",  # noqa: S608  our own names
        only=f"NEW.actor_kind = 'party' AND NEW.case_kind = '{kind}' AND NEW.type IN ({listed})",
        problem="not-allowed",
    )


def decided_by_nobody_of_a_side(name: str, *, table: str, person: str, parties: tuple[str, ...]) -> Trigger:
    """The trigger that lets nobody decide but compliance or an administrator who never acted for one of the parties."""
    columns = ", ".join(f"NEW.{column}" for column in parties)
    return on_update(
        table,
        name,
        f"""NOT EXISTS (SELECT 1 FROM accounts_staffrole r WHERE r.user_id = NEW.{person} AND r.ended_at IS NULL
            AND r.role IN ('compliance', 'administrator'))
            OR EXISTS (SELECT 1 FROM accounts_membership m WHERE m.user_id = NEW.{person}
            AND m.party_id IN ({columns}))""",  # noqa: S608  our own names
        only=f"NEW.{person} IS NOT NULL AND OLD.{person} IS NULL",
        problem="conflict-of-interest",
    )


INVITATION_TRIGGERS = [
    sealed(
        "accounts_invitation",
        "invitation_is_used_once",
        "ref party_id role invited_by_id created_at expires_at acts_until document_id cases_named",
        once=("used_at membership_id", "revoked_at revoked_by"),
        also="NEW.sent_to <> OLD.sent_to AND NEW.sent_to <> ''",  # a retention run empties it
    ),
    on_update(
        "accounts_invitation",
        "invitation_opens_nothing_once_ended",
        "OLD.revoked_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at",
        problem=SEALED,
    ),
    on_insert(
        "accounts_invitation",
        "invitation_is_by_an_owner",
        """NOT EXISTS (SELECT 1 FROM accounts_membership m WHERE m.party_id = NEW.party_id
            AND m.user_id = NEW.invited_by_id AND m.role = 'owner' AND m.ended_at IS NULL)""",
        problem="not-allowed",
    ),
    # The role that was offered, in the party that offered it, while whoever offered it can still do so.
    on_update(
        "accounts_invitation",
        "invitation_gives_what_it_offers",
        """OLD.used_at IS NULL AND (NOT EXISTS (SELECT 1 FROM accounts_membership m WHERE m.id = NEW.membership_id
            AND m.party_id = NEW.party_id AND m.role = NEW.role AND m.cases_named = NEW.cases_named
            AND NOT (m.acts_until IS DISTINCT FROM NEW.acts_until))
            OR NEW.cases_named <> (SELECT COUNT(*) FROM accounts_mandatecase n WHERE n.invitation_id = NEW.id)
            OR NOT EXISTS (SELECT 1 FROM accounts_membership o WHERE o.party_id = NEW.party_id
            AND o.user_id = NEW.invited_by_id AND o.role = 'owner' AND o.ended_at IS NULL))""",
        only="NEW.used_at IS NOT NULL",
        problem="not-allowed",
    ),
    kept("accounts_invitation", "invitation_is_kept"),
    on_insert(
        "accounts_membership",
        "agent_acts_by_a_mandate_of_the_party",
        """NOT EXISTS (SELECT 1 FROM accounts_invitation i WHERE i.party_id = NEW.party_id AND i.role = NEW.role
            AND i.acts_until = NEW.acts_until AND i.cases_named = NEW.cases_named
            AND i.used_at IS NULL AND i.revoked_at IS NULL
            AND i.created_at <= NEW.started_at)""",
        only="NEW.acts_until IS NOT NULL",
        problem="not-allowed",
    ),
    # Neither longer nor for more: that is a new mandate.
    on_update(
        "accounts_membership",
        "mandate_stays_as_it_was_given",
        f"""{changed("user_id party_id role started_at acts_until cases_named")}
            OR OLD.ended_at IS NOT NULL AND {changed("ended_at")}""",
        only="OLD.acts_until IS NOT NULL OR NEW.acts_until IS NOT NULL",
        problem=SEALED,
    ),
    # As many as it says when it is given: the set is complete from then on.
    on_insert(
        "accounts_mandatecase",
        "mandate_names_no_more_cases_than_it_says",
        """(SELECT COUNT(*) FROM accounts_mandatecase n WHERE n.invitation_id = NEW.invitation_id) >= (SELECT
            i.cases_named FROM accounts_invitation i WHERE i.id = NEW.invitation_id)""",
        lock="PERFORM 1 FROM accounts_invitation WHERE id = NEW.invitation_id FOR UPDATE;",
        problem=SEALED,
    ),
    append_only("accounts_mandatecase", "mandate_names_its_cases_for_good"),
    # The platform can end anybody; a party's own people keep one who can let others in.
    on_update(
        "accounts_membership",
        "party_keeps_an_owner_against_its_own_people",
        """OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND OLD.role = 'owner'
            AND EXISTS (SELECT 1 FROM accounts_user u JOIN accounts_membership m ON m.user_id = u.id
            WHERE u.ref = NEW.ended_by AND m.party_id = NEW.party_id AND m.ended_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM accounts_membership o WHERE o.party_id = NEW.party_id AND o.role = 'owner'
            AND o.ended_at IS NULL AND o.id <> NEW.id)""",
        lock="PERFORM 1 FROM accounts_party WHERE id = NEW.party_id FOR UPDATE;",
    ),
]
