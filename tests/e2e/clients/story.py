"""An appeal from notice to undone measure, with the client that openapi-python-client makes of the API document.

Reads from standard input: {"base_url", "tokens": {actor: token}, "examples": {operation: body}}. Prints the last state.
"""

import json
import sys
import uuid
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
)
from appeals_client.api.notices import file_appeal, issue_notice, read_notice
from appeals_client.api.remedies import confirm_remedy
from appeals_client.api.review_queue import claim
from appeals_client.models import (
    ClaimInputRequest,
    ConfirmRemedyInputRequest,
    DecideAppealInputRequest,
    FileAppealInputRequest,
    FirstViewInputRequest,
    IssueNoticeInputRequest,
    IssueNoticeResponse201,
    OpeningInputRequest,
    Problem,
)
from httpx import Timeout


def got[T](answer: T | Problem | None) -> T:
    """The answer, where it is none of a refusal."""
    assert answer is not None
    assert not isinstance(answer, Problem), answer
    return answer


def main() -> None:
    told: dict[str, Any] = json.load(sys.stdin)
    examples: dict[str, Any] = told["examples"]
    platform, merchant, reviewer = (
        AuthenticatedClient(base_url=told["base_url"], token=told["tokens"][who], timeout=Timeout(30))
        for who in ("platform", "merchant_owner", "reviewer")
    )

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
    sys.stdout.write(got(read_notice.sync(notice.ref, client=merchant)).state.code.value)


def key() -> str:
    return str(uuid.uuid4())


main()
