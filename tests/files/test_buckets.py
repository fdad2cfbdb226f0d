"""Sealed files in a bucket keep the promises that they have in a folder."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from appeals import commands as appeals
from appeals.models import EvidenceItem
from archive import verification
from config.checks import buckets_can_be_used
from config.settings import place_of_files
from files import buckets, disk
from files.attachments import store
from files.content import ContentDamaged
from files.models import Attachment
from tests import factories as make
from tests.conftest import World
from tests.operations.test_backup import picture
from tests.surfaces.people import user_of

pytestmark = pytest.mark.once

RAW = b"%PDF- what somebody sent" * 1000
NAME = hashlib.sha256(RAW).hexdigest()


def objects() -> dict[str, Any]:
    bucket = buckets._storage(str(store_address())).bucket
    return {each.key: each.Object() for each in bucket.objects.all()}


def store_address() -> str:
    from django.conf import settings

    return str(settings.ATTACHMENT_ROOT)


def test_what_is_put_is_there_under_its_hash_once_and_for_nobody_else(new_bucket: Callable[[], str]) -> None:
    new_bucket()
    assert store().is_empty()
    assert store().put(io.BytesIO(RAW)) == NAME
    [(key, kept)] = objects().items()
    written = kept.last_modified, kept.e_tag

    assert key == f"sealed/{NAME[:2]}/{NAME[2:4]}/{NAME}"
    assert store().put(io.BytesIO(RAW)) == NAME
    assert [(each.last_modified, each.e_tag) for each in objects().values()] == [written]
    with store().open(NAME) as file:
        assert file.read() == RAW
    assert not store().is_empty()
    assert [grant["Grantee"]["Type"] for grant in kept.Acl().grants] == ["CanonicalUser"]  # its owner


def test_what_was_changed_in_the_bucket_is_found_and_mended_by_the_right_bytes(new_bucket: Callable[[], str]) -> None:
    new_bucket()
    store().put(io.BytesIO(RAW))
    [kept] = objects().values()
    kept.put(Body=RAW[:-1] + b"!")
    with pytest.raises(ContentDamaged):
        store().open(NAME)

    store().put(io.BytesIO(RAW))
    with store().open(NAME) as file:
        assert file.read() == RAW
    with pytest.raises(FileNotFoundError):
        store().open("0" * 64)
    with pytest.raises(ValueError, match="not a SHA-256"):
        store().open("../" + NAME)


def test_evidence_goes_there_is_served_by_the_program_and_verified(
    world: World, now: Any, new_bucket: Callable[[], str], settings: Any
) -> None:
    new_bucket()
    appeal = make.file(world.alice, world.notice(), now=now)
    given = {"file": io.BytesIO(picture(7)), "name": "a.png", "caption": "授权书", "now": now}
    appeals.stage_evidence(actor=world.alice, ref=appeal.ref, **given)
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=now)
    attachment = Attachment.objects.get()
    item = EvidenceItem.objects.get()
    mine, stranger = Client(), Client()
    mine.force_login(user_of(world.alice))
    address = f"/files/appeals/{appeal.ref}/{item.no}"

    assert {key[-64:] for key in objects()} == {attachment.sha256, attachment.rendition_sha256}
    assert b"".join(mine.get(address).streaming_content)[:4] == b"RIFF"
    assert stranger.get(address).status_code in (302, 404)
    assert list(verification.file_faults()) == []
    kept = next(each for key, each in objects().items() if key.endswith(attachment.sha256))
    kept.put(Body=b"another")
    assert list(verification.file_faults()) == [f"{attachment.ref}: file {attachment.sha256} altered"]
    kept.delete()
    assert list(verification.file_faults()) == [f"{attachment.ref}: file {attachment.sha256} missing"]

    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"
    buckets._storage.cache_clear()
    with pytest.raises(buckets.FilesAway):
        store().open(NAME)
    assert mine.get(address).status_code == 503
    given["file"].seek(0)
    with pytest.raises(buckets.FilesAway):
        appeals.stage_evidence(actor=world.alice, ref=appeal.ref, **given)
    assert EvidenceItem.objects.count() == 1
    assert disk.free_megabytes() > 0  # of the place where parts lie on their way


@pytest.mark.parametrize("text", ["s3://", "s3://B/x", "gs://bucket", "s3://bucket/../x", "file:///tmp", "s3://b?x=1"])
def test_an_address_that_names_no_bucket_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, text: str, tmp_path: Any
) -> None:
    from config.settings import env

    monkeypatch.setattr(env, "ENVIRON", {"ATTACHMENT_ROOT": text})
    with pytest.raises(ImproperlyConfigured, match="s3://bucket/folder"):
        place_of_files("ATTACHMENT_ROOT", default=tmp_path)


def test_a_bucket_without_its_packages_stops_the_start(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ATTACHMENT_ROOT = "s3://files"
    assert buckets_can_be_used() == []
    monkeypatch.setattr("config.checks.importlib.util.find_spec", lambda name: None if name == "storages" else name)
    assert [error.id for error in buckets_can_be_used()] == ["config.E008"]
    settings.ATTACHMENT_ROOT = "/var/sealed"
    assert buckets_can_be_used() == []
