"""No search in the admin reads a table that grows from its beginning to its end, and each row it shows has a name."""

import time

import pytest
from django.contrib import admin
from django.db import InternalError, OperationalError, connection, connections
from django.db.models import Model

from appeals.models import Appeal
from operations import slow_statements
from surfaces.admin import ReadOnlyAdmin
from tests import factories as make
from tests.pages import browser

pytestmark = pytest.mark.once

SMALL = {
    *("accounts", "executors", "rules"),  # hundreds of rows; parties and people are found in the workbench
    *("disputes.groundrow", "webhooks.webhookendpoint", "casework.event"),
}


def test_what_grows_is_searched_for_whole_words_and_stands_in_one_order():
    records = {m: a for m, a in admin.site._registry.items() if isinstance(a, ReadOnlyAdmin)}
    assert len(records) > 20
    assert [m for m, a in records.items() if a.sortable_by != ()] == []
    searched = {
        m: [field for field in a.search_fields if not field.endswith("__exact")]
        for m, a in records.items()
        if m._meta.app_label not in SMALL and m._meta.label_lower not in SMALL
    }
    assert {m: fields for m, fields in searched.items() if fields} == {}


def test_no_row_that_the_admin_names_is_called_an_object_with_a_number():
    shown = {
        named
        for model in admin.site._registry
        for named in (model, *(f.related_model for f in model._meta.fields if f.related_model))
        if named.__module__.split(".")[0] != "django_tasks_db"
    }
    assert len(shown) > 40
    assert [model for model in shown if model.__str__ is Model.__str__] == []


def test_each_column_that_is_searched_has_an_index():
    bare = []
    for model, shown in admin.site._registry.items():
        for field in shown.search_fields:
            if field.endswith("__exact"):
                column, of = model._meta, model
                *path, name = field.removesuffix("__exact").split("__")
                for step in path:
                    of = of._meta.get_field(step).related_model
                column = of._meta.get_field(name)
                bare += [] if column.unique or column.db_index else [(model, field)]
    assert bare == []


def test_the_ledger_is_searched_by_the_reference_of_a_case(world, now):
    appeal = make.file(world.alice, world.notice(), now=now)
    client = browser(world.carl)
    for words, found in ((appeal.ref, True), (appeal.ref[:-1], False), ("", True)):
        page = client.get("/admin/casework/event/", {"q": words})
        assert page.status_code == 200, page.status_code
        assert (appeal.ref in page.content.decode().replace(f'value="{appeal.ref}"', "")) is found
    page = client.get("/admin/appeals/appeal/", {"q": Appeal.objects.get().number})
    assert appeal.ref in page.content.decode() or appeal.number in page.content.decode()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit for a statement")
@pytest.mark.django_db(transaction=True)
def test_the_database_ends_a_statement_that_takes_too_long_and_a_transaction_in_which_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(slow_statements, "IDLE", 0.1)
    options = connections["default"].settings_dict["OPTIONS"]
    before = options["options"]
    try:
        slow_statements.limit(0.05)
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            time.sleep(1)
            with pytest.raises(InternalError, match="idle-in-transaction"):
                cursor.execute("SELECT 1")
    finally:
        options["options"] = before
        connection.close()
        connection.close_pool()
