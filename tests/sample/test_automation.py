"""The story that the system decides leaves nothing behind under which it could decide more."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts import commands as accounts
from appeals.mandates import file_in_use
from appeals.queries import certificates_for, models_for
from casework.actor import Via
from classifier import service
from sample import loading
from sample.content.stories import STORIES
from sample.loading import notice_of
from sample.loading_notices import issue

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture
def made(db):
    made = loading.Loaded()
    accounts.mark_sample(actor=loading.CONSOLE, now=NOW)
    loading._people(made, now=NOW, progress=lambda *_step: None)
    return made


def test_the_starting_model_is_on_record_with_what_it_learnt_from(made, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path
    loading.load_model(made, now=NOW - loading.START, progress=lambda *_step: None)

    carl = made.person("yaoning", via=Via.ADMIN)
    [state] = models_for(carl)
    assert state.stage == "live"
    assert state.row.counts == {"sample": 1500}
    assert [step.stage for step in state.steps] == ["compared", "signed", "signed", "shadow", "live"]
    assert state.row.data_to <= state.row.trained_at == NOW - loading.START
    assert service.learnt_until(**file_in_use())[:2] == (state.row.version, state.row.model_hash)
    loading.load_model_late(now=NOW, progress=lambda *_step: None)
    assert len(models_for(carl)) == 1
    service.forget()


def test_what_invented_proof_allowed_ends_with_its_story(made, monkeypatch):
    loading._rules(made, now=NOW, progress=lambda *_step: None)
    monkeypatch.setattr(loading, "live_model", lambda: SimpleNamespace(version="s", model_hash="a"))
    plan = notice_of(next(s for s in STORIES if s.is_decided_by_system), now=NOW, number=90_000)
    notice = issue(made, plan)

    certificate = loading._switch_on(made, plan, notice, "facts_wrong", now=plan.served_at)
    loading._switch_back(made, notice, "facts_wrong", certificate, now=NOW)

    [state] = certificates_for(made.person("yaoning", via=Via.ADMIN), now=NOW)
    assert list(state.stands) == ["revoked"]
    assert state.revocation.note
