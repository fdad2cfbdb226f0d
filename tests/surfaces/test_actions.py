"""What an action says is what the API document says: its operation, its body, and no name that is not listed."""

import pytest

from config.api.actions import declared
from config.api.documents import document
from surfaces.api.serializers import action
from tests.surfaces.described import operations_of
from webhooks.api.serializers import OPERATIONS

SHOWN = [
    *(
        (
            verb.name,
            action(
                verb.name,
                "x",
                operation=verb.operation_id(),
                body=verb.body_schema(),
                needs_if_match=bool(verb.needs_version),
            ),
        )
        for verb in declared()
    ),
    *((name, action(name, "x", operation=operation)) for name, operation in OPERATIONS.items()),
]


@pytest.mark.parametrize(("name", "shown"), SHOWN)
def test_an_action_names_its_operation_and_its_body(name, shown):
    operation = operations_of(document("en"))[shown["operation"]]
    media = operation["requestBody"]["content"].values()
    bodies = {each["schema"].get("$ref") for each in media}

    headers = {each.get("name") for each in operation["parameters"]}

    assert name in document("en")["components"]["schemas"]["Action"]["properties"]["name"]["enum"]
    assert shown["needs_if_match"] == ("If-Match" in headers)
    if shown["body"] is None:
        assert bodies == {None}
    else:
        assert shown["body"].removeprefix("/api/v1/schema/") in bodies
        assert document("en")["components"]["schemas"][shown["body"].rpartition("/")[2]]["examples"], "one that works"


def test_names_and_roles_are_closed_lists():
    for kind in ("Action", "DisputeActionOutput"):
        fields = document("en")["components"]["schemas"][kind]["properties"]
        assert {name for name, _shown in SHOWN} == set(fields["name"]["enum"])
        assert {"owner", "manager", "staff", None} <= set(fields["needs_role"]["enum"])
