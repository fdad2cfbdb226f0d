"""Where each role may go from every page of the console: one row each, in the order in which they stand.

Whoever oversees has many places: those with a group stand behind its name. Everybody else finds theirs side by side.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import ADMINISTRATOR, AUTHORITY, COMPLIANCE, COUNSEL, HELP_LINE, MEDIATOR, REVIEWER, SENIOR_REVIEWER
from appeals.queries import notices_known_to
from casework.actor import Actor
from casework.counts import BADGE, capped_count
from helpline.policies import CALLS
from helpline.queries import open_call_backs
from notices.queries import blind_looks_waiting
from transparency.policies import READS

REVIEWS = (REVIEWER, SENIOR_REVIEWER)
OVERSEES = (COMPLIANCE, ADMINISTRATOR)
DESK, RULES, PLATFORM = _("Desk"), pgettext_lazy("navigation", "Rules"), _("Platform")


SYSTEM = tuple(f"triage:{name}" for name in ("automation-policy", "certification-attempt", "certificate")) + tuple(
    f"triage:triage-{name}" for name in ("models", "model", "training")
)

ROUTING = ("workbench:routing", "workbench:new-rule", "workbench:rule", "people:work")
MAKING = tuple(f"making:{name}" for name in ("new", "import", "laws", "version", "edit", "import-into"))


class Place(NamedTuple):
    """One place: whom it is for, its group, the pages beside its own on which it is where the reader is (a name, or a
    namespace with a colon behind it), its key, how much waits there, and its name for tests.
    """

    label: str | Promise
    address: str
    roles: tuple[str, ...]
    group: str | Promise = ""
    pages: tuple[str, ...] = ()
    key: str = ""
    waiting: Callable[[Actor], int] | None = None
    test: str = ""

    def is_at(self, match: ResolverMatch | None) -> bool:
        return match is not None and bool({match.view_name, f"{match.namespace}:"} & {self.address, *self.pages})


def _calls_waiting(actor: Actor) -> int:
    return capped_count(open_call_backs(actor), BADGE)


def _acts_waiting(actor: Actor) -> int:
    return blind_looks_waiting(actor, excluding=notices_known_to(actor))


PLACES = (
    Place(_("All appeals"), "workbench:cases", OVERSEES),
    Place(_("Queue"), "workbench:queue", (*REVIEWS, *OVERSEES), DESK, key="g q"),
    Place(_("My work"), "workbench:me", (*REVIEWS, *OVERSEES), DESK, key="g m"),
    Place(_("Second looks"), "triage:second-looks", REVIEWS, DESK),
    Place(_("Acts to look at"), "acts:list", REVIEWS, DESK, waiting=_acts_waiting, test="acts-link"),
    Place(_("Disputes"), "mediation:queue", (MEDIATOR, *OVERSEES)),
    Place(_("Team"), "workbench:team", (SENIOR_REVIEWER, *OVERSEES), pages=("mediation:team", *ROUTING)),
    Place(_("Decisions"), "decisions:list", (*REVIEWS, MEDIATOR, *OVERSEES), pages=("decisions:",)),
    Place(_("Call backs"), "calls:list", CALLS, DESK, ("calls:",), waiting=_calls_waiting, test="calls-link"),
    Place(_("File for a caller"), "workbench:phone", (HELP_LINE,), DESK, ("mediation:phone",)),
    Place(_("Intellectual property"), "infringing:list", OVERSEES, DESK, ("infringing:",)),
    Place(_("Tips"), "tipping:list", OVERSEES, DESK, ("tipping:",)),
    Place(_("Reported messages"), "mediation:reports", OVERSEES, DESK),
    Place(_("Owed and not received"), "mediation:overdue", OVERSEES, DESK),
    Place(_("Outages"), "mediation:outages", OVERSEES, DESK),
    Place(_("Rules in the making"), "making:list", OVERSEES, RULES, MAKING),
    Place(_("Announced meetings"), "making:talks", OVERSEES, RULES),
    Place(_("To sign"), "catalogues:list", OVERSEES, RULES, ("catalogues:",)),
    Place(_("Counsel"), "counsel:list", (COUNSEL, *OVERSEES), RULES, ("counsel:",)),
    Place(_("Exits"), "exits:list", OVERSEES, RULES, ("exits:",)),
    Place(_("Memberships"), "members:list", OVERSEES, RULES),
    Place(_("Differences of prices"), "prices:list", OVERSEES, RULES, ("prices:",)),
    Place(_("Wording"), "wording:page", OVERSEES, RULES, ("wording:",)),
    Place(_("Rule questions"), "questions:list", OVERSEES, RULES, ("questions:",)),
    Place(_("Figures"), "figures:overview", READS, PLATFORM, ("figures:",)),
    Place(_("Executors"), "executing:list", OVERSEES, PLATFORM, ("executing:", "siblings:")),
    Place(_("Public records"), "publications:list", OVERSEES, PLATFORM, ("publications:",)),
    Place(_("Authorities"), "authorities:matters", OVERSEES, PLATFORM, ("authorities:",)),
    Place(_("Retention"), "retention:plan", OVERSEES, PLATFORM, ("retention:",)),
    Place(_("Figures"), "authority:figures", (AUTHORITY,), pages=("authority:quarter",)),
    Place(pgettext_lazy("navigation", "Rules"), "authority:rules", (AUTHORITY,)),
    Place(_("Reading room"), "authority:case", (AUTHORITY,)),
    Place(_("System"), "triage:automation", OVERSEES, PLATFORM, ("hooks:", *SYSTEM)),
)

GUIDES = (SENIOR_REVIEWER, REVIEWER, MEDIATOR, ADMINISTRATOR, COMPLIANCE, HELP_LINE)
"""The roles with a guide (`templates/guides`); somebody with several is led to the first with a section on the page."""


class Link(NamedTuple):
    """A place as one reader sees it, or a group of them: `links`."""

    label: str | Promise
    url: str = ""
    is_here: bool = False
    key: str = ""
    waiting: int = 0
    test: str = ""
    links: tuple[Any, ...] = ()


def places_of(actor: Actor, match: ResolverMatch | None) -> list[Link]:
    """Where this reader may go from the page at `match`."""
    links = list(_links(actor, match))
    if not actor.has_role(*OVERSEES):
        return [link for _group, link in links]
    groups = {group: tuple(link for own, link in links if own == group) for group in (DESK, RULES, PLATFORM)}
    named = [Link(name, is_here=any(each.is_here for each in some), links=some) for name, some in groups.items()]
    return [link for group, link in links if not group] + named


def _links(actor: Actor, match: ResolverMatch | None) -> Iterator[tuple[str | Promise, Link]]:
    among_disputes = match is not None and match.namespace == "mediation"
    for each in PLACES:
        if not actor.has_role(*each.roles):
            continue
        key = each.key
        if key == "g q" or each.address == "mediation:queue":  # the queue of what the page is about
            key = "g q" if (each.address == "mediation:queue") == among_disputes else ""
        n = each.waiting(actor) if each.waiting is not None else 0
        yield each.group, Link(each.label, reverse(each.address), each.is_at(match), key, n, each.test)


def guide_to(actor: Actor, match: ResolverMatch | None) -> str:
    """Where the guide speaks of the page at `match`; empty for whoever has none, and on the guide itself."""
    mine = [role for role in GUIDES if actor.has_role(role)]
    if not mine or match is None or match.namespace == "guides":
        return ""
    place = next((each for each in PLACES if each.is_at(match) and actor.has_role(*each.roles)), None)
    role = next((each for each in mine if place is not None and each in place.roles), mine[0])
    return f"{reverse('guides:page', args=[role])}#{section(place.address if place else match.view_name)}"


def section(address: str) -> str:
    """The section of a guide about the page of this name."""
    return address.replace(":", "-")
