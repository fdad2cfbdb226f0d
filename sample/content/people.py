# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Everyone on the invented marketplace 禾市 HeMart: teams, merchants, consumers, executors, and the users that act for them.

No person or shop here exists. Passwords and tokens are made by the loader and never stand in this file.
"""

from dataclasses import dataclass

from sample.content.bilingual import Both

MARKETPLACE = Both("禾市", "HeMart")
HUMAN_LINE = "400-000-0126"  # a number range that no one can dial


@dataclass(frozen=True, slots=True)
class TeamPlan:
    key: str
    name: Both
    organisation: Both
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class PartyPlan:
    """A party; `external_ref` is its number in the marketplace's own system."""

    key: str
    kind: str
    external_ref: str
    name: Both
    trade: Both
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True)
class UserPlan:
    """A person who signs in. `actor` is the stable name under which tests and newcomers find this person."""

    username: str
    display_name: Both
    party: str = ""
    membership: str = ""
    staff_roles: tuple[str, ...] = ()
    team: str = ""
    officer_code: str = ""
    actor: str = ""
    language: str = "zh-hans"
    large_text: bool = False


HEMART = Both("禾市网络科技有限公司", "HeMart Network Technology Co., Ltd.")
QINGYUAN = Both("清源内容审核服务有限公司", "Qingyuan Content Review Services Co., Ltd.")
ANHE = Both("安核商品质检有限公司", "Anhe Product Inspection Co., Ltd.")
MERIDIAN = Both("经纬智审科技有限公司", "Meridian Review Ltd.")
YUNFAN = Both("云帆运营服务有限公司", "Yunfan Operations Services Co., Ltd.")

TEAMS: tuple[TeamPlan, ...] = (
    TeamPlan("enforcement", Both("规则执行一组", "Rule enforcement, group 1"), HEMART),
    TeamPlan("enforcement-2", Both("规则执行二组", "Rule enforcement, group 2"), HEMART),
    TeamPlan("review", Both("申诉复核组", "Appeals review"), HEMART),
    TeamPlan("review-2", Both("申诉复核二组", "Appeals review, group 2"), HEMART),
    TeamPlan("mediation", Both("争议调解组", "Dispute mediation"), HEMART),
    TeamPlan("compliance", Both("合规部", "Compliance"), HEMART),
    TeamPlan("operations", Both("系统管理组", "System administration"), HEMART),
    TeamPlan("qingyuan", Both("清源驻场审核组", "Qingyuan on-site moderators"), QINGYUAN, is_external=True),
    TeamPlan("qingyuan-night", Both("清源夜班组", "Qingyuan night shift"), QINGYUAN, is_external=True),
    TeamPlan("anhe", Both("安核抽检组", "Anhe spot-check team"), ANHE, is_external=True),
    TeamPlan("meridian", Both("经纬核对组", "Meridian checkers"), MERIDIAN, is_external=True),
    TeamPlan("yunfan", Both("云帆活动组", "Yunfan campaign team"), YUNFAN, is_external=True),
)


def _shop(key: str, number: int, zh: str, en: str, trade_zh: str, trade_en: str, language: str = "zh-hans") -> PartyPlan:
    return PartyPlan(key, "MERCHANT", f"S-{number}", Both(zh, en), Both(trade_zh, trade_en), language)


MERCHANTS: tuple[PartyPlan, ...] = (
    _shop("linjia", 10217, "林家茶铺", "Lin Family Tea", "茶叶", "tea"),
    _shop("yunshang", 10342, "云裳手作女装", "Yunshang Handmade Fashion", "女装", "women's clothing"),
    _shop("haoting", 10458, "好听数码专营店", "Haoting Audio", "耳机音响", "headphones and speakers"),
    _shop("qinghe", 10533, "清禾母婴", "Qinghe Mother & Baby", "母婴用品", "baby goods"),
    _shop("shanye", 10619, "山野干货行", "Shanye Dried Foods", "干货", "dried foods"),
    _shop("muxi", 10704, "木犀家具", "Muxi Furniture", "家具", "furniture"),
    _shop("yuandian", 10766, "原点运动户外", "Origin Outdoor", "运动户外", "outdoor sports", "en"),
    _shop("baicao", 10820, "百草堂养生馆", "Baicao Wellness", "滋补养生", "wellness products"),
    _shop("xiaoman", 10901, "小满烘焙材料", "Xiaoman Baking Supplies", "烘焙原料", "baking supplies"),
    _shop("dengxia", 10955, "灯下读书", "Lamplight Books", "图书文具", "books and stationery"),
    _shop("jinxiu", 11013, "锦绣珠宝", "Jinxiu Jewellery", "珠宝首饰", "jewellery"),
    _shop("ronghua", 11087, "荣华手机配件", "Ronghua Phone Parts", "手机配件", "phone accessories"),
    _shop("tangtang", 11142, "糖糖零食铺", "Tangtang Snacks", "休闲零食", "snacks"),
    _shop("beichuan", 11209, "北川皮具", "Beichuan Leather", "箱包皮具", "leather goods"),
    _shop("yipinxian", 11276, "一品鲜海产", "Yipin Seafood", "生鲜海产", "fresh seafood"),
    _shop("chunni", 11331, "春泥花卉园艺", "Spring Soil Garden", "花卉园艺", "plants and gardening"),
    _shop("meixue", 11408, "美雪护肤", "Meixue Skincare", "美妆护肤", "skincare"),
    _shop("zhuolang", 11464, "卓朗家电", "Zhuolang Appliances", "小家电", "small appliances"),
    _shop("tongqu", 11520, "童趣玩具城", "Tongqu Toys", "玩具", "toys"),
    _shop("lvye", 11587, "绿野宠物", "Green Field Pets", "宠物用品", "pet supplies"),
    _shop("gudu", 11633, "古渡文玩", "Gudu Curios", "文玩收藏", "curios"),
    _shop("huayan", 11699, "华砚办公", "Huayan Office", "办公用品", "office supplies"),
    _shop("nanfeng", 11745, "南风鞋履", "Nanfeng Shoes", "鞋靴", "shoes"),
    _shop("oceanic", 11802, "海域进口食品", "Oceanic Imports", "进口食品", "imported food", "en"),
    _shop("laozhou", 11866, "老周汽配", "Zhou's Car Parts", "汽车用品", "car parts"),
    _shop("jiuwei", 11930, "旧味二手相机", "Old Flavour Used Cameras", "二手影像", "second-hand cameras"),
)


def _buyer(key: str, number: int, zh: str, en: str, language: str = "zh-hans") -> PartyPlan:
    return PartyPlan(key, "CONSUMER", f"U-{number}", Both(zh, en), Both("个人消费者", "private consumer"), language)


CONSUMERS: tuple[PartyPlan, ...] = (
    _buyer("wangmin", 500121, "王敏", "Wang Min"),
    _buyer("zhaolei", 500238, "赵磊", "Zhao Lei"),
    _buyer("sunguiying", 500317, "孙桂英", "Sun Guiying"),
    _buyer("chenyuxin", 500452, "陈雨欣", "Chen Yuxin"),
    _buyer("liudawei", 500519, "刘大伟", "Liu Dawei"),
    _buyer("huangjing", 500664, "黄静", "Huang Jing"),
    _buyer("maokai", 500703, "毛凯", "Mao Kai"),
    _buyer("xuyan", 500811, "徐艳", "Xu Yan"),
    _buyer("emma", 500902, "Emma Larsen", "Emma Larsen", "en"),
    _buyer("fengjun", 501046, "冯军", "Feng Jun"),
    _buyer("dingxia", 501133, "丁霞", "Ding Xia"),
    _buyer("heqiang", 501287, "何强", "He Qiang"),
)

EXECUTORS: tuple[PartyPlan, ...] = (
    PartyPlan("qingyuan", "EXECUTOR", "X-301", QINGYUAN, Both("内容与商品审核", "content and listing review")),
    PartyPlan("anhe", "EXECUTOR", "X-302", ANHE, Both("商品抽检", "product spot checks")),
    PartyPlan("meridian", "EXECUTOR", "X-303", MERIDIAN, Both("虚假交易识别", "finding sham trades"), "en"),
    PartyPlan("yunfan", "EXECUTOR", "X-304", YUNFAN, Both("营销活动巡检", "campaign patrol")),
    PartyPlan("zheng", "EXECUTOR", "X-305", Both("郑一鸣", "Zheng Yiming"), Both("退货核查", "checking returns")),
    PartyPlan("suhe", "EXECUTOR", "X-306", Both("苏禾", "Su He"), Both("内容巡检", "content patrol")),
)

PARTIES: tuple[PartyPlan, ...] = MERCHANTS + CONSUMERS + EXECUTORS
PARTY_BY_KEY: dict[str, PartyPlan] = {party.key: party for party in PARTIES}

USERS: tuple[UserPlan, ...] = (
    # The people whom `demo --json` names.
    UserPlan("linxiaoyan", Both("林晓燕", "Lin Xiaoyan"), "linjia", "owner", actor="merchant_owner"),
    UserPlan("linjia_axing", Both("阿兴", "A-Xing"), "linjia", "staff", actor="merchant_staff"),
    UserPlan("linjia_cai", Both("蔡会计", "Cai, accounts"), "linjia", "finance", actor="merchant_finance"),
    UserPlan("xiayun", Both("夏云", "Xia Yun"), "yunshang", "owner", actor="other_merchant"),
    UserPlan("wangmin", Both("王敏", "Wang Min"), "wangmin", "owner", actor="consumer"),
    UserPlan("zhaolei", Both("赵磊", "Zhao Lei"), "zhaolei", "owner", actor="other_consumer"),
    UserPlan("tanyue", Both("谭悦", "Tan Yue"), staff_roles=("reviewer",), team="review", officer_code="R-217",
             actor="reviewer"),
    UserPlan("luoqi", Both("罗琪", "Luo Qi"), staff_roles=("reviewer",), team="review-2", officer_code="R-224",
             actor="second_reviewer"),
    UserPlan("guwen", Both("顾文", "Gu Wen"), staff_roles=("reviewer", "senior_reviewer"), team="review",
             officer_code="R-108", actor="senior_reviewer"),
    UserPlan("fanjie", Both("樊洁", "Fan Jie"), staff_roles=("reviewer",), team="enforcement", officer_code="E-031",
             actor="original_decider"),
    UserPlan("shenbo", Both("沈博", "Shen Bo"), staff_roles=("mediator",), team="mediation", officer_code="M-052",
             actor="mediator"),
    UserPlan("tangwei", Both("唐薇", "Tang Wei"), staff_roles=("mediator",), team="mediation", officer_code="M-067",
             actor="second_mediator"),
    UserPlan("yaoning", Both("姚宁", "Yao Ning"), staff_roles=("compliance",), team="compliance", officer_code="C-009",
             actor="compliance"),
    UserPlan("hemart_admin", Both("管理员", "Administrator"), staff_roles=("administrator",), team="operations",
             officer_code="A-001", actor="administrator"),
    UserPlan("qingyuan_mo", Both("莫颖", "Mo Ying"), "qingyuan", "staff", team="qingyuan", actor="executor_staff"),
    UserPlan("qingyuan_bai", Both("白露", "Bai Lu"), "qingyuan", "manager", team="qingyuan", actor="executor_lead"),
    UserPlan("anhe_tao", Both("陶然", "Tao Ran"), "anhe", "staff", team="anhe", actor="other_executor_staff"),
    # More people at work.
    UserPlan("linjia_mei", Both("林梅", "Lin Mei"), "linjia", "manager"),
    UserPlan("jiangtao", Both("江涛", "Jiang Tao"), staff_roles=("reviewer",), team="review", officer_code="R-231"),
    UserPlan("pengfei", Both("彭菲", "Peng Fei"), staff_roles=("reviewer",), team="review-2", officer_code="R-238"),
    UserPlan("heyuan", Both("贺元", "He Yuan"), staff_roles=("reviewer", "senior_reviewer"), team="review-2",
             officer_code="R-112"),
    UserPlan("duanli", Both("段丽", "Duan Li"), team="enforcement", officer_code="E-044"),
    UserPlan("qiuhao", Both("邱浩", "Qiu Hao"), team="enforcement-2", officer_code="E-058"),
    UserPlan("weiqing", Both("韦青", "Wei Qing"), staff_roles=("compliance",), team="compliance", officer_code="C-014"),
    # People of executors; outsiders know them by the codes that they get when they are registered.
    UserPlan("qingyuan_fang", Both("方蕾", "Fang Lei"), "qingyuan", "staff", team="qingyuan"),
    UserPlan("qingyuan_lao", Both("劳静", "Lao Jing"), "qingyuan", "staff", team="qingyuan"),
    UserPlan("qingyuan_deng", Both("邓帆", "Deng Fan"), "qingyuan", "manager", team="qingyuan-night"),
    UserPlan("qingyuan_hu", Both("胡悦", "Hu Yue"), "qingyuan", "staff", team="qingyuan-night"),
    UserPlan("anhe_ren", Both("任远", "Ren Yuan"), "anhe", "manager", team="anhe"),
    UserPlan("meridian_cole", Both("Dana Cole", "Dana Cole"), "meridian", "manager", team="meridian", language="en"),
    UserPlan("meridian_park", Both("Jun Park", "Jun Park"), "meridian", "staff", team="meridian", language="en"),
    UserPlan("yunfan_lu", Both("陆遥", "Lu Yao"), "yunfan", "manager", team="yunfan"),
    UserPlan("yunfan_qi", Both("齐敏", "Qi Min"), "yunfan", "staff", team="yunfan"),
    UserPlan("zhengyiming", Both("郑一鸣", "Zheng Yiming"), "zheng", "manager"),
    UserPlan("suhe", Both("苏禾", "Su He"), "suhe", "manager"),
    # The other shops and buyers, one user each.
    UserPlan("haoting_shop", Both("郝婷", "Hao Ting"), "haoting", "owner"),
    UserPlan("qinghe_shop", Both("秦荷", "Qin He"), "qinghe", "owner"),
    UserPlan("shanye_shop", Both("单野", "Shan Ye"), "shanye", "owner"),
    UserPlan("muxi_shop", Both("穆希", "Mu Xi"), "muxi", "owner"),
    UserPlan("origin_outdoor", Both("袁点", "Yuan Dian"), "yuandian", "owner", language="en"),
    UserPlan("baicao_shop", Both("柏草", "Bai Cao"), "baicao", "owner"),
    UserPlan("xiaoman_shop", Both("肖曼", "Xiao Man"), "xiaoman", "owner"),
    UserPlan("dengxia_shop", Both("邓夏", "Deng Xia"), "dengxia", "owner"),
    UserPlan("jinxiu_shop", Both("金秀", "Jin Xiu"), "jinxiu", "owner"),
    UserPlan("ronghua_shop", Both("荣华", "Rong Hua"), "ronghua", "owner"),
    UserPlan("tangtang_shop", Both("唐棠", "Tang Tang"), "tangtang", "owner"),
    UserPlan("beichuan_shop", Both("贝川", "Bei Chuan"), "beichuan", "owner"),
    UserPlan("yipinxian_shop", Both("易品贤", "Yi Pinxian"), "yipinxian", "owner"),
    UserPlan("chunni_shop", Both("春妮", "Chun Ni"), "chunni", "owner"),
    UserPlan("meixue_shop", Both("梅雪", "Mei Xue"), "meixue", "owner"),
    UserPlan("zhuolang_shop", Both("卓朗", "Zhuo Lang"), "zhuolang", "owner"),
    UserPlan("tongqu_shop", Both("佟趣", "Tong Qu"), "tongqu", "owner"),
    UserPlan("lvye_shop", Both("吕叶", "Lü Ye"), "lvye", "owner"),
    UserPlan("gudu_shop", Both("古渡", "Gu Du"), "gudu", "owner", large_text=True),
    UserPlan("huayan_shop", Both("华岩", "Hua Yan"), "huayan", "owner"),
    UserPlan("nanfeng_shop", Both("南风", "Nan Feng"), "nanfeng", "owner"),
    UserPlan("oceanic_shop", Both("欧阳海", "Ouyang Hai"), "oceanic", "owner", language="en"),
    UserPlan("laozhou_shop", Both("周师傅", "Master Zhou"), "laozhou", "owner", large_text=True),
    UserPlan("jiuwei_shop", Both("久薇", "Jiu Wei"), "jiuwei", "owner"),
    UserPlan("sunguiying", Both("孙桂英", "Sun Guiying"), "sunguiying", "owner", large_text=True),
    UserPlan("chenyuxin", Both("陈雨欣", "Chen Yuxin"), "chenyuxin", "owner"),
    UserPlan("liudawei", Both("刘大伟", "Liu Dawei"), "liudawei", "owner"),
    UserPlan("huangjing", Both("黄静", "Huang Jing"), "huangjing", "owner"),
    UserPlan("maokai", Both("毛凯", "Mao Kai"), "maokai", "owner"),
    UserPlan("xuyan", Both("徐艳", "Xu Yan"), "xuyan", "owner"),
    UserPlan("emma", Both("Emma Larsen", "Emma Larsen"), "emma", "owner", language="en"),
    UserPlan("fengjun", Both("冯军", "Feng Jun"), "fengjun", "owner"),
    UserPlan("dingxia", Both("丁霞", "Ding Xia"), "dingxia", "owner", large_text=True),
    UserPlan("heqiang", Both("何强", "He Qiang"), "heqiang", "owner"),
)

# `platform` is an API client and no person; the others are users above.
PLATFORM_ACTOR = "platform"
PLATFORM_CLIENT = "HeMart back end"
ACTORS: tuple[str, ...] = (
    "platform", "merchant_owner", "merchant_staff", "merchant_finance", "other_merchant", "consumer", "other_consumer",
    "reviewer", "second_reviewer", "senior_reviewer", "original_decider", "mediator", "second_mediator", "compliance",
    "administrator", "executor_staff", "executor_lead", "other_executor_staff",
)
PLATFORM_SCOPES: tuple[str, ...] = (
    "notices:write", "notices:read", "remedies:write", "parties:write", "rules:write", "webhooks:write",
    "disputes:read", "disputes:write", "executors:read", "executors:write",
)
# Officers who take the original decisions.
DECIDERS: tuple[str, ...] = ("E-031", "E-044", "E-058")
