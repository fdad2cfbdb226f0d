"""Invented decided appeals, made of parts so that texts differ, in Chinese and English. For tests and benchmarks."""

import random
from datetime import UTC, datetime, timedelta

from classifier.cases import DecidedCase
from classifier.features import TriageInput

PARTS = {
    "facts_wrong": {
        "zh": [
            "你们说我{d}卖了假货，但那天店铺根本没有上架这款{g}",
            "通知里写的订单不是我们店的，{g}的发货时间也写错了",
            "所谓刷单是老客户{d}的正常复购，事实认定有误",
        ],
        "en": [
            "The notice says we sold a fake {g} on {d}, but the shop was closed that day",
            "The order in your notice is not ours and the {g} was shipped on time",
            "Those were repeat customers on {d}, not fake orders; the facts are wrong",
        ],
    },
    "rule_not_applicable": {
        "zh": [
            "这条规则针对食品类目，我们卖的是{g}，不适用",
            "{d}规则还没有生效，不能溯及以前的{g}商品",
            "条款说的是虚假宣传，我的{g}页面只写了材质，依据不适用",
        ],
        "en": [
            "This clause covers food and we sell {g}, so the rule does not apply",
            "The rule was not in force on {d} when the {g} was listed",
            "The clause is about false claims; our {g} page only names the material",
        ],
    },
    "authorised": {
        "zh": [
            "我们有品牌方出具的{g}授权书，{d}起有效，附件可查",
            "{g}的经营许可证齐全，授权链路完整",
            "营业执照和商标授权都在，{g}是正规渠道进货",
        ],
        "en": [
            "We hold the brand owner's authorisation letter for the {g}, valid from {d}",
            "The licence for {g} is complete and the chain of authorisation is attached",
            "Our business licence and trademark permit cover the {g}",
        ],
    },
    "disproportionate": {
        "zh": [
            "只有一单{g}发错货就封整个店铺，处罚太重",
            "初犯且{d}已整改，{g}全部下架，冻结货款过于严厉",
            "扣除全部保证金与一件{g}的问题不相称，请从轻",
        ],
        "en": [
            "One wrong {g} and you closed the whole shop: this is far too heavy",
            "It was our first time and all {g} were removed on {d}; freezing every payment is excessive",
            "Taking the full deposit for one {g} is out of proportion",
        ],
    },
}
RIGHT = {
    "zh": [
        "物流单号和监控录像都能证明。",
        "系统误判了图片，截图见附件。",
        "检测报告显示是正品。",
        "采购发票完整，可以核对。",
    ],
    "en": [
        "The tracking number and camera footage prove it.",
        "The detector misread the picture, see the screenshot.",
        "The test report shows it is genuine.",
        "Invoices are complete and can be checked.",
    ],
}
WRONG = {
    "zh": ["希望平台通融一次。", "我们以后会注意的，请原谅。", "同行都这么做，凭什么只罚我。", "暂时找不到凭证了。"],
    "en": [
        "Please be lenient this once.",
        "We will be careful in future, sorry.",
        "Everyone does this, why only us.",
        "We cannot find the papers at the moment.",
    ],
}
GOODS = {
    "zh": ["连衣裙", "蓝牙耳机", "保温杯", "运动鞋", "面膜", "儿童书包", "电饭煲", "手机壳", "茶叶", "台灯"],
    "en": [
        "dress",
        "headset",
        "thermos",
        "running shoe",
        "face mask",
        "school bag",
        "rice cooker",
        "phone case",
        "tea tin",
        "desk lamp",
    ],
}
MEASURES = {
    "listing_removed": "VISIBILITY",
    "funds_frozen": "MONETARY",
    "deposit_deducted": "MONETARY",
    "account_closed": "ACCOUNT",
    "service_suspended": "SERVICE",
}
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def decided_cases(count: int, *, seed: int = 7, noise: float = 0.08) -> list[DecidedCase]:
    rng = random.Random(seed)
    rows = []
    for i in range(count):
        language = rng.choice(["zh", "zh", "en"])
        ground = rng.choice(sorted(PARTS))
        overturned = rng.random() < (0.65 if ground in ("facts_wrong", "authorised") else 0.4)
        support = RIGHT if (overturned != (rng.random() < noise)) else WRONG
        day = rng.randint(1, 28)
        when = (
            f"{rng.randint(1, 12)}月{day}日"
            if language == "zh"
            else f"{day} {rng.choice(['March', 'April', 'May', 'June'])}"
        )
        first = rng.choice(PARTS[ground][language]).format(g=rng.choice(GOODS[language]), d=when)
        end = "。" if language == "zh" else ". "
        statement = first + end + rng.choice(support[language])
        if rng.random() < 0.5:
            statement += ("单号" if language == "zh" else " Order ") + str(rng.randint(10**9, 10**10))
        measure = rng.choice(sorted(MEASURES))
        case = TriageInput(
            statement=statement,
            ground=ground if rng.random() < 0.85 else "other",
            language=language,
            party_kind="MERCHANT",
            measure_types=(measure,),
            axes=(MEASURES[measure],),
            clause_code=rng.choice(["R1-8", "R2-3"]),
            automated_decision=rng.choice(["none", "partial", "full"]),
            amount_minor=rng.randint(0, 30_000_00),
            days_blocked=rng.randint(0, 30),
        )
        decided_at = START + timedelta(hours=3 * i)
        rows.append(
            DecidedCase(
                case=case,
                route_ground=ground,
                overturned=overturned,
                filed_at=decided_at - timedelta(hours=1 + i * 7 % 29),
                decided_at=decided_at,
            )
        )
    return rows
