"""Answers of every operation, each called by somebody who may, for the examples of the API document.

Time, random names and secrets are fixed, so that the same code answers the same. `.ci/examples` writes what is recorded
here into `config/api/examples.json`; `test_schema` holds real answers against it.
"""

import base64
import itertools
import json
import random
import re
import secrets
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest import mock

from django.core.cache import cache
from django.db import transaction
from django.db.models import Value
from django.test import override_settings

from config.api.documents import document
from config.api.examples import EXCERPT, FROM_LENGTH
from executors.commands import people
from notices import commands as notices
from rules import commands as rules
from tests import factories as make
from tests.conftest import World, build_world
from tests.surfaces.disputing import Marketplace
from tests.surfaces.operations import (
    OPERATIONS,
    Made,
    Operation,
    addresses,
    at,
    call,
    consultation,
    publication,
    recipe,
)
from tests.surfaces.people import PRINCIPALS, Cast, cast_of

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

READERS = (
    "owner",
    "consumer",
    "reviewer",
    "conflicted",
    "mediator",
    "administrator",
    "platform",
    "executor",
    "lead",
    "anonymous",
    "senior",
    "counsel",
    "compliance",
)
"""Whoever is needed so that each operation is answered and refused by somebody. The first whom it tells something gives
the example."""

type Answers = dict[str, dict[str, Any]]


def commented(world: World, now: datetime) -> Made:
    """A draft on which this world's merchant commented."""
    made = consultation(world, now)
    rules.submit_opinion(actor=world.alice, ref=made["ref"], text="期限太短。", now=now)
    return made


def published(world: World, now: datetime) -> Made:
    """An illegal act on the public list."""
    made = publication(world, now)
    notices.publish_record(actor=world.carl, ref=made["ref"], act="使用国家级等用语。", now=now)
    return made


FILLED: dict[str, Callable[[World, datetime], Made] | None] = {
    "claim": OPERATIONS["demand_human"].made,
    "join_next_dispute": OPERATIONS["join_dispute"].made,
    "list_appeals": OPERATIONS["read_appeal"].made,
    "list_disputes": OPERATIONS["read_dispute"].made,
    "list_events": OPERATIONS["read_webhook_delivery"].made,
    "list_exits": OPERATIONS["read_exit"].made,
    "list_incidents": OPERATIONS["read_incident"].made,
    "list_infringements": OPERATIONS["read_infringement"].made,
    "list_instructions": OPERATIONS["read_instruction"].made,
    "list_my_rule_opinions": commented,
    "list_notices": OPERATIONS["read_notice"].made,
    "list_public_records": published,
    "list_publications": OPERATIONS["read_publication"].made,
    "list_recourses": OPERATIONS["read_recourse"].made,
    "list_push_devices": OPERATIONS["end_push_device"].made,
    "list_remedies": OPERATIONS["confirm_remedy"].made,
    "list_review_queue": OPERATIONS["demand_human"].made,
    "list_rule_consultations": OPERATIONS["read_rule_consultation"].made,
    "list_sign_ins": OPERATIONS["end_sign_in"].made,
    "list_sibling_reviews": OPERATIONS["read_sibling_review"].made,
    "list_webhook_deliveries": OPERATIONS["read_webhook_delivery"].made,
    "list_webhook_endpoints": OPERATIONS["read_webhook_endpoint"].made,
    "read_dispute_queue": OPERATIONS["join_dispute"].made,
    "read_figures": OPERATIONS["read_figure"].made,
    "move_test_clock": OPERATIONS["move_test_clock"].made,
    "provoke_case": OPERATIONS["provoke_case"].made,
    "read_test_clock": OPERATIONS["read_test_clock"].made,
    "list_tips": OPERATIONS["read_tip"].made,
    "read_todo": OPERATIONS["read_notice"].made,
}
"""What there must be for an answer that would tell nothing without it."""

REPEATED = ("create_party", "issue_notice")
"""A second request with another key finds what the first one made, and answers 200."""

FROM_THE_PLATFORM = {"source": "platform"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One operation was called; what it did is undone once the next one is asked for."""

    name: str
    who: str
    response: Any
    path: Made
    cast: Cast

    @property
    def tells(self) -> bool:
        """Whether it is an answer, and no list of nothing."""
        return self.response.status_code < 300 and not (self.is_json and self.response.json().get("items") == [])

    @property
    def is_json(self) -> bool:
        return bool(self.response.get("Content-Type") == "application/json")


class Chance:
    """What replaces chance while examples are made: every name begins a row of its own."""

    def __init__(self) -> None:
        self.row = random.Random()

    def begin(self, name: str) -> None:
        self.row.seed(name)
        make._count = itertools.count(1000)
        cache.clear()

    def choice(self, values: Any) -> Any:
        return self.row.choice(values)

    def token_hex(self, count: int = 32) -> str:
        return self.row.randbytes(count).hex()

    def token_urlsafe(self, count: int = 32) -> str:
        return base64.urlsafe_b64encode(self.row.randbytes(count)).rstrip(b"=").decode()

    def uuid4(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.row.randbytes(16), version=4)


@contextmanager
def fixed() -> Iterator[Chance]:
    """Time stands still, chance repeats itself, and nobody calls too often."""
    from django.conf import settings

    chance = Chance()
    with ExitStack() as stack:
        for module, name in ((secrets, "choice"), (secrets, "token_hex"), (secrets, "token_urlsafe"), (uuid, "uuid4")):
            stack.enter_context(mock.patch.object(module, name, getattr(chance, name)))
        stack.enter_context(mock.patch.object(people, "choice", chance.choice))
        stack.enter_context(mock.patch.object(make, "_count", make._count))
        stack.enter_context(mock.patch("django.utils.timezone.now", return_value=NOW))
        stack.enter_context(mock.patch("accounts.policies.Now", partial(Value, NOW)))  # the database's clock goes on
        stack.enter_context(mock.patch("disputes.records.current", Marketplace))
        rates = dict.fromkeys(settings.API_RATES, 1_000_000)
        stack.enter_context(override_settings(SECRET_KEY="examples", SECRET_KEY_FALLBACKS=[], API_RATES=rates))
        yield chance


def walk(
    names: Collection[str],
    readers: Callable[[str], Collection[str]] = lambda _name: READERS,
    is_enough: Callable[[Heard], bool] = lambda _heard: False,
) -> Iterator[Heard]:
    """Calls each of these operations by its readers until one was enough; the world is the same for each call."""
    places = addresses(document("en"))
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        alike.setdefault(recipe(FILLED.get(name, OPERATIONS[name].made)), []).append(name)
    with fixed() as chance, undone():
        chance.begin("the world")
        cast = cast_of(build_world(NOW), build_world(NOW), now=NOW)
        for made_by, group in alike.items():
            with undone():
                chance.begin(made_by)
                make_it = FILLED.get(group[0], OPERATIONS[group[0]].made)
                made = make_it(cast.world, NOW) if make_it else {}
                for name, kind, operation in (each for one in group for each in variants(one)):
                    method, path = places[name]
                    for who in readers(name):
                        chance.begin(f"{name} {kind}")
                        with undone():
                            if kind == "repeated":
                                operation = replace(operation, body=always(operation.body, cast.world))
                                call(cast.http(who), operation, method, at(path, made), cast.world, None)
                            version = made.get("version")
                            response = call(cast.http(who), operation, method, at(path, made), cast.world, version)
                            heard = Heard(name, who, response, made, cast)
                            yield heard
                        if is_enough(heard):
                            break


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def always(body: Any, world: World) -> Callable[[World], Any]:
    value = body(world)
    return lambda _world: value


def variants(name: str) -> Iterator[tuple[str, str, Operation]]:
    """The ways to call an operation that are answered with different successes."""
    operation = OPERATIONS[name]
    yield name, "", operation
    if name in REPEATED:
        yield name, "repeated", operation
    if name == "add_fact_evidence":
        yield name, "records", replace(operation, body=lambda _world: FROM_THE_PLATFORM, takes_form=False)


def record(names: Collection[str]) -> Answers:
    """The examples of these operations: per status of success the first answer that tells something."""
    recorded: Answers = {name: {} for name in names}
    for heard in walk(names, told_something, lambda heard: heard.tells):
        keep(recorded, heard)
    return recorded


def told_something(name: str) -> list[str]:
    """Whoever is not refused, as `permissions.txt` says."""
    from tests.surfaces.test_permissions import EXPECTED

    codes = dict(zip(PRINCIPALS, EXPECTED[name].get("ours") or EXPECTED[name]["-"], strict=True))
    return [who for who in READERS if codes[who] < 300]


def keep(recorded: Answers, heard: Heard) -> None:
    """Writes an answer down as an example, where it is a better one than what is there."""
    response, status = heard.response, str(heard.response.status_code)
    if response.status_code >= 300 or not heard.is_json:
        return
    kept = recorded.setdefault(heard.name, {}).get(status)
    if kept is None or kept.get("items") == []:
        recorded[heard.name][status] = excerpt(response.json())


def excerpt(answer: Any) -> Any:
    """The answer, of a very long one the beginning of each list."""
    if len(json.dumps(answer, ensure_ascii=False)) < FROM_LENGTH:
        return answer

    def cut(value: Any) -> Any:
        if isinstance(value, list):
            return [cut(each) for each in value[:EXCERPT]]
        return {name: cut(each) for name, each in value.items()} if isinstance(value, Mapping) else value

    return cut(answer)


BY_CHANCE = re.compile(
    r"(?<=[a-z]{3}_)[1-9A-HJ-NP-Za-km-z]{22}\b|\b[0-9a-f]{32,}\b|(?<=[A-Z]-\d{8}-)[2-9A-Z]{7}\b"
    r"|\bX-[2-9A-Z]{4}\b|(?<=-)1\d{3}\b|\b(?:tok|tkt|whsec)_[\w=+/-]+|\b[2-9A-Z]{10,12}\b"
)


def without_chance(answer: Any) -> str:
    """An example without what another order of making the world would change: names, counters and sums of them."""
    return BY_CHANCE.sub("…", json.dumps(answer, ensure_ascii=False, sort_keys=True))
