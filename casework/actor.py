"""The actor of a command. A required keyword of every command, with no default, so that no check is skipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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

    `session` names an interactive browser or app session and is empty for API clients and workers: only an actor
    with a session can make a decision that calls itself human.
    """

    kind: ActorKind
    via: Via
    ref: str  # opaque outward name: usr_…, cli_…, or "system:<what>"
    user_id: int | None = None
    client_id: int | None = None
    team_id: int | None = None
    parties: Mapping[int, str] = field(default_factory=dict)
    mandates: frozenset[int] = frozenset()  # those of the parties for which they act as an agent
    roles: frozenset[str] = frozenset()  # staff roles
    scopes: frozenset[str] = frozenset()  # API client scopes
    session: str = ""
    code: str = ""  # an officer's outward code, R-217; empty for everybody else

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

    def mandate_for(self, party_ids: Iterable[int | None]) -> str:
        """The role of an agent in the first of these parties for which this person acts; "" for anybody else."""
        own = next((pk for pk in party_ids if pk in self.parties), None)
        return self.parties[own] if own is not None and own in self.mandates else ""

    def role_in(self, party_id: int) -> str | None:
        return self.parties.get(party_id) if self.kind is ActorKind.PARTY else None

    @classmethod
    def system(cls, what: str) -> "Actor":
        """The platform's own machinery: `what` names the part that acts, such as `deadline` or `triage`."""
        return cls(kind=ActorKind.SYSTEM, via=Via.WORKER, ref=f"system:{what}")
