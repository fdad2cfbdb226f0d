"""Pieces of evidence, and the platform's records line by line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from disputes.choices import Side
from disputes.models import Dispute, EvidenceKind
from disputes.queries import EvidenceView, record_lines
from disputes.web import sentences


def evidence_cards(
    dispute: Dispute, shown: Iterable[EvidenceView], side: Side | None, *, may_remove: bool, may_object: bool
) -> list[dict[str, Any]]:
    return [evidence_card(dispute, each, side, may_remove=may_remove, may_object=may_object) for each in shown]


def evidence_card(
    dispute: Dispute, view: EvidenceView, side: Side | None, *, may_remove: bool, may_object: bool
) -> dict[str, Any]:
    """One piece: number, version, who, when, what it is said to prove, its hash, and what was said against it."""
    item = view.item
    url = ""
    if item.attachment is not None and not view.is_hidden:
        url = reverse("disputes:evidence-file", args=[dispute.ref, item.no])
    is_record = item.kind == EvidenceKind.RECORD
    submitted = item.submission
    record = item.record if not view.is_hidden else None
    can_object = may_object and submitted is not None and not view.is_hidden and (not view.is_own or is_record)
    return {
        "no": item.no,
        "kind": item.kind,
        "caption": sentences.record_label(item.caption) if is_record else item.caption,
        "who": sentences.who(dispute, item.side, side),
        "is_hidden": view.is_hidden,
        "is_own": view.is_own,
        "is_withheld": item.is_withheld,
        "withheld_reason": item.withheld_reason,
        "file": item.attachment if not view.is_hidden else None,
        "url": url,
        "thumb_url": url if view.shows_picture else "",
        "text": item.message.shown if item.message is not None else "",
        "record": record_card(record, dispute.currency) if record is not None else None,
        "version": submitted.version if submitted is not None else None,
        "at": submitted.submitted_at if submitted is not None else item.added_at,
        "sha256": item.sha256 if not view.is_hidden else "",
        "objections": [
            {
                "who": sentences.who(dispute, o.side, side),
                "ground": o.get_ground_display(),
                "text": o.text,
                "at": o.made_at,
            }
            for o in item.objections.all()
        ],
        "remove_url": reverse("disputes:remove-evidence", args=[dispute.ref, item.no])
        if may_remove and view.is_draft and view.is_own
        else "",
        "object_url": reverse("disputes:object", args=[dispute.ref, item.no]) if can_object else "",
        "fact": item.fact.no,
    }


def record_card(record: Any, currency: str) -> dict[str, Any]:
    """A platform record with its source and every line of it."""
    return {
        "label": sentences.record_label(record.kind),
        "source": sentences.source_name(record.source),
        "collector": record.collector,
        "method": record.method,
        "recorded_at": record.recorded_at,
        "collected_at": record.collected_at,
        "lines": record_lines(record.content, currency),
    }


def record_items(dispute: Dispute, shown: Sequence[EvidenceView]) -> list[dict[str, Any]]:
    """The platform's records that are on file, each with its link."""
    items = [e.item for e in shown if e.item.kind == EvidenceKind.RECORD and not e.is_hidden]
    return [
        {
            "no": item.no,
            "label": sentences.record_label(item.caption),
            "source": sentences.source_name(item.record.source) if item.record is not None else "",
            "at": item.record.collected_at if item.record is not None else item.added_at,
            "url": reverse("disputes:fact", args=[dispute.ref, item.fact.no]) + f"#evidence-{item.no}",
            "object_url": reverse("disputes:object", args=[dispute.ref, item.no]),
            "objections": len(item.objections.all()),
        }
        for item in items
    ]
