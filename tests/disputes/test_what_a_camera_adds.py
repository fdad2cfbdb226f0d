"""Where a picture or film was taken reaches its own side and the mediator, and by no way the other side."""

import io
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from accounts.models import User
from appeals import queries as appeals
from casework import attachments, clock
from disputes import commands, queries
from notices.commands import ExhibitDraft
from tests import factories as make
from tests.cameras import CANARY, film, picture
from tests.disputes.test_pages import Visitor
from tests.surfaces.people import Http, token_of

SENT = {
    "a.jpg": picture("JPEG", turned=True),
    "b.png": picture("PNG"),
    "c.webp": picture("WEBP"),
    "d.mp4": film(),
}


@pytest.fixture(scope="module")
def now(module_database):
    with module_database():
        return clock.now() - timedelta(hours=1)


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


def test_the_other_side_gets_what_is_seen_and_heard(court, dispute, now):
    got = list(by_every_way(court.bob, dispute, now))

    assert len(got) == 4 * len(SENT)
    assert [(name, way) for name, way, data in got if CANARY in data or b"Lane-9" in data] == []
    for name, way, data in got:
        if not name.endswith("mp4"):
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
