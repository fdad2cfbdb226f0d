"""What is served is closed, whether or not anybody reads it."""

import gc

import pytest
from django.test import RequestFactory

from surfaces import serving

pytestmark = pytest.mark.once


def test_a_file_of_which_nobody_reads_the_body_is_closed_with_the_response():
    files = []

    def write(out):
        files.append(out)
        out.write(b"archive")
        return "records"

    response = serving.archive_file(RequestFactory().head("/"), write)
    assert not files[0].closed
    del response
    gc.collect()
    assert files[0].closed
