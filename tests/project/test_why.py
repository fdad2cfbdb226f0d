"""`./run why` says of every verb what there is of it, from the declared rows."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = [
    "command",
    "edge",
    "policy",
    "when",
    "input",
    "laws",
    "event",
    "told",
    "endpoints",
    "page",
    "operation",
    "tests",
]


@pytest.fixture(scope="module")
def why():
    loader = SourceFileLoader("why", str(ROOT / ".ci/why"))
    module = module_from_spec(spec_from_loader("why", loader))
    loader.exec_module(module)
    return module


def said(why, app, name):
    return {heading: [line for line in lines if line] for heading, lines in why.about(app, why.declared()[app, name])}


def test_a_decision_is_told_whole(why):
    found = said(why, "appeals", "decide")

    assert found["edge"] == ["Appeal: HUMAN_REVIEW → DECIDED, by reviewer, if is_held"]
    assert found["policy"][0].split(":")[0] == "appeals/policies.py"
    assert "over the API: reviewer" in found["policy"]
    assert {"points: ListSerializer of PointInput, at most 100", "If-Match: the version"} <= set(found["input"])
    assert {"appeal_decided_by_a_person_names_the_person", "appeal_outcome_stands (trigger)"} <= set(found["laws"])
    assert {"appeal.decided", "  party: The appeal was decided.", "  party: 申诉已作出决定。"} <= set(found["event"])
    assert any("tell_appellant" in line for line in found["told"])
    assert found["endpoints"] == ["appeal.decided"]
    assert "console/appeals/decide.py" in found["page"]
    assert found["operation"] == ["POST /api/v1/appeals/{ref}/decide"]
    assert "tests/surfaces/test_idempotency.py" in found["tests"]


def test_what_a_command_writes_beside_its_case_brings_its_laws(why):
    found = said(why, "executors", "mandates")

    assert {"mandates_do_not_overlap (trigger)", "mandate_ends_after_it_starts"} <= set(found["laws"])
    assert found["edge"][0].startswith("Executor: ACTIVE | CERTIFIED | IN_TRAINING | REGISTERED")
    assert "tests/executors/test_mandates.py" in found["tests"]


def test_it_works_for_every_verb(why, monkeypatch):
    monkeypatch.setattr(why, "naming", lambda *_where: ["a file"])  # what is slow is the same for all
    flaws = []
    for (app, name), verb in why.declared().items():
        found = said(why, app, name)
        needed = {"command", "policy", *(["operation"] if verb.has_endpoint else [])}
        needed |= {"edge", "event"} if verb.machine_verb() else set()
        needed |= {"input"} if (verb.takes and verb.takes().fields) or verb.needs_version else set()
        flaws += [f"{app} {name}: {heading}" for heading in sorted(needed) if not found[heading]]
        flaws += [f"{app} {name}: {heading}" for heading in found.keys() ^ HEADINGS]

    assert len(why.declared()) > 100
    assert flaws == []


def test_a_verb_that_nobody_declared_is_answered_with_those_of_the_app(why, capsys):
    assert why.main("rules", "burn") == 1

    verbs = (
        "adopt answer calculate enter enter-rule-version object pay publicise refuse settle sign withdraw "
        "withdraw-signature"
    )
    assert capsys.readouterr().out == "".join(f"rules {verb}\n" for verb in verbs.split())
