"""The story that the system decides leaves nothing behind under which it could decide more."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts import commands as accounts
from casework.actor import Via
from classifier import service
from sample.content.stories import STORIES, notice_of
from sample.loading import appeals as stories
from sample.loading.base import CONSOLE, START, Loaded
from sample.loading.model import load_model
from sample.loading.notices import issue
from sample.loading.people import load_people
from sample.loading.rules import load_rules
from triage.model_files import file_in_use
from triage.queries import certificates_for, models_for

pytestmark = [pytest.mark.once, pytest.mark.exhaustive]

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture
def made(db):
    made = Loaded(NOW)
    accounts.mark_sample(actor=CONSOLE, now=NOW)
    load_people(made, progress=lambda *_step: None)
    return made


def test_the_starting_model_is_on_record_with_what_it_learnt_from(made, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path
    load_model(made, progress=lambda *_step: None)

    carl = made.person("yaoning", via=Via.ADMIN)
    [state] = models_for(carl)
    assert state.stage == "live"
    assert state.row.counts == {"sample": 1500}
    assert [step.stage for step in state.steps] == ["compared", "signed", "signed", "shadow", "live"]
    assert state.row.data_to <= state.row.trained_at == NOW - START
    assert service.learnt_until(**file_in_use())[:2] == (state.row.version, state.row.model_hash)
    service.forget()


def test_what_invented_proof_allowed_ends_with_its_story(made, monkeypatch):
    load_rules(made, progress=lambda *_step: None)
    monkeypatch.setattr(stories, "live_model", lambda: SimpleNamespace(version="s", model_hash="a"))
    plan = notice_of(next(s for s in STORIES if s.is_decided_by_system), now=NOW, number=90_000)
    notice = issue(made, plan)

    certificate = stories.switch_on(made, notice, "facts_wrong", now=plan.served_at)
    stories.switch_back(made, notice, "facts_wrong", certificate, now=NOW)

    [state] = certificates_for(made.person("yaoning", via=Via.ADMIN), now=NOW)
    assert list(state.stands) == ["revoked"]
    assert state.revocation.note
