"""`manage.py demo`: the first page comes before everything is loaded, the rest arrives, and nothing is doubled."""

import pytest

from sample.content.executors import ACTS
from sample.content.people import USERS
from sample.content.stories import STORIES
from tests.e2e.newcomer import COUNT, VISITORS

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]


def test_pages_come_before_everything_is_loaded_and_an_interrupted_load_is_made_anew(loading):
    started = loading.started
    first, begun, again = started.tokens
    assert begun != first
    assert "sample-loading" in started.first_page
    assert started.rows_at_first_page["accounts_user"] == len(USERS)
    assert started.rows_at_first_page["notices_notice"] >= len(STORIES)
    assert started.rows_at_first_page["appeals_appeal"] > 0
    assert started.rows_at_first_page["disputes_dispute"] > 0
    assert "another process" in started.said_to_another_process
    assert "sample-loading" not in started.last_page
    assert "Traceback" not in started.said
    assert " INFO " not in started.said
    assert f"{loading.base_url}/sample/" in started.said.strip().splitlines()[-1]
    assert started.notices == [COUNT + len(STORIES) + len(ACTS) + VISITORS] * 2
    assert again != begun
    assert started.passwords[0] == started.passwords[1]
