"""Everyone on the invented marketplace 禾市 HeMart: teams, merchants, consumers, executors, and who acts for them.

What does not belong here: passwords and tokens, which the loader makes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.toml import built
from sample.content.bilingual import Both
from sample.content.files import tables


@dataclass(frozen=True, slots=True)
class TeamPlan:
    key: str
    name: Both
    organisation: Both
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class PartyPlan:
    """A party; `external_ref` is its number in the marketplace's own system.

    One that `is_closed` has an owner whose account is blocked, and enters by a code that goes to its `phone`.
    """

    key: str
    kind: str
    external_ref: str
    name: Both
    trade: Both
    language: str = "zh-hans"
    phone: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class UserPlan:
    """A person who signs in. `actor` is the stable name under which tests and newcomers find this person; `at_work` are
    the columns of `accounts.models.AtWork`, the team by its key.
    """

    username: str
    display_name: Both
    party: str = ""
    membership: str = ""
    staff_roles: tuple[str, ...] = ()
    at_work: Mapping[str, str] = field(default_factory=dict)
    actor: str = ""
    language: str = "zh-hans"
    large_text: bool = False

    @property
    def role(self) -> str:
        """What this person is there for, in one word."""
        return ",".join(self.staff_roles) or self.membership or self.actor


_FILE = tables("people")
TEAMS: tuple[TeamPlan, ...] = built(tuple[TeamPlan, ...], _FILE["teams"])
PARTIES: tuple[PartyPlan, ...] = built(tuple[PartyPlan, ...], _FILE["parties"])
PARTY_BY_KEY: dict[str, PartyPlan] = {party.key: party for party in PARTIES}
MERCHANTS, CONSUMERS, EXECUTORS = (
    tuple(party for party in PARTIES if party.kind == kind) for kind in ("MERCHANT", "CONSUMER", "EXECUTOR")
)
USERS: tuple[UserPlan, ...] = built(tuple[UserPlan, ...], _FILE["users"])

WORK: tuple[dict[str, Any], ...] = tuple(_FILE["work"])
ROUTING: tuple[dict[str, Any], ...] = tuple(_FILE["routing"])
"""The rules of routing, in their order, as `RoutingRule` has them; the team by its key. The last is a draft."""

ACTORS: tuple[str, ...] = tuple(_FILE["actors"])
PLATFORM_CLIENT: str = _FILE["platform_client"]
PLATFORM_SCOPES: tuple[str, ...] = tuple(_FILE["platform_scopes"])
DECIDERS: tuple[str, ...] = tuple(_FILE["deciders"])
"""Codes of the officers who take the original decisions."""


CLOSED: tuple[PartyPlan, ...] = tuple(party for party in PARTIES if party.is_closed)


def sample_actors() -> Iterator[UserPlan]:
    """The people a newcomer can sign in as, in the order of the list."""
    people = {user.actor: user for user in USERS if user.actor}
    yield from (people[name] for name in ACTORS if name in people)
