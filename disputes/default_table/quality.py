"""Grounds about faults, descriptions and fakes.

What does not belong here: durable goods (warranty), unsafe goods and injury (safety).
"""

from disputes.default_table.law import (
    CIVIL_CODE,
    CIVIL_PROCEDURE,
    CONSUMER,
    CONSUMER_REGULATION,
    ECOMMERCE,
    EVIDENCE,
    MARKETPLACES,
    PROCEDURE,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Stake, Standard

QUALITY: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-06",
        slug="quality",
        family=Family.DEFECT,
        title=Words("一般质量问题", "Other faults of quality"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="nonconforming",
                statement=Words("商品质量不符合约定或标准", "The goods do not meet the agreed quality or the standard"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words("买家初步说明有什么质量问题", "The buyer first shows what is wrong with the goods"),
                        accepts=Words("照片、视频、使用情况说明、聊天记录", "Photos, video, account of the use, chat"),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CIVIL_PROCEDURE("67(1)"), PROCEDURE("90", "91"), CONSUMER("24", "48")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，质量问题不予认定。", "If the buyer provides nothing, no fault is found."
                        ),
                        holds=(Record.ORDER, Record.LISTING, Record.CHAT),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明进货来源和合格证明；问题肉眼可见的，说明并不存在",
                            "The seller shows source and certificates, or that the alleged visible fault is not there",
                        ),
                        accepts=Words(
                            "进货发票、合格证明、检测报告", "Purchase invoices, quality certificates, test reports"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, EVIDENCE("95"), ECOMMERCE("62")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "卖家持有而不提供的，推定质量不合格。",
                            "If the seller keeps these papers back, the goods are taken as faulty.",
                        ),
                        rebuts=True,
                        holds=(Record.LICENCE, Record.AFTER_SALE),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家用检测结果说明质量不合格", "The buyer shows by a test that the goods are faulty"
                        ),
                        accepts=Words(
                            "双方约定或依法指定的机构出具的检测报告",
                            "Report of a testing body agreed on or designated under the law",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CIVIL_PROCEDURE("67(1)"), PROCEDURE("90"), CONSUMER_REGULATION("47")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家已举证而买家不检测的，质量问题不予认定。",
                            "If the buyer has no test made after the seller's proof, no fault is found.",
                        ),
                        hours=240,
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE, Remedy.REPAIR, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "卖家依法退货、更换或者修理。", "The seller takes back, replaces or repairs the goods as the law says."
        ),
        if_not_supported=Words(
            "质量问题没有得到证明，卖家不承担退换修责任。",
            "No fault was shown, so the seller need not take back, replace or repair.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-09",
        slug="not_as_described",
        family=Family.NOT_AS_DESCRIBED,
        title=Words("描述不符或虚假宣传", "Not as described or falsely advertised"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="mismatch",
                statement=Words(
                    "实物与下单时的页面描述或直播承诺不符",
                    "The goods differ from the page or live promise at the order",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明描述与实物有何不同",
                            "The buyer first shows how the goods differ from the description",
                        ),
                        accepts=Words(
                            "实物照片、页面截图、聊天记录", "Photos of the goods, screenshots of the page, chat"
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER("20", "23(2)"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为没有不符。", "If the buyer provides nothing, no difference is found."
                        ),
                        holds=(Record.ORDER, Record.LISTING, Record.CHAT),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家提供下单时的页面或直播内容，说明实物相符；表述有歧义的，作不利于卖家的理解",
                            "The seller shows the page or stream at the order, and that the goods match. "
                            "Unclear wording is read against the seller",
                        ),
                        accepts=Words(
                            "下单时的页面快照、直播回放、实物对比",
                            "Page snapshot at the order, replay, comparison with the goods",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("17", "31", "62"), CIVIL_CODE("498"), EVIDENCE("95")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "因卖家或平台而没有快照的，以买家所说为准。",
                            "If seller or platform is why no snapshot exists, the buyer's version counts.",
                        ),
                        rebuts=True,
                        holds=(Record.LISTING, Record.LIVE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE, Remedy.PARTIAL_REFUND, Remedy.COMPENSATE),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "商品与描述不符，卖家退货退款或者更换。",
            "The goods differ from the description; the seller takes them back or exchanges them.",
        ),
        if_not_supported=Words("商品视为与描述相符。", "The goods count as being as described."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-10",
        slug="counterfeit",
        family=Family.COUNTERFEIT,
        title=Words("假冒商品", "Counterfeit goods"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="genuine",
                statement=Words("商品是正品，来源合法", "The goods are genuine and from a lawful source"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家提出对真伪的合理怀疑", "The buyer gives a reasonable doubt that the goods are genuine"
                        ),
                        accepts=Words(
                            "细节对比照片、防伪查询结果、品牌方答复",
                            "Comparison photos, result of a security-code check, brand's reply",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, PROCEDURE("90")),
                        if_silent=FactState.PRESUMED,
                        silence_establishes=True,
                        silence=Words(
                            "买家没有提出合理怀疑的，先按正品处理。",
                            "If the buyer gives no reasonable doubt, the goods are treated as genuine.",
                        ),
                        rebuts=True,
                        holds=(Record.ORDER, Record.LISTING, Record.CHAT),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明完整的进货和授权链条",
                            "The seller shows the whole chain of purchase and authorisation",
                        ),
                        accepts=Words(
                            "逐级授权书、进货发票、报关单证",
                            "Chain of authorisations, purchase invoices, customs papers",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, ECOMMERCE("62"), PROCEDURE("91")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，推定商品不是正品。",
                            "If the seller provides nothing, the goods are taken as not genuine.",
                        ),
                        holds=(Record.LICENCE,),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家用鉴定结果说明商品是假冒的", "The buyer shows by an appraisal that the goods are fake"
                        ),
                        accepts=Words("品牌方或双方认可机构的鉴定", "Appraisal by the brand or a body both accept"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, PROCEDURE("90"), CONSUMER_REGULATION("47")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "卖家链条完整而买家不鉴定的，视为正品。",
                            "If the buyer has no appraisal made against a whole chain, the goods count as genuine.",
                        ),
                        hours=240,
                        rebuts=True,
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.COMPENSATE),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "卖家退货退款。超出损失的赔偿须由人工另行认定欺诈，并排除合理怀疑。",
            "The seller takes the goods back and refunds. More than the loss needs a person's finding of fraud "
            "beyond reasonable doubt.",
        ),
        if_not_supported=Words("商品视为正品，不予退货退款。", "The goods count as genuine and are not refunded."),
        confidence=SourceConfidence.TEXT_SEEN,
        stakes=(Stake.FRAUD, Stake.PUNITIVE),
    ),
)
