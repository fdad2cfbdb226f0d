"""Who may provision parties and people, who may read them, and what staff may open in the console.

What does not belong here: what anybody may do with a case (each app's policies).
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from accounts.models import (
    ApiClient,
    ApiToken,
    Installation,
    MandateCase,
    Membership,
    Party,
    PartyKind,
    SignOn,
    StaffRole,
    User,
)
from accounts.roles import ADMINISTRATOR, COMPLIANCE, COUNSEL, HELP_LINE, MEDIATOR, OWNER, REVIEWER, SENIOR_REVIEWER
from casework.actor import Actor, ActorKind, Via
from casework.errors import CaseError, ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.formats import deadline_text

READS_PARTIES = frozenset({"parties:read", "parties:write"})
SEES_IN_CONSOLE: dict[str, frozenset[str]] = {
    ADMINISTRATOR: frozenset(
        {"accounts", "rules", "executors", "notices", "appeals", "disputes", "webhooks", "casework", "account", "mfa"}
    ),
    COMPLIANCE: frozenset({"accounts", "rules", "executors", "notices", "appeals", "disputes", "webhooks", "casework"}),
    SENIOR_REVIEWER: frozenset({"rules", "notices", "appeals"}),
    REVIEWER: frozenset({"rules"}),  # whoever judges blind reads no record of what was decided
    MEDIATOR: frozenset({"rules", "disputes"}),
    COUNSEL: frozenset({"rules"}),
}
EDITED_IN_CONSOLE = frozenset({"user", "team", "party", "apiclient", "membership", "staffrole", "signon"})


def active() -> Q:
    """The condition of memberships and staff roles that nobody has ended; of an agent's see `acting`.

    The party's status is not asked. A suspended or closed shop reads its notices and appeals against them as before;
    a measure that took away the way to appeal would make itself final.
    """
    return Q(ended_at__isnull=True)


def this_moment() -> Combinable:
    """The time of the database in the same statement, in a sandbox as far ahead as its clock (`casework.clock.now`)."""
    if not settings.SANDBOX:
        return Now()
    ahead = Subquery(Installation.objects.values("clock_ahead")[:1])
    return ExpressionWrapper(Now() + Coalesce(ahead, Value(timedelta())), output_field=DateTimeField())


def in_force() -> Q:
    """The condition of memberships that hold at this moment: nobody ended them, and no mandate ran out.

    The moment is the database's, in the same statement: nobody has to end a mandate whose time is over.
    """
    return active() & (Q(acts_until__isnull=True) | Q(acts_until__gt=this_moment()))


def acting() -> Q:
    """The condition of memberships that give a role in the party: those in force but an agent's in named cases."""
    return in_force() & Q(cases_named=0)


def acting_in(matter: tuple[str, int]) -> Q:
    """As `acting`, and those of agents in this case alone. Of a case that is not named it is the same."""
    kind, pk = matter
    named = MandateCase.objects.filter(invitation__membership=OuterRef("pk"), case_kind=kind, case_id=pk)
    return in_force() & (Q(cases_named=0) | Q(Exists(named)))


def may_provision(actor: Actor, *, party: Party | None = None) -> CaseError | None:
    """Whether the actor may provision: the platform's back end for its own parties, an administrator, the machine's
    console.
    """
    if actor.has_scope("parties:write"):
        return None if party is None or party.client_id == actor.client_id else NotAllowed()
    return None if actor.has_role(ADMINISTRATOR) or is_console(actor) else NotAllowed()


def may_name_officers(actor: Actor) -> CaseError | None:
    """An administrator or the console: a back end that provisions parties cannot make up officers or teams."""
    return None if actor.has_role(ADMINISTRATOR) or is_console(actor) else NotAllowed()


def owned_before(party: Party) -> QuerySet[Membership]:
    """Every membership of an owner that the party has or had."""
    return Membership.objects.filter(party=party, role=OWNER)


def lost_its_owners(party: Party) -> bool:
    owned = owned_before(party)
    return owned.exists() and not owned.filter(active()).exists()


def may_grant_staff_role(actor: Actor, *, user: User) -> CaseError | None:
    """As `may_name_officers`, and never to oneself."""
    if denial := may_name_officers(actor):
        return denial
    return ConflictOfInterest() if actor.user_id == user.pk else None


def may_provide_people(actor: Actor) -> CaseError | None:
    """The client by which the provider of single sign-on says who works here."""
    return None if actor.has_scope("people:write") else NotAllowed()


def may_deactivate(actor: Actor, *, user: User) -> CaseError | None:
    """As `may_grant_staff_role`, and that client for whoever signs in at the provider."""
    if may_provide_people(actor) is None and SignOn.objects.filter(active(), user=user).exists():
        return None
    return may_grant_staff_role(actor, user=user)


def may_issue_token(actor: Actor, *, user: User | None, client: ApiClient | None) -> CaseError | None:
    """A person to themselves; an administrator to a client; the console to anybody."""
    if is_console(actor):
        return None
    if client is not None:
        return None if actor.has_role(ADMINISTRATOR) else NotAllowed()
    return None if user is not None and user.pk == actor.user_id else NotAllowed()


def may_end_token(actor: Actor, token: ApiToken) -> CaseError | None:
    """The client whose it is, an administrator, the console."""
    is_own = token.client_id is not None and token.client_id == actor.client_id
    return None if is_own else may_name_officers(actor)


def may_set_absence(actor: Actor, *, user: User) -> CaseError | None:
    """A person of their own, in a session; of others a senior reviewer, compliance and administrators."""
    sets_others = actor.has_role(SENIOR_REVIEWER, COMPLIANCE, ADMINISTRATOR)
    return None if actor.session and (actor.user_id == user.pk or sets_others) else NotAllowed()


def may_set_work(actor: Actor, *, user: User) -> CaseError | None:
    """In a session: a senior reviewer of whoever reviews, compliance and administrators of whoever mediates too."""
    led = [REVIEWER, SENIOR_REVIEWER] if actor.has_role(SENIOR_REVIEWER, COMPLIANCE, ADMINISTRATOR) else []
    led += [MEDIATOR] if actor.has_role(COMPLIANCE, ADMINISTRATOR) else []
    grants = StaffRole.objects.filter(active(), user=user, role__in=led)
    return None if actor.session and grants.exists() else NotAllowed()


def require_room(person: int, capacity: int | None, held: QuerySet[Any, Any], *, at: str = "") -> None:
    """Raises `NotYourTurn`, or `Invalid` at this place, for whoever has as many open cases as they may: of two that
    come to one person at once, one waits for the other.
    """
    if capacity is None:
        return
    User.objects.select_for_update(of=("self",)).get(pk=person)
    if held.count() >= capacity:
        if at:
            raise Invalid.field(at, "full", _("This person has as many open cases as they take."))
        raise NotYourTurn(_("You have as many open cases as you take. End one, or give one back, before the next."))


def require_present(user: User, now: datetime) -> None:
    """Raises `Invalid` for somebody who is absent: nothing is given to them."""
    if user.absent_until is not None and user.is_absent(now):
        words = _("This person is absent until %(until)s.")
        raise Invalid.field("/to", "absent", words % {"until": deadline_text(user.absent_until)})


def may_change_own(actor: Actor, *, user: User) -> CaseError | None:
    return None if actor.user_id == user.pk or is_console(actor) else NotAllowed()


def may_serve_callers(actor: Actor) -> CaseError | None:
    """An officer of the human line, in a session: looks up the case whose number a caller says."""
    return None if actor.session and actor.has_role(HELP_LINE) else NotAllowed()


may_send_access_link = may_serve_callers


def may_take_down_for(actor: Actor, parties: Collection[int]) -> CaseError | None:
    """As `may_serve_callers`, and whoever takes something down in a case of these parties never acted for one."""
    if denial := may_serve_callers(actor):
        return denial
    acted = Membership.objects.filter(user_id=actor.person, party_id__in=parties).exists()
    return ConflictOfInterest() if acted else None


def may_end_access_links(actor: Actor, party: Party) -> CaseError | None:
    """An owner of the party; an officer of the human line, to whom somebody says that their mail is lost."""
    return None if actor.role_in(party.pk) == OWNER else may_send_access_link(actor)


def may_manage_members(actor: Actor, party: Party) -> CaseError | None:
    """An owner of a shop, in a session. A consumer acts alone; an executor's people are entered by the platform."""
    is_owner = actor.role_in(party.pk) == OWNER and bool(actor.session)
    return None if is_owner and party.kind == PartyKind.MERCHANT else NotAllowed()


def may_authorise(actor: Actor, party: Party) -> CaseError | None:
    """An owner of a shop, and a consumer, in a session; no agent passes a mandate on."""
    is_owner = actor.role_in(party.pk) == OWNER and bool(actor.session)
    return None if is_owner and party.kind in (PartyKind.MERCHANT, PartyKind.CONSUMER) else NotAllowed()


def may_read_parties(actor: Actor) -> CaseError | None:
    """A client needs the scope; people see their own at least."""
    return None if actor.kind is not ActorKind.CLIENT or actor.scopes & READS_PARTIES else NotAllowed()


def may_read_all_of_party(actor: Actor, party: Party) -> CaseError | None:
    """Whether somebody of staff may look at a party as a whole: nobody who ever acted for it."""
    acted = Membership.objects.filter(user_id=actor.person, party=party).exists()
    return ConflictOfInterest() if acted else None


def finds_people(actor: Actor) -> bool:
    """Whether a search shows people and parties themselves; others find the cases of a party that they may see."""
    return bool(actor.session) and actor.has_role(COMPLIANCE, ADMINISTRATOR)


def readable_parties(actor: Actor) -> Q:
    """A client sees the parties it provided, a person their own, compliance and administrators all."""
    if actor.kind is ActorKind.CLIENT:
        return Q(client_id=actor.client_id) if actor.scopes & READS_PARTIES else Q(pk=None)
    if actor.kind is ActorKind.PARTY:
        return Q(pk__in=list(actor.parties))
    return Q() if actor.has_role(COMPLIANCE, ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def console_allows(roles: Iterable[str], *, app: str, action: str = "", model: str = "") -> bool:
    """Whether one of the staff roles opens this app in the console, and allows `view`, `add`, `change` of a model."""
    held = set(roles)
    if not any(app in SEES_IN_CONSOLE.get(role, ()) for role in held):
        return False
    if action in ("", "view"):
        return True
    return ADMINISTRATOR in held and app == "accounts" and action in ("add", "change") and model in EDITED_IN_CONSOLE


def staff_need_second_factor(*, is_sample: bool) -> bool:
    """Whether staff need a second factor: everywhere, except in a database that `manage.py demo` made."""
    return bool(settings.STAFF_SECOND_FACTOR_REQUIRED) and not is_sample


def is_console(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM and actor.via in (Via.CONSOLE, Via.WORKER)
