"""The people of the tests: alice (merchant), bob (consumer), rita (reviewer), otto (original decider), eve."""

import copy
import functools
import gc
import io
import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TestCase

from accounts.models import ApiClient, Party
from casework.actor import Actor
from casework.models import OutboxMessage
from disputes.commands import throttle
from notices.models import Notice
from tests import factories as make
from tests.clocks import standing_near
from tests.deep_calls import with_room
from tests.disputes.building import Court, build_court
from tests.extent import (  # noqa: F401  hooks
    LEVEL,
    pytest_deselected,
    pytest_itemcollected,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.reach import recording

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(recording)
    set_for_tests()


def set_for_tests() -> None:
    """Passwords are hashed fast in tests: their strength is Django's to test."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0  # the file may be another one for the next test
    settings.CASEWORK_QUEUE_DELIVERIES = False  # a test carries out what it wants carried out
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # Each client of a test would make an event loop for every request, for the one middleware that serves files of the
    # site. Servers that tests start are processes of their own, and have it.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "servestatic" not in name]
    clean_each_file_once()
    if LEVEL == "everyday":
        leave_references_to_ci()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """After the last test a warning is printed and fails nothing.

    What the last tests left open may be closed by nobody but the garbage collector: a run of CI failed for that
    although every test had passed.
    """
    warnings.simplefilter("always")


def clean_each_file_once() -> None:
    """A file is cleaned in a process of its own; of many tests with the same file the first waits for that."""
    from files import copies

    once = functools.lru_cache(maxsize=64)(functools.partial(_outcome, copies.cleaned))

    @functools.wraps(copies.cleaned)
    def cleaned(source: Any, kind: str) -> Any:
        source.seek(0)
        outcome = once(source.read(), kind)
        if isinstance(outcome, Exception):
            raise outcome
        return io.BytesIO(outcome)

    copies.cleaned = cleaned


def _outcome(cleaned: Any, data: bytes, kind: str) -> bytes | Exception:
    try:
        with cleaned(io.BytesIO(data), kind) as copy:
            return copy.read()
    except Exception as refusal:  # noqa: BLE001  raised again for each test
        return refusal


def leave_references_to_ci() -> None:
    """That no row names one that is not there is asked after each test in CI alone: it reads every table on SQLite."""
    TestCase._should_check_constraints = lambda self, connection: False


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[Any]:
    """What is collected stays to the end, and the garbage collector does not go through it time and again.

    Everyday runs leave a record, which finds every function by asking the collector for it (tests/reach).
    """
    if LEVEL == "everyday":
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In each module the tests that ask for less of what the module makes come first, and see nothing of the rest.

    Those that commit come last, as pytest-django wants it.
    """

    def asks_for(item: Any) -> tuple[bool, int]:
        commits = "transactional_db" in item.fixturenames
        return commits, sum(name.startswith("module_") for name in item.fixturenames)

    groups = itertools.groupby(items, key=lambda item: item.nodeid.partition("::")[0])
    items[:] = [item for _module, group in groups for item in sorted(group, key=asks_for)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Each test is made where deep calls have room: pytest alone is as deep as a request."""
    runner = item.config.pluginmanager.getplugin("runner")
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """As pytest-django's; at the end no left-over session keeps the test database from being dropped."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture(autouse=True)
def _nobody_has_written() -> None:
    """A person and a room of this test can have the numbers of others, whose rows were rolled back a moment ago."""
    throttle.forget()


@pytest.fixture(scope="module")
def now() -> Iterator[datetime]:
    """When the rows of a test were made; surfaces are asked a few days later, whatever the calendar says.

    A module that asks other processes, which have the time of the machine, gives its own: see `pages.living`.
    """
    with standing_near(NOW):
        yield NOW


_around_all: list[transaction.Atomic] = []


def end_module_transaction() -> None:
    while _around_all:
        transaction.set_rollback(True)
        _around_all.pop().__exit__(None, None, None)


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], Any]]:
    """A transaction around all tests of a module, rolled back after the last. What it yields opens the database.

    A fixture of the module makes its rows here, once. `db` runs every test in a savepoint of this transaction, so what
    a test writes is gone before the next. Threads and servers see nothing of it: tests with `transactional_db` come
    after all others of their module, and end it.
    """
    with django_db_blocker.unblock():
        assert not connection.in_atomic_block, "a test began first: ask for fixtures of the module by parameter"
        _around_all.append(transaction.atomic())
        _around_all[0].__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        end_module_transaction()


@pytest.fixture
def copy_of(db: None) -> Callable[[Any], Any]:
    """A test's own copy of what the module made. What was one object there is one object in all copies of a test."""
    copies: dict[int, Any] = {}
    return lambda made: copy.deepcopy(made, copies)


@pytest.fixture(scope="module")
def module_court(module_database: Callable[[], Any], now: datetime) -> Court:
    """A buyer, a seller, two mediators and the default burden table."""
    with module_database():
        return build_court(now)


@pytest.fixture
def court(module_court: Court, copy_of: Callable[[Any], Any]) -> Court:
    return copy_of(module_court)


@dataclass
class World:
    """One platform with its people; `rule` is a rule in force whose clauses 8 and 9 a notice may rest on."""

    now: datetime
    client: ApiClient
    platform: Actor
    merchant: Party
    other_merchant: Party
    consumer: Party
    alice: Actor
    alice_staff: Actor
    eve: Actor
    bob: Actor
    rita: Actor
    rosa: Actor
    sara: Actor
    otto: Actor
    odile: Actor
    carl: Actor
    rule: str
    more: dict[str, Any] = field(default_factory=dict)

    def notice(self, party: Party | None = None, **changes: Any) -> Notice:
        values = {"officer": self.otto.code} | changes
        return make.issue(
            self.platform, make.draft(party or self.merchant, self.rule, now=self.now, **values), now=self.now
        )


def build_world(now: datetime) -> World:
    """A fresh world; also used outside fixtures, where a test commits for real."""
    client, platform = make.make_client(now)
    make.register_types(platform, now=now)
    make.record_law(platform, now=now)
    merchant = make.make_party(client, "MERCHANT", "云上数码", now=now)
    other = make.make_party(client, "MERCHANT", "山野茶铺", now=now)
    consumer = make.make_party(client, "CONSUMER", "王女士", now=now)
    team, review = make.make_team("moderation"), make.make_team("review")
    rule = make.publish_rule(platform, now=now)
    OutboxMessage.objects.all().delete()  # nobody is to be told of that rule any more
    return World(
        now=now,
        client=client,
        platform=platform,
        merchant=merchant,
        other_merchant=other,
        consumer=consumer,
        alice=make.member(merchant, now=now, name="alice"),
        alice_staff=make.member(merchant, now=now, name="alice-staff", role="staff"),
        eve=make.member(other, now=now, name="eve"),
        bob=make.member(consumer, now=now, name="bob"),
        rita=make.staff("reviewer", now=now, name="rita", team=review),
        rosa=make.staff("reviewer", now=now, name="rosa", team=review),
        sara=make.staff("senior_reviewer", now=now, name="sara", team=review),
        otto=make.staff("reviewer", now=now, name="otto", team=team),
        odile=make.staff("reviewer", now=now, name="odile", team=team),
        carl=make.staff("compliance", now=now, name="carl"),
        rule=rule,
    )


@pytest.fixture(scope="module")
def module_world(module_database: Callable[[], Any], now: datetime) -> World:
    with module_database():
        return build_world(now)


@pytest.fixture
def world(module_world: World, copy_of: Callable[[Any], Any]) -> World:
    return copy_of(module_world)
