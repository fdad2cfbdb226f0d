"""The console says when the model does not work, when a certificate fell, and why cases are set aside."""

import pytest

from appeals.models import Appeal
from casework import clock
from casework.models import Event
from classifier.suggestion import ModelUnavailable
from tests import factories as make
from tests.pages import browser, living
from triage import commands as triage
from triage import subscribers
from triage.model_files import candidate_folder
from triage.queries.automation import triage_health_for

pytestmark = pytest.mark.once

ADDRESS = "/workbench/automation/"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


now = living(hours=2)


@pytest.fixture
def live(world):
    return world


def page_for(actor):
    return browser(actor).get(ADDRESS)


def triaged(world, monkeypatch, reason, **filing):
    monkeypatch.setattr("triage.subscribers.file_in_use", dict)

    def unavailable(*_args, **_more):
        raise ModelUnavailable(reason)

    monkeypatch.setattr("triage.subscribers.suggest", unavailable)
    appeal = make.file(world.alice, world.notice(), now=world.now, **filing)
    subscribers.triage(Event.objects.get(case_kind=Appeal.KIND, case_id=appeal.pk, type="appeal.filed"), now=world.now)
    return appeal


def test_a_model_that_is_missing_or_does_not_answer_is_said_so(live, monkeypatch, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path
    make.switch_on(live.carl, now=live.now)
    triaged(live, monkeypatch, "slow", review="system_first")
    triaged(live, monkeypatch, "crash", review="system_first")
    triaged(live, monkeypatch, "crash")

    health = triage_health_for(live.carl, now=clock.now())
    assert (health.trouble, health.filed, health.without, health.is_well) == ("no_model", 3, 3, False)
    assert health.handed_over == {"slow": 1, "crash": 1}
    shown = page_for(live.carl).content.decode()
    for sentence in ("There is no model.", "The model did not answer in time.", "The model failed.", "in force"):
        assert sentence in shown


def test_a_damaged_file_is_said_so(live, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path
    model = make.live_model(now=live.now)
    folder = candidate_folder(model.ref)
    folder.mkdir(parents=True)
    (folder / "current.json").write_text("{}")

    assert "The model file was refused" in page_for(live.carl).content.decode()


def test_a_fallen_certificate_is_shown_with_its_errors(live, monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 0)
    certificate = make.switch_on(live.carl, now=live.now)
    for by, party in ((live.alice, None), (live.alice, None), (live.eve, live.other_merchant)):
        appeal = make.file(by, live.notice(party), now=live.now, review="system_first")
        make.suggested(appeal, now=live.now)
        triage.finalise_automatically(appeal_id=appeal.pk, now=live.now)
        triage.record_audit_view(actor=live.rita, ref=appeal.ref, outcome="UPHELD", note="为实", now=live.now)

    shown = page_for(live.carl).content.decode()
    assert certificate.ref in shown
    assert "Revoked" in shown
    assert "3 / 3" in shown
    assert "Audits found too many errors" in shown
