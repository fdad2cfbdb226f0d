"""Sealed files in a bucket of an S3-compatible object store, for more than one host: `ATTACHMENT_ROOT=s3://bucket/folder`.

The same promises as of a folder: an object is named by the SHA-256 of its bytes, so that writing it again writes the
same, every reading is checked against the name, and nobody gets an address of the store: files are served by views that
ask who may see them.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File

from files.content import ContentDamaged, FilesAway, is_intact, place_of

SCHEME = "s3://"
CONNECT, TIMEOUT, ATTEMPTS = 2, 10, 2
"""Seconds to connect and between two pieces of an answer, and how often that is tried."""
_CHUNK = 64 * 1024


class BucketStore:
    """A store in a bucket; see `files.content.Store`. Raises `FilesAway` where the object store does not answer."""

    def __init__(self, address: str) -> None:
        self._storage = _storage(address)

    def require(self) -> None:
        self.is_empty()

    def is_empty(self) -> bool:
        with _answers():
            folder = f"{self._storage.location}/".lstrip("/")
            return not any(True for _object in self._storage.bucket.objects.filter(Prefix=folder).limit(1))

    def has(self, sha256: str) -> bool:
        with _answers():
            return bool(self._storage.exists(place_of(sha256)))

    def remove(self, sha256: str) -> None:
        with _answers():
            self._storage.delete(place_of(sha256))

    def put(self, stream: BinaryIO) -> str:
        digest = hashlib.sha256()
        with tempfile.TemporaryFile() as file:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            sha256 = digest.hexdigest()
            if not is_intact(self, sha256):
                with _answers():  # the store compares what arrived with the SHA-256 that goes with it
                    self._storage.save(place_of(sha256), File(file))
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        file = tempfile.TemporaryFile()  # noqa: SIM115  returned open; gone from the disk once it is closed
        try:
            self._fetch(place_of(sha256), file)
            file.seek(0)
            if hashlib.file_digest(cast(Any, file), "sha256").hexdigest() != sha256:
                raise ContentDamaged(sha256)
            file.seek(0)
        except BaseException as error:
            file.close()
            if isinstance(error, FileNotFoundError):
                self.require()  # the whole bucket may be gone
            raise
        return cast(BinaryIO, file)

    def _fetch(self, name: str, file: IO[bytes]) -> None:
        with _answers():
            self._storage.bucket.Object(self._storage._normalize_name(name)).download_fileobj(
                file, Config=self._storage.transfer_config
            )


@contextmanager
def _answers() -> Iterator[None]:
    """Raises `FileNotFoundError` for what the object store does not have, and `FilesAway` for what else it refuses."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from s3transfer.exceptions import RetriesExceededError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404 and code != "NoSuchBucket":
            raise FileNotFoundError from error
        raise FilesAway() from error
    except (BotoCoreError, Boto3Error, RetriesExceededError) as error:
        raise FilesAway() from error


@cache
def _storage(address: str) -> Any:
    """The bucket as `django-storages` has it; a client of its own for each thread."""
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    bucket, _slash, folder = address.removeprefix(SCHEME).partition("/")
    return S3Storage(
        bucket_name=bucket,
        location=folder.strip("/"),
        endpoint_url=settings.S3_ENDPOINT_URL or None,
        region_name=settings.S3_REGION or None,
        access_key=settings.S3_ACCESS_KEY_ID or None,
        secret_key=settings.S3_SECRET_ACCESS_KEY or None,
        default_acl=None,
        transfer_config=TransferConfig(num_download_attempts=1),  # each of which would be tried again below
        file_overwrite=True,
        object_parameters={"ChecksumAlgorithm": "SHA256", "ContentType": "application/octet-stream"},
        client_config=Config(
            connect_timeout=CONNECT,
            read_timeout=TIMEOUT,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            s3={"addressing_style": "path"} if settings.S3_ENDPOINT_URL else {},
        ),
    )
