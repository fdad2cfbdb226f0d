"""Loading notices from a file: checked as over REST, resumable, and what is refused is kept with the reasons."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notices.management.commands import load_notices
from notices.models import Notice
from tests import factories as make
from tests.surfaces.operations import a_notice


@pytest.fixture
def file(tmp_path):
    return tmp_path / "notices.jsonl"


def write(file, *rows):
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))


def load(world, file, **more):
    said = StringIO()
    call_command("load_notices", str(file), client=world.client.ref, stdout=said, stderr=StringIO(), **more)
    return said.getvalue().strip()


def rejects(file):
    return [json.loads(line) for line in file.with_name("notices.jsonl.rejects").read_text().splitlines()]


def test_whole_lines_are_issued_and_the_others_kept_with_line_and_reason(world, file):
    taken, sound = a_notice(world), [a_notice(world) for _ in range(3)]
    write(file, taken)
    load(world, file)
    write(file, sound[0], "{", sound[1] | {"facts": ""}, "", taken, *sound[1:], '"text"')

    assert load(world, file, batch=4) == "8 lines: 3 issued, 1 existed, 3 refused"

    assert Notice.objects.filter(external_ref__in=[row["external_ref"] for row in sound]).count() == 3
    found = rejects(file)
    assert [(row["line"], row["code"]) for row in found] == [(2, "validation"), (3, "validation"), (8, "validation")]
    assert found[0]["errors"][0]["code"] == "not-json"
    assert "/facts" in [error["pointer"] for error in found[1]["errors"]]
    assert json.loads(found[1]["text"])["external_ref"] == sound[1]["external_ref"]


def test_a_load_that_was_broken_off_goes_on_where_it_was(world, file, monkeypatch):
    rows = [a_notice(world) for _ in range(6)]
    write(file, *rows[:2], "{", *rows[2:])
    real, calls = load_notices.issue_rows, []

    def killed_in_the_second(batch, **more):
        calls.append(len(batch))
        if len(calls) == 2:
            with file.with_name("notices.jsonl.rejects").open("a") as more_than_was_committed:
                more_than_was_committed.write("{}\n")
            raise KeyboardInterrupt
        return real(batch, **more)

    with monkeypatch.context() as patch:
        patch.setattr(load_notices, "issue_rows", killed_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            load(world, file, batch=3)
    assert Notice.objects.count() == 2

    assert load(world, file, batch=3) == "7 lines: 6 issued, 0 existed, 1 refused"
    assert Notice.objects.count() == 6
    assert [row["line"] for row in rejects(file)] == [3]
    assert not file.with_name("notices.jsonl.position").exists()
    assert load(world, file) == "7 lines: 0 issued, 6 existed, 1 refused"


def test_what_stands_in_the_way_is_said_before_anything_is_issued(world, now, file):
    write(file, a_notice(world))
    reader, _actor = make.make_client(now, name="reader", scopes=("notices:read",))
    for client, asked, words in (
        (reader.ref, {}, "notices:write"),
        ("cli_nobody", {}, "no active API client"),
        (world.client.ref, {"batch": 501}, "--batch"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("load_notices", str(file), client=client, **asked)
    with pytest.raises(CommandError, match="no file"):
        call_command("load_notices", str(file.with_name("other")), client=world.client.ref)
    file.with_name("notices.jsonl.position").write_text(json.dumps({"offset": 10**9}))
    with pytest.raises(CommandError, match="shorter"):
        load(world, file)
    assert not Notice.objects.exists()
