"""The API only grows: what it had is there, and what is new is named in `docs/api-changes.md`."""

import pytest

from config.api import changes
from config.api.documents import document

pytestmark = pytest.mark.once


def test_nothing_that_was_released_is_gone():
    assert changes.gone() == []


def test_what_is_new_is_named():
    assert changes.PAGE.read_text() == changes.page(), "run ./run ready"


def test_whatever_a_client_holds_on_to_has_a_name():
    whole = document("en")
    names = changes.names_in(whole)
    assert {
        "operation list_notices GET /api/v1/notices",
        "parameter list_notices external_ref",
        "parameter list_notices fields",
        "member list_notices.200 next_cursor",
        "member NoticeOutput facts",
        "code NoticeOutput.state IN_FORCE",
        "code ErrorCode unknown",
        "webhook type appeal.decided",
    } <= names

    less = {**whole, "paths": {path: each for path, each in whole["paths"].items() if path != "/api/v1/notices"}}
    assert "parameter list_notices external_ref" in names - changes.names_in(less)
