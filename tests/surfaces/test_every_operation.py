"""Every operation of the API, for every answer: who gets it, whether the document says so, and that it names nobody.

Who is told something by an operation is asked of each kind; see test_permissions for the rest, test_schema for examples
and lists, test_no_real_names for what is a name.
"""

import pytest

from config.api.documents import document
from tests.surfaces.described import operations_of, plain
from tests.surfaces.operations import OPERATIONS
from tests.surfaces.recording import told_something
from tests.surfaces.test_no_real_names import cast, module_cast, named, scan, shown, told  # noqa: F401  fixtures
from tests.surfaces.test_permissions import EVERYBODY, classes, sweep
from tests.surfaces.test_schema import flaws

pytestmark = pytest.mark.once


def each_answer():
    """Each answer by one of those who get it, and at objects of ours each success by one of each kind who does."""
    asked = classes()
    for name, of_one in asked.items():
        ours = "ours" if "ours" in of_one else "-"
        of_one[ours] = list(dict.fromkeys([*of_one[ours], *told_something(name), *shown(name)]))
    return asked


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(each_answer(), id="each answer", marks=pytest.mark.exhaustive),
        pytest.param(EVERYBODY, id="everybody", marks=pytest.mark.nightly),
    ],
)
def test_who_may_what_is_answered_and_no_name(cast, scan, asked):  # noqa: F811
    documented, unfit = operations_of(plain(document("en"), strict=True)), []

    def heard(name, who, answer, body):
        unfit.extend(f"{name} by {who}: {flaw}" for flaw in flaws(name, documented[name], answer))
        scan.hear(cast, name, who, answer, body)

    assert sweep(cast, asked, heard) == []
    assert unfit == []
    assert told(scan.leaks) == []
    assert scan.looked_at["case file"] > 0
    assert scan.looked_at["api"] > 2 * len(OPERATIONS)
