"""`manage.py demo`: the first page comes before everything is loaded, the rest arrives, and nothing is doubled."""

from urllib.parse import urlsplit

import pytest

from sample.content.executors import ACTS
from sample.content.people import USERS
from sample.content.stories import STORIES
from sample.content.tour import STEPS
from tests.e2e.newcomer import COUNT, VISITORS

TAKEN_DOWN = 3  # after two notices of right holders and a tip
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
    assert started.notices == [COUNT + len(STORIES) + len(ACTS) + VISITORS + TAKEN_DOWN] * 2
    assert again != begun
    assert started.passwords[0] == started.passwords[1]


def test_every_step_of_the_tour_lands_on_its_page(program, browser):
    with browser.new_context(base_url=program.base_url) as context:
        for step in STEPS:
            context.request.get("/sample/")
            token = next(each["value"] for each in context.cookies() if each["name"] == "csrftoken")
            answer = context.request.post(f"/sample/try/{step.key}/", form={"csrfmiddlewaretoken": token})
            assert answer.status == 200, step.key
            assert "/account/login/" not in answer.url, step.key
            if not step.who:
                assert urlsplit(answer.url).path == step.at
