"""One small model for all tests of this folder; training takes about a second."""

import importlib.util
import sys
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("classifier_invented", Path(__file__).with_name("invented.py"))
assert spec
assert spec.loader
invented = importlib.util.module_from_spec(spec)
sys.modules["classifier_invented"] = invented
spec.loader.exec_module(invented)

from classifier import service, store  # noqa: E402
from classifier.training import train  # noqa: E402


@pytest.fixture(scope="session")
def decided_cases():
    return invented.decided_cases


@pytest.fixture(scope="session")
def rows():
    return invented.decided_cases(500)


@pytest.fixture(scope="session")
def trained(rows):
    return train(rows, seed=0, version="test-1")


@pytest.fixture(scope="session")
def model(trained):
    return trained[0]


@pytest.fixture
def model_dir(model, tmp_path):
    store.save(model, tmp_path / "models")
    service.forget()
    yield tmp_path / "models"
    service.forget()


ZH = "你们说我刷单，但那些订单是老客户的正常复购，物流单号和监控录像都能证明。"
EN = "We hold the brand owner's authorisation letter for the headset. The tracking number and camera footage prove it."


@pytest.fixture
def case():
    """A clear case in either language: `case("zh")`, with any field changed by keyword."""
    from classifier.features import TriageInput

    def make(language="zh", **changes):
        plain = {
            "statement": ZH if language == "zh" else EN,
            "ground": "facts_wrong" if language == "zh" else "authorised",
            "language": language,
            "party_kind": "MERCHANT",
            "measure_types": ("listing_removed",),
            "axes": ("VISIBILITY",),
            "clause_code": "R1-8",
            "clause_codes": ("R1-8@1",),
            "automated_decision": "full",
            "amount_minor": 500_00,
            "days_blocked": 2,
        }
        return TriageInput(**{**plain, **changes})

    return make


@pytest.fixture(scope="session")
def certificate(model):
    """A certificate in force that covers `case()` and much else: `certificate(threshold=…, languages=…)`."""
    from dataclasses import replace
    from datetime import UTC, datetime, timedelta

    from classifier.binomial import upper_bound
    from classifier.certificate import Certificate, Scope, Signature

    issued = datetime(2026, 11, 1, tzinfo=UTC)

    def make(**changes):
        scope = Scope(
            measure_types=frozenset({"listing_removed"}),
            grounds=frozenset({"facts_wrong", "authorised"}),
            languages=frozenset({"zh", "en"}),
            clauses=frozenset({"R1-8@1"}),
        )
        parts = {name: changes.pop(name) for name in Scope.__dataclass_fields__ if name in changes}
        plain = {
            "model_hash": model.hash,
            "scope": replace(scope, **parts),
            "data_from": issued - timedelta(days=120),
            "data_to": issued - timedelta(days=30),
            "pool": 400,
            "n": 200,
            "k": 3,
            "reachable": 5,
            "alpha": 0.05,
            "delta": 0.05,
            "spent": 0.03,
            "threshold": 0.5,
            "bound": upper_bound(3, 200, 0.05),
            "closings": 102,
            "a_day": 10,
            "issued_at": issued,
            "expires_at": issued + timedelta(days=45),
            "signatures": (Signature("usr_a", issued), Signature("usr_b", issued)),
        }
        return Certificate(**{**plain, **changes})

    return make


@pytest.fixture(scope="session")
def permission(certificate):
    """What an operator allows ten days after the certificate: `permission(now=…, warnings=…, threshold=…)`."""
    from datetime import UTC, datetime

    from classifier.certificate import Permission

    def make(*, now=datetime(2026, 11, 11, tzinfo=UTC), warnings=(), repeats=(), is_spent=False, **changes):
        found = certificate(**changes)
        return Permission(certificate=found, now=now, warnings=warnings, repeats=repeats, is_spent=is_spent)

    return make
