"""Work that a changed law makes, listed with its signature and settled by people; the only writer of it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import require, require_text
from casework.firing import command, fire, locked, open_case
from rules.machine import WorkState
from rules.models import LawArticle, LawWork
from rules.policies import law_work_visible_to, may_settle_law_work
from rules.resting import resting_on


def list_law_work(law: LawArticle, before: LawArticle | None, *, now: datetime) -> int:
    """Everything that rests on the article waits to be looked at, where the law itself changed; returns how much.

    It changed where a new version reads otherwise, begins on another day, ends, or has another number than before; a
    first wording, or better words of our own, are no change of the law. Runs in the transaction of the signature.
    """
    if not law.renumbered_from and not (before is not None and _reads_otherwise(law, before)):
        return 0
    found = resting_on(law)
    for each in found:
        work = LawWork(law=law, kind=each.kind, key=each.key, title_zh=each.title_zh, title_en=each.title_en)
        open_case(
            work,
            state=WorkState.OPEN,
            event="law_work.listed",
            actor=Actor.system("law"),
            now=now,
            verb="list",
            facts={"law": law.key, "kind": each.kind, "key": each.key, "title": digest([work.title_zh, work.title_en])},
        )
    return len(found)


def _reads_otherwise(law: LawArticle, before: LawArticle) -> bool:
    another_text = bool(law.text_zh and before.text_zh) and law.text_sha256 != before.text_sha256
    days = [(each.in_force_from, each.in_force_until) for each in (law, before)]
    return another_text or days[0] != days[1]


@command
def settle_law_work(
    *, actor: Actor, ref: str, remark: str, now: datetime, expected_version: int | None = None
) -> LawWork:
    """It was looked at, and `remark` says what was done. Raises `NotAllowed`, `NotYourTurn`, and `Invalid`."""
    work = locked(LawWork, law_work_visible_to(actor), ref, expected_version)
    require(may_settle_law_work(actor, work))
    require_text("/remark", remark, _("Say what was done."))
    fire(
        work,
        "settle",
        actor=actor,
        now=now,
        facts={"remark": digest(remark)},
        remark=remark,
        settled_by_id=actor.person,
    )
    return work
