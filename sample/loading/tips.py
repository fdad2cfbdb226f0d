"""Tips: one of a shop and one of a stranger to decide, one that led to a measure, one that no rule covers."""

from datetime import timedelta

from sample.content.people import PARTIES
from sample.loading.base import Loaded
from sample.pictures import paper
from tips import commands
from tips.models import Tip

DAY = timedelta(days=1)
DECIDES = "yaoning"
SHOPS = {party.key: party for party in PARTIES}
ITEM = "https://hemart.example/item/{}-7731"


def load_tips(made: Loaded) -> None:
    """Each at its own stage, none of them late."""
    given(made, "wangmin", "beichuan", "MISLEADING", "商品页面写“全网销量第一”，没有出处。", days=1.2, has_picture=True)
    given(made, None, "tongqu", "OFFENSIVE", "直播间有侮辱观众的言语，昨晚八点前后。", days=0.4)
    tip = given(made, "jinxiu", "tangtang", "FAKED", "评价区多条好评文字完全相同，疑似刷评。", days=6)
    commands.dismiss_tip(
        actor=made.person(DECIDES),
        ref=tip.ref,
        reasons="相同文字来自平台的默认好评模板，订单真实。",
        answer="经核实，相同文字系系统默认评价，未发现虚构交易。感谢您的举报。",
        now=made.now - 5 * DAY,
    )
    tip = given(made, "zhaolei", "dengxia", "MISLEADING", "详情页说“行业第一”，找不到依据。", days=9)
    commands.act_on_tip(
        actor=made.person(DECIDES),
        ref=tip.ref,
        subject=SHOPS["dengxia"].external_ref,
        measure="listing-removed",
        object_ref=tip.links,
        scope="该商品不可搜索、不可购买，改正文字后恢复；店铺其他商品不受影响。",
        facts="平台查看该商品详情页，页首写有“行业第一”，未注明出处和时间。",
        reasons="“第一”无法证实，属于所引条款禁止的绝对化用语。",
        rule="advertising",
        clause="8",
        answer="经核实，页面用语不符合规则，已作处理。感谢您的举报。",
        now=made.now - 8 * DAY,
    )
    tip = given(made, "wangmin", "beichuan", "OTHER", "店铺客服只在工作日回复，周末没有人。", days=4)
    commands.set_tip_aside(
        actor=made.person(DECIDES),
        ref=tip.ref,
        reasons="现行规则未规定客服的服务日。",
        answer="现行规则没有规定客服的服务日，已记入规则修订的参考。",
        now=made.now - 3 * DAY,
    )


def given(
    made: Loaded, reporter: str | None, shop: str, kind: str, what: str, *, days: float, has_picture: bool = False
) -> Tip:
    """The tip so many days ago; of a stranger, where `reporter` is None."""
    number = SHOPS[shop].external_ref
    said = commands.Reported(what=what, links=ITEM.format(number), kind=kind, named=number)
    files = [(paper("页面截图", [what[:12]]), "页面截图.png")] if has_picture else []
    actor = made.of_party(reporter) if reporter else None
    tip, _code = commands.file_tip(actor=actor, said=said, files=files, now=made.now - days * DAY)
    return tip
