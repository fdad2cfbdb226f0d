"""Where a picture was taken, or what a PDF runs, reaches its own side and the mediator, and by no way the others."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from accounts.models import User
from appeals import queries as appeals
from casework.errors import FileRefused, TooLarge
from disputes import commands, queries
from files import attachments, copies
from files.cleaning.refusals import Unproven
from notices.commands import ExhibitDraft
from tests import factories as make
from tests.cameras import CANARY, film, pdf, picture
from tests.disputes.test_pages import Visitor
from tests.pages import living
from tests.surfaces.people import Http, token_of

pytestmark = pytest.mark.once

SENT = {
    "a.jpg": picture("JPEG", turned=True),
    "b.png": picture("PNG"),
    "c.webp": picture("WEBP"),
    "d.mp4": film(),
    "e.pdf": pdf(),
}


now = living(hours=1)


@pytest.fixture
def dispute(court, now, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    dispute = court.joined()
    for name, data in SENT.items():
        commands.stage_file(
            actor=court.alice, ref=dispute.ref, fact_no=1, file=io.BytesIO(data), name=name, caption="门口", now=now
        )
    commands.submit_evidence(actor=court.alice, ref=dispute.ref, fact_no=1, now=now)
    return dispute


def by_every_way(actor, dispute, now):
    """Each file by name as page, as page with the original, and API give it, and as the archive holds it."""
    user = User.objects.get(pk=actor.user_id)
    browser = Visitor(actor).client
    http = Http(token_of(user, now=now))
    area = "/files/disputes/{ref}/{no}" if actor.parties else "/workbench/disputes/{ref}/evidence/{no}/"
    for no, name in enumerate(SENT, start=1):
        page = area.format(ref=dispute.ref, no=no)
        yield name, "page", b"".join(browser.get(page).streaming_content)
        yield name, "original", b"".join(browser.get(f"{page}?original=1").streaming_content)
        answer = http("GET", f"/api/v1/disputes/{dispute.ref}/evidence/{no}/file")
        yield name, "api", b"".join(answer.streaming_content)
    archive = io.BytesIO()
    queries.write_case_file(archive, actor=actor, ref=dispute.ref, now=now)
    with zipfile.ZipFile(archive) as files:
        for name in files.namelist():
            if name.startswith("evidence/"):
                yield name, "archive", files.read(name)


def whole(document):
    """The document as bytes in which nothing is packed."""
    out = io.BytesIO()
    document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.specialized, compress_streams=False)
    return out.getvalue()


def test_the_other_side_gets_what_is_seen_and_heard(court, dispute, now):
    got = list(by_every_way(court.bob, dispute, now))

    assert len(got) == 4 * len(SENT)
    assert [(name, way) for name, way, data in got if CANARY in data or b"Lane-9" in data] == []
    for name, way, data in got:
        if name.endswith("pdf"):
            with pikepdf.open(io.BytesIO(data)) as shown:
                assert len(shown.pages) == 1, way
                assert CANARY not in whole(shown)
        elif not name.endswith("mp4"):
            with Image.open(io.BytesIO(data)) as shown:
                assert (shown.format, dict(shown.getexif())) == ("WEBP", {}), way
                assert shown.size == ((30, 40) if "a." in name else (40, 30))
        else:
            assert len(data) == len(SENT["d.mp4"])
    http = Http(token_of(User.objects.get(pk=court.bob.user_id), now=now))
    told = http("GET", f"/api/v1/disputes/{dispute.ref}/evidence")
    shown = [each["file"] for each in told.json()["items"]]
    assert [(f["name"], f["media_type"], f["as_received"]) for f in shown] == [
        ("a.webp", "image/webp", False),
        ("b.webp", "image/webp", False),
        ("c.webp", "image/webp", False),
        ("d.mp4", "video/mp4", False),
        ("e.pdf", "application/pdf", False),
    ]


@pytest.mark.parametrize("who", ["alice", "mia"])
def test_its_own_side_and_the_mediator_get_what_was_handed_in(court, dispute, now, who):
    for name, way, data in by_every_way(getattr(court, who), dispute, now):
        if way != "page":
            assert data == SENT[name.rpartition("/")[2].split("-")[-1]], (name, way)


def test_the_sender_is_told_before_they_send(court):
    dispute = court.joined()
    assert "only the platform sees the original" in Visitor(court.alice).sees(f"/disputes/{dispute.ref}/facts/1/")


def test_a_party_gets_an_exhibit_of_its_notice_without_it(world, now, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    sealed = [
        attachments.seal(io.BytesIO(data), name=name, actor=world.platform, now=now) for name, data in SENT.items()
    ]
    exhibits = [ExhibitDraft(caption="投诉人照片", captured_at=now, attachment=row.ref) for row in sealed]
    notice = world.notice(evidence=exhibits)
    appeal = make.file(world.alice, notice, now=now)
    merchant = Http(token_of(User.objects.get(pk=world.alice.user_id), now=now))
    issuer = Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)[0])

    for no, (name, sent) in enumerate(SENT.items(), start=1):
        path = f"/api/v1/notices/{notice.ref}/evidence/{no}"
        assert CANARY not in b"".join(merchant("GET", path).streaming_content), name
        assert b"".join(issuer("GET", path).streaming_content) == sent
    archive = io.BytesIO()
    appeals.write_case_file(archive, actor=world.alice, ref=appeal.ref, now=now)
    with zipfile.ZipFile(archive) as files:
        held = {name: files.read(name) for name in files.namelist() if name.startswith("notice/")}
    assert len(held) == len(SENT)
    assert [name for name, data in held.items() if CANARY in data] == []


def test_a_pdf_that_cannot_be_read_is_refused_and_nothing_is_kept(world, now, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    for data in (b"%PDF-1.4\n%%EOF\n", b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\n"):
        with pytest.raises(FileRefused) as refusal:
            attachments.seal(io.BytesIO(data), name="a.pdf", actor=world.platform, now=now)
        assert refusal.value.errors[0].code == "damaged"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def unproven(court, now, settings, tmp_path, monkeypatch):
    """A dispute with a piece of which no copy could be shown to be clean."""

    def fails(_source, _kind):
        raise Unproven

    monkeypatch.setattr(copies, "cleaned", fails)
    settings.ATTACHMENT_ROOT = tmp_path
    dispute = court.joined()
    stage = {"actor": court.alice, "ref": dispute.ref, "fact_no": 1, "now": now}
    commands.stage_file(**stage, file=io.BytesIO(SENT["e.pdf"]), name="e.pdf", caption="门口")
    commands.submit_evidence(**stage)
    return dispute


def test_what_cannot_be_shown_to_be_clean_is_not_shown_and_both_sides_are_told(court, unproven, now):
    http = Http(token_of(User.objects.get(pk=court.bob.user_id), now=now))
    (told,) = http("GET", f"/api/v1/disputes/{unproven.ref}/evidence").json()["items"]
    assert (told["file"]["name"], told["file"]["media_type"], told["file"]["has_copy"]) == (
        "e.txt",
        "text/plain",
        False,
    )
    answer = http("GET", f"/api/v1/disputes/{unproven.ref}/evidence/1/file")
    assert "not shown to you" in b"".join(answer.streaming_content).decode()
    archive = io.BytesIO()
    queries.write_case_file(archive, actor=court.bob, ref=unproven.ref, now=now)
    with zipfile.ZipFile(archive) as files:
        assert "not shown to you" in files.read("evidence/1-e.txt").decode()

    assert "not shown to you" in Visitor(court.bob).sees(f"/disputes/{unproven.ref}/facts/1/")
    assert "is not shown this file" in Visitor(court.alice).sees(f"/disputes/{unproven.ref}/facts/1/")
    for actor in (court.alice, court.mia):
        user = User.objects.get(pk=actor.user_id)
        answer = Http(token_of(user, now=now))("GET", f"/api/v1/disputes/{unproven.ref}/evidence/1/file")
        assert b"".join(answer.streaming_content) == SENT["e.pdf"]


@pytest.mark.parametrize("name", ["e.pdf", "d.mp4"])
def test_what_was_cleaned_by_an_earlier_version_is_cleaned_again_when_it_is_opened(
    world, now, settings, tmp_path, name
):
    settings.ATTACHMENT_ROOT = tmp_path
    row = attachments.seal(io.BytesIO(SENT[name]), name=name, actor=world.platform, now=now)
    row.rendition_sha256, row.cleaned_by = row.sha256, 1

    with attachments.FileCopy(row, as_received=False).open() as file:
        assert CANARY not in file.read()


def test_the_files_of_one_side_have_a_quota_that_takes_nothing_from_the_other(
    court, now, settings, tmp_path, monkeypatch
):
    settings.ATTACHMENT_ROOT = tmp_path
    dispute = court.joined()
    monkeypatch.setattr(attachments, "MOST_TOGETHER", 2 * len(SENT["a.jpg"]))

    def stage(actor):
        commands.stage_file(
            actor=actor,
            ref=dispute.ref,
            fact_no=1,
            file=io.BytesIO(SENT["a.jpg"]),
            name="a.jpg",
            caption="门口",
            now=now,
        )

    stage(court.alice)
    stage(court.alice)
    with pytest.raises(TooLarge) as refusal:
        stage(court.alice)
    assert refusal.value.errors[0].code == "too-large-together"
    assert dispute.evidence.count() == 2


def test_files_are_cleaned_before_the_transaction_begins(court, now, monkeypatch, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    dispute = court.joined()
    outside, depths = len(connection.savepoint_ids), []
    before = copies.cleaned

    def watched(source, kind):
        depths.append(len(connection.savepoint_ids))
        return before(source, kind)

    monkeypatch.setattr(copies, "cleaned", watched)
    page = f"/disputes/{dispute.ref}/facts/1/"
    form = {"files": [SimpleUploadedFile("a.png", picture("PNG"))], "captions": ["门口"], "form_key": "k" * 20}
    Visitor(court.alice).sends(page, form)
    token = token_of(User.objects.get(pk=court.alice.user_id), now=now)
    file = SimpleUploadedFile("b.webp", picture("WEBP"), content_type="image/webp")
    answer = Client().post(
        f"/api/v1/disputes/{dispute.ref}/facts/1/evidence",
        {"file": file, "caption": "门口"},
        headers={"authorization": f"Bearer {token}", "idempotency-key": "k" * 20},
    )

    assert answer.status_code == 201, answer.content
    assert depths == [outside, outside]
    assert dispute.evidence.count() == 2
