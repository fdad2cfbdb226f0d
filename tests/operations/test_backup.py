"""The restore drill: a backup taken while others write, restored elsewhere, with every acknowledged write and file."""

import io
import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from appeals import commands as appeals
from appeals.models import Appeal, EvidenceItem
from archive import backups, checkpoints, signing, verification
from archive.models import Checkpoint
from casework import canonical, triggers
from casework.models import Event
from files.attachments import store
from files.models import Attachment
from notices.models import Notice
from operations.backup import databases, restoring, writing
from operations.models import Tick
from operations.tables import make_tables
from tests import factories as make
from tests.conftest import build_world
from tests.databases import empty_database, joined
from tests.surfaces.people import user_of

pytestmark = pytest.mark.exhaustive  # two databases are migrated from nothing
NOW = datetime.now(UTC)
WRITERS, BEFORE, AFTER = 3, 12, 20  # cases of seven writes each


@pytest.fixture(scope="module")
def drill(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A system with a history, backed up in the middle of writes; its database is `default` meanwhile."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("drill")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(settings, "MIGRATION_MODULES", {})
        patch.setattr(settings, "ATTACHMENT_ROOT", folder / "sealed")
        patch.setattr(settings, "TRIAGE_MODEL_DIR", folder / "triage")
        if connection.vendor == "sqlite":  # where three who write without a pause let nobody else have a turn
            patch.setitem(connection.settings_dict["OPTIONS"], "timeout", 120)
        stack.enter_context(empty_database(folder, "drill"))
        make_tables()
        (folder / "triage/candidates/mdl_x").mkdir(parents=True)
        (folder / "triage/candidates/mdl_x/current.json").write_text("{}")
        made = SimpleNamespace(world=build_world(NOW), folder=folder, backups=folder / "backups")
        made.before, made.after = back_up_while_writing(made)
        yield made


def back_up_while_writing(made: Any) -> tuple[list[str], list[str]]:
    """Appeals with evidence, filed by threads: those acknowledged before the backup began, and those after."""
    numbers, acknowledged = itertools.count(), list[str]()
    enough, stop = threading.Event(), threading.Event()
    settings, failures = connection.settings_dict, list[BaseException]()

    def write() -> None:
        with joined(settings):
            try:
                while not stop.is_set():
                    acknowledged.append(one_case(made.world, next(numbers)))
                    stop.wait(0.1)
                    if len(acknowledged) >= BEFORE:
                        enough.set()
            except BaseException as error:  # noqa: BLE001  the main thread raises it
                failures.append(error)
                enough.set()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    enough.wait(240)
    mark = len(acknowledged)
    call_command("backup", str(made.backups), stderr=io.StringIO())
    finished = len(acknowledged)
    while len(acknowledged) < finished + AFTER and not failures:
        stop.wait(0.02)
    stop.set()
    for thread in threads:
        thread.join(240)
    if failures:
        raise failures[0]
    return acknowledged[:mark], acknowledged[mark:]


def one_case(world: Any, number: int) -> str:
    notice = make.issue(
        world.platform, make.draft(world.merchant, world.rule, now=NOW, officer=world.otto.code), now=NOW
    )
    appeal = make.file(world.alice, notice, now=NOW)
    appeals.stage_evidence(
        actor=world.alice, ref=appeal.ref, file=io.BytesIO(picture(number)), name="a.png", caption="授权书", now=NOW
    )
    appeals.submit_evidence(actor=world.alice, ref=appeal.ref, now=NOW)
    if number % 4 == 0:
        make.ready_to_decide(world.rita, appeal, now=NOW + timedelta(minutes=1))
        make.decide(world.rita, appeal, now=NOW + timedelta(minutes=2))
    return appeal.ref


def picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, 7)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def backup(drill: Any, tmp_path: Path) -> Path:
    """A copy of the folder of backups that a test may spoil."""
    return shutil.copytree(drill.backups, tmp_path / "backups")


@pytest.fixture
def elsewhere(drill: Any, tmp_path: Path, settings: Any) -> Iterator[None]:
    """Another host: an empty database and empty folders."""
    settings.ATTACHMENT_ROOT, settings.TRIAGE_MODEL_DIR = tmp_path / "sealed", tmp_path / "triage"
    with empty_database(tmp_path, "elsewhere"):
        yield


def refused(source: Path, **options: Any) -> list[str]:
    """The reasons for which `restore` refuses the backup."""
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("restore", str(source), stderr=said, stdout=io.StringIO(), **options)
    return said.getvalue().splitlines()


def test_everything_acknowledged_before_is_there_and_the_place_works(drill: Any, elsewhere: None) -> None:
    out = io.StringIO()

    call_command("restore", str(drill.backups), stdout=out)

    assert "verified, no fault" in out.getvalue()
    assert abs(Tick.objects.get(name=Tick.VERIFIED).at - datetime.now(UTC)) < timedelta(minutes=5)
    assert not Tick.objects.filter(name=Tick.BACKUP).exists()  # it was noted once the copy was made
    restored = set(Appeal.objects.values_list("ref", flat=True))
    assert len(drill.before) >= BEFORE
    assert set(drill.before) <= restored
    assert set(drill.after) - restored  # else nothing was written meanwhile
    assert (Path(drill.folder) / "triage/candidates/mdl_x/current.json").is_file()
    triggers.require(connection)
    with pytest.raises(IntegrityError):
        Event.objects.update(via="x")
    assert_evidence_opens(drill.world)
    assert one_case(drill.world, 10**6)  # numbers go on where they were, and nothing collides
    assert list(verification.faults()) == []


def assert_evidence_opens(world: Any) -> None:
    client = Client()
    client.force_login(user_of(world.alice))
    item = EvidenceItem.objects.select_related("appeal", "attachment").first()
    assert item is not None
    answer = client.get(f"/files/appeals/{item.appeal.ref}/{item.no}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"


def test_files_in_a_bucket_are_backed_up_and_restored_into_another(
    drill: Any, elsewhere: None, new_bucket: Callable[[], str], tmp_path: Path, settings: Any
) -> None:
    first = backups.check(drill.backups)
    new_bucket()
    store().put(io.BytesIO(b"of somebody else"))
    assert refused(drill.backups) == [f"ATTACHMENT_ROOT ({settings.ATTACHMENT_ROOT}) is not empty"]

    new_bucket()
    out = io.StringIO()
    call_command("restore", str(drill.backups), stdout=out)
    assert "verified, no fault" in out.getvalue()
    assert_evidence_opens(drill.world)
    made = backups.to_folder(tmp_path / "second", now=NOW)

    assert len(first.sealed) == made.copied == made.sealed
    assert list(made.missing) == []
    assert backups.check(tmp_path / "second").sealed == first.sealed


def test_a_second_backup_copies_only_what_is_new(drill: Any, backup: Path) -> None:
    first = backups.check(backup)

    made = backups.to_folder(backup, now=NOW + timedelta(days=1))

    copies = {sha for row in Attachment.objects.values_list("sha256", "rendition_sha256") for sha in row}
    assert made.copied == len(copies - set(first.sealed)) > 0
    assert len(first.sealed) + made.copied == made.sealed == len(copies)
    assert restoring.newest(backup).name == made.name != first.folder.name
    assert set(backups.check(backup).sealed) == copies
    assert not list(backup.glob(".*.partial"))


def test_a_stream_is_the_same_backup(drill: Any, tmp_path: Path) -> None:
    out = io.BytesIO()
    backups.to_stream(out, now=NOW)
    out.seek(0)

    with restoring.unpacked(out) as folder:
        found = backups.check(folder)
        assert (found.folder / writing.HEADS).read_text().splitlines() == databases.contents().heads

    out.seek(len(out.getvalue()) // 2)
    out.truncate()
    out.seek(0)
    with pytest.raises(restoring.NotWhole), restoring.unpacked(out) as folder:
        backups.check(folder)


def names(backup: Path) -> list[str]:
    [made] = [path.parent for path in backup.glob("*/manifest.json")]
    return [f"{made.name}/{name}" for name in json.loads((made / "manifest.json").read_text())["files"]]


def test_one_byte_or_one_file_is_missed_and_named(drill: Any, backup: Path) -> None:
    one_sealed = min(path.relative_to(backup) for path in backup.glob("files/*/*/*"))
    for name in [*names(backup), str(one_sealed)]:
        path, short = backup / name, name if name.startswith("files/") else name.partition("/")[2]
        whole = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        assert f"{short}: altered" in refused(backup, check=True)
        path.unlink()
        assert f"{short}: missing" in refused(backup, check=True)
        path.write_bytes(whole)
    call_command("restore", str(backup), check=True, stdout=io.StringIO())


def test_a_sealed_file_that_was_put_in_for_another_is_named(drill: Any, backup: Path) -> None:
    first, second = sorted(backup.glob("files/*/*/*"))[:2]
    first.unlink()
    shutil.copyfile(second, first)

    assert refused(backup, check=True) == [f"{first.relative_to(backup)}: altered"]


def test_what_lies_beside_it_or_belongs_elsewhere_is_refused(drill: Any, backup: Path, settings: Any) -> None:
    made = restoring.newest(backup)
    (made / "extra.txt").write_text("x")
    assert refused(backup, check=True) == ["extra.txt: not in the manifest"]
    (made / "extra.txt").unlink()

    settings.SECRET_KEY = "another"
    assert refused(backup, check=True) == [
        "manifest.json: signed with a key that is none of those known here",
        "its SECRET_KEY is neither SECRET_KEY nor in SECRET_KEY_FALLBACKS here",
    ]
    call_command("restore", str(backup), check=True, accept=["other-key"], stdout=io.StringIO())

    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps(manifest | {"migrations": ["appeals.9999_later"]}))
    assert "with appeals.9999_later" in refused(backup, check=True, accept=["other-key"])[0]
    (made / "manifest.json").write_text("{}")
    assert refused(backup, check=True) == [f"{made / 'manifest.json'}: no manifest of a backup"]
    (made / "manifest.json").unlink()
    assert refused(backup, check=True) == [f"there is no finished backup in {backup}"]


def remade(made: Path, **changes: Any) -> None:
    """A manifest that fits the files as they are now."""
    manifest = json.loads((made / "manifest.json").read_text())
    manifest["files"] = {name: writing.hashed(made / name) for name in manifest["files"]}
    (made / "manifest.json").write_text(json.dumps(manifest | changes))


def without_a_head(made: Path) -> None:
    (made / "heads.txt").write_text("".join((made / "heads.txt").read_text().splitlines(keepends=True)[:-1]))
    remade(made)


def without_a_sealed_file(made: Path) -> None:
    *rest, last = (made / "sealed.txt").read_text().splitlines(keepends=True)
    (made / "sealed.txt").write_text("".join(rest))
    sha256 = last.partition(" ")[0]
    (made.parent / "files" / sha256[:2] / sha256[2:4] / sha256).unlink()
    remade(made)


def by_the_tool(made: Path) -> None:
    """The whole anew by the very same program, by somebody who has not the key."""
    key = Ed25519PrivateKey.generate()
    shutil.rmtree(made.parent)
    name = json.loads((made.parent.parent / "signature.json").read_text())["key_id"]
    forged = {"algorithm": "Ed25519", "key_id": name}
    writing.to_folder(
        made.parent, sign=lambda raw: forged | {"signature": key.sign(backups.PURPOSE + raw).hex()}, now=NOW
    )


REMADE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a head removed": (without_a_head, "manifest.json: not what was signed"),
    "a sealed file removed with its line": (without_a_sealed_file, "manifest.json: not what was signed"),
    "when it was made": (lambda made: remade(made, made_at="2026-01-01"), "manifest.json: not what was signed"),
    "the whole by the same tool": (by_the_tool, "manifest.json: not what was signed"),
    "another signature": (
        lambda made: (made / "signature.json").write_text("[]"), "manifest.json: not what was signed",
    ),
    "a signature of other kinds": (
        lambda made: (made / "signature.json").write_text('{"key_id": [], "signature": 1}'),
        "manifest.json: not what was signed",
    ),
    "no signature": (
        lambda made: (made / "signature.json").unlink(), "signature.json: missing; only a backup of 0.1.0 has none",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REMADE.values(), ids=REMADE)
def test_a_backup_that_was_remade_without_the_key_is_refused(
    drill: Any, backup: Path, change: Callable[[Path], Any], said: str
) -> None:
    made = restoring.newest(backup)
    shutil.copyfile(made / "signature.json", backup.parent / "signature.json")

    change(made)

    assert said in refused(backup, check=True)


def test_one_that_was_remade_with_the_key_is_in_no_checkpoint(drill: Any, backup: Path, tmp_path: Path) -> None:
    witness, out = tmp_path / "witness.jsonl", io.StringIO()
    with transaction.atomic():
        row = checkpoints._make(Checkpoint.objects.order_by("-no").first(), now=datetime.now(UTC) + timedelta(hours=3))
        note = checkpoints.signed_note(row)
        transaction.set_rollback(True)
    writing.to_folder(tmp_path / "anew", sign=lambda raw: signing.sign(backups.PURPOSE, raw, now=NOW), now=NOW)

    witness.write_text(json.dumps(note))
    call_command("restore", str(backup), check=True, witness=witness, stdout=out)
    assert "the one that a kept checkpoint names" in out.getvalue()
    said = refused(tmp_path / "anew", check=True, witness=witness)
    assert said == [f"manifest.json: no checkpoint up to {row.no} names it, so it is not the backup that was made then"]
    witness.write_text("")
    call_command("restore", str(backup), check=True, witness=witness, stdout=out)
    call_command("restore", str(backup), check=True, stdout=out)
    assert "so that none can name it" in out.getvalue()
    assert "compared with no witness" in out.getvalue()


def test_a_place_that_is_not_empty_is_left_alone(drill: Any) -> None:
    before = canonical.digest([*databases.contents().heads])

    reasons = refused(drill.backups)

    assert [reason.partition(" ")[0] for reason in reasons] == ["the", "ATTACHMENT_ROOT", "TRIAGE_MODEL_DIR"]
    assert canonical.digest([*databases.contents().heads]) == before


def test_a_file_that_is_gone_is_told_by_the_backup_and_by_verify(drill: Any, backup: Path) -> None:
    lost = Attachment.objects.earliest("pk")
    altered = Attachment.objects.latest("pk")
    shutil.rmtree(backup / "files")
    with moved_away(store().path(lost.sha256)), changed(store().path(altered.sha256)):
        said, faults = io.StringIO(), io.StringIO()
        with pytest.raises(CommandError, match="2 files were not whole"):
            call_command("backup", str(backup), stderr=said)
        with pytest.raises(CommandError, match="2 faults"):
            call_command("verify", stderr=faults, stdout=io.StringIO())

    assert lost.sha256 in said.getvalue()
    assert f"{lost.ref}: file {lost.sha256} missing" in faults.getvalue()
    assert f"{altered.ref}: file {altered.sha256} altered" in faults.getvalue()
    assert sorted(refused(backup, check=True)) == sorted(
        f"files/…/{each.sha256}: was gone or damaged when the backup was made" for each in (lost, altered)
    )
    call_command("restore", str(backup), check=True, accept=["missing-files"], stdout=io.StringIO())
    assert list(verification.file_faults()) == []


class moved_away:  # noqa: N801  read as a phrase
    def __init__(self, path: Path) -> None:
        self.path, self.aside = path, path.with_suffix(".aside")

    def __enter__(self) -> None:
        self.path.rename(self.aside)

    def __exit__(self, *_error: object) -> None:
        self.aside.rename(self.path)


class changed(moved_away):  # noqa: N801
    def __enter__(self) -> None:
        super().__enter__()
        raw = self.aside.read_bytes()
        self.path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))


def test_a_row_that_names_no_hash_is_a_fault_and_no_crash(drill: Any) -> None:
    assert Notice.objects.exists()
    Attachment(ref="att_x", sha256="../../etc", size=1, uploader_ref="x", uploaded_at=NOW).save()
    try:
        assert list(verification.file_faults()) == ["att_x: file ../../etc altered"]
    finally:
        triggers.take_down(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE files_attachment DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM files_attachment WHERE ref = 'att_x'")
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE files_attachment ENABLE TRIGGER USER")
        triggers.install(connection)
