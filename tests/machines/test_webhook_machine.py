"""The machine of a webhook endpoint as a table: state × verb, written by hand."""

from collections import Counter
from itertools import product

from casework.machine import steps_of
from webhooks.machine import EndpointState
from webhooks.models import WebhookEndpoint

TABLE = {"disable": {"ACTIVE"}, "enable": {"DISABLED"}, "rotate_secret": {"ACTIVE", "DISABLED"}}


def test_every_verb_leaves_exactly_the_states_it_should():
    edges = Counter((s.verb, str(s.source)) for s in steps_of(WebhookEndpoint))
    every = product(map(str, EndpointState), TABLE.items())

    assert [(state, verb) for state, (verb, left) in every if edges[verb, state] != (1 if state in left else 0)] == []


def test_the_table_above_names_every_verb():
    assert {s.verb for s in steps_of(WebhookEndpoint)} == set(TABLE)
