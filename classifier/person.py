"""Hears whether words ask for a person to decide, also when they are disguised or misspelt.

It errs towards the person: whoever is heard wrongly gets a person who reads their case. What does not belong here: the
box of the form that asks for a person, and what follows from either.
"""

import re
import unicodedata
from functools import cache

from classifier.features import CaseText


def _any(words: str) -> str:
    """A pattern for any of these words or patterns, which stand apart by blanks; `_` is a blank inside one."""
    return f"(?:{'|'.join(words.split()).replace('_', ' ')})"


def _rules(*patterns: str, begins: str = "") -> re.Pattern[str]:
    either = "|".join(patterns)
    return re.compile(f"(?={begins})(?:{either})" if begins else either)


# — Chinese, simplified by the normalised copy —

_GAP = r"[\W_\d]{0,5}"
"""What may stand between two signs of a word that was pulled apart: 人·工, 人 工, 人，工."""
_SAME = r"[^。!?;,、\n]"
"""A sign of the same clause."""
_MACHINE_ZH = _any("系统 自动 机器 机气 机审 ai 算法 演算法 电脑 程序 人工智能")
_NO_ZH = _any(
    """不要 不用 不想 不接受 不同意 不服 不认 不希望 不愿 不能由 不该由 不应由 不应该由 不相信 不信 不让 不准
    不满意? 不认可 禁止 别让 别用 别再 别 请勿 拒绝 反对 抗议 非"""
)
_JUDGING_ZH = "[判审断定决处理回说看管罚封核]"
_PEOPLE_ZH = _any(
    rf"""工作人员 [审复覆]核人?员 [审复覆]核的?(?:人|同事|老师|专家) [审处]理人员 小二 经办人 客服人员 客服专员
    真人 活人 真正的人 活生生的人 懂行的 管事的 团队的人 人力 你们的人
    你们{_SAME}{{0,3}}人(?=[给来看处回跟和出帮])"""
)
_ROLES_ZH = _any(
    rf"""负责人 主管 经理 领导 专员 专人 老师 人手 人员 有人 [一个位名]人 懂{_SAME}{{1,6}}的人
    (?<![里家别客旁病他她本商买卖])人"""
)
_ACTS_ZH = _any(
    """来 看 审 处理 [复覆]核 判 决定 断 介入 联系 沟通 对接 接待 核查 鉴定 谈 讲 聊 出面 重新 认真 再 跟我 和我 给我
    对我 渠道 能讲 解释 回电 回复 负责"""
)
_ASK_ZH = _any(
    """(?<!我)(?<!我们)[请让叫由找换派] 安排 指派 麻烦 希望 [想盼望] 拜托 恳求 恳请 烦请 求 能否 能不能 可否 可不可以
    有没有 需要 要求 申请 我要 给我"""
)
_DONE_BY_ZH = _any("客服 [审复覆]核 [审申][查理核] 处理 服务 介入 判定 坐席 座席 通道 复[合和核] [复覆]审 agent")
_GOODS_ZH = _any(
    """湖 草 钻 宝石 水晶 合成 培育 种植 养殖 费 成本 智能 智慧 降雨 增雨 呼吸 耳蜗 授精 授粉 孵化 皮 香料 香精 色素
    甜味 缝 打磨 造林 岛 礁 关节 晶体"""
)
_BEGINS_ZH = (
    "[a不与人亻仁们任入别反叫可同和安小希得恳您想我找抗拒拜指换接"
    "有望机求活派演烦珍由申电盼真禁程等算系给能自要认让请谁贞跟转镇需非面麻]"
)
"""The signs that the rules below begin with. No rule is tried at any other, which takes a seventh of the time."""
_CHINESE = _rules(
    # 人工 is heard anywhere, but for goods and costs of that name; pulled apart, not at the seam of 人，工厂.
    f"人工(?!{_GOODS_ZH})",
    "真人(?![秀版真模出实照])",
    "活的?(?:人|客服)",
    r"人[\W_\d]{1,5}工(?![作厂人具程资商艺业地序时龄会匠钱期])",
    r"[真活][\W_\d]{1,5}人(?![人士])",
    # One sign for another (人公, 入工, 人エ, 贞人), beside a word that shows what is meant.
    rf"(?:转接?到?|接通?|需?要|请求?|找){_GAP}[人入仁任认亻]{_GAP}[工エ功公共攻弓](?![司户账众开示里布平用同能元式])",
    f"[人入仁任认亻]{_GAP}[工エ功公共攻弓]{_GAP}{_DONE_BY_ZH}",
    f"(?:[贞珍镇]人|真[仁任]|活入){_GAP}{_DONE_BY_ZH}",
    f"[要求找转]{_GAP}[仁任]{_GAP}[工功]",
    # A wish, and whose eyes it wants.
    f"{_ASK_ZH}{_SAME}{{0,12}}{_PEOPLE_ZH}",
    f"{_ASK_ZH}{_SAME}{{0,8}}{_ROLES_ZH}{_SAME}{{0,4}}{_ACTS_ZH}",
    "[要请让由找换派等得](?:一?[个位名])?(?:专[人员]|[人员][来看审处复判查核工而决断])",
    f"由{_SAME}{{0,6}}人员?[裁主决判审来]",
    "(?:[跟和同与](?:真|活|[审复覆]核的|你们的?|贵司的?|平台的?)?)人(?:说|谈|讲|聊|沟通|对话)",
    "找个人|换个人(?!送)|找人[改看审处谈管]|有没有人|有人吗|谁来[管看处审]",
    f"[请您求望们]亲自{_SAME}{{0,2}}[过看审核处查]",
    f"小二{_SAME}{{0,3}}[帮看介]",
    f"(?:转|接|求|给我|我要|叫)(?:一下|通|个|一?[位名])?{_SAME}{{0,2}}客服",
    f"(?:求|希望|要求|可以|可否|能否|能不能|能){_SAME}{{0,3}}(?:电话|语音|通话)(?:沟通|联系|说明|给我)|面对面",
    # No machine.
    f"{_NO_ZH}{_SAME}?{_MACHINE_ZH}",
    f"{_NO_ZH}{_SAME}{{0,6}}{_MACHINE_ZH}{_SAME}{{0,3}}{_JUDGING_ZH}",
    f"不是{_MACHINE_ZH}(?:能|可以|该|应该|看得|在?[看判审])",
    "(?:别|不要)再?用?(?:模板|模版|自动)回复",
    f"{_MACHINE_ZH}{_SAME}{{0,8}}(?:不服|不认|不接受|无法接受|不公)",
    begins=_BEGINS_ZH,
)

# — pinyin, whole or in part, its vowels bare —

_PINYIN = _rules(
    r"ren[\W_\d]{0,4}gong(?![a-fh-z])",
    r"zh?en[\W_\d]{0,4}ren(?![a-z])",
    r"\brgkf\b|\bzrg\b|(?<![a-z])rg[\W_]{0,3}(?:客服|[审复])",
    f"人{_GAP}g(?:ong)?(?![a-z])|(?<![a-z])r(?:en)?{_GAP}工",
    f"真{_GAP}ren(?![a-z])|(?<![a-z])zhen{_GAP}人",
)

# — English —

_PERSON = _any(
    """person someone somebody anyone anybody staff(?:_members?)? employees? agents? representatives? reps? managers?
    supervisors? reviewers? operators? officers? advisors? customer_(?:service|support|care) (?:review|support)_team
    team_member member_of_(?:your|the)_(?:team|staff) live_chat"""
)
_ASK = _any(
    """want wants need needs demand request require ask asking speak talk connect transfer escalated? pass put get_me
    assign refer prefer forward"""
)
_JUDGES = _any(
    """look read review check decid handl judg assess answer examin see deal go_through call contact phone explain repl
    involve"""
)
_AUTOMATIC = (
    r"auto\w*(?=\W*$|\W*[.!?,;]| (?:decision|decid|process|review|repl|respon|answer|check|judg|handl|reject|system))"
)
_MACHINE = _any("machines? robots? bots? a_i ai algorithms? software templates?")
_NO = _any("no not don'?t do_not never without object objection against refuse reject stop instead_of rather_than")
_THINGS = _any("hairs? errors? body bodies resources? size consumption figures? shaped? waste")
_ENGLISH = _rules(
    rf"\bhumans?\b(?! {_THINGS}\b|-)",
    r"\b(?:real|live|actual|living) (?:person|people|ppl|someone|somebody|agent|reviewer|operator)|\bsomeone real\b",
    rf"\b{_ASK}\b[^.!?]{{0,40}}\b{_PERSON}\b",
    rf"\b(?:let|have|get|give|see|could|can|is there|rather|should|must)\b[^.!?]{{0,30}}\b{_PERSON}\b"
    rf"[^.!?]{{0,25}}\b{_JUDGES}",
    rf"\b(?:give me|show this to|send) (?:a|some|an|your)? ?{_PERSON}\b",
    rf"\b(?:a|some) {_PERSON} (?:to |should |must |look|review|decid|check|please)",
    rf"\b{_PERSON},? please\b",
    rf"\b(?:someone|somebody|a person) (?:should|must|has to|needs to) {_JUDGES}",
    rf"\b{_JUDGES}\w*[^.!?]{{0,12}} by (?:an? |some |your |actual |real |other )*(?:{_PERSON}|people)\b",
    r"\bheard by people\b|\bwho (?:can|do|could|should) i (?:talk|speak|turn|write)",
    rf"\b(?:re ?-?)?(?:{_JUDGES}|process|treat)\w*[^.!?]{{0,15}} manually\b",
    r"\bmanual(?:ly)? (?:re-?)?(?:review|check|decision|handling|processing|assessment|look)",
    r"\bautomat\w* \w+ (?:is|are|was) (?:not|un)",
    rf"\b{_NO}\b[^.!?]{{0,30}}\b(?:{_AUTOMATIC}|{_MACHINE}\b|(?:computers?|system)\b[^.!?]{{0,12}}\b{_JUDGES})",
)


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MEANT = _words(
    "human person connect somebody someone people manual review agent manager reviewer customer service representative"
    " supervisor transfer speak machine robot operator"
)
_OTHER_WORDS = _words(
    "hunan humane humans humana persons parson persona reviews reviewed agents managers machines robots speaks speaker"
    " spear sneak services serviced customers transfers manually manuals peoples operators"
)
"""Words of their own that lie one letter from a word above."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LOOKS_LIKE = str.maketrans("013457@$", "oieastas")
_LETTER = re.compile("[a-z]")
_WORD = re.compile(r"(?<![a-z0-9@$])(?=[0-9@$]*+[a-z])[a-z0-9@$]++")
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[a-z][\W_]{1,3}){2,}[a-z](?![^\W_])")
_TORN = re.compile(r"(?<![a-z])h[\W_]{0,2}u[\W_]{0,2}m[\W_]{0,2}a[\W_]{0,2}n(?![a-z])")
_INSIDE_WORD = re.compile(r"(?<=[a-z])[*·•](?=[a-z])")


def asks_for_a_person(text: CaseText) -> bool:
    """True when the words themselves ask for a person; it errs towards the person, who then reads the case."""
    copy = text.text
    if _CHINESE.search(copy) or _CHINESE.search(copy.replace(" ", "")):
        return True
    plain = _without_tones(copy)
    if not _LETTER.search(plain):  # neither pinyin nor English
        return False
    if _PINYIN.search(plain):
        return True
    joined = _TORN.sub("human", _INSIDE_WORD.sub("", plain))
    joined = _SPELT_OUT.sub(lambda match: re.sub(r"[\W_]", "", match[0]), joined)
    spelt = _WORD.sub(lambda match: _meant(match[0]), joined)
    return bool(_ENGLISH.search(spelt) or _ENGLISH.search(re.sub(r"[^\w'!?]+|_+", " ", spelt)))


def _without_tones(text: str) -> str:
    """The text with its vowels bare, as pinyin is mostly typed: réngōng becomes rengong."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


def _meant(word: str) -> str:
    """The word that a misspelt one stands for; any other word as it is."""
    if not word.isalpha():
        bare = word.translate(_LOOKS_LIKE)
        return bare if bare in _MEANT else word
    return _misspelt().get(word, word)


@cache
def _misspelt() -> dict[str, str]:
    """Every word that one slip makes of a word above: a letter dropped, added, exchanged, or two swapped."""
    found = {"hooman": "human", "sombody": "somebody"}
    for word in sorted(_MEANT):
        cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        slips = {a + b[1:] for a, b in cuts if b}
        slips |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        slips |= {a + c + b[1:] for a, b in cuts if b for c in _LETTERS}
        slips |= {a + c + b for a, b in cuts for c in _LETTERS}
        found |= {slip: word for slip in slips if slip not in _OTHER_WORDS and slip not in _MEANT}
    return found
