"""Notices of right holders: one that compliance has to decide, one that waits for the shop, one whose 15 days run."""

from datetime import timedelta
from typing import Any

from infringements import commands
from infringements.models import Infringement
from sample.content.people import PARTIES
from sample.loading.base import Loaded
from sample.pictures import paper

DAY = timedelta(days=1)
DECIDES = "yaoning"
SHOPS = {party.key: party for party in PARTIES}


def load_infringements(made: Loaded) -> None:
    """Each at its own stage, none of them late."""
    filed(made, "jinxiu", "beichuan", "锦绣缠枝", "第30118842号", days=0.3)
    accepted(
        made, filed(made, "dengxia", "tongqu", "灯下猫", "国作登字-2024-F-00128842", days=5, kind="COPYRIGHT"), 4.5
    )
    answered = accepted(made, filed(made, "xiaoman", "tangtang", "小满", "第28600713号", days=12), 11.6)
    commands.state_no_infringement(
        actor=made.of_party("tangtang"),
        ref=answered.ref,
        merchant_name=SHOPS["tangtang"].name.zh,
        merchant_contact="禾城市南门路16号，0571-00000142",
        statement="“小满”在本店商品中指节气，用于说明上新时间，不是作为商标使用；附历年节气专题页面。",
        files=[(paper("节气专题页面", ["小满节气上新", "2023年起每年使用"]), "专题页面.png")],
        now=made.now - 9 * DAY,
    )


def filed(
    made: Loaded, holder: str, shop: str, title: str, registered: str, *, days: float, kind: str = "TRADEMARK"
) -> Infringement:
    """The right holder's notice so many days ago, with all that it needs."""
    goods = f"https://hemart.example/item/{SHOPS[shop].external_ref}-8812"
    said = commands.Said(
        right_kind=kind,
        right_title=title,
        registration_no=registered,
        holder_name=SHOPS[holder].name.zh,
        contact="禾城市北街8号，0571-00000101",
        merchant=SHOPS[shop].external_ref,
        links=goods,
        evidence=f"商品详情页和包装上使用了与“{title}”相同的标识或图形，未经许可；见权利证明和页面截图。",
        wants="下架该商品。",
        is_true=True,
    )
    files: Any = [(paper("权利证明", [title, registered, SHOPS[holder].name.zh]), "权利证明.png")]
    return commands.file_infringement(actor=made.of_party(holder), said=said, files=files, now=made.now - days * DAY)


def accepted(made: Loaded, case: Infringement, days: float) -> Infringement:
    """Compliance took the listing down and passed the notice on."""
    return commands.accept_infringement(
        actor=made.person(DECIDES),
        ref=case.ref,
        measure="listing-removed",
        object_ref=case.links,
        scope="该商品不可搜索、不可购买；店铺其他商品不受影响。",
        facts=f"权利人{case.holder_name}通知：链接所示商品未经许可使用“{case.right_title}”，附权利证明和截图。",
        reasons="权利证明有效，截图与之一致，初步证据成立；是否侵权由投诉或诉讼确定。",
        now=made.now - days * DAY,
    )
