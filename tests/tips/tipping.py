"""A tip about alice's shop: bob gives it, carl of compliance decides, dora of compliance is the second person."""

from datetime import datetime
from typing import Any

from tests import factories as make
from tests.conftest import World
from tests.infringements.claiming import picture
from tips import commands
from tips.models import Tip

WORDS = {
    "what": "商品页面写着“全网销量第一”，没有任何出处。",
    "links": "https://shop.example/8812",
    "kind": "MISLEADING",
}
CONTACT = "jia-reporter@example.com"


class Tipping:
    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now = world, now
        self.bob, self.alice, self.carl = world.bob, world.alice, world.carl
        self._dora: Any = None

    @property
    def dora(self) -> Any:
        self._dora = self._dora or make.staff("compliance", now=self.now, name="dora")
        return self._dora

    def said(self, **changes: Any) -> commands.Reported:
        return commands.Reported(**{"named": self.world.merchant.ref, **WORDS, **changes})

    def filed(self, *, files: Any = (), **changes: Any) -> Tip:
        tip, _code = commands.file_tip(actor=self.bob, said=self.said(**changes), files=files, now=self.now)
        return tip

    def with_file(self) -> Tip:
        return self.filed(files=[picture("shown.png")])

    def of_stranger(self, **more: Any) -> tuple[Tip, str]:
        given = {"actor": None, "said": self.said(), "contact": CONTACT, "source": "203.0.113.9"}
        return commands.file_tip(now=self.now, **given | more)

    def passed_on(self, **more: Any) -> Tip:
        given = {"actor": self.world.platform, "said": self.said(), "external_ref": "R-1", "contact": CONTACT}
        return commands.file_tip(now=self.now, **given | more)[0]

    def acted(self, tip: Tip | None = None, **changes: Any) -> Tip:
        said = {"subject": self.world.merchant.ref, "measure": "delist", "object_ref": "8812"}
        said |= {"scope": "商品不可搜索、不可购买", "facts": "商品页面的销量用语没有出处。"}
        said |= {"reasons": "销量用语无法核实，违反所引条款。", "rule": self.world.rule, "clause": "8"}
        said |= {"answer": "已核实并依规则处理。"}
        tip = tip or self.filed()
        return commands.act_on_tip(actor=self.carl, ref=tip.ref, now=self.now, **said | changes)

    def dismissed(self, tip: Tip | None = None, **changes: Any) -> Tip:
        said = {"reasons": "页面已注明出处。", "answer": "经核实，未发现所述情况。"}
        tip = tip or self.filed()
        return commands.dismiss_tip(actor=self.carl, ref=tip.ref, now=self.now, **said | changes)

    def proposed(self, tip: Tip | None = None) -> Tip:
        said = {
            "measure": "delist",
            "rule": self.world.rule,
            "clause": "8",
            "facts": "举报所附截图系伪造，页面从未出现该用语。",
        }
        tip = tip or self.dismissed()
        return commands.find_tip_malicious(
            actor=self.carl, ref=tip.ref, reasons="原始页面存档与截图不符，举报人明知不实。", now=self.now, **said
        )

    def found(self, tip: Tip | None = None, *, agrees: bool = True) -> Tip:
        tip = tip or self.proposed()
        return commands.confirm_tip_finding(actor=self.dora, ref=tip.ref, agrees=agrees, now=self.now)
