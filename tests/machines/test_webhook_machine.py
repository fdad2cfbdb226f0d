"""The machine of a webhook endpoint as a table: state × verb, written by hand."""

from itertools import product

import pytest

from casework.machine import steps_of
from webhooks.machine import EndpointState
from webhooks.models import WebhookEndpoint

TABLE = {"disable": {"ACTIVE"}, "enable": {"DISABLED"}, "rotate_secret": {"ACTIVE", "DISABLED"}}


@pytest.mark.parametrize(("state", "verb"), list(product(EndpointState, TABLE)))
def test_verb_leaves_exactly_the_states_it_should(state, verb):
    edges = [s for s in steps_of(WebhookEndpoint) if s.verb == verb and s.source == state]

    assert len(edges) == (state in TABLE[verb])


def test_the_table_above_names_every_verb():
    assert {s.verb for s in steps_of(WebhookEndpoint)} == set(TABLE)
