"""Only what the API's own authentication found counts: a session without its CSRF token is nobody."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from casework.actor import Actor, ActorKind, Via
from surfaces.api.callers import actor_of

pytestmark = pytest.mark.once

ALICE = Actor(kind=ActorKind.PARTY, via=Via.WEB, ref="usr_alice")


@pytest.fixture
def asked():
    http = RequestFactory().post("/api/v1/ticks")
    http.actor = ALICE  # as the middleware for pages does
    http.user = SimpleNamespace(is_active=True)
    return http


def test_an_actor_of_the_session_is_nobody_to_token_authentication(asked):
    assert actor_of(Request(asked, authenticators=())) is None


def test_an_actor_of_the_session_counts_once_the_csrf_check_is_passed(asked):
    asked._dont_enforce_csrf_checks = True

    assert actor_of(Request(asked, authenticators=(SessionAuthentication(),))) is ALICE


def test_what_authentication_answers_wins(asked):
    bob = Actor(kind=ActorKind.PARTY, via=Via.API, ref="usr_bob")
    token = SimpleNamespace(authenticate=lambda request: (SimpleNamespace(), bob))

    assert actor_of(Request(asked, authenticators=(token,))) is bob
