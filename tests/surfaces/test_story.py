"""The main job over HTTP, told by the very script of the README, from the OpenAPI document and tokens alone."""

import importlib.util
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from casework import clock, ledger, outbox
from casework.models import Event
from tests import factories as make
from tests.conftest import build_world
from tests.surfaces.people import token_of, user_of

pytestmark = pytest.mark.once

SCRIPT = Path(__file__).parents[2] / "docs" / "story.py"


@pytest.fixture(scope="module")
def story():
    spec = importlib.util.spec_from_file_location("docs_story", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(db):
    """The codes that the document's examples name: they are those of the sample platform."""
    from accounts import commands as accounts

    now = clock.now()
    world = build_world(now)
    make.publish_rule(world.platform, now=now, code="advertising")
    for code, axis in (("listing-removed", "VISIBILITY"), ("deposit-deducted", "MONETARY")):
        make.register_measure_type(
            world.platform,
            now=now,
            code=code,
            axis=axis,
            label_zh=code,
            label_en=code,
            restores_zh="恢复",
            restores_en="back",
        )
    shop, _new = accounts.create_party(
        actor=make.CONSOLE, kind="MERCHANT", name="林家茶铺", external_ref="S-10217", now=now, client=world.client
    )
    world.more["merchant_owner"] = make.member(shop, now=now, name="lin")
    make.staff("reviewer", now=now, name="fan", code="E-031", team=make.make_team("enforcement"))
    return world


def tokens_of(world):
    from accounts import commands as accounts

    now = clock.now()
    platform, _row = accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)
    return {
        "platform": platform,
        "merchant_owner": token_of(user_of(world.more["merchant_owner"]), now=now),
        "reviewer": token_of(user_of(world.rita), now=now),
    }


def in_process(story):
    client = Client()

    def send(method, path, body, headers):
        content_type = headers.pop("Content-Type", "application/json")
        response = client.generic(method, path, body or b"", content_type=content_type, headers=headers)
        raw = response.content
        return story.Answer(response.status_code, json.loads(raw) if raw else None, dict(response.headers))

    return send


def test_the_whole_job_over_http(story, world, tmp_path):
    send = in_process(story)
    document = send("GET", "/api/v1/schema/", None, {"Accept": "application/json"}).body
    told = []

    made = story.tell(
        story.Client(document, tokens_of(world), send), say=told.append, settle=lambda: outbox.sweep(now=clock.now())
    )

    assert [line.split()[0] for line in told] == [str(n) for n in range(1, 13)]
    assert list(ledger.verify()) == []
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "no fault" in out.getvalue()
    assert Event.objects.filter(case_ref=made["notice"], type="notice.remedy_confirmed").count() == 4


def test_the_script_reads_what_the_demo_wrote(story, world, tmp_path, monkeypatch, capsys):
    actors = {name: {"token": token} for name, token in tokens_of(world).items()}
    file = tmp_path / "demo.json"
    file.write_text(json.dumps({"base_url": "http://127.0.0.1:8000", "database": "", "actors": actors}))
    asked = []
    monkeypatch.setattr("sys.argv", ["story.py", "--json", str(file)])
    monkeypatch.setattr(story.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(story, "over_http", lambda url: asked.append(url) or in_process(story))

    assert story.main("", story.TOKEN_NAMES, story.tell) == 0
    assert asked == ["http://127.0.0.1:8000"]
    assert "12 The ledger of the appeal" in capsys.readouterr().out


def test_the_script_says_what_went_wrong(story, world, tmp_path, monkeypatch, capsys):
    actors = {name: {"token": token} for name, token in tokens_of(world).items()}
    actors["platform"]["token"] = "tok_unknown"
    file = tmp_path / "demo.json"
    file.write_text(json.dumps({"base_url": "http://127.0.0.1:8000", "database": "", "actors": actors}))
    monkeypatch.setattr("sys.argv", ["story.py", "--json", str(file)])
    monkeypatch.setattr(story, "over_http", lambda _url: in_process(story))

    assert story.main("", story.TOKEN_NAMES, story.tell) == 1
    assert "issue_notice by platform: 401" in capsys.readouterr().err
