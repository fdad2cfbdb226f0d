"""What a change reaches, by which `./run ready` chooses its tests."""

from contextlib import closing
from types import SimpleNamespace

import pytest

from tests.reach.choosing import Map, due, made
from tests.reach.parts import parts_of, sentences_of
from tests.reach.recording import Recorder
from tests.reach.store import ALL, ROOT, File, Store, bits

FILES = {
    "shop/limits.py": "MOST = 3\nLEAST = 1\n",
    "shop/models/__init__.py": "from shop.models.order import Order\n",
    "shop/models/order.py": """\
from shop.checks import at_most
from shop.limits import MOST

class Base:
    size = 1

    def label(self):
        return "order"

class Order(Base):
    law = at_most(MOST)

    def price(self):
        return 5
""",
    "shop/checks.py": """\
def at_most(n):
    return plain(n)

def plain(n):
    return n

def unused():
    pass
""",
    "shop/commands.py": """\
from django.conf import settings
from shop import limits
from shop.models import Order

def buy():
    return Order()

def sell():
    return limits.MOST, settings.TILL

def count():
    return [Path("stock.toml"), Path().glob("*.csv")]
""",
    "shop/verbs.py": """\
from shop import commands

VERBS = (
    Verb('buy', commands.buy),
    Verb('sell', commands.sell),
)
""",
    "shop/api.py": "from shop.verbs import VERBS\n\ndef actions():\n    return VERBS\n",
    "config/settings.py": "TILL = 1\n",
    "shop/stock.toml": "a = 1\n",
    "shop/prices/list.csv": "a,1\n",
}


class Texts:
    """In the place of the store: a file's digest is its text."""

    def parts(self, text):
        return sentences_of(text) if text.startswith("msgid") else parts_of(text)


@pytest.mark.parametrize(
    ("path", "old", "new", "reached"),
    [
        ("shop/commands.py", "return Order()", "return Order(1)", "buy"),
        ("shop/checks.py", "    pass", "    return 1", "unused"),
        ("shop/limits.py", "LEAST = 1", "LEAST = 2", ""),
        ("shop/commands.py", "def buy", "# all else moves down\ndef buy", ""),
        # a constant, through an import of its module; and what is built with it, through a package that gives it out
        ("shop/limits.py", "MOST = 3", "MOST = 4", "sell Order.price buy"),
        ("shop/models/order.py", "size = 1", "size = 2", "Base.label Order.price buy"),
        # called while modules are imported, directly and below
        ("shop/checks.py", "return n\n", "return n + 1\n", "plain at_most Order.price buy"),
        # a row of a table: what it names, and not whoever reads the whole table
        ("shop/verbs.py", "'sell', ", "'sell', 1, ", "sell"),
        ("shop/verbs.py", "VERBS = (", "VERBS = (\n    1,", "actions"),
        ("config/settings.py", "TILL = 1", "TILL = 2", "sell"),
        ("shop/stock.toml", "1", "2", "count"),
        ("shop/prices/list.csv", "1", "2", "count"),
    ],
)
def test_a_change_reaches_what_may_do_something_else(path, old, new, reached):
    files = FILES | {path: FILES[path].replace(old, new)}
    assert files != FILES

    found = set().union(*Map(Texts(), files).changed(Texts(), FILES).values())

    functions = {
        name for file in FILES if file.endswith(".py") for name, p in parts_of(files[file])[0].items() if p.is_function
    }
    assert {each.partition(":")[2] for each in found} & functions == set(reached.split())


def test_a_method_that_goes_or_comes_changes_its_class():
    order = "shop/models/order.py"
    files = FILES | {order: FILES[order] + "\n    def label(self):\n        return 1\n"}

    found = set().union(*Map(Texts(), files).changed(Texts(), FILES).values())

    assert {f"{order}:Order.price", "shop/commands.py:buy"} <= found


def test_other_chinese_reaches_where_the_sentence_stands(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.reach.choosing.ROOT", tmp_path)
    files = {
        "a.py": "def f():\n    return _('Due now')\n\ndef g():\n    return _('Late')\n",
        "templates/a.html": "Due now",
    }
    catalogue = 'msgid "Due now"\nmsgstr "现在到期"\n\nmsgid "Late"\nmsgstr "迟"\n'
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    old, new = files | {"l.po": catalogue}, files | {"l.po": catalogue.replace("现在", "即日")}

    assert Map(Texts(), new).changed(Texts(), old)["l.po"] == {"l.po", "a.py:f", "templates/a.html"}


def test_a_record_is_read_back(tmp_path):
    with closing(Store(tmp_path / "record.sqlite3")) as store:
        tree = store.keep_tree({"casework/text.py": "1"})
        store.keep(
            "tests/test_a.py", {ALL: {"a.py:f"}, "test_one": {"a.py:f", "templates/base.html"}, "test_two": None}
        )
        store.keep_file("tests/test_a.py", tree, 3, ["test_one", "test_two"])
        numbers = store.numbers(())

        assert store.files() == {
            "tests/test_a.py": File(
                tree, 3, {ALL: bits([numbers["a.py:f"]]), "test_one": bits(numbers.values()), "test_two": None}
            )
        }
        assert store.tree(tree) == {"casework/text.py": "1"}
        assert "is_visually_blank" in store.parts("1")[0]

        store.keep_file("tests/test_a.py", tree, 3, ["test_one"])
        assert set(store.files()["tests/test_a.py"].ran) == {ALL, "test_one"}
        store.move_on(["tests/test_a.py"], store.keep_tree({"casework/text.py": "2"}))
        assert store.files()["tests/test_a.py"].tree != tree
        store.forget("tests/test_a.py")
        assert store.files() == {}


@pytest.fixture
def recorded(monkeypatch, tmp_path):
    """Two files of tests that passed with the tree of FILES, and what is due once files are as a test says."""
    path = tmp_path / "record.sqlite3"
    now = dict.fromkeys(["tests/test_buy.py", "tests/test_sell.py"], "# a test\n") | FILES
    for name, text in now.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("tests.reach.store.ROOT", tmp_path)
    monkeypatch.setattr("tests.reach.choosing.Store", lambda: Store(path))
    monkeypatch.setattr("tests.reach.choosing.state", lambda: now)
    with closing(Store(path)) as store:
        tree = store.keep_tree(now)
        buy, sell = "shop/commands.py:buy", "shop/commands.py:sell"
        store.keep(
            "tests/test_buy.py", {ALL: set(), "test_one": {buy}, "test_price": {"shop/models/order.py:Order.price"}}
        )
        store.keep_file("tests/test_buy.py", tree, 2, ["test_one", "test_price"])
        store.keep("tests/test_sell.py", {ALL: {sell}, "test_all": set(), "test_none": set()})
        store.keep_file("tests/test_sell.py", tree, 0, ["test_all", "test_none"])

    def due_after(path="", old="", new="", *more):
        if path:
            now[path] = now.get(path, "").replace(old, new) if old else new
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(now[path])
        return due({name for name in now if name.startswith("tests/test_")})

    return due_after


@pytest.mark.parametrize(
    ("change", "tests", "unread"),
    [
        ([], {}, []),
        (["shop/commands.py", "Order()", "Order(1)"], {"tests/test_buy.py::test_one": "shop/commands.py:buy"}, []),
        # what a fixture of the file ran counts for all of its tests
        (["config/settings.py", "1", "2"], {"tests/test_sell.py": "shop/commands.py:sell"}, []),
        (["tests/test_sell.py", "a", "b"], {"tests/test_sell.py": "changed itself"}, []),
        (["tests/test_new.py", "", "# new"], {"tests/test_new.py": "not seen to pass"}, []),
        (["shop/checks.py", "    pass", "    return 1"], {}, ["shop/checks.py"]),
        (["notes.md", "", "words"], {}, ["notes.md"]),
    ],
)
def test_a_test_is_due_that_has_not_passed_with_what_it_reaches(recorded, change, tests, unread):
    found = recorded(*change)

    assert found.tests == tests
    assert found.unread == unread
    assert found.ci == 2


def test_a_test_stays_due_until_it_was_made_and_passed(recorded):
    change = ["shop/commands.py", "Order()", "Order(1)"]
    first = recorded(*change)

    assert recorded().tests == first.tests  # nobody made it
    made(first, left=["tests/test_buy.py"])
    assert recorded().tests == first.tests  # the time was over
    made(first, left=[])
    assert recorded().tests == {}


def test_a_test_that_failed_is_due_whatever_changes(recorded, tmp_path):
    with closing(Store(tmp_path / "record.sqlite3")) as store:
        store.keep("tests/test_buy.py", {"test_price": None})

    found = recorded()
    made(found, left=[])

    assert found.tests == recorded().tests == {"tests/test_buy.py::test_price": "failed"}


def test_what_ran_is_named_by_its_part(monkeypatch):
    from casework.text import is_visually_blank

    path = "casework/text.py"
    parts = parts_of((ROOT / path).read_text())[0]
    recorder = SimpleNamespace(names={}, store_parts={path: parts}.get)

    assert Recorder.parts_with(recorder, is_visually_blank.__code__) == {f"{path}:is_visually_blank"}


def test_a_file_whose_tests_come_in_two_turns_is_remembered_whole(monkeypatch, tmp_path):
    """Tests without a database come when those with one were made, in all files."""
    monkeypatch.setattr("tests.reach.recording.Store", lambda: Store(tmp_path / "record.sqlite3"))
    monkeypatch.setattr("tests.reach.recording.forget_answers", lambda: None)
    monkeypatch.setattr("sys.monitoring.use_tool_id", lambda *_: None)
    monkeypatch.setattr("sys.monitoring.register_callback", lambda *_: None)
    recorder = Recorder()
    recorder.watch = lambda: None
    recorder.files = {}  # all of the program would be parsed for a record that knows none of it
    recorder.left.update({"a.py": 2, "b.py": 1})

    for path, test in [("a.py", "test_rows"), ("b.py", "test_b"), ("a.py", "test_plain")]:
        recorder.begin_file(path)
        recorder.ran[ALL].add(f"m.py:fixture_of_{test}")
        recorder.ran[test] = {f"m.py:{test}"}
        recorder.left[path] -= 1
        recorder.end_file()

    with closing(Store(tmp_path / "record.sqlite3")) as store:
        n = store.numbers(())
        assert store.files()["a.py"].ran == {
            ALL: bits([n["m.py:fixture_of_test_rows"], n["m.py:fixture_of_test_plain"]]),
            "test_rows": bits([n["m.py:test_rows"]]),
            "test_plain": bits([n["m.py:test_plain"]]),
        }
