"""Versions in every state, made by commands."""

from datetime import datetime, timedelta
from typing import Any

from rules import commands
from rules.commands import Assessment, ClauseText, RequiredDraft
from rules.models import Rulemaking
from rules.required import REQUIREMENTS
from tests import factories as make
from tests.conftest import World

DAY = timedelta(days=1)
MINOR = Assessment(reason="两句话的改动，不影响权利。", impact="SOME")
CLAUSES = [ClauseText("1", "商家应当在四十八小时内发货。", "Merchants dispatch within forty-eight hours.")]
REQUIRED = [RequiredDraft(each.key, reason="见《平台服务协议》。") for each in REQUIREMENTS]
NAMES = {"name_zh": "发货规则", "name_en": "Dispatch Rule"}


class Making:
    """One version on its way; `carl` drafts, `dora` adopts. Its clock begins at `now`."""

    def __init__(self, world: World, *, code: str = "", assessment: Assessment | None = MINOR) -> None:
        self.world, self.now = world, world.now
        self.carl, self.dora = world.carl, make.staff("compliance", now=world.now, name="dora")
        self.code = code or f"made-{make.number()}"
        self.assessment = assessment
        self.row = self.drafted()

    def drafted(self) -> Rulemaking:
        return commands.draft_rule_version(
            actor=self.carl,
            code=self.code,
            number=f"v{make.number()}",
            effective_from=self.now + 60 * DAY,
            clauses=CLAUSES,
            assessment=self.assessment,
            required=REQUIRED,
            now=self.now,
            **NAMES,
        )

    @property
    def ref(self) -> str:
        return self.row.ref

    def refresh(self) -> Rulemaking:
        self.row = Rulemaking.objects.select_related("rule_version").get(pk=self.row.pk)
        return self.row

    def consult(self, days: float = 15) -> None:
        closes_at = self.now + days * DAY
        commands.open_rule_consultation(actor=self.carl, ref=self.ref, closes_at=closes_at, now=self.now)

    def close(self) -> None:
        """The consultation is over; the clock stands at its end."""
        end = self.refresh().rule_version.consulted_until
        assert end is not None
        self.now = end
        commands.close_rule_consultation(making_id=self.row.pk, effective_at=end, now=end)

    def say(self, text: str = "四十八小时太长。", *, now: datetime | None = None, **more: Any) -> int:
        values = {"actor": self.world.alice, "clause": "1"} | more
        return commands.submit_opinion(ref=self.ref, text=text, now=now or self.now, **values).no

    def answer(self, *numbers: int, disposition: str = "REJECTED", reason: str = "偏远地区需要时间。") -> None:
        commands.answer_opinions(
            actor=self.carl, ref=self.ref, opinions=numbers, disposition=disposition, reason=reason, now=self.now
        )

    def adopt(self, actor: Any = None) -> None:
        commands.adopt_rule_version(
            actor=actor or self.dora, ref=self.ref, summary_zh="共收到一条意见，未采纳。", now=self.now
        )

    def publicise(self, start: datetime, **more: Any) -> None:
        values = {"actor": self.dora, "now": self.now} | more
        commands.publicise_rule_version(ref=self.ref, effective_from=start, **values)

    def to_adopted(self) -> "Making":
        self.consult()
        self.close()
        self.adopt()
        return self

    def to_publicised(self, days: float = 15) -> "Making":
        self.to_adopted()
        self.publicise(self.now + days * DAY)
        self.refresh()
        return self
