"""An appeal from notice to undone measure, a room through twenty drops, and a webhook, with the generated client.

Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}, "photo": path,
"dispute": ref, "word": of this walk alone, "webhook": {"secret", "headers", "body"}}. Prints the notice's last state.
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from appeals_client import AuthenticatedClient
from appeals_client.api.appeals import (
    case_file,
    decide_appeal,
    demand_human,
    read_appeal,
    read_letter,
    record_first_view,
    record_opening,
    stage_evidence,
    submit_evidence,
)
from appeals_client.api.disputes import post_message, read_messages
from appeals_client.api.notices import file_appeal, issue_notice, read_notice
from appeals_client.api.remedies import confirm_remedy
from appeals_client.api.review_queue import claim
from appeals_client.models import (
    ClaimInputRequest,
    ConfirmRemedyInputRequest,
    DecideAppealInputRequest,
    EntryOutput,
    EvidenceInputRequest,
    FileAppealInputRequest,
    FirstViewInputRequest,
    IssueNoticeInputRequest,
    IssueNoticeResponse201,
    OpeningInputRequest,
    PostMessageInputRequest,
    Problem,
    SubmitEvidenceBody,
)
from appeals_client.types import File
from httpx import Timeout
from room import Room
from standardwebhooks import Webhook, WebhookVerificationError

DROPS = 20


def got[T](answer: T | Problem | None) -> T:
    """The answer, where it is none of a refusal."""
    assert answer is not None
    assert not isinstance(answer, Problem), answer
    return answer


def main() -> None:
    told: dict[str, Any] = json.load(sys.stdin)
    platform, merchant, reviewer, consumer = (
        AuthenticatedClient(base_url=told["base_url"], token=told["tokens"][who], timeout=Timeout(30))
        for who in ("platform", "merchant_owner", "reviewer", "consumer")
    )
    room(told["dispute"], told["word"], consumer, merchant)
    webhook(**told["webhook"])
    sys.stdout.write(appeal(platform, merchant, reviewer, told["examples"], Path(told["photo"])))


def appeal(
    platform: AuthenticatedClient,
    merchant: AuthenticatedClient,
    reviewer: AuthenticatedClient,
    examples: dict[str, Any],
    photo: Path,
) -> str:
    """A notice is served, appealed with a photo, decided by a person on demand, and undone; its last state."""
    draft = IssueNoticeInputRequest.from_dict({**examples["issue_notice"], "external_ref": f"client-{uuid.uuid4()}"})
    notice = issue_notice.sync(client=platform, body=draft, idempotency_key=key())
    assert isinstance(notice, IssueNoticeResponse201)
    appeal = got(
        file_appeal.sync(
            notice.ref,
            client=merchant,
            body=FileAppealInputRequest.from_dict(examples["file_appeal"]),
            idempotency_key=key(),
        )
    )
    with photo.open("rb") as file:
        shown = EvidenceInputRequest(caption="The goods", file=File(file, photo.name, "image/jpeg"))
        got(stage_evidence.sync(appeal.ref, client=merchant, body=shown, idempotency_key=key()))
    submitted = got(submit_evidence.sync(appeal.ref, client=merchant, body=SubmitEvidenceBody(), idempotency_key=key()))
    assert submitted.version == 1
    demanded = got(demand_human.sync(appeal.ref, client=merchant, idempotency_key=key()))
    assert demanded.human_demanded

    held = got(claim.sync(client=reviewer, body=ClaimInputRequest(appeal=appeal.ref), idempotency_key=key()))
    opened = OpeningInputRequest.from_dict(examples["record_opening"])
    record_opening.sync(appeal.ref, client=reviewer, body=opened, idempotency_key=key())
    view = FirstViewInputRequest.from_dict(examples["record_first_view"])
    got(
        record_first_view.sync(
            appeal.ref, client=reviewer, body=view, idempotency_key=key(), if_match=f'"{held.version}"'
        )
    )
    seen = got(read_appeal.sync(appeal.ref, client=reviewer))
    ruling = {
        **examples["decide_appeal"],
        "items": [{"measure": item.measure, "outcome": "OVERTURNED"} for item in held.items],
        "difference_reason": "evidence",
    }
    decided = got(
        decide_appeal.sync(
            appeal.ref,
            client=reviewer,
            body=DecideAppealInputRequest.from_dict(ruling),
            idempotency_key=key(),
            if_match=f'"{seen.version}"',
        )
    )
    assert decided.outcome
    assert decided.outcome.code.value == "OVERTURNED"
    assert len(got(read_letter.sync(appeal.ref, client=merchant)).parts) == 9
    archive = got(case_file.sync(appeal.ref, client=merchant))
    assert archive.payload.read(2) == b"PK"

    for remedy in got(read_notice.sync(notice.ref, client=platform)).remedies:
        effect = ConfirmRemedyInputRequest.from_dict(examples["confirm_remedy"])
        got(confirm_remedy.sync(remedy.ref, client=platform, body=effect, idempotency_key=key()))
    return got(read_notice.sync(notice.ref, client=merchant)).state.code.value


def room(ref: str, word: str, consumer: AuthenticatedClient, merchant: AuthenticatedClient) -> None:
    """Every message is heard once, in order, although the line is cut each time before the answer to one can come."""
    heard: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    talk = Room(consumer, ref, heard.append)
    talk.last = begun_after = sum(1 for _entry in entries(consumer, ref, 0))  # numbers begin at 1 and have no gaps
    refused: list[tuple[str, str]] = []
    talk.on_refused = lambda *why: refused.append(why)
    talk.on_todo_changed = told.append
    running = threading.Thread(target=talk.run, daemon=True)
    running.start()
    texts = [f"{word} 第{number}句" for number in range(DROPS)]
    for number, text in enumerate(texts):
        until(lambda: talk.line is not None)
        talk.say(text)
        talk.drop()
        if number % 5 == 0:  # what the other side says while nobody listens
            answer = PostMessageInputRequest(client_id=key(), text=f"Answer to {text}")
            got(post_message.sync(ref, client=merchant, body=answer, idempotency_key=key()))
    until(lambda: not talk.outbox)
    talk.pushed()
    assert told
    on_record = list(entries(consumer, ref, begun_after))
    until(lambda: talk.last >= on_record[-1].sequence)
    talk.leave()
    running.join(30)
    assert [entry["sequence"] for entry in heard] == [entry.sequence for entry in on_record]
    assert not refused
    assert sorted(entry["text"] for entry in heard if entry.get("text") in texts) == sorted(texts)
    assert sum(entry.get("text", "").startswith("Answer to ") for entry in heard) == DROPS // 5


def entries(client: AuthenticatedClient, ref: str, after: int) -> Iterator[EntryOutput]:
    """What the room has on record behind that number."""
    while page := got(read_messages.sync(ref, client=client, after=after, limit=100)).items:
        yield from page
        after = page[-1].sequence


def webhook(secret: str, headers: dict[str, str], body: str) -> None:
    """What the platform signed is taken, what somebody changed is not."""
    assert Webhook(secret).verify(body, headers)["type"] == "webhook.test"
    try:
        Webhook(secret).verify(body.replace("test", "tost"), headers)
    except WebhookVerificationError:
        return
    raise AssertionError("a changed body was taken")


def until(holds: Callable[[], bool]) -> None:
    """It holds; waits two minutes for it at most."""
    latest = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < latest, "waited too long"
        time.sleep(0.01)


def key() -> str:
    return str(uuid.uuid4())


main()
