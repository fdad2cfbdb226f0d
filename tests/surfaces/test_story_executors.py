"""The story of an executor, told by the very script of the README, from the OpenAPI document and tokens alone."""

import time

import pytest

from casework import clock, ledger, outbox
from casework.models import Event
from tests import factories as make
from tests.surfaces import test_story as whole_job
from tests.surfaces.people import token_of, user_of

pytestmark = pytest.mark.once

world = whole_job.world


@pytest.fixture(scope="module")
def story():
    return whole_job.script("story_executors")


@pytest.fixture
def tokens(world):
    compliance = token_of(user_of(make.staff("compliance", now=clock.now(), name="nora")), now=clock.now())
    administrator = token_of(user_of(make.staff("administrator", now=clock.now(), name="ada")), now=clock.now())
    return whole_job.tokens_of(world) | {"compliance": compliance, "administrator": administrator}


def working(seconds):
    """What waits is done meanwhile, as by a worker; time passes no slower than on a clock."""
    outbox.sweep(now=clock.now())
    time.sleep(seconds)


@pytest.mark.django_db
def test_the_story_over_http(story, tokens):
    send = whole_job.in_process(story)
    document = send("GET", "/api/v1/schema/", None, {"Accept": "application/json"}).body
    told = []

    made = story.tell(story.Client(document, tokens, send), say=told.append, sleep=working)

    assert [line.split()[0] for line in told] == [str(n) for n in range(1, 17)]
    assert list(ledger.verify()) == []
    kinds = Event.objects.filter(case_ref=made["incident"]).order_by("sequence").values_list("type", flat=True)
    assert list(kinds) == [
        "incident.opened", "incident.explained", "incident.found", "incident.compensated",
    ]  # fmt: skip
