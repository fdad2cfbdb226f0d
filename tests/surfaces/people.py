"""The principals that call the product's API in tests, each with a token, and the cases they meet.

"Ours" is what concerns the merchant `owner` acts for and the client `platform` issued; "theirs" is the same of another
platform and its merchant. What does not belong here: expectations.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from accounts import commands as accounts
from accounts.models import Membership, StaffRole, User
from accounts.queries import actor_of_user
from authorities.models import Seat
from casework.actor import Actor, Via
from notices import commands as notices
from tests import factories as make
from tests.authorities.seating import Seating
from tests.conftest import World
from tests.surfaces import disputing, executing
from tests.surfaces.appealing import PNG

PRINCIPALS = (
    "anonymous",
    "owner",
    "staff",
    "finance",
    "other_merchant",
    "consumer",
    "reviewer",
    "conflicted",
    "senior",
    "compliance",
    "administrator",
    "platform",
    "foreign_client",
    "revoked",
    "ended",
    "mediator",
    "other_mediator",
    "executor",
    "lead",
    "other_executor",
    "help_line",
    "agent",
    "former_agent",
    "expired_agent",
    "case_agent",
    "counsel",
    "manager",
    "special_agent",
    "authority",
    "narrow_client",
)


class Http:
    """Requests over HTTP as somebody; the language is English unless a test says otherwise."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.token = token

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        key: str | None = "",
        **headers: str,
    ) -> Any:
        sent = {"Accept-Language": "en"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None and method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        content_type = sent.pop("Content-Type", "application/json")
        if raw is None:
            raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        if method == "GET":
            return self.client.get(path, headers=sent)
        return self.client.generic(method, path, raw, content_type=content_type, headers=sent)


def form(**fields: Any) -> tuple[bytes, str]:
    """A multipart body and its type; a file is `(name, bytes, type)`."""
    edge = "edge-of-a-part"
    parts = []
    for name, value in fields.items():
        if isinstance(value, tuple):
            filename, content, kind = value
            head = f'name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
        else:
            content, head = str(value).encode(), f'name="{name}"'
        parts.append(f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


FILE = ("authorisation.png", PNG, "image/png")


@dataclass
class Cast:
    """Everybody's token, and the world they live in."""

    world: World
    tokens: dict[str, str]
    actors: dict[str, Actor]
    theirs: World
    made: dict[str, Any] = field(default_factory=dict)

    def http(self, who: str) -> Http:
        return Http(self.tokens[who])


def token_of(user: User, *, now: datetime) -> str:
    plain, _row = accounts.issue_token(actor=make.CONSOLE, user=user, now=now, second_factor=True)
    return plain


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def cast_of(world: World, theirs: World, *, now: datetime) -> Cast:
    """Tokens for all principals; `revoked` held one that was revoked, `ended` one whose membership is over.

    The merchant authorised `agent`, and `case_agent` in one notice that no operation is about, ended what it gave
    `former_agent`, and that of `expired_agent` has run out; these two are consumers themselves, so that their tokens
    live.
    """
    finance = make.member(world.merchant, now=now, name="fiona", role="finance")
    ended = make.member(world.merchant, now=now, name="edda", role="owner")
    admin = make.staff("administrator", now=now, name="adam")
    for one in (world, theirs):
        disputing.prepare(one, now=now)
        executing.prepare(one, now=now)
    actors = {
        "owner": world.alice,
        "staff": world.alice_staff,
        "finance": finance,
        "other_merchant": theirs.alice,
        "consumer": world.bob,
        "reviewer": world.rita,
        "conflicted": world.otto,
        "senior": world.sara,
        "compliance": world.carl,
        "administrator": admin,
        "platform": world.platform,
        "foreign_client": theirs.platform,
        "ended": ended,
        "mediator": world.more["mia"],
        "other_mediator": theirs.more["mia"],
        "executor": world.more["xena"],
        "lead": world.more["lena"],
        "other_executor": world.more["oscar"],
        "help_line": make.staff("help_line", now=now, name="hana"),
        "counsel": make.staff("counsel", now=now, name="lin"),
        "agent": make.agent(world.alice, world.merchant, now=now),
        "former_agent": make.agent(world.alice, world.merchant, now=now),
        "expired_agent": make.agent(
            world.alice, world.merchant, now=now - timedelta(days=9), until=now - timedelta(seconds=1)
        ),
        "case_agent": make.agent(world.alice, world.merchant, now=now, cases=[world.notice().matter]),
    }
    tokens = {name: token_of(user_of(a), now=now) for name, a in actors.items() if a.user_id is not None}
    for name, one in (("platform", world), ("foreign_client", theirs)):
        plain, _row = accounts.issue_token(actor=make.CONSOLE, client=one.client, now=now)
        tokens[name] = plain
    tokens["anonymous"] = ""
    tokens["revoked"] = token_of(user_of(world.alice), now=now)
    accounts.revoke_token(actor=world.alice, plain=tokens["revoked"], now=now)
    accounts.end_membership(actor=make.CONSOLE, membership=Membership.objects.get(user_id=ended.user_id), now=now)
    for name in ("former_agent", "expired_agent"):
        own = make.make_party(world.client, "CONSUMER", "自己", now=now)
        accounts.add_member(actor=make.CONSOLE, party=own, user=user_of(actors[name]), role="owner", now=now)
    former = actors["former_agent"].ref
    accounts.remove_member(actor=world.alice, party=world.merchant, user_ref=former, now=now)
    assert StaffRole.objects.filter(ended_at=None).exists()
    colleague = make.staff("compliance", now=now, name="dora")
    Seating(now, world.carl, colleague).seat(username=f"zhou{make.number()}")
    late = {
        "manager": make.member(world.merchant, now=now, name="mona", role="manager"),
        "special_agent": make.agent(world.alice, world.merchant, now=now, special=True),
        "authority": actor_of_user(Seat.objects.latest("pk").user, via=Via.API, session="seat"),
    }
    tokens |= {name: token_of(user_of(actor), now=now) for name, actor in late.items()}
    narrow, actors["narrow_client"] = make.make_client(now, name="narrow", scopes=("notices:read",))
    tokens["narrow_client"] = accounts.issue_token(actor=make.CONSOLE, client=narrow, now=now)[0]
    return Cast(world=world, tokens=tokens, actors=actors | late, theirs=theirs)


def interactive(actor: Actor) -> Actor:
    return actor_of_user(user_of(actor), via=Via.API, session="tok:test")


def remedy_in(world: World, *, now: datetime) -> Any:
    notice = world.notice()
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="复查发现处置有误。", now=now)
    return notice.remedies.first()


def sorted_headers(response: Any, *, without: Mapping[str, Any] | tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return sorted(
        (k, v) for k, v in response.headers.items() if k not in ("Date", "X-Request-ID", "RateLimit", *without)
    )
