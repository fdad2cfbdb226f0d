"""A suggestion in time, or a reason why there is none; the caller never waits for a stuck model."""

import dataclasses
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from classifier import service, store
from classifier.model import TriageModel
from classifier.service import ModelUnavailable, suggest, suggest_many


def test_a_suggestion_comes_from_the_folder(model, model_dir, case, permission):
    assert suggest(case(), model_dir=model_dir) == model.suggest(case())
    assert suggest(case(), model_dir=str(model_dir), permission=permission()).automatic_action == "restore"
    assert suggest_many([case("zh"), case("en")], model_dir=model_dir) == [model.suggest(case(x)) for x in ("zh", "en")]


def test_no_model_is_said_so(tmp_path, case):
    with pytest.raises(ModelUnavailable) as caught:
        suggest(case(), model_dir=tmp_path)
    assert caught.value.reason == "no_model"


def test_an_altered_file_is_refused_even_after_it_was_in_use(model_dir, case):
    suggest(case(), model_dir=model_dir)
    path = model_dir / store.read_current(model_dir).file
    path.write_bytes(path.read_bytes()[:-1] + b"\1")

    with pytest.raises(ModelUnavailable) as caught:
        suggest(case(), model_dir=model_dir)
    assert caught.value.reason == "bad_model"


def test_a_wrong_key_is_refused(model_dir, case):
    with pytest.raises(ModelUnavailable) as caught:
        suggest(case(), model_dir=model_dir, key=b"k")
    assert caught.value.reason == "bad_model"


def test_a_model_is_read_once_and_a_new_one_is_noticed(model, model_dir, case, monkeypatch):
    loads = []
    real = store.load_current
    monkeypatch.setattr(store, "load_current", lambda *a, **k: loads.append(a) or real(*a, **k))
    for _ in range(3):
        assert suggest(case(), model_dir=model_dir).model_version == "test-1"
    assert len(loads) == 1
    store.save(dataclasses.replace(model, version="next"), model_dir)

    assert suggest(case(), model_dir=model_dir).model_version == "next"
    assert len(loads) == 2


def test_a_slow_model_is_not_waited_for(model_dir, case, monkeypatch):
    suggest(case(), model_dir=model_dir)
    go_on = threading.Event()
    monkeypatch.setattr(TriageModel, "suggest", lambda *_, **__: go_on.wait(10))
    started = time.perf_counter()

    with pytest.raises(ModelUnavailable) as caught:
        suggest(case(), model_dir=model_dir, timeout=0.1)
    waited = time.perf_counter() - started
    go_on.set()

    assert caught.value.reason == "slow"
    assert waited < 5.0  # the stuck model would have taken ten


def test_stuck_models_do_not_pile_up(model_dir, case, monkeypatch):
    suggest(case(), model_dir=model_dir)
    go_on = threading.Event()
    real = TriageModel.suggest
    monkeypatch.setattr(TriageModel, "suggest", lambda *_, **__: go_on.wait(10))
    reasons = []
    for _ in range(service.STRAYS + 2):
        with pytest.raises(ModelUnavailable) as caught:
            suggest(case(), model_dir=model_dir, timeout=0.02)
        reasons.append(caught.value.reason)
    assert reasons == ["slow"] * service.STRAYS + ["busy"] * 2

    go_on.set()
    monkeypatch.setattr(TriageModel, "suggest", real)
    deadline = time.monotonic() + 5
    while service._strays.full() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert suggest(case(), model_dir=model_dir).model_version == "test-1"


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), KeyError("x"), SystemExit(1)])
def test_a_crash_is_the_models_not_the_callers(model_dir, case, monkeypatch, error):
    suggest(case(), model_dir=model_dir)

    def crash(*_, **__):
        raise error

    monkeypatch.setattr(TriageModel, "suggest", crash)
    with pytest.raises(ModelUnavailable) as caught:
        suggest(case(), model_dir=model_dir)
    assert caught.value.reason == "crash"
    assert caught.value.detail == type(error).__name__


def test_many_callers_at_once_get_the_same_answer(model_dir, case):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: suggest(case(), model_dir=model_dir, timeout=10), range(64)))

    assert len(set(answers)) == 1


def test_importing_the_service_loads_neither_numpy_nor_django():
    heavy = "('numpy', 'sklearn', 'skops', 'django')"
    code = f"import sys, classifier.service; sys.exit(any(m in sys.modules for m in {heavy}))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.exhaustive
def test_the_package_imports_nothing_of_django():
    code = (
        "import sys, classifier.service, classifier.model, classifier.store; "
        "sys.exit(any(m.split('.')[0] in ('django', 'rest_framework', 'channels') for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
