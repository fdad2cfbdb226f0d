"""Every declared list: its words in both languages, its orders, its filters, its pages both ways and its files."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from importlib import import_module
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

import appeals.policies
import disputes.policies
import executors.policies
import infringements.policies
import notices.policies
import tips.policies
from appeals.lists import APPEALS, QUEUE
from appeals.models import Appeal
from casework import clock
from casework.errors import CaseError
from disputes.models import Dispute
from executors.models import Executor, Incident, Instruction, Recourse
from infringements.models import Infringement
from notices.lists import NOTICES
from notices.models import Notice
from surfaces.lists import Kind, Listing, context_of, declaring
from surfaces.lists.files import TYPES, list_file
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.executors import building as build
from tests.executors import erring as err
from tests.pages import living, text_of
from tests.surfaces.test_party_pages import browser as party_browser
from tips.models import Tip

pytestmark = pytest.mark.once_on_postgresql  # orders and filters are the database's, and operators have this one

ROOMS = [app.name for app in apps.get_app_configs() if app.name.split(".")[0] in ("accounts", "webhooks", "triage")]
ROOMS += ["appeals", "disputes", "executors", "helpline", "notices", "rules"]
ROOMS += ["transparency", "retention", "authorities", "infringements", "tips"]
VISIBLE = {
    Notice: notices.policies.visible_to,
    Appeal: appeals.policies.visible_to,
    Dispute: disputes.policies.visible_to,
    Executor: executors.policies.visible_to,
    Incident: executors.policies.incidents_visible_to,
    Instruction: executors.policies.instructions_visible_to,
    Recourse: executors.policies.recourses_visible_to,
    Infringement: infringements.policies.visible_to,
    Tip: tips.policies.visible_to,
}
CHINESE = re.compile(r"[一-鿿]")
SAME_IN_BOTH = {"", "Webhooks"}


def declared():
    """Each list by where it stands: those that the modules `lists` of all rooms hold, and those of their views."""
    found = {}
    for room in dict.fromkeys(ROOMS):
        for name in (f"{room}.lists", f"{room}.web.lists", f"console.{room}.lists"):
            try:
                module = import_module(name)
            except ModuleNotFoundError:
                continue
            for word, value in vars(module).items():
                listing = getattr(value, "listing", value)
                if isinstance(listing, Listing) and listing not in found.values():
                    found[f"{name}.{word}"] = listing
    return found


LISTS = declared()
PAGES = {name: listing for name, listing in LISTS.items() if listing.columns}


def texts(listing):
    yield from (listing.title, listing.lede, listing.hint, listing.nothing, listing.searched)
    yield from (each.label for each in (*listing.tabs, *listing.filters, *listing.acts))
    yield from (each.many for each in listing.acts)
    yield from (each.head for each in listing.columns)
    yield from (each.file_head for each in listing.columns)
    yield from (label for each in listing.filters for label in each.choices.values())


def test_the_lists_are_found():
    assert len(PAGES) >= 25, sorted(PAGES)
    assert QUEUE in LISTS.values()


def test_every_word_stands_in_both_languages():
    wrong = []
    for name, listing in LISTS.items():
        for text in texts(listing):
            with translation.override("en"):
                english = str(text)
            with translation.override("zh-hans"):
                chinese = str(text)
            if english not in SAME_IN_BOTH and (CHINESE.search(english) or not CHINESE.search(chinese)):
                wrong.append((name, english, chinese))
    assert not wrong


def indexes_of(model):
    return {each.name for each in (*model._meta.indexes, *model._meta.constraints)}


def test_every_order_is_one_of_the_list_and_names_indexes_that_there_are():
    every = {name for model in apps.get_models() for name in indexes_of(model)}
    wrong = []
    for name, listing in LISTS.items():
        for order, each in listing.orders.items():
            wrong += [(name, order, index) for index in each.indexes if index not in every]
            wrong += [(name, order, tab) for tab in each.on if tab not in [tab.name for tab in listing.tabs]]
        named = [column.order for column in listing.columns if column.order] + [
            t.order for t in listing.tabs if t.order
        ]
        wrong += [(name, order) for order in named if order not in listing.orders]
        wrong += [
            (name, tab) for column in listing.columns for tab in column.on if tab not in {t.name for t in listing.tabs}
        ]
    assert not wrong


def test_every_column_has_a_name_of_its_own_and_a_rank():
    for name, listing in PAGES.items():
        for tab in listing.tabs or [declaring.Tab("", "")]:
            shown = [each for each in listing.columns if not each.on or tab.name in each.on]
            assert len({each.name for each in shown}) == len(shown), name
            assert {each.rank for each in shown} <= {1, 2, 3}, name
            assert sum(each.rank == 1 for each in shown) <= 2, f"{name} has room for two beside the first"


# — with rows —


now = living(hours=2)


@pytest.fixture(scope="module")
def module_rows(module_world, module_court, module_database, now):
    """Some of everything that is quickly made, in several states."""
    with module_database():
        world, court = module_world, module_court
        for officer in ("", world.otto.code):
            world.notice(officer=officer)
            filed = make.file(world.alice, world.notice(officer=""), now=now)
            make.decide(world.rita, make.ready_to_decide(world.rita, filed, now=now), now=now, outcome="UPHELD")
            make.file(world.alice, world.notice(officer=""), now=now, new_facts="有新的证据。")
            make.file(world.eve, world.notice(world.other_merchant, officer=""), now=now)
        for _n in range(2):
            court.open()
            court.escalated()
            court.joined()
        firm = build.active(world, now=now)
        for _n in range(2):
            err.incident(firm, now=now)
            err.instruction(firm, now=now)
        err.claimed(firm, now=now)
        return


@pytest.fixture(scope="module")
def people(module_world, module_court, module_rows, module_database, now):
    with module_database():
        world, court = module_world, module_court
        some = [world.alice, world.rita, world.otto, world.carl, court.mia, court.bob]
        return [*some, make.staff("help_line", now=now)]


def keys(rows):
    return [each.pk for each in rows]


@pytest.fixture(scope="module")
def lists_asked(people, module_rows, module_database):
    """Each list as each of them asks for it who may, on each tab."""
    path = {"ref": "x", "several": lambda _actor: ""}
    found = []
    with module_database():
        for name, listing in LISTS.items():
            for actor in people:
                try:
                    first = listing.asked(actor, {}, clock.now(), path)
                    for tab in first.tabs or [declaring.Tab("", "")]:
                        asked = first.on(tab.name)
                        asked.rows.exists()
                        found.append((name, asked))
                except (CaseError, KeyError):  # no page of theirs, or one of a case that is not here
                    continue
    return found


@pytest.fixture(scope="module")
def widest(lists_asked, module_database):
    """Each list on each tab as whoever finds most in it asks for it: filters, orders and files are the same for all."""
    found = {}
    with module_database():
        for name, asked in lists_asked:
            count = asked.rows[:200].count()
            if count > found.get((name, asked.tab), (-1,))[0]:
                found[name, asked.tab] = count, asked
    return [(name, asked) for (name, _tab), (_count, asked) in found.items()]


def test_somebody_finds_something_in_most_of_them(db, lists_asked):
    full = {name for name, asked in lists_asked if asked.rows.exists()}
    assert len(full) >= 14, sorted(full)


def test_every_filter_narrows(db, widest):
    """What a choice leaves is of the list, and of none of its other choices."""
    narrowed = set()
    for name, asked in widest:
        every = set(keys(asked.rows[:200]))
        for choice in asked.listing.filters:
            if not asked.has(choice):
                continue
            found = {}
            for code in choice.choices:
                query = {choice.name: code} | ({"tab": asked.tab} if asked.tab else {})
                again = asked.listing.asked(asked.actor, query, asked.now, asked.path)
                assert again.chosen == {choice.name: code}, name
                found[code] = set(keys(again.rows[:200]))
                assert found[code] <= every, (name, choice.name, code)
            left = [pk for some in found.values() for pk in some]
            assert len(left) == len(set(left)), (name, f"a row is in two of {choice.name}")
            if sum(bool(some) for some in found.values()) > 1:
                narrowed.add((name, choice.name))
    assert len(narrowed) >= 8, sorted(narrowed)


def test_every_order_is_the_same_across_pages_both_ways(db, widest, monkeypatch):
    monkeypatch.setattr(declaring, "MOST", 2)
    for name, asked in widest:
        for order, each in asked.listing.orders.items():
            for sign in ("", "-") if asked.has(each) else ():
                stands = replace(asked, order=sign + order)
                whole, there, back, query = keys(stands.rows[:7]), [], [], {}
                turned = keys(replace(asked, order=("-" if sign == "" else "") + order).rows[:7])
                assert len(whole) > 6 or turned == whole[::-1], (name, order)
                while whole:
                    page = replace(stands, query=query).page
                    there += keys(page)
                    if not page.older or len(there) >= len(whole):
                        break
                    query = {"after": page.older}
                assert there[: len(whole)] == whole, (name, order)
                while whole:
                    back = keys(page) + back
                    if not page.newer:
                        break
                    page = replace(stands, query={"before": page.newer}).page
                assert list(dict.fromkeys(back)) == there, (name, order)


def test_the_files_hold_the_rows_of_the_page_in_its_order(db, widest):
    for name, asked in widest:
        if not asked.listing.columns or not asked.rows.exists() or asked.listing.arranged is not None:
            continue
        first = asked.listing.columns[0]
        shown = [str(first.kind.in_file(first.value(line))[0]) for line in asked.lines()]
        for kind in TYPES:
            body = b"".join(list_file(RequestFactory().get("/"), asked, kind).streaming_content)
            head, *rows = table(body, kind)
            assert [line[0] for line in rows][: len(shown)] == shown, (name, kind, asked.tab)
            assert {len(line) for line in rows} == {len(head)}, (name, kind)


def test_a_file_holds_no_more_than_what_the_page_is_narrowed_to(db, widest):
    tried = set()
    for name, asked in widest:
        every = asked.rows.count() if asked.listing.columns else 0
        for choice, code in ((each, code) for each in asked.listing.filters if every for code in each.choices):
            query = {choice.name: code} | ({"tab": asked.tab} if asked.tab else {})
            narrowed = asked.listing.asked(asked.actor, query, asked.now, asked.path)
            if (name, choice.name) not in tried and asked.has(choice) and narrowed.rows.count() < every:
                body = b"".join(list_file(RequestFactory().get("/"), narrowed, "csv").streaming_content)
                assert len(table(body, "csv")) - 1 == narrowed.rows.count(), (name, choice.name, code)
                tried.add((name, choice.name))
    assert len(tried) >= 8, sorted(tried)


def test_nobody_sees_a_row_that_is_hidden_from_them(db, lists_asked):
    tried = set()
    for name, asked in lists_asked:
        model = asked.rows.model
        if model in VISIBLE and not (model is Dispute and asked.tab == "waiting"):  # shown without anything of the case
            assert set(keys(asked.rows)) <= set(keys(model.objects.filter(VISIBLE[model](asked.actor)))), name
            tried.add(model)
    assert tried == set(VISIBLE)


def values_in(drawn):
    if isinstance(drawn, dict):
        for value in drawn.values():
            yield from values_in(value)
    elif isinstance(drawn, (list, tuple)):
        for value in drawn:
            yield from values_in(value)
    else:
        yield drawn


def test_a_template_gets_nothing_that_it_would_call(db, widest):
    for name, asked in widest:
        if asked.listing.columns and asked.rows.exists():
            assert not [each for each in values_in(context_of(asked)["list"]) if callable(each)], name


def table(body, kind):
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    return [["".join(cell.itertext()) for cell in row.findall("c", space)] for row in sheet.iterfind(".//row", space)]


# — what is done to many rows at once —


def test_many_are_taken_at_once_and_a_refusal_stops_no_other(world, now):
    own = make.file(world.alice, world.notice(officer=world.rita.code), now=now)
    refs = [make.file(world.alice, world.notice(), now=now).ref for _n in range(3)]
    client = browser(world.rita)
    said = client.post("/workbench/queue/", {"act": "take", "ref": [*refs, own.ref, "apl_missing"]}, follow=True)
    text = said.content.decode()
    assert "You took 3 cases." in text
    assert "someone else must review it" in text
    taken = Appeal.objects.filter(reviewer_id=world.rita.user_id).values_list("ref", flat=True)
    assert set(refs) <= set(taken)
    assert own.ref not in taken
    assert client.post("/workbench/queue/", {"act": "decide", "ref": refs}).status_code == 404
    assert client.post("/workbench/queue/?tab=late", {"act": "take", "ref": refs}).status_code == 404
    assert client.post("/workbench/me/", {"act": "take", "ref": refs}).status_code == 405


def test_many_pressed_twice_are_taken_once(world, now):
    ref = make.file(world.alice, world.notice(), now=now).ref
    client = browser(world.rita)
    key = re.search(r'id="many".*?name="form_key" value="([^"]+)"', text_of(client.get("/workbench/queue/")))
    pressed = {"act": "take", "ref": [ref], "form_key": key[1]}
    first, again = (client.post("/workbench/queue/", pressed) for _press in range(2))

    assert {(each.status_code, each["Location"]) for each in (first, again)} == {(302, "/workbench/queue/")}
    assert text_of(client.get("/workbench/queue/?tab=mine")).count("You took 1 case.") == 1


@pytest.mark.parametrize("name", ["disputes:outages", "notices:public-records"])
def test_a_stranger_asks_a_public_list_for_anything(db, client, name):
    asked = {"q": "x", "from": "bad", "to": "9999-99-99", "state": "\x00", "order": "none", "after": "\x00"}
    for query in [{}, *({key: value} for key, value in asked.items()), asked]:
        assert client.get(reverse(name), query).status_code == 200, query


def test_texts_of_a_file_may_be_translated_later():
    with translation.override("en"):
        assert Kind.TEXTS.in_file([gettext_lazy("Answer"), "x"]) == ["Answer, x"]


def test_a_cell_is_no_formula_and_an_amount_is_a_number(world, now):
    world.notice(measures=[make.deduction(now, object_label="=HYPERLINK(1)")])
    client = party_browser(world.alice)
    (_head, line) = table(client.get("/notices/?as=xlsx").getvalue(), "xlsx")[:2]
    assert "=HYPERLINK(1)" in line, "a text in a workbook is a text"
    (_head, line) = table(client.get("/notices/?as=csv").getvalue(), "csv")[:2]
    assert "'=HYPERLINK(1)" in line


def test_page_and_api_list_the_same_rows_in_the_same_order():
    for listing in (QUEUE, APPEALS, NOTICES):
        shown = [each for each in PAGES.values() if each.rows is listing.rows]
        assert shown
        assert all(each.orders is listing.orders and each.filters is listing.filters for each in shown)
