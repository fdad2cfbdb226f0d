"""A right holder's notice against alice's shop: bob's party holds the right, carl of compliance decides."""

import io
from datetime import datetime, timedelta
from typing import Any

from infringements import commands
from infringements.models import Infringement
from rules.models import LawArticle
from tests import factories as make
from tests.conftest import World

DAY = timedelta(days=1)
WORDS = {
    "right_kind": "TRADEMARK",
    "right_title": "星野",
    "registration_no": "第12345678号",
    "holder_name": "杭州星野文化有限公司",
    "contact": "杭州市西湖区某路1号，0571-00000000",
    "links": "https://shop.example/8812\nhttps://shop.example/8813",
    "evidence": "商品详情页使用了与注册商标相同的标识，见截图。",
    "wants": "下架上述两件商品。",
    "is_true": True,
}


def pdf(name: str = "certificate.pdf") -> tuple[Any, str]:
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
    )
    return io.BytesIO(content), name


def picture(name: str = "mark.png") -> tuple[Any, str]:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    out.seek(0)
    return out, name


class Claiming:
    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now = world, now
        if not LawArticle.objects.filter(instrument="CN-ECL-2018", article="42").exists():
            make.record_article(world.platform, instrument="CN-ECL-2018", article="42", now=now)
        self.bob, self.alice, self.carl = world.bob, world.alice, world.carl

    def said(self, **changes: Any) -> commands.Said:
        return commands.Said(**{"merchant": self.world.merchant.ref, **WORDS, **changes})

    def filed(self, *, files: Any = None, **changes: Any) -> Infringement:
        files = [picture()] if files is None else files
        return commands.file_infringement(actor=self.bob, said=self.said(**changes), files=files, now=self.now)

    def accepted(self, case: Infringement | None = None, **changes: Any) -> Infringement:
        said = {"measure": "delist", "object_ref": "8812", "scope": "商品不可搜索、不可购买"}
        said |= {"facts": "权利人通知称两件商品使用了其注册商标。", "reasons": "注册证与截图一致，初步证据成立。"}
        case = case or self.filed()
        return commands.accept_infringement(actor=self.carl, ref=case.ref, now=self.now, **said | changes)

    def stated(self, case: Infringement | None = None, *, now: datetime | None = None, **changes: Any) -> Infringement:
        said: dict[str, Any] = {"merchant_name": "云上数码有限公司", "merchant_contact": "上海市某路2号"}
        said |= {"statement": "商品为权利人授权渠道进货，附授权书。", "files": [picture("licence.png")]}
        case = case or self.accepted()
        return commands.state_no_infringement(actor=self.alice, ref=case.ref, now=now or self.now, **said | changes)

    def sued(self, case: Infringement | None = None, *, now: datetime | None = None, **changes: Any) -> Infringement:
        said: dict[str, Any] = {
            "kind": "LAWSUIT",
            "office": "杭州互联网法院",
            "proceedings_no": "（2026）浙0192民初1号",
        }
        said |= {"files": [picture("receipt.png")]}
        case = case or self.stated()
        return commands.report_proceedings(actor=self.bob, ref=case.ref, now=now or self.now, **said | changes)

    def concluded(self, case: Infringement | None = None, outcome: str = "NO_INFRINGEMENT") -> Infringement:
        case = case or self.sued()
        words = "法院判决不构成侵权。"
        return commands.conclude_infringement(actor=self.carl, ref=case.ref, outcome=outcome, words=words, now=self.now)

    def asked(self, case: Infringement | None = None) -> Infringement:
        case = case or self.accepted()
        return commands.ask_infringement(actor=self.carl, ref=case.ref, question="注册证为何已注销？", now=self.now)

    def answered(self, case: Infringement | None = None) -> Infringement:
        case = case or self.asked()
        return commands.answer_infringement(actor=self.bob, ref=case.ref, answer="我们不知道已注销。", now=self.now)

    def found(self, case: Infringement | None = None, **changes: Any) -> Infringement:
        said = {"finding": "WRONG", "measure": "delist", "facts": "注册证在通知前已注销。"}
        said |= {"reasons": "权利人承认未核对注册状态。"}
        case = case or self.answered()
        return commands.find_infringement_wrong(actor=self.carl, ref=case.ref, now=self.now, **said | changes)

    def at(self, step: str) -> Infringement:
        """A case that has come so far; `ready` has the file that its next words need."""
        if step == "incomplete":
            return self.filed(files=())
        if step in ("ready_to_state", "ready_to_report"):
            case = self.accepted() if step == "ready_to_state" else self.stated()
            file, name = picture("shown.png")
            who = self.alice if step == "ready_to_state" else self.bob
            return commands.add_infringement_file(actor=who, ref=case.ref, file=file, name=name, now=self.now)
        made: Infringement = getattr(self, step)()
        return made
