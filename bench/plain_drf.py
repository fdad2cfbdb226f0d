"""The obvious build of issuing a notice and of filing an appeal: nested `ModelSerializer`s that save row by row.

Served by `ingest_notices.py`. It writes the same rows as ours (case, parts, events, deadlines, outbox), knows neither
callers nor keys, and checks no wording and chains no hashes.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from appeals.models import Appeal, AppealItem
from casework.models import Deadline, Event, OutboxMessage
from casework.refs import new_number, new_ref
from notices.models import Basis, Exhibit, Measure, Notice

APPEAL_SUBSCRIBERS = (
    "triage.subscribers.triage",
    "triage.subscribers.find_duplicates",
    "triage.subscribers.ask_the_shadow",
    "appeals.subscribers.tell_appellant",
    "webhooks.subscribers.announce_to_endpoints",
)
SUBSCRIBERS = ("notices.subscribers.tell_party", "webhooks.subscribers.announce_to_endpoints")


class PlainMeasure(serializers.ModelSerializer[Measure]):
    class Meta:
        model = Measure
        exclude = ("notice", "no", "state", "original_ends_at", "original_amount_minor")


class PlainBasis(serializers.ModelSerializer[Basis]):
    class Meta:
        model = Basis
        exclude = ("notice", "no")


class PlainExhibit(serializers.ModelSerializer[Exhibit]):
    class Meta:
        model = Exhibit
        exclude = ("notice", "no")


class PlainNotice(serializers.ModelSerializer[Notice]):
    measures = PlainMeasure(many=True)
    bases = PlainBasis(many=True)
    exhibits = PlainExhibit(many=True)

    class Meta:
        model = Notice
        exclude = (
            "version", "head", "created_at", "updated_at", "served_at", "appeal_closes_at", "state", "decided_by_team",
            "act", "executor_name", "read_at", "withdrawn_reason", "edition", "language", "data_used", "data_not_used",
            "is_precautionary", "continues_during_appeal",
        )  # fmt: skip
        read_only_fields = ("ref", "number")

    @transaction.atomic
    def create(self, values: dict[str, Any]) -> Notice:
        now = timezone.now()
        parts = {name: values.pop(name) for name in ("measures", "bases", "exhibits")}
        notice = Notice.objects.create(
            ref=new_ref("ntc_"), number=new_number("N", now), version=1, head=values["text_hash"], created_at=now,
            updated_at=now, served_at=now, appeal_closes_at=now + timedelta(days=180), **values,
        )  # fmt: skip
        for model, name in ((Measure, "measures"), (Basis, "bases"), (Exhibit, "exhibits")):
            for no, row in enumerate(parts[name], 1):
                model._default_manager.create(notice=notice, no=no, **row)
        event = Event.objects.create(
            case_kind="notice", case_id=notice.pk, case_ref=notice.ref, sequence=1, type="notice.issued", verb="issue",
            target="IN_FORCE", actor_kind="client", actor_ref="plain", via="api", at=now, effective_at=now,
            facts={"text": notice.text_hash}, hash=notice.text_hash,
        )  # fmt: skip
        Deadline.objects.create(
            case_kind="notice",
            case_id=notice.pk,
            kind="notice.appeal_window",
            due_at=notice.appeal_closes_at,
            set_at=now,
        )
        for name in SUBSCRIBERS:
            OutboxMessage.objects.create(event=event, subscriber=name, next_attempt_at=now)
        return notice


class PlainNotices(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        serializer = PlainNotice(data=request.data, many=isinstance(request.data, list))
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data, status=201)


class PlainItem(serializers.ModelSerializer[AppealItem]):
    class Meta:
        model = AppealItem
        exclude = ("appeal", "no")


class PlainAppeal(serializers.ModelSerializer[Appeal]):
    items = PlainItem(many=True)

    class Meta:
        model = Appeal
        fields = ("ref", "number", "notice", "filed_by", "ground", "statement", "items")
        read_only_fields = ("ref", "number")

    @transaction.atomic
    def create(self, values: dict[str, Any]) -> Appeal:
        now, items, notice = timezone.now(), values.pop("items"), values["notice"]
        due = now + timedelta(days=15)
        appeal = Appeal.objects.create(
            ref=new_ref("apl_"), number=new_number("A", now), version=1, head=notice.text_hash, created_at=now,
            updated_at=now, party=notice.party, filed_at=now, evidence_closes_at=due, decide_due_at=due, urgent_at=due,
            original_decider=notice.decided_by, original_team=notice.decided_by_team, **values,
        )  # fmt: skip
        for no, row in enumerate(items, 1):
            AppealItem.objects.create(appeal=appeal, no=no, **row)
        version = notice.version + 1
        changed = {"state": "UNDER_APPEAL", "version": version, "updated_at": now}
        Notice.objects.filter(pk=notice.pk, version=notice.version).update(**changed)
        for case, sequence, kind, subscribers in (
            (appeal, 1, "appeal.filed", APPEAL_SUBSCRIBERS),
            (notice, version, "notice.appealed", SUBSCRIBERS[1:]),
        ):
            event = Event.objects.create(
                case_kind=case.KIND, case_id=case.pk, case_ref=case.ref, sequence=sequence, type=kind, verb="file",
                target=case.state, actor_kind="party", actor_ref="plain", via="api", at=now, effective_at=now,
                facts={"text": notice.text_hash}, hash=notice.text_hash,
            )  # fmt: skip
            for name in subscribers:
                OutboxMessage.objects.create(event=event, subscriber=name, next_attempt_at=now)
        Deadline.objects.create(case_kind="appeal", case_id=appeal.pk, kind="appeal.decide", due_at=due, set_at=now)
        return appeal


class PlainAppeals(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        serializer = PlainAppeal(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data, status=201)


urlpatterns = [path("plain/notices", PlainNotices.as_view()), path("plain/appeals", PlainAppeals.as_view())]
