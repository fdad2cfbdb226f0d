"""The one door for callers: a suggestion in time, or `ModelUnavailable`.

Importing this module is cheap; numpy and skops come in with the first suggestion, so a web process that never asks
never pays for them. What does not belong here: scoring, files, and what the caller does when there is no suggestion.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from classifier.certificate import Permission
from classifier.features import TriageInput
from classifier.suggestion import ModelUnavailable, Suggestion

if TYPE_CHECKING:
    from classifier.model import TriageModel

__all__ = ["ModelUnavailable", "Suggestion", "TriageInput", "suggest", "suggest_many"]

logger = logging.getLogger(__name__)

LOAD_TIMEOUT = 30.0
"""The first call in a process reads and checks the file; that is not the model being slow."""
HELD = 4
"""So many models stay in memory, the latest read: the one in use, one in the shadow, and what they replaced."""
STRAYS = 4
"""A thread cannot be killed. So many may be stuck before new work is refused at once."""

_lock = threading.Lock()
_cache: dict[tuple[str, bytes | None], tuple[object, TriageModel]] = {}


def suggest(
    case: TriageInput,
    *,
    model_dir: Path | str,
    timeout: float = 2.0,
    permission: Permission | None = None,
    key: bytes | None = None,
    model_hash: str | None = None,
) -> Suggestion:
    """A suggestion within `timeout` seconds by the current model of `model_dir`, or `ModelUnavailable`.

    `permission` is what the operator lets a machine close at this moment; None means nothing. With
    `key`, only a model file sealed with that key is used; with `model_hash`, only one of these weights.
    """
    model = _current(Path(model_dir), key=key, model_hash=model_hash)
    return _in_time(lambda: model.suggest(case, permission=permission), timeout=timeout)


def suggest_many(
    cases: Sequence[TriageInput],
    *,
    model_dir: Path | str,
    timeout: float = 60.0,
    permission: Permission | None = None,
    key: bytes | None = None,
    model_hash: str | None = None,
) -> list[Suggestion]:
    """What `suggest` says of each, in the same order."""
    model = _current(Path(model_dir), key=key, model_hash=model_hash)
    return _in_time(lambda: model.suggest_many(cases, permission=permission), timeout=timeout)


def learnt_until(
    *, model_dir: Path | str, key: bytes | None = None, model_hash: str | None = None
) -> tuple[str, str, str]:
    """Version and hash of the current model, and the moment of the newest case that it learnt from.

    Raises `ModelUnavailable`, also where the model does not say what it learnt from.
    """
    from classifier import store

    model = _current(Path(model_dir), key=key, model_hash=model_hash)
    report = store.read_current(Path(model_dir), key=key).report
    if not report.get("train_to"):
        raise ModelUnavailable("bad_model", "the model does not say what it learnt from")
    return model.version, model.hash, str(report["train_to"])


def forget() -> None:
    """No model is held in memory; the next call reads and checks its file again."""
    with _lock:
        _cache.clear()


def _current(model_dir: Path, *, key: bytes | None, model_hash: str | None) -> TriageModel:
    model = _in_time(lambda: _load(model_dir, key), timeout=LOAD_TIMEOUT)
    if model_hash is not None and model.hash != model_hash:
        raise ModelUnavailable("bad_model", "the file holds another model than the one asked for")
    return model


def _load(model_dir: Path, key: bytes | None) -> TriageModel:
    # Here and not above: these imports cost a second and 100 MB, which only processes that score should pay.
    from classifier import store

    place = (str(model_dir.resolve()), key)
    with _lock:
        try:
            mark = store.mark(model_dir)
            held = _cache.get(place)
            if held and held[0] == mark:
                return held[1]
            model = store.load_current(model_dir, key=key)
        except store.NoModel as error:
            _cache.pop(place, None)
            raise ModelUnavailable("no_model", str(error)) from error
        except store.BadModel as error:
            _cache.pop(place, None)
            logger.error("triage model refused: %s", error)
            raise ModelUnavailable("bad_model", str(error)) from error
        _cache.pop(place, None)
        _cache[place] = (mark, model)
        while len(_cache) > HELD:
            del _cache[next(iter(_cache))]
        return model


def _in_time[T](work: Callable[[], T], *, timeout: float) -> T:
    """The value of `work`, or `ModelUnavailable` when it is late or fails; a late thread is left behind."""
    call = _Call(work)
    if _strays.full():
        raise ModelUnavailable("busy", f"{STRAYS} late suggestions are still running")
    # A daemon, so that a stuck model cannot keep the process from ending.
    threading.Thread(target=call.run, name="triage", daemon=True).start()
    if not call.ended.wait(timeout):
        _strays.add(call)
        raise ModelUnavailable("slow", f"no suggestion within {timeout:g} s")
    if call.error is None:
        return cast("T", call.value)
    if isinstance(call.error, ModelUnavailable):
        raise call.error
    logger.error("triage model failed", exc_info=call.error)
    raise ModelUnavailable("crash", type(call.error).__name__) from call.error


class _Call:
    """One piece of work in its own thread."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.value: object = None
        self.error: BaseException | None = None
        self.ended = threading.Event()

    def run(self) -> None:
        try:
            self.value = self.work()
        except BaseException as error:  # noqa: BLE001  whatever a model does, the case goes on
            self.error = error
        finally:
            self.ended.set()


class _Strays:
    """The late calls that still run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[_Call] = []

    def full(self) -> bool:
        with self._lock:
            self._calls = [call for call in self._calls if not call.ended.is_set()]
            return len(self._calls) >= STRAYS

    def add(self, call: _Call) -> None:
        with self._lock:
            self._calls.append(call)


_strays = _Strays()
