"""What a text says beside formulas that fit every notice, such as “after review, serious violations were found”."""

import re

_FORMULAS = re.compile(
    r"经?(?:平台|系统|人工|我们|多方){0,2}(?:核实|查实|核查|检测|监测|审核|复核|排查|调查|审查|认定|判定|发现|查明)|经查"
    r"|(?:您|你|贵)的?(?:店铺?|账[号户]|商品|行为)?|该(?:店铺?|账[号户]|商品|行为)|商家|用户"
    r"|存在|涉嫌|涉及|属于|构成|多次|屡次|相关|有关|上述|平台|规则|规定|协议|管理|条款|制度|问题|情形"
    r"|(?:严重)?(?:违规|违约|违法|违反|不当|不良)[了的]?(?:行为|操作|情形|经营|情况)?"
    r"|[且并]?情节(?:特别|非常|较为|十分|比较|极其)?(?:严重|较重|恶劣)|性质(?:严重|恶劣)|影响(?:恶劣|较?大)|造成不良影响"
    r"|根据|依据|按照|现|已|被|对|予以|作出|进行|给予|处罚|处理|处置|特此(?:告知|通知)"
    r"|\b(?:after|upon|following|our|your|you|the|this|that|of|in|on|by|and|has|have|been|was|were|is|are|an?|it|we|to|with"
    r"|for|review(?:ed)?|verif(?:ied|ication)|investigat(?:ed|ion)|check(?:s|ed)?|found|find|detect(?:ed|ion)|confirmed"
    r"|shop|store|account|listing|behaviou?r|conduct|activity|violat(?:e|es|ed|ing|ion|ions)|breach(?:es|ed)?|rules?"
    r"|polic(?:y|ies)|terms?|regulations?|platform|serious(?:ly)?|severe(?:ly)?|grave(?:ly)?|repeated(?:ly)?|multiple"
    r"|relevant|related|some|several|improper|irregular(?:ity|ities)?)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\W_]+")
LEAST, LEAST_BESIDE = 10, 4
"""Letters and digits that a text has at least, and that it has at least without its formulas."""


def says_nothing(text: str) -> bool:
    """Whether the text is shorter than a statement can be, or nothing of it is particular to this notice."""
    beside = _FORMULAS.sub(" ", text)
    return len(_MARKS.sub("", text)) < LEAST or len(_MARKS.sub("", beside)) < LEAST_BESIDE
