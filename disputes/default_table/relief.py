"""The reliefs from proof that the default table contains, each with its controls against abuse.

What does not belong here: taking a relief from one person; that is a measure with its own notice and appeal.
"""

from disputes.proof import ControlDraft, RelaxationDraft, Words
from disputes.words import Side

RELAXATIONS: tuple[RelaxationDraft, ...] = (
    RelaxationDraft(
        ground="damaged",
        fact="undamaged_at_signing",
        relieved=Side.CLAIMANT,
        reason=Words(
            "买家签收时往往无法当场验货，只需提供签收后不久的照片。",
            "Buyers can rarely inspect goods at the door, so photos taken soon after signing are enough.",
        ),
        controls=(
            ControlDraft(
                "identify",
                Words(
                    "比对照片的拍摄时间与签收时间，查找重复使用的照片。",
                    "Compare when photos were taken with the sign-off, and look for photos used before.",
                ),
            ),
            ControlDraft(
                "prevent",
                Words(
                    "照片须拍到面单、包装和破损处，并保留原件。",
                    "Photos must show label, packing and damage, and the original files are kept.",
                ),
            ),
            ControlDraft(
                "handle",
                Words(
                    "发现伪造的，该次争议不再减轻举证。限制买家须另行告知并可申诉。",
                    "Forged photos end the relief in that dispute. Restricting the buyer needs notice and appeal.",
                ),
            ),
        ),
    ),
    RelaxationDraft(
        ground="not_as_described",
        fact="mismatch",
        relieved=Side.CLAIMANT,
        reason=Words(
            "页面由卖家和平台掌握。因其原因没有快照的，以买家所说为准。",
            "Seller and platform hold the page. If they are why no snapshot exists, the buyer's version counts.",
        ),
        controls=(
            ControlDraft(
                "identify",
                Words(
                    "核对买家所说与同期其他订单的页面记录是否矛盾。",
                    "Check the buyer's version against page records of other orders of that time.",
                ),
            ),
            ControlDraft(
                "prevent",
                Words(
                    "下单时自动保存页面。买家须具体说明不符之处并提供实物照片。",
                    "Pages are saved at every order. The buyer names the difference and gives photos of the goods.",
                ),
            ),
            ControlDraft(
                "handle",
                Words(
                    "截图系伪造的，不予采信并重新认定，卖家可以请求复核。",
                    "Forged screenshots are set aside, the fact is judged anew, and the seller may ask for review.",
                ),
            ),
        ),
    ),
)
