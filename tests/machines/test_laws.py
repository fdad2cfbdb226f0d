"""Every constraint and trigger of every app is broken once by a test, which expects its name back."""

from casework import triggers
from tests.appeals.test_constraints import LAWS as APPEALS
from tests.casework.test_constraints import LAWS as CASEWORK
from tests.disputes.test_constraints import LAWS as DISPUTES
from tests.executors.test_constraints import LAWS as REGISTRY
from tests.executors.test_laws_of_incidents import LAWS as INCIDENTS
from tests.infringements.test_constraints import LAWS as INFRINGEMENTS
from tests.laws import constraints_of, declared_in, refused_in_tests
from tests.notices.test_constraints import LAWS as NOTICES
from tests.notices.test_publication import LAWS as PUBLICATIONS
from tests.our_apps import OUR_APPS
from tests.rules.test_consents import LAWS as CONSENTS
from tests.rules.test_constraints import LAWS as RULES
from tests.rules.test_constraints import MAKING
from tests.rules.test_exits import LAWS as EXITS
from tests.rules.test_memberships import LAWS as MEMBERSHIPS
from tests.rules.test_prices import LAWS as PRICES
from tests.rules.test_talks import LAWS as TALKS
from tests.tips.test_constraints import LAWS as TIPS
from tests.triage.test_constraints import LAWS as TRIAGE
from tests.webhooks.test_constraints import LAWS as WEBHOOKS

TRIED = {**APPEALS, **CASEWORK, **DISPUTES, **REGISTRY, **INCIDENTS, **NOTICES, **PUBLICATIONS, **RULES, **MAKING}
TRIED |= EXITS | CONSENTS | MEMBERSHIPS | PRICES | TALKS | TRIAGE | WEBHOOKS | INFRINGEMENTS | TIPS


def test_every_law_of_every_app_is_tried_against_the_database():
    declared = declared_in(*(set(OUR_APPS) - {"accounts"}))

    assert declared - set(TRIED) - refused_in_tests() == set()
    assert set(TRIED) - declared_in(*OUR_APPS) == set()


def test_names_are_those_of_one_law():
    names = [t.name for t in triggers.declared()]

    assert len(names) == len(set(names))
    assert not set(names) & constraints_of(*OUR_APPS), "a trigger and a constraint share a name"
