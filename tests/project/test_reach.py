"""What a change reaches, by which `./run ready` chooses its tests."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.reach.choosing import Map
from tests.reach.parts import parts_of, sentences_of
from tests.reach.recording import Recorder
from tests.reach.store import ROOT, Passed, Store

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
from pathlib import Path
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

    found = Map(Texts(), files).changed(Texts(), FILES)

    functions = {
        name for file in FILES if file.endswith(".py") for name, p in parts_of(files[file])[0].items() if p.is_function
    }
    assert {each.partition(":")[2] for each in found} & functions == set(reached.split())


def test_a_method_that_goes_or_comes_changes_its_class():
    order = "shop/models/order.py"
    files = FILES | {order: FILES[order] + "\n    def label(self):\n        return 1\n"}

    found = Map(Texts(), files).changed(Texts(), FILES)

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

    assert Map(Texts(), new).changed(Texts(), old) == {"l.po", "a.py:f", "templates/a.html"}


def test_a_record_is_read_back(tmp_path):
    with closing(Store(tmp_path / "record.sqlite3")) as store:
        tree = store.keep_tree({"casework/text.py": "1"})
        passed = Passed(tree, {"casework/text.py:is_visually_blank", "templates/base.html"}, 1.5, 2)
        store.keep("tests/test_a.py", passed)

        assert store.passed() == {"tests/test_a.py": passed}
        assert store.tree(tree) == {"casework/text.py": "1"}
        assert "is_visually_blank" in store.parts("1")[0]

        store.move_on(["tests/test_a.py"], store.keep_tree({"casework/text.py": "2"}))
        assert store.passed()["tests/test_a.py"].tree != tree
        store.forget("tests/test_a.py")
        assert store.passed() == {}


def test_what_ran_is_named_by_its_part():
    from casework.text import is_visually_blank

    path = "casework/text.py"
    recorder = SimpleNamespace(
        code={is_visually_blank.__code__, Path.exists.__code__},
        of_session=set(),
        asks_for_database=False,
        templates={f"{ROOT}/templates/base.html", "elsewhere.html"},
        files={path: (ROOT / path).read_text()},
    )

    assert Recorder.ran(recorder, Texts()) == {f"{path}:is_visually_blank", "templates/base.html"}
