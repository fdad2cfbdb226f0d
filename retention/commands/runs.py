"""Proposes a retention run for two signatures, and carries signed ones out, some records at a time."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from casework import row_digests
from casework.actor import Actor
from casework.cover import digested_models
from casework.errors import NotYourTurn, Stale, require, require_text
from casework.firing import command, fire, open_case
from files.attachments import remove_unnamed
from files.models import Attachment
from retention.classes import RecordClass
from retention.due import class_of, digest_of_keys, due, ends, held, said_of
from retention.machine import RunState
from retention.models import RetentionRun
from retention.policies import may_propose_run
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject

logger = logging.getLogger(__name__)
AT_ONCE = 200
"""Records that one transaction ends."""
WORKER = Actor.system("retention")


@command
def propose_run(*, actor: Actor, record_class: str, reason: str, now: datetime) -> CatalogueChange:
    """The records of the class that are due now, and not held, end once another person has signed for exactly these.

    Raises `NotAllowed`, `NotFound` for a class that no run ends, `NotYourTurn` while another proposal waits or
    where nothing is due, and `Invalid` without a reason.
    """
    require(may_propose_run(actor))
    row = class_of(record_class)
    require_text("/reason", reason, _("Say why they are deleted now."))
    said = said_of(row, now)
    if not said["due"]:
        raise NotYourTurn(_("Nothing of this class is due that is not held."))
    return propose(actor=actor, subject=Subject.RETENTION, key=row.code, said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    """Raises `Stale` where other records are due by now than were proposed: who signs knows what ends; `NotYourTurn`
    while the run before is being carried out.
    """
    if RetentionRun.objects.filter(record_class=said["record_class"], state=RunState.ENDING).exists():
        raise NotYourTurn(_("A run of this class is being carried out."))
    if said_of(class_of(said["record_class"]), datetime.fromisoformat(said["through"])) != said:
        raise Stale(_("Other records are due or held by now than were proposed. Refuse it and propose it anew."))


def _store(change: CatalogueChange, now: datetime) -> None:
    through = datetime.fromisoformat(change.said["through"])
    run = RetentionRun(record_class=change.key, change=change, through=through, due=change.said["due"])
    facts = {"record_class": run.record_class, "change": change.ref, "due": run.due, "keys": change.said["keys"]}
    open_case(
        run,
        state=RunState.ENDING,
        event="retention_run.signed",
        actor=WORKER,
        now=now,
        verb="sign",
        facts=facts,
    )


CATALOGUES[Subject.RETENTION] = Catalogue(check=_check, now_says=lambda said: None, store=_store, is_common=True)


def carry_out_runs(*, now: datetime) -> int:
    """Ends some records of each signed run that is not done; one that fails holds up no other. Returns of how many."""
    done = 0
    for pk in list(RetentionRun.objects.filter(state=RunState.ENDING).order_by("pk").values_list("pk", flat=True)):
        try:
            done += _carry_out(run_id=pk, now=now)
        except Exception:
            logger.exception("retention run %s could not go on", pk)
    return done


@command
def _carry_out(*, run_id: int, now: datetime) -> bool:
    """One batch; with none left, the run is done. The files of one batch are removed before the next is begun, once
    what named them is gone for good.
    """
    run = RetentionRun.lock(pk=run_id)
    if run.state != RunState.ENDING:
        return False
    if run.contents:
        remove_unnamed(run.contents)
        RetentionRun.objects.filter(pk=run.pk).update(contents=[])
        run.contents = []
    row = run.of
    rows = ends(row, run.through).select_for_update(of=("self",))[: min(AT_ONCE, run.due - run.ended)]
    records = list(rows)
    if records:
        contents = _end(row, records, now=now)
        facts = {"ended": len(records), "keys": digest_of_keys(each.pk for each in records)}
        ended = run.ended + len(records)
        fire(run, "end_some", actor=WORKER, now=now, facts=facts, ended=ended, contents=contents)
    else:
        left = due(row, run.through).filter(held(row, run.through)).count()
        fire(run, "finish", actor=WORKER, now=now, facts={"ended": run.ended, "held": left})
    return True


def _end(row: RecordClass, records: list[Any], *, now: datetime) -> list[str]:
    """The texts of these records are gone, and no digest of them can be tried out. Returns which files go with them."""
    keys = [each.pk for each in records]
    rows = apps.get_model(row.model)._base_manager.filter(pk__in=keys)
    contents = set[str]()
    if row.empties:
        rows.update(**row.ended(now))
    else:
        contents = {sha for each in records if isinstance(each, Attachment) for sha in contents_of(each)}
        rows.delete()
    if (table := rows.model._meta.db_table) in digested_models():
        row_digests.forget(table, keys)
    return sorted(contents)


def contents_of(attachment: Attachment) -> set[str]:
    return {attachment.sha256, attachment.rendition_sha256} - {""}
