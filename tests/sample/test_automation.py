"""The story that the system decides leaves nothing behind under which it could decide more."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts import commands as accounts
from appeals.queries import certificates_for
from casework.actor import Via
from sample import loading
from sample.content.stories import STORIES
from sample.loading import notice_of
from sample.loading_notices import issue

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_what_invented_proof_allowed_ends_with_its_story(monkeypatch):
    made = loading.Loaded()
    accounts.mark_sample(actor=loading.CONSOLE, now=NOW)
    loading._people(made, now=NOW, progress=lambda *_step: None)
    loading._rules(made, now=NOW, progress=lambda *_step: None)
    monkeypatch.setattr(loading.store, "read_current", lambda *_a, **_k: SimpleNamespace(version="s", model_hash="a"))
    plan = notice_of(next(s for s in STORIES if s.is_decided_by_system), now=NOW, number=90_000)
    notice = issue(made, plan)

    certificate = loading._switch_on(made, plan, notice, "facts_wrong", now=plan.served_at)
    loading._switch_back(made, notice, "facts_wrong", certificate, now=NOW)

    [state] = certificates_for(made.person("yaoning", via=Via.ADMIN), now=NOW)
    assert list(state.stands) == ["revoked"]
    assert state.revocation.note
