"""Whatever a machine lets people do is declared as a verb: its endpoint, action and permissions follow."""

import pytest

from appeals import verbs as of_appeals
from appeals.models import Appeal
from casework.machine import steps_of
from casework.verbs import Verb
from disputes import verbs as of_disputes
from disputes.models import Dispute

UNDECLARED = {
    Appeal: {"demand_human": "its row asks no edge, since a demand after an automated outcome opens the next round"},
    Dispute: {"settle": "what accepting an offer comes to; the row is accept-offer"},
}
"""Verbs of people without a row that asks for their edge, and why."""


@pytest.mark.parametrize(("model", "verbs"), [(Appeal, of_appeals.VERBS), (Dispute, of_disputes.VERBS)])
def test_every_verb_of_people_is_declared(model, verbs):
    steps = steps_of(model)
    of_people = {step.verb for step in steps if set(step.by) - {"system"}}
    declared = {verb.machine_verb() for verb in verbs} - {""}

    assert of_people - declared == set(UNDECLARED[model])
    assert declared <= {step.verb for step in steps}, "a row asks for an edge that no machine has"


@pytest.mark.parametrize("verbs", [of_appeals.VERBS, of_disputes.VERBS])
def test_names_are_unique_and_say_who_may(verbs):
    assert len({verb.name for verb in verbs}) == len(verbs)
    with pytest.raises(TypeError, match="nobody"):
        Verb("nobody", lambda: None)


def test_a_verb_needs_the_version_that_its_command_compares_unless_its_row_says_otherwise():
    def pause(*, expected_version=None): ...

    rows = [Verb("pause", pause, may=print), Verb("pause", pause, may=print, needs_version=False)]
    assert [row.needs_version for row in [*rows, Verb("pause", lambda: None, may=print)]] == [True, False, False]
