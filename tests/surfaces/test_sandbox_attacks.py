"""Nobody reaches out of a sandbox: a real database takes neither its mark nor its clock, nor its keys or calls."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import commands as accounts
from accounts.models import Installation
from accounts.signing import ref_of, signed
from archive import signing
from casework import clock
from casework.errors import CaseError, NotAllowed
from casework.models import Event
from config import checks
from sample.sandbox import clock as moving
from sample.sandbox.cases import KINDS, provoke
from sample.sandbox.orders import marketplace
from surfaces.api.pagination import cursor_of
from tests import factories as make
from tests.laws import assert_refused
from tests.sample.sandboxes import AS_SANDBOX
from tests.surfaces.people import PRINCIPALS
from tests.surfaces.test_permissions import rows

pytestmark = [pytest.mark.exhaustive]

IN_A_DAY = timedelta(days=1)


@pytest.mark.once
@pytest.mark.parametrize("set_up", [{}, AS_SANDBOX], ids=["real", "real by its database, a sandbox by its settings"])
def test_no_call_of_a_sandbox_reaches_a_real_database(cast, settings, set_up):
    for name, value in set_up.items():
        setattr(settings, name, value)
    merchant, before, now = cast.world.merchant, rows(), clock.now()
    attempts = [
        ("GET", "/api/v1/test/clock", None),
        ("POST", "/api/v1/test/clock", {"to": (now + IN_A_DAY).isoformat()}),
        *(("POST", "/api/v1/test/cases", {"kind": kind, "party": merchant.ref}) for kind in KINDS),
    ]

    answers = [cast.http(who)(method, path, body).status_code for who in PRINCIPALS for method, path, body in attempts]

    assert len(answers) > 200
    assert set(answers) == {401, 404}
    assert (
        answers.count(401) == len(attempts) * 3
    )  # nobody signed in, a token that was revoked, a membership that ended
    assert rows() == before
    assert clock.now() - now < IN_A_DAY


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_no_command_of_a_sandbox_works_on_a_real_database(cast, settings, kind):
    settings.SANDBOX = True
    before = Event.objects.count()

    for actor in cast.actors.values():
        with pytest.raises(CaseError) as refused:
            provoke(actor=actor, kind=kind, party=cast.world.merchant.ref, now=clock.now())
        assert refused.value.status == 404
        with pytest.raises(CaseError):
            accounts.ask_clock_to_move(actor=actor, to=clock.now() + IN_A_DAY, now=clock.now())
    with pytest.raises(NotAllowed):
        accounts.mark_sandbox(actor=make.CONSOLE, now=clock.now())
    assert moving.move_on(now=clock.now()) == 0
    assert marketplace() is None
    assert Event.objects.count() == before


def mark(**changes) -> Installation:
    return Installation.objects.create(**{"is_sandbox": True, "created_at": clock.now()} | changes)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_database_in_which_anything_is_takes_no_mark(world):
    assert_refused("sandbox_is_marked_before_anything_is_in_it", mark)
    assert_refused("sandbox_is_marked_before_anything_is_in_it", lambda: mark(clock_ahead=IN_A_DAY))
    assert_refused("installation_is_single", lambda: mark(pk=2, is_sandbox=False))
    assert_refused("clock_is_moved_in_a_sandbox_alone", lambda: mark(is_sandbox=False, clock_ahead=IN_A_DAY))
    assert_refused("clock_is_moved_in_a_sandbox_alone", lambda: mark(is_sandbox=False, clock_moves_to=clock.now()))


@pytest.mark.parametrize("is_marked", [False, True])
def test_what_a_database_is_stays(db, is_marked):
    mark(is_sandbox=is_marked)
    other = "false" if is_marked else "true"

    assert_refused("installation_is_marked_once", lambda: Installation.objects.update(is_sandbox=not is_marked))
    assert_refused("installation_is_marked_once", lambda: Installation.objects.update(is_sample=True))
    assert_refused("installation_is_marked_once", lambda: Installation.objects.update(created_at=clock.now()))
    assert_refused("installation_is_marked_once", lambda: sql(f"UPDATE accounts_installation SET is_sandbox = {other}"))
    assert_refused("installation_stays_what_it_is", lambda: Installation.objects.all().delete())
    assert_refused("installation_stays_what_it_is", lambda: sql("DELETE FROM accounts_installation"))


def test_the_clock_of_a_real_database_stays_and_that_of_a_sandbox_goes_forward(db):
    mark(is_sandbox=False)
    assert_refused("clock_is_moved_in_a_sandbox_alone", lambda: Installation.objects.update(clock_ahead=IN_A_DAY))
    assert_refused("clock_is_moved_in_a_sandbox_alone", lambda: Installation.objects.update(clock_moves_to=clock.now()))


def test_a_sandbox_is_no_sample_and_its_clock_never_goes_back(db):
    assert_refused("installation_is_a_sample_or_a_sandbox", lambda: mark(is_sample=True))
    mark()
    Installation.objects.update(clock_ahead=2 * IN_A_DAY)
    assert_refused("clock_never_goes_back", lambda: Installation.objects.update(clock_ahead=IN_A_DAY))
    assert_refused(
        "clock_is_ahead_by_two_years_at_most", lambda: Installation.objects.update(clock_ahead=731 * IN_A_DAY)
    )


@pytest.mark.once
def test_what_a_sandbox_signs_is_nothing_elsewhere_even_under_the_same_secret(cast, settings):
    real = project.SECRET_KEY
    party = cast.world.merchant
    settings.SECRET_KEY = f"sandbox:{real}"  # as config.settings has it
    link = signed(party.ref, purpose="access")
    cursor = cursor_of(party, ("-pk",), owner=f"/api/v1/parties {cast.actors['platform'].ref}")
    keys = set(signing.own_keys())
    settings.SECRET_KEY = real

    assert ref_of(link, purpose="access") == ""
    assert (
        cast.http("platform")("GET", f"/api/v1/parties?cursor={cursor}").json()["errors"][0]["code"] == "invalid-cursor"
    )
    assert keys.isdisjoint(signing.public_keys())


@pytest.mark.once
@pytest.mark.parametrize(("is_marked", "is_set"), [(True, False), (False, True)])
def test_neither_serves_on_the_database_of_the_other(db, settings, is_marked, is_set):
    if is_marked:
        mark()
    settings.SANDBOX = is_set

    assert [each.id for each in checks.database_is_what_the_settings_say(databases=["default"])] == ["config.E011"]
    for command in ("serve", "worker"):
        with pytest.raises(CommandError, match=r"config\.E011"):
            call_command(command)
    with pytest.raises(CommandError, match="SANDBOX=1" if is_marked else "is no sandbox"):
        call_command("sandbox", no_serve=True)
