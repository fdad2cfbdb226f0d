"""How to call each operation of the product in a state in which somebody may: the object it is about, body and headers.

A new operation without an entry fails `test_permissions`, `test_schema` and `test_bad_product_input` alike. What does
not belong here: who may (permissions.txt).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Party
from appeals.api import serializers as of_appeals
from notices.api import serializers as of_notices
from rules.api import serializers as of_rules
from tests import factories as make
from tests.conftest import World
from tests.surfaces.people import FILE, appeal_in, form, remedy_in

MISSING = {"notices": "ntc_", "appeals": "apl_", "remedies": "rem_", "parties": "pty_", "rules": "rul_"}
NOBODY = "1" * 22

type Made = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """`made` builds the object in one world and answers its path parameters and `version`; `body` is for that world."""

    made: Callable[[World, datetime], Made] | None = None
    body: Callable[[World], Any] | None = None
    takes_form: bool = False
    decides: bool = False
    is_keyed: bool = True


def appeal(stage: str, **more: Any) -> Callable[[World, datetime], Made]:
    def made(world: World, now: datetime) -> Made:
        found = appeal_in(world, stage, now=now)
        return {"ref": found.ref, "version": found.version, **more}

    return made


def notice(world: World, now: datetime) -> Made:
    found = world.notice()
    return {"ref": found.ref, "version": found.version}


def notice_with_file(world: World, now: datetime) -> Made:
    import io

    from casework.attachments import seal
    from notices.commands import ExhibitDraft

    sealed = seal(io.BytesIO(FILE[1]), name="shot.png", actor=world.platform, now=now)
    found = world.notice(evidence=[ExhibitDraft(caption="截图", captured_at=now, attachment=sealed.ref)])
    return {"ref": found.ref, "no": 1}


def remedy(world: World, now: datetime) -> Made:
    return {"ref": remedy_in(world, now=now).ref}


def party(world: World, now: datetime) -> Made:
    return {"ref": world.merchant.ref}


def member(world: World, now: datetime) -> Made:
    from tests.surfaces.people import user_of

    who = make.member(world.merchant, now=now, name="leaver", role="staff")
    return {"ref": world.merchant.ref, "user": user_of(who).ref}


def rule(world: World, now: datetime) -> Made:
    return {"ref": world.rule, "no": "2026-01"}


def fixed(value: Any) -> Callable[[World], Any]:
    return lambda _world: value


def a_notice(world: World) -> Any:
    example = of_notices.IssueNoticeInput.example
    first = {**example["measures"][0], "type": "delist"}
    second = {**example["measures"][1], "type": "deduct"}
    return {
        **example,
        "external_ref": f"x-{make.number()}",
        "party": world.merchant.ref,
        "measures": [first, second],
        "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
        "decision": {**example["decision"], "officer": world.otto.code},
    }


def a_decision(world: World) -> Any:
    example = dict(of_appeals.DecideAppealInput.example)
    return {**example, "items": example["items"][:1]}


def a_party(world: World) -> Any:
    return {
        "external_ref": f"S-{make.number()}",
        "kind": "MERCHANT",
        "name": "竹里茶舍",
        "users": [{"username": f"zhuli-{make.number()}", "role": "owner", "password": "a-bamboo-grove-in-rain-7"}],
    }


def a_member(world: World) -> Any:
    return {"username": f"zhou-{make.number()}", "role": "staff", "password": "tea-leaves-in-spring-2026"}


def credentials(world: World) -> Any:
    from tests.surfaces.people import user_of

    return {"username": user_of(world.alice).username, "password": "a-long-pass-phrase"}


OPERATIONS: dict[str, Operation] = {
    # accounts
    "sign_in": Operation(body=credentials, is_keyed=False),
    "sign_out": Operation(),
    "me": Operation(),
    "set_language": Operation(body=fixed({"language": "en"})),
    "set_large_text": Operation(body=fixed({"large_text": True})),
    "list_parties": Operation(),
    "create_party": Operation(body=a_party),
    "read_party": Operation(party),
    "add_member": Operation(party, a_member),
    "end_membership": Operation(member),
    "set_party_status": Operation(party, fixed({"status": "SUSPENDED"})),
    # rules
    "list_rules": Operation(),
    "publish_rule_version": Operation(body=fixed(of_rules.PublishVersionInput.example)),
    "record_law_article": Operation(body=fixed(of_rules.RecordLawArticleInput.example)),
    "read_rule": Operation(rule),
    "read_rule_version": Operation(rule),
    # notices
    "list_notices": Operation(),
    "issue_notice": Operation(body=a_notice),
    "issue_notice_batch": Operation(body=lambda world: {"notices": [a_notice(world)]}),
    "read_notice": Operation(notice),
    "notice_evidence": Operation(notice_with_file),
    "withdraw_notice": Operation(notice, fixed(of_notices.WithdrawNoticeInput.example), decides=True),
    "amend_notice": Operation(notice, fixed(of_notices.AmendNoticeInput.example), decides=True),
    "list_remedies": Operation(),
    "confirm_remedy": Operation(remedy, fixed(of_notices.ConfirmRemedyInput.example)),
    "fail_remedy": Operation(remedy, fixed(of_notices.FailRemedyInput.example)),
    "read_measure_types": Operation(),
    "register_measure_type": Operation(body=fixed(of_notices.RegisterMeasureTypeInput.example)),
    "seal_attachment": Operation(body=fixed(form(file=FILE)), takes_form=True),
    # the appellant
    "read_todo": Operation(),
    "file_appeal": Operation(notice, fixed(of_appeals.FileAppealInput.example)),
    "list_appeals": Operation(),
    "read_appeal": Operation(appeal("new")),
    "read_appeal_events": Operation(appeal("new")),
    "read_letter": Operation(appeal("decided")),
    "case_file": Operation(appeal("decided")),
    "demand_human": Operation(appeal("new")),
    "withdraw_appeal": Operation(appeal("new")),
    "respond": Operation(appeal("asked"), fixed(of_appeals.RespondInput.example)),
    "stage_evidence": Operation(appeal("new"), fixed(form(file=FILE, caption="授权书")), takes_form=True),
    "evidence_file": Operation(appeal("evidence", no=1)),
    "submit_evidence": Operation(appeal("staged")),
    # the reviewer
    "list_review_queue": Operation(),
    "claim": Operation(body=fixed({})),
    "release": Operation(appeal("held"), fixed(of_appeals.ReleaseInput.example)),
    "record_opening": Operation(appeal("held"), fixed(of_appeals.OpeningInput.example)),
    "record_first_view": Operation(appeal("held"), fixed(of_appeals.FirstViewInput.example), decides=True),
    "read_suggestion": Operation(appeal("ready")),
    "request_information": Operation(appeal("held"), fixed(of_appeals.RequestInformationInput.example), decides=True),
    "decide_appeal": Operation(appeal("ready"), a_decision, decides=True),
    "accept_late": Operation(appeal("late"), fixed(of_appeals.LateAnswerInput.example), decides=True),
    "refuse_late": Operation(appeal("late"), fixed(of_appeals.LateAnswerInput.example), decides=True),
}


def addresses(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Method and path of every operation, from the OpenAPI document."""
    return {
        operation["operationId"]: (method.upper(), path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def at(path: str, made: Made) -> str:
    """The address of one object."""
    for name, value in made.items():
        path = path.replace("{" + name + "}", str(value))
    return path


def nowhere(path: str, made: Made) -> Made:
    """The same parameters with a reference that nobody has."""
    kind = path.removeprefix("/api/v1/").split("/")[0]
    return {**made, "ref": MISSING[kind] + NOBODY}


def call(
    http: Any, operation: Operation, method: str, address: str, world: World, version: int | None, **more: Any
) -> Any:
    """The request that the plan describes, sent by `http`."""
    headers = dict(more)
    if operation.decides and "If_Match" not in headers:
        headers["If_Match"] = f'"{version or 1}"'
    if operation.takes_form and operation.body is not None:
        raw, kind = operation.body(world)
        return http(method, address, raw=raw, Content_Type=kind, **headers)
    return http(method, address, operation.body(world) if operation.body else None, **headers)


__all__ = ["OPERATIONS", "Operation", "Party", "addresses", "at", "call", "nowhere"]
