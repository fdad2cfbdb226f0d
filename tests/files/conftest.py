"""An S3-compatible object store on this machine, made by moto in this process."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of the store."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def new_bucket(object_store: str, settings: Any) -> Callable[[], str]:
    """Makes an empty bucket, has files go there, and returns its name."""
    import boto3

    from files import buckets

    settings.S3_ENDPOINT_URL, settings.S3_REGION = object_store, "us-east-1"
    settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY = "of-the-tests", "a word"
    buckets._storage.cache_clear()
    access = {"aws_access_key_id": "of-the-tests", "aws_secret_access_key": "a word", "region_name": "us-east-1"}

    def make() -> str:
        name = f"appeals-{next(_numbers)}"
        boto3.client("s3", endpoint_url=object_store, **access).create_bucket(Bucket=name)
        settings.ATTACHMENT_ROOT = f"s3://{name}/sealed"
        return name

    return make
