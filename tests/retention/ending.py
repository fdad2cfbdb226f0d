"""A record of each class with words that nobody else wrote, and looking for them everywhere."""

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from accounts import commands as accounts
from accounts.models import AccessLink, Device, Party, SocketTicket
from appeals import commands as appeals
from casework import row_digests
from disputes import commands as disputes
from disputes.queries import write_case_file
from files import attachments
from retention import commands
from retention.classes import RUNS
from retention.machine import RunState
from retention.models import RetentionRun
from rules import commands as rules
from rules.models import Clause, PriceObservation
from tests import factories as make
from tests.cameras import picture
from tests.case_files import written
from tests.conftest import World
from tests.disputes.building import Court, fresh
from tests.rules.building import Making
from tests.tips.tipping import CONTACT, Tipping

CARD = {"name": "云端甲商行甲", "licence": "9133甲甲", "address": "甲市甲路一号", "contact": "0571-77770001"}
WORDS = (
    *CARD.values(),
    *("reader-jia@example.com", "asker-jia@example.com", "link-jia@example.com", "invited-jia@example.com"),
    *("草稿里的甲话", "jia-upload", "jia-tries", "jia-goods", "jia-browser"),
    CONTACT,
)


@dataclass
class Ending:
    """What was made, by class; `later` is when all of it is due."""

    now: datetime
    world: World
    court: Court
    later: datetime = field(init=False)
    made: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.later = self.now + timedelta(days=4 * 366)
        self.carl, self.dora = self.world.carl, make.staff("compliance", now=self.now, name="dora")
        row_digests.begin()
        self._of_rules()
        self._of_disputes()
        self._of_parties()
        self._of_uploads()

    def _of_rules(self) -> None:
        making = Making(self.world)
        making.consult()
        said = {"contact": WORDS[4], "has_consented": True, "source": "203.0.113.1"}
        rules.submit_opinion(actor=None, ref=making.ref, text="四十八小时太长。", now=self.now, **said)
        making.close()
        self.of_opinion = making.row
        self.made["opinion-contacts"] = making.row.opinions.get()
        clause = Clause.objects.filter(version__rule__code=self.world.rule).first()
        said = {"question": "何意？", "contact": WORDS[5], "clause_id": clause.pk}
        asked = rules.ask_explanation(actor=None, now=self.now, **said)
        rules.answer_explanation(actor=self.carl, ref=asked.ref, answer="如文。", now=self.now)
        self.made["question-contacts"] = asked
        tipping = Tipping(self.world, self.now)
        self.made["tip-contacts"] = tipping.dismissed(tipping.of_stranger()[0])

    def _of_disputes(self) -> None:
        court = self.court
        self.dispute = court.joined("quality")
        disputes.ask_identity(actor=court.bob, ref=self.dispute.ref, now=court.now)
        disputes.give_identity(actor=court.carl, ref=self.dispute.ref, now=court.now, **CARD)
        disputes.withdraw_dispute(actor=court.bob, ref=self.dispute.ref, now=court.now)
        self.dispute = fresh(self.dispute)
        self.made["merchant-identities"] = self.dispute.identity_requests.get()
        self.case_file = self.written()

    def written(self) -> bytes:
        return written(write_case_file, actor=self.court.bob, ref=self.dispute.ref, now=self.court.now)

    def _of_parties(self) -> None:
        world, now = self.world, self.now
        invited = accounts.invite_member(
            actor=world.alice, party=world.merchant, role="manager", now=now, address=WORDS[7]
        )
        self.made["invitation-addresses"] = invited
        self._reached_at(WORDS[6])
        line = make.staff("help_line", now=now, name="line")
        accounts.send_access_link(actor=line, party=world.other_merchant, now=now)
        accounts.send_access_links(now=now)
        self._reached_at("")
        self.made["access-addresses"] = AccessLink.objects.get()
        notice = world.notice()
        self.made["appeal-drafts"] = appeals.save_draft(
            actor=world.alice, notice_ref=notice.ref, content={"statement": WORDS[8]}, now=now
        )

    def _reached_at(self, email: str) -> None:
        with transaction.atomic(), row_digests.recording():
            Party.objects.filter(pk=self.world.other_merchant.pk).update(email=email)
        self.world.other_merchant.email = email

    def _of_uploads(self) -> None:
        world, now = self.world, self.now
        upload = attachments.seal(io.BytesIO(picture("PNG")), name=f"{WORDS[9]}.png", actor=world.platform, now=now)
        self.made["uploads"] = upload
        self.files = [upload.sha256, upload.rendition_sha256]
        tried = {"user_agent": "x", "ip_address": "203.0.113.1", "get_data": "", "post_data": "", "http_accept": ""}
        attempt = AccessAttempt.objects.create(username=WORDS[10], path_info="/", failures_since_start=1, **tried)
        AccessAttempt.objects.update(attempt_time=now)
        self.made["sign-in-attempts"] = attempt
        shown = {"goods": WORDS[11], "conditions": "1", "shown_at": now, "audience": "NEW", "price_minor": 1}
        with transaction.atomic(), row_digests.recording():
            rules.record_prices(actor=world.platform, observations=[shown], now=now)
        self.made["price-observations"] = PriceObservation.objects.get()
        self.made["sessions"] = Session.objects.create(session_key="jia", session_data="", expire_date=now)
        shared = {"ref": "dvc_jia", "digest": "jia", "door": "WEB", "network": "203.0.113.66", "browser": "jia-browser"}
        with transaction.atomic(), row_digests.recording():
            person = world.alice.user_id
            self.made["devices"] = Device.objects.create(user_id=person, first_at=now, last_at=now, **shared)
        self.made["socket-tickets"] = SocketTicket.objects.create(
            digest="jia",
            session_key="jia",
            user_id=world.alice.user_id,
            created_at=now - timedelta(minutes=2),
            expires_at=now,
        )

    def proposed(self, code: str) -> Any:
        return commands.propose_run(actor=self.carl, record_class=code, reason="保存期限已满。", now=self.later)

    def signed(self, code: str) -> RetentionRun:
        change = self.proposed(code)
        rules.sign_change(actor=self.dora, ref=change.ref, now=self.later)
        return RetentionRun.objects.get(change=change)

    def carried_out(self) -> None:
        while RetentionRun.objects.filter(state=RunState.ENDING).exists():
            commands.carry_out_runs(now=self.later)


def all_ended(ending: Ending) -> None:
    """Every class has had a run."""
    for row in RUNS:
        ending.signed(row.code)
    ending.carried_out()


def found(words: Any = WORDS) -> list[str]:
    """Where in the database these words stand: every column of every table that holds text."""
    texts = (models.CharField, models.TextField, models.JSONField)
    hits = []
    for model in apps.get_models(include_auto_created=True):
        for each in model._meta.concrete_fields:
            if isinstance(each, texts):
                for value in model._base_manager.values_list(each.attname, flat=True):
                    hits += [f"{model._meta.db_table}.{each.column}: {word}" for word in words if word in str(value)]
    return hits
