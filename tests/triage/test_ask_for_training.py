"""A training is asked for in the console, carried out once by its own process, and never left open by a dead one."""

import json
import re
from collections import Counter
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appeals import commands as appeals
from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from classifier import comparison, service
from classifier.cases import Asked
from operations import worker
from operations.models import Tick
from tests import factories as make
from tests.classifier import invented
from tests.conftest import NOW
from tests.pages import browser, living
from triage import commands as triage
from triage import subscribers
from triage.commands.training import SILENCE
from triage.management.commands.train_triage import BESIDE_OTHERS
from triage.model_files import live_model
from triage.models import ModelStep, ModelVersion, Training
from triage.queries import Snapshot, cases_to_learn_from, decisions_to_learn_from

pytestmark = pytest.mark.once

LIST = "triage:triage-models"
KEY = "a-key-of-one-form-0001"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path / "triage"
    settings.LANGUAGE_CODE = "en"
    yield
    service.forget()


now = living(hours=2)


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    rows = invented.decided_cases(400)
    return Snapshot([Asked(f"apl_{n}", row, {}) for n, row in enumerate(rows)], {"used": 400, "not_final": 3}, "s" * 64)


@pytest.fixture
def plenty(monkeypatch, snapshot):
    """The platform's own decided cases are enough to learn from."""
    monkeypatch.setattr("triage.management.commands.train_triage.cases_to_learn_from", lambda **_more: snapshot)
    monkeypatch.setattr(
        "triage.queries.learning.decisions_to_learn_from",
        lambda *, at_most, **_more: min(at_most, snapshot.counts["used"]),
    )


class Processes:
    """What the worker starts, without starting it."""

    def __init__(self):
        self.started, self.status = [], None

    def __call__(self, order, **_more):
        self.started.append(order)
        self.returncode = self.status
        return self

    def poll(self):
        return self.status


@pytest.fixture
def processes(monkeypatch):
    found = Processes()
    monkeypatch.setattr(subscribers.subprocess, "Popen", found)
    monkeypatch.setattr(subscribers, "_trainings", {})
    return found


@pytest.fixture(autouse=True)
def gave_way(monkeypatch):
    """By how much each training gave way. This process must not: whatever is tested after it would starve."""
    found = []
    monkeypatch.setattr("triage.management.commands.train_triage.os.nice", found.append)
    return found


def ask(actor, *, key=KEY, release="", now=None):
    return triage.ask_for_triage_training(actor=actor, form_key=key, release=release, now=now or clock.now())


def run(*arguments, command="train_triage"):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def file_of(tmp_path, rows):
    path = tmp_path / "archive of 2025.jsonl"
    lines = [
        {
            "statement": row.case.statement,
            "ground": row.case.ground,
            "party_kind": row.case.party_kind,
            "measure_types": list(row.case.measure_types),
            "route_ground": row.route_ground,
            "overturned": row.overturned,
            "filed_at": row.filed_at.isoformat(),
            "decided_at": row.decided_at.isoformat(),
        }
        for row in rows
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


# — asking —


def test_what_is_asked_for_waits_and_nothing_has_been_learnt(world):
    row = ask(world.carl, release="autumn")

    assert (row.step, row.is_open, row.release, row.role) == ("waiting", True, "autumn", "compliance")
    assert row.asked_by_id == world.carl.user_id
    assert row.session_hash
    assert not ModelVersion.objects.exists()


def test_without_a_name_it_has_the_day_in_beijing(world):
    late = NOW.replace(hour=20)  # the next day in Beijing

    assert ask(world.carl, release=" \u3000", now=late).release == "2026-11-26"


def test_two_clicks_are_one_training_also_after_it_ended(world):
    first = ask(world.carl)
    triage.take_triage_training(now=clock.now())

    assert ask(world.carl).pk == first.pk
    triage.end_triage_training(ref=first.ref, reason="broken", now=clock.now())
    assert ask(world.carl).pk == first.pk
    assert Training.objects.count() == 1


def test_one_is_under_way_at_a_time(world):
    ask(world.carl)
    with pytest.raises(NotYourTurn):
        ask(world.carl, key=KEY + "2")
    with pytest.raises(NotYourTurn):  # somebody else's form, with the very same key
        ask(make.staff("administrator", now=world.now, name="ada"))

    assert Training.objects.count() == 1


def test_only_compliance_and_administrators_who_are_there_ask(world):
    from dataclasses import replace

    for actor in (world.rita, world.alice, world.eve, world.platform):
        with pytest.raises(NotFound):
            ask(actor)
    with pytest.raises(NotAllowed):
        ask(replace(world.carl, session=""))

    assert not Training.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [{"release": "x" * 61}, {"release": "a\nb"}, {"release": "a\x00b"}, {"key": "short"}, {"key": "a" * 20 + "\x00"}],
)
def test_what_cannot_be_kept_is_refused(world, bad):
    with pytest.raises(Invalid):
        ask(world.carl, **bad)

    assert not Training.objects.exists()


# — carrying it out —


def test_the_worker_gives_what_waits_to_one_process(world, processes):
    row = ask(world.carl)

    worker.tick()
    assert worker.tick() == 0

    [order] = processes.started
    assert order[-3:] == ["train_triage", "--run", row.ref]
    row.refresh_from_db()
    assert (row.step, row.started_at is not None) == ("starting", True)


def test_a_process_that_cannot_be_started_ends_the_training(world, processes, monkeypatch):
    row = ask(world.carl)

    def full(*_order, **_more):
        raise OSError("no more processes")

    monkeypatch.setattr(subscribers.subprocess, "Popen", full)
    worker.tick()

    row.refresh_from_db()
    assert (row.is_open, row.reason) == (False, "broken")


def test_a_process_that_ended_without_a_word_was_interrupted(world, processes):
    row = ask(world.carl)
    worker.tick()
    processes.status = -9

    worker.tick()

    row.refresh_from_db()
    assert (row.is_open, row.reason) == (False, "interrupted")
    assert ask(world.carl, key=KEY + "2").is_open


def test_a_silent_process_is_taken_for_dead_by_any_worker(world):
    """Its worker died with it: only its silence tells."""
    now = clock.now()
    row = ask(world.carl, now=now)
    triage.take_triage_training(now=now)
    triage.begin_triage_training(ref=row.ref, process="host:1", now=now)
    triage.record_triage_training_heartbeat(ref=row.ref, now=now + timedelta(minutes=1))

    assert triage.end_interrupted_trainings(now=now + SILENCE) == 0
    assert triage.end_interrupted_trainings(now=now + timedelta(minutes=1, seconds=1) + SILENCE) == 1
    row.refresh_from_db()
    assert (row.is_open, row.reason, row.model) == (False, "interrupted", None)


def test_what_waits_for_a_worker_is_never_taken_for_dead(world):
    row = ask(world.carl)

    assert triage.end_interrupted_trainings(now=clock.now() + timedelta(days=9)) == 0
    assert not triage.end_triage_training(ref=row.ref, reason="broken", now=clock.now())
    row.refresh_from_db()
    assert row.step == "waiting"


def test_a_routine_that_fails_holds_up_nothing_else(world, monkeypatch):
    def broken(**_more):
        raise RuntimeError("no")

    monkeypatch.setattr("casework.outbox.listed", lambda _attribute: {"a": broken, "b": lambda **_more: 2})

    assert worker.tick() == 2
    assert Tick.objects.filter(name="worker").exists()


def test_what_was_asked_for_leaves_a_candidate_and_nothing_live(world, plenty, gave_way):
    row = ask(world.carl, release="autumn")

    said = run("--run", row.ref)

    assert gave_way == [BESIDE_OTHERS]

    row.refresh_from_db()
    assert (row.is_open, row.step, row.reason, row.counts) == (False, "done", "", {"used": 400, "not_final": 3})
    assert re.fullmatch(r".+:\d+", row.process)
    assert row.model.version == "autumn"
    assert [step.stage for step in row.model.steps.all()] == ["compared"]
    assert live_model() is None
    assert "[5/5] done" in said


def test_it_is_carried_out_once(world, plenty):
    row = ask(world.carl)
    run("--run", row.ref)

    with pytest.raises(CommandError, match="has ended"):
        run("--run", row.ref)
    with pytest.raises(CommandError, match="has ended"):
        run("--run", "trn_nobody")

    assert ModelVersion.objects.count() == 1


def test_too_few_cases_end_it_with_that_reason(world):
    row = ask(world.carl)
    with pytest.raises(CommandError, match="too few cases"):
        run("--run", row.ref)

    row.refresh_from_db()
    assert (row.is_open, row.step, row.reason) == (False, "training", "too_few")


@pytest.mark.parametrize(
    ("fault", "raised", "reason"),
    [(KeyboardInterrupt, CommandError, "interrupted"), (ZeroDivisionError, ZeroDivisionError, "broken")],
)
def test_a_fault_ends_it_with_its_reason(world, plenty, monkeypatch, fault, raised, reason):
    def fail(*_given, **_more):
        raise fault

    monkeypatch.setattr("classifier.training.train", fail)
    row = ask(world.carl)
    with pytest.raises(raised):
        run("--run", row.ref)

    row.refresh_from_db()
    assert (row.is_open, row.step, row.reason, row.model) == (False, "training", reason, None)


def test_who_was_taken_for_dead_leaves_no_candidate(world, plenty, monkeypatch):
    """The process was frozen for so long that its training was ended; then it goes on."""
    row = ask(world.carl)
    real = comparison.compare

    def frozen(*given, **more):
        triage.end_interrupted_trainings(now=clock.now() + SILENCE + timedelta(minutes=1))
        return real(*given, **more)

    monkeypatch.setattr("classifier.comparison.compare", frozen)
    with pytest.raises(CommandError, match="has ended"):
        run("--run", row.ref)

    row.refresh_from_db()
    assert (row.reason, row.model) == ("interrupted", None)
    assert not ModelVersion.objects.exists()
    assert not ModelStep.objects.exists()


def test_the_heart_beats_while_it_learns(world, plenty, monkeypatch):
    beats = []
    monkeypatch.setattr("triage.management.heartbeat.BEAT_EVERY", 0.001)
    monkeypatch.setattr(triage, "record_triage_training_heartbeat", lambda **given: beats.append(given["ref"]))
    row = ask(world.carl)

    run("--run", row.ref)

    assert set(beats) == {row.ref}


def test_a_beat_that_fails_stops_nothing(world, plenty, monkeypatch, caplog):
    def fail(**_given):
        raise RuntimeError("no connection")

    monkeypatch.setattr("triage.management.heartbeat.BEAT_EVERY", 0.001)
    monkeypatch.setattr(triage, "record_triage_training_heartbeat", fail)
    row = ask(world.carl)

    run("--run", row.ref)

    row.refresh_from_db()
    assert row.step == "done"
    assert "could not beat" in caplog.text


def test_the_command_line_is_on_record_too(world, tmp_path):
    path = file_of(tmp_path, invented.decided_cases(400))

    run("--file", path, "--release", "m1", "--seed", 3)

    row = Training.objects.get()
    assert (row.asked_by, row.file, row.release, row.seed, row.step) == (None, path.name, "m1", 3, "done")
    assert row.counts == {"used": 400}


def test_the_command_line_waits_its_turn_and_leaves_nothing_for_a_bad_file(world, tmp_path, plenty):
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1"):
        run("--file", bad)
    with pytest.raises(CommandError, match="whole number"):
        run("--seed", -1)
    run("--dry-run")
    assert not Training.objects.exists()

    ask(world.carl)
    with pytest.raises(CommandError, match="A training is under way"):
        run()

    assert Training.objects.get().step == "waiting"


# — what it would learn from —


def test_the_decisions_counted_are_the_cases_used(world, settings):
    now = world.now
    for outcome in ("OVERTURNED", "UPHELD"):
        first = make.file(world.alice, world.notice(), now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, first, now=now), now=now, outcome=outcome)
    again = make.file(world.alice, first.notice, now=now + timedelta(hours=1))
    assert again.round == 2
    make.file(world.alice, world.notice(), now=now)
    appeals.close_as_corrected(notice_id=make.file(world.alice, world.notice(), now=now).notice_id, now=now)
    appeals.withdraw_appeal(actor=world.alice, ref=make.file(world.alice, world.notice(), now=now).ref, now=now)
    make.switch_on(world.carl, now=now)
    closed = make.suggested(make.file(world.alice, world.notice(), now=now, review="system_first"), now=now)
    triage.finalise_automatically(appeal_id=closed.pk, now=now)
    seen = Counter()

    def compare(at):
        counts = cases_to_learn_from(now=at).counts
        used = counts.get("used", 0)
        assert [decisions_to_learn_from(now=at, at_most=most) for most in (1, 100)] == [min(used, 1), used]
        seen.update(counts)

    for hours in (0, 2, 24 * 30, 24 * 30 + 2):
        compare(now + timedelta(hours=hours))
    later = now + timedelta(hours=2)
    make.decide(world.sara, make.ready_to_decide(world.sara, again, now=later), now=later)
    for hours in (1, 3, 24 * 30 + 2):
        compare(now + timedelta(hours=hours))

    assert set(seen) == {"by_system", "not_final", "self_corrected", "used", "withdrawn"}


# — the pages —


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def form_of(client) -> dict[str, str]:
    """What the form for a new candidate would send."""
    content = client.get(reverse(LIST)).content.decode()
    return {"form_key": re.search(r'name="form_key" value="(\w+)"', content)[1]}


def test_the_form_says_first_what_it_would_learn_from(world, plenty):
    said = text_of(browser(world.carl).get(reverse(LIST)))

    assert "Final decisions by people: 200 or more." in said
    assert "it is not in use, and two people have to sign it first" in said


def test_with_too_few_cases_there_is_no_form(world):
    answer = browser(world.carl).get(reverse(LIST))

    assert "Final decisions by people: 0." in text_of(answer)
    assert "Training needs at least 200 final decisions by people." in text_of(answer)
    assert b"form_key" not in answer.content


def test_from_the_form_to_the_candidate(world, plenty):
    client = browser(world.carl)
    answer = client.post(reverse("triage:triage-train"), form_of(client) | {"release": "autumn"})
    row = Training.objects.get()
    address = reverse("triage:triage-training", args=[row.ref])
    assert answer.url == address

    waiting = client.get(address)
    assert "It starts in a moment" in text_of(waiting)
    assert b'data-live="2"' in waiting.content
    assert re.search(r'<progress id="progress" max="5" value="0"', waiting.content.decode())
    assert "A training is under way." in text_of(client.get(reverse(LIST)))
    triage.take_triage_training(now=clock.now())
    triage.begin_triage_training(ref=row.ref, process="web-1:4711", now=clock.now())
    for number, step in enumerate(("snapshot", "training", "evaluating", "comparing"), start=1):
        triage.record_triage_training_step(ref=row.ref, step=step, now=clock.now(), counts={"used": 400})
        shown = client.get(address).content.decode()
        assert f"Part {number} of 5" in shown
        assert f'max="5" value="{number - 1}"' in shown
        assert shown.count('aria-current="step"') == 1
        assert shown.count('data-status="done"') == number - 1
    assert 'role="status" aria-live="polite"' in shown
    assert "web-1:4711" in shown


def test_a_training_that_ended_says_what_follows(world, plenty):
    client = browser(world.carl)
    row = ask(world.carl)
    run("--run", row.ref)
    row.refresh_from_db()

    done = client.get(reverse("triage:triage-training", args=[row.ref]))
    assert reverse("triage:triage-model", args=[row.model.ref]).encode() in done.content
    assert b"data-live" not in done.content
    candidate = client.get(reverse("triage:triage-model", args=[row.model.ref]))
    assert reverse("triage:triage-training", args=[row.ref]).encode() in candidate.content


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_few", "It takes at least 200 final decisions by people, two grounds with 20 each"),
        ("interrupted", "Its process was stopped or went silent."),
        ("broken", "The program met a fault."),
    ],
)
def test_a_training_without_a_candidate_says_why_and_what_to_do(world, reason, words):
    row = ask(world.carl)
    triage.take_triage_training(now=clock.now())
    triage.end_triage_training(ref=row.ref, reason=reason, now=clock.now())

    answer = browser(world.carl).get(reverse("triage:triage-training", args=[row.ref]))

    assert words in text_of(answer)
    assert "Back to the triage models" in text_of(answer)
    assert b"data-live" not in answer.content


def test_a_form_sent_twice_is_one_training(world, plenty):
    client = browser(world.carl)
    form = form_of(client)

    first = client.post(reverse("triage:triage-train"), form)
    second = client.post(reverse("triage:triage-train"), form)

    assert first.url == second.url
    assert Training.objects.count() == 1


def test_whoever_asks_meanwhile_is_shown_the_one_under_way(world, plenty):
    client, other = browser(world.carl), browser(make.staff("administrator", now=world.now, name="ada"))
    forms = form_of(client), form_of(other)
    first = client.post(reverse("triage:triage-train"), forms[0])

    second = other.post(reverse("triage:triage-train"), forms[1], follow=True)

    assert second.redirect_chain == [(first.url, 302)]
    assert "A training is under way. One runs at a time." in text_of(second)
    assert Training.objects.count() == 1


@pytest.mark.parametrize("release", ["x" * 61, "a\nb", "a\x00b"])
def test_a_name_that_cannot_be_kept_is_said_beside_its_field(world, plenty, release):
    client = browser(world.carl)

    answer = client.post(reverse("triage:triage-train"), form_of(client) | {"release": release})

    assert answer.status_code == 400
    assert b'href="#release"' in answer.content
    assert b'aria-invalid="true"' in answer.content
    assert not Training.objects.exists()


def test_nobody_else_finds_the_pages(world, plenty):
    row = ask(world.carl)
    address, asking = reverse("triage:triage-training", args=[row.ref]), reverse("triage:triage-train")
    for actor in (world.rita, world.alice, world.eve, world.bob):
        client = browser(actor)
        assert client.get(address).status_code == 404
        assert client.post(asking, {"form_key": KEY + "2"}).status_code == 404
    assert Client().get(address).status_code == 302
    carl = browser(world.carl)
    assert carl.get(asking).status_code == 405
    assert carl.get(reverse("triage:triage-training", args=["trn_nobody"])).status_code == 404
    assert Training.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_names_who_asked_and_how_it_went(world, language):
    row = ask(world.carl, release="autumn")
    triage.take_triage_training(now=clock.now())
    triage.end_triage_training(ref=row.ref, reason="too_few", now=clock.now())

    answer = browser(world.carl, language).get(reverse(LIST))

    said = text_of(answer)
    assert "autumn" in said
    assert str(User.objects.get(pk=world.carl.user_id)) in said
    assert {"en": "Too few cases", "zh-hans": "案件太少"}[language] in said
