"""Calls below pytest cost no system calls of their own, however deep they are."""

import resource
import sys

import pytest

CALLS = 50


def _call() -> None:
    pass


_call.__code__ = _call.__code__.replace(co_stacksize=60)  # larger than a step of `_faults_below`: none steps over it


def _faults_below(depth: int) -> int:
    """How many pages were mapped while something that many frames below was called fifty times."""
    if depth:
        return _faults_below(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _each in range(CALLS):
        _call()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="counts the page faults of one thread")
def test_no_call_of_a_test_maps_memory() -> None:
    _faults_below(300)  # so deep once, so that what is merely new is mapped
    assert max(_faults_below(depth) for depth in range(300)) < CALLS
