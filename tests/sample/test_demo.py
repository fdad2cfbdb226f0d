"""`manage.py demo`, part by part; the whole command is run by the tests in the browser (tests/e2e/test_demo.py)."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts import commands as accounts
from accounts.models import ApiClient, ApiToken, User
from accounts.queries import principal_of_token
from casework.actor import Via
from casework.models import Event, OutboxMessage
from sample import progress
from sample.content.people import ACTORS, USERS
from sample.loading.base import CONSOLE, Loaded, react_to_visitors
from sample.loading.people import described, load_people, password
from sample.management.commands.demo import Command
from sample.web import platform

pytestmark = pytest.mark.once


@pytest.fixture
def place(tmp_path, settings):
    settings.TRIAGE_MODEL_DIR = tmp_path
    return tmp_path


@pytest.fixture
def people(db, now):
    accounts.mark_sample(actor=CONSOLE, now=now)
    made = Loaded(now)
    load_people(made, progress=lambda *_step: None)
    return made


def a_process_that_ended() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


# — how far it is —


def test_what_is_told_is_read_back_and_a_process_that_ended_loads_nothing(place):
    assert progress.told() is None
    progress.tell(40)
    assert progress.told() == progress.Standing(40, os.getpid())
    assert progress.told().is_running
    for process in (progress.STOPPED, a_process_that_ended()):
        progress.tell(40, process=process)
        assert not progress.told().is_running
        assert not progress.told().is_complete
    progress.tell(progress.COMPLETE)
    assert progress.told().is_complete
    assert not progress.told().is_running


@pytest.mark.parametrize(
    ("language", "running", "stopped"),
    [("en", "being loaded: 40 %", "interrupted"), ("zh-hans", "正在载入其余样例：40%", "中断")],
)
def test_the_page_of_sample_people_says_how_far_it_is(place, people, client, language, running, stopped):
    def page() -> str:
        return client.get("/sample/", headers={"Accept-Language": language}).content.decode()

    assert "sample-loading" not in page()
    progress.tell(40)
    assert running in page()
    assert "<script>" not in page()
    progress.tell(40, process=progress.STOPPED)
    assert stopped in page()
    assert running not in page()
    progress.tell(progress.COMPLETE)
    assert "sample-loading" not in page()
    assert stopped not in page()


def test_an_error_of_the_loader_is_raised_unless_a_visitor_was_at_work(world, now):
    world.notice()
    alone, beside = Loaded(now + timedelta(days=900)), Loaded(now - timedelta(days=900))

    with pytest.raises(LookupError), alone.beside_visitors("a case"):
        raise LookupError
    with beside.beside_visitors("a case"):
        raise LookupError


def test_visitors_get_their_reactions_while_there_is_no_worker_and_nobody_else_does(world, now):
    world.notice()
    waiting = OutboxMessage.objects.filter(state="PENDING")
    before = waiting.count()
    assert before

    react_to_visitors(since=now)
    assert waiting.count() == before
    react_to_visitors(since=now - timedelta(seconds=1))
    assert not waiting.exists()


# — who and which database —


def test_asking_again_for_the_people_gives_new_tokens_and_ends_none(people, now):
    first, second = (described(base_url="http://x", database="sqlite", now=now)["actors"] for _time in range(2))

    assert set(first) == set(second) == set(ACTORS)
    for name in ACTORS:
        assert first[name]["token"] != second[name]["token"]
        assert {**first[name], "token": ""} == {**second[name], "token": ""}
        for told in (first, second):
            signed_in = principal_of_token(told[name]["token"], via=Via.API, now=now)
            assert (signed_in is None) == (name == "authority"), "whose role comes with the seat, later"
    assert ApiToken.objects.count() == 2 * len(ACTORS)
    assert User.objects.get(username="linxiaoyan").check_password(first["merchant_owner"]["password"])


def test_a_password_that_somebody_changed_is_the_one_that_is_told_again(people, now):
    anybody = User.objects.get(username="linxiaoyan")
    anybody.set_password("something else")
    anybody.save()

    described(base_url="http://x", database="sqlite", now=now)

    anybody.refresh_from_db()
    assert anybody.check_password(password())


def test_a_port_that_another_program_has_is_refused_before_anything_is_made(db, place):
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CommandError, match="another with --port"):
        call_command("demo", port=other.getsockname()[1])
    assert not ApiClient.objects.exists()


def test_links_lead_to_the_port_that_was_asked_for(world, place, settings, monkeypatch):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    with pytest.raises(CommandError, match="not made by demo"):
        call_command("demo", no_serve=True, port=8123)
    assert settings.PUBLIC_URL == "http://127.0.0.1:8123"


def test_a_database_that_demo_did_not_make_is_left_alone(world, place):
    before = Event.objects.count()
    with pytest.raises(CommandError, match="not made by demo"):
        call_command("demo", no_serve=True, reset=True)
    assert Event.objects.count() == before


def test_a_database_that_demo_was_stopped_in_making_is_told_from_one_that_is_in_use(db, place, settings, monkeypatch):
    thrown = []
    monkeypatch.setattr(Command, "_throw_away", lambda _self: thrown.append(1))
    demo = Command()
    with pytest.raises(CommandError, match="not made by demo"):
        demo._made_before(reset=False)
    progress.tell(0, process=a_process_that_ended())
    assert demo._made_before(reset=False) is False
    assert thrown == [1]
    User.objects.create(username="somebody")
    with pytest.raises(CommandError, match="not made by demo"):
        demo._made_before(reset=False)
    assert thrown == [1]


def test_a_sample_that_another_process_loads_is_left_alone(people, place):
    progress.tell(40, process=os.getppid())
    with pytest.raises(CommandError, match=f"another process \\({os.getppid()}\\)"):
        call_command("demo", no_serve=True, reset=True)
    assert User.objects.count() == len(USERS)


def test_a_fault_that_an_order_is_there_to_show_is_not_logged_as_ours(people, client, caplog):
    token = {"Authorization": f"Bearer {platform.TOKEN}"}
    assert client.get("/sample/platform/orders/O-2026-9002", headers=token).status_code == 503
    assert not [record for record in caplog.records if record.name == "django.request"]
    assert client.get("/sample/platform/orders/O-2026-0000", headers=token).status_code == 404
    assert [record for record in caplog.records if record.name == "django.request"]
