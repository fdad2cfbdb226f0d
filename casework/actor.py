"""The actor of a command. A required keyword of every command, with no default, so that no check is skipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ActorKind(StrEnum):
    PARTY = "party"  # a person acting for a merchant, a consumer or an executor
    STAFF = "staff"  # reviewer, senior reviewer, mediator, compliance, administrator
    CLIENT = "client"  # the platform's back end, or another API client
    SYSTEM = "system"  # deadlines, workers, automation


class Via(StrEnum):
    WEB = "web"
    API = "api"
    ADMIN = "admin"
    SOCKET = "socket"
    WORKER = "worker"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting principal. `parties` maps a party's primary key to the role held in it (owner, manager, …).

    Whom a party authorised in named cases alone has none of it in `parties`, and those cases in `cases`: what goes by
    the party shows them nothing, and what is about one case asks with its `matter` (`casework.models.Case`).

    `session` names an interactive browser or app session and is empty for API clients and workers: only an actor
    with a session can make a decision that calls itself human.
    """

    kind: ActorKind
    via: Via
    ref: str  # opaque outward name: usr_…, cli_…, or "system:<what>"
    user_id: int | None = None
    client_id: int | None = None
    parties: Mapping[int, str] = field(default_factory=dict)
    mandates: frozenset[int] = frozenset()  # those of the parties for which they act as an agent
    cases: Mapping[tuple[str, int, int], str] = field(default_factory=dict)  # an agent's role by (*`matter`, party)
    roles: frozenset[str] = frozenset()  # staff roles
    scopes: frozenset[str] = frozenset()  # API client scopes
    only: tuple[str, ...] | None = None  # those of the token, where it is restricted
    session: str = ""
    at_work: Mapping[str, Any] = field(default_factory=dict)  # `accounts.models.AtWork` by column, a key for a row

    @property
    def team_id(self) -> int | None:
        return self.at_work.get("team_id")

    @property
    def code(self) -> str:
        """An officer's outward code, R-217; empty for everybody else."""
        return str(self.at_work.get("officer_code", "")) if self.roles else ""

    @property
    def skills(self) -> frozenset[str]:
        """The words that whoever leads said of them; whoever is senior has `senior` besides."""
        own = str(self.at_work.get("skills", "")).split()
        return frozenset([*own, *("senior" for role in self.roles if role.startswith("senior"))])

    @property
    def person(self) -> int:
        """The primary key of the person who acts. Raises `RuntimeError` where no person does."""
        if self.user_id is None:
            raise RuntimeError(f"{self.ref} is no person")
        return self.user_id

    @property
    def client(self) -> int:
        """The primary key of the API client that acts. Raises `RuntimeError` where none does."""
        if self.client_id is None:
            raise RuntimeError(f"{self.ref} is no API client")
        return self.client_id

    def has_role(self, *roles: str) -> bool:
        return self.kind is ActorKind.STAFF and not self.roles.isdisjoint(roles)

    def has_scope(self, scope: str) -> bool:
        return self.kind is ActorKind.CLIENT and scope in self.scopes

    @property
    def acts(self) -> bool:
        """Whether anything is left to this person to act by."""
        return bool(self.roles or self.parties or self.cases)

    @property
    def is_agent(self) -> bool:
        return bool(self.mandates or self.cases)

    def mandate_for(self, party_ids: Iterable[int | None], matter: tuple[str, int]) -> str:
        """The role of an agent in the first of these parties for which this person acts in the case; "" for anybody
        else.
        """
        for pk in party_ids:
            if pk is not None and (role := self.role_in(pk, matter)) is not None:
                return role if pk in self.mandates or pk not in self.parties else ""
        return ""

    def role_in(self, party_id: int, matter: tuple[str, int] | None = None) -> str | None:
        """The role in the party; with the `matter` of a case, also where the party authorised them in it alone."""
        if self.kind is not ActorKind.PARTY:
            return None
        named = None if matter is None else self.cases.get((*matter, party_id))
        return self.parties.get(party_id, named)

    def named(self, kind: str) -> list[int]:
        """The primary keys of the cases of this kind in which a party authorised them and in nothing else."""
        return [pk for each, pk, _party in self.cases if each == kind]

    @classmethod
    def system(cls, what: str) -> "Actor":
        """The platform's own machinery: `what` names the part that acts, such as `deadline` or `triage`."""
        return cls(kind=ActorKind.SYSTEM, via=Via.WORKER, ref=f"system:{what}")
