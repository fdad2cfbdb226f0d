# ruff: noqa: E501  (one sentence per line)
"""Sentences from which the sample's past appeals are put together, by ground, language and how much they show. Invented.

`strong` sentences name a checkable thing, `weak` ones do not. What does not belong here: how likely each is to succeed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    strong: tuple[str, ...]
    weak: tuple[str, ...]


# Fillers that multiply the sentences; each is chosen at random.
FILLERS_ZH: dict[str, tuple[str, ...]] = {
    "doc": ("授权书", "进货发票", "报关单", "检测报告", "营业许可证", "经销合同", "品牌方说明函"),
    "proof": ("聊天记录", "监控录像", "快递底单", "后台操作日志", "原始照片", "称重单", "打包视频", "银行回单"),
    "who": ("客服", "运营", "仓库", "新来的同事", "代运营公司"),
    "when": ("当天", "第二天上午", "收到通知一小时内", "三天前", "上周五"),
    "num": ("两", "三", "四", "五", "六"),
    "place": ("附件第一页", "附件二", "详情页最后一屏", "订单备注里", "资质中心"),
}
FILLERS_EN: dict[str, tuple[str, ...]] = {
    "doc": ("authorisation letter", "purchase invoice", "customs declaration", "test report", "business permit", "dealer contract"),
    "proof": ("chat log", "warehouse camera", "courier slip", "back-end log", "original photo", "bank slip", "packing film"),
    "who": ("our agent", "a new colleague", "the warehouse", "our agency"),
    "when": ("the same day", "the next morning", "within an hour of the notice", "last Friday"),
    "num": ("two", "three", "four", "five"),
    "place": ("page 1 of the attachment", "attachment 2", "the last screen of the page", "the licence centre"),
}

OPENINGS_ZH = ("你好，", "平台您好，", "申诉：", "", "", "", "请人工看一下，", "关于{object}的处置，", "{day}的那个通知我不认可，", "收到处置通知很意外，", "尊敬的审核员，", "我是{who_am}，")
OPENINGS_EN = ("Hello, ", "", "", "Dear team, ", "About {object}: ", "I appeal the notice of {day}. ", "Please have a person look. ")
CLOSINGS_ZH = ("请尽快恢复。", "麻烦核实。", "谢谢。", "", "", "", "请撤销处置。", "希望人工复核。", "等你们回复，很急。", "辛苦了！", "拜托了。", "请给个说法。")
CLOSINGS_EN = ("Please restore it.", "Please check again.", "Thank you.", "", "", "Waiting for your answer.", "Kindly revoke it.")
HARDSHIP_ZH = ("店里就靠这个商品，停一天亏一天。", "马上要发工资了，压力很大。", "家里老人住院，实在拖不起。", "我们是残疾人创业的小店。", "正赶上大促，损失没法算。", "仓库租金月底就要交。", "我年纪大了不会弄这些。")
HARDSHIP_EN = ("We live on this shop.", "Wages are due this week.", "It is our busiest season.", "I am elderly and find this hard.")
ANGER_ZH = ("你们就是店大欺客！", "机器乱判，太离谱了。", "再不处理我就打12315。", "每次都这样，寒心。", "什么破系统。", "凭什么！")
ANGER_EN = ("This is outrageous.", "Your robot knows nothing.", "I will complain to the authority.")
ADMISSION_ZH = ("确实是我们疏忽，{when}已经改好。", "这件事我们有错，已经整改。", "承认有问题，但不是故意的。", "{who}操作失误，我们认。", "写法不妥，{when}删掉了。")
ADMISSION_EN = ("It was our mistake and was corrected {when}.", "We admit the error; it was not on purpose.", "{who} slipped, we accept that.")

ZH: dict[str, Bank] = {
    "facts_wrong": Bank(
        strong=(
            "通知里说的情况没有发生，{proof}可以看到完整过程。",
            "时间对不上，{day}那天我们根本没有操作，{proof}已上传。",
            "你们把另一家店的记录算到我头上了，编号差一位，见{place}。",
            "实际数量是{num}单不是通知里写的那么多，逐单核对表在{place}。",
            "{object}的内容{when}就换过了，快照是旧版，修改记录能查到。",
            "东西发出去是好的，{proof}和重量都对得上，问题出在运输。",
            "操作的是平台同步任务，不是我们，{proof}里写得很清楚。",
            "那个字样是产品型号，说明书和外包装都这样印，照片在{place}。",
            "登录的就是我本人，出差的车票和{proof}都能证明。",
            "系统漏算了{num}笔正常订单，加上以后完全达标，明细在{place}。",
        ),
        weak=(
            "根本没有这回事，你们搞错了。",
            "通知写的都不对，我没做过。",
            "事实不是这样的，请重新调查。",
            "我不知道你们说的是什么，冤枉。",
            "别人做的吧，反正不是我们。",
            "{product}没有任何问题，你们看错了。",
            "肯定是同行举报陷害。",
            "我们一直合规经营，不可能违规。",
        ),
    ),
    "rule_not_applicable": Bank(
        strong=(
            "引用的条款后半句写了例外，我们正好属于例外，依据在{place}。",
            "这条规则新版才有，行为发生在生效之前，不能倒着用。",
            "规格和售后承诺都不一样，按规则不算同款，参数对比在{place}。",
            "条款说的是转售，我们是单位采购自用，采购单已上传。",
            "这是我们当地方言，结合上下文不是骂人，对方也没有意见，{proof}可以看。",
            "亲戚真实付款自己用，规则写明不算虚假交易，{proof}在附件。",
            "类目指引更新后允许这样放，原文第{num}页。",
            "活动规则写的是家庭共用可以，我们户口本上就是一家。",
        ),
        weak=(
            "这条规则不该管我们。",
            "规则写得不清楚，谁知道会违规。",
            "以前这样做都没事，现在怎么就违规了。",
            "别的店都这样，为什么不适用他们。",
            "规则太严了，不合理。",
            "我觉得不适用这一条。",
            "你们的规则改来改去。",
        ),
    ),
    "authorised": Bank(
        strong=(
            "{doc}在有效期内，编号和{product}一一对应，见{place}。",
            "品牌方到我们一共{num}级，发票逐级都在，{doc}也上传了。",
            "{doc}早就提交过，资质中心一直显示审核中，提交截图在{place}。",
            "许可证已经延续，政务网可以查到新证号，{doc}照片清晰版重新上传。",
            "图片是我自己拍的，原图参数和连拍都在，比对方早{num}个月。",
            "持有{doc}，并且标题使用范围在协议第{num}条写明。",
            "消费者下单时都勾选了同意，同意记录导出见{place}。",
        ),
        weak=(
            "我们有授权，晚点补。",
            "保证正品，假一赔十。",
            "跟厂家说好的，口头同意了。",
            "资质在办了，先让我卖着。",
            "批发市场拿的货，没有票但是真货。",
            "朋友是代理商，从他那里拿的。",
        ),
    ),
    "disproportionate": Bank(
        strong=(
            "第一次出现这种情况，{when}就改正了，没有造成任何投诉，{proof}可查。",
            "涉及的只有{num}单，却按全店处置，请只处理有问题的部分，明细在{place}。",
            "基数里有一半是退款订单，按规则应当扣除，重新计算表在{place}。",
            "同样情形上次只是提示，这次直接{days_words}，请按首次轻微处理。",
            "问题内容已删除，再限制账号没有必要，{proof}可以证明已处理。",
            "扣款已经超过消费者的实际损失，赔付凭证在{place}，请按实际损失算。",
            "冻结的金额是涉案金额的{num}倍，请解冻多余部分。",
        ),
        weak=(
            "处罚太重了，受不了。",
            "能不能少几天。",
            "就这么点小事，至于吗。",
            "请从轻处理，给个机会。",
            "扣得太多了，小店赚不了几个钱。",
            "下次注意，这次算了吧。",
            "罚得比赚的还多。",
        ),
    ),
    "evidence_wrong": Bank(
        strong=(
            "截图里的店名不是我们，放大右下角可以看到，{proof}也对得上。",
            "抽检的批次不是我们发的，批号对照表和{proof}在{place}。",
            "统计把法定节假日算进去了，去掉以后达标，重算表见{place}。",
            "识别工具把打光当成合成，原始文件和拍摄参数都上传了。",
            "二维码是包装自带的防伪码，不是广告，同款包装照片在{place}。",
            "共用网络是园区公共网络，园区出了说明，设备也早就卖掉了。",
            "排名数据漏了{num}天，平台自己的生意报表和证据不一致，截图在{place}。",
            "固定间隔是手机无障碍功能造成的，不是脚本，设置截图已附。",
        ),
        weak=(
            "证据是假的。",
            "截图可以P，不能作数。",
            "你们的数据不准。",
            "就凭一张图就处罚？",
            "没有证据证明是我们。",
            "AI乱识别。",
            "让我看看完整证据再说。",
        ),
    ),
    "other": Bank(
        strong=(
            "页面提示可以再次领取我们才点的，快照在{place}，差错在平台。",
            "通知没有发到我们登记的邮箱，读到时已经晚了，送达记录可查，{proof}在附件。",
            "同一件事已经处置过一次并且撤销了，决定书编号在{place}。",
            "我们已经和消费者达成和解并履行，{proof}可以证明。",
            "当时快递停运，邮政部门有公告，链接和{proof}在{place}。",
        ),
        weak=(
            "我是老会员老商家了，照顾一下。",
            "不公平，同行怎么不罚。",
            "我不懂规则，不是故意的。",
            "员工个人行为，和店铺无关。",
            "请给我一个机会。",
            "影响太大了，求恢复。",
            "你们客服态度很差，一直联系不上。",
        ),
    ),
}

EN: dict[str, Bank] = {
    "facts_wrong": Bank(
        strong=("This did not happen; the {proof} shows the whole course.", "The number is {num}, not what you state; see {place} for each order.", "The page was changed {when}, before your snapshot; the history proves it.", "It was me who signed in while travelling; my ticket and the {proof} are attached.", "Your own job changed the price, see the {proof}.", "You mixed us up with another shop; one digit differs, see {place}."),
        weak=("This is not true.", "We did nothing wrong, you are mistaken.", "It must have been somebody else.", "Please investigate again.", "A competitor reported us."),
    ),
    "rule_not_applicable": Bank(
        strong=("The clause has an exception and we fall under it, see {place}.", "This version of the rule came later than the conduct.", "Sizes and promises differ, so these are not the same goods; comparison in {place}.", "It was for our own office, not for resale; the {proof} is attached.", "It is dialect among friends, as the {proof} shows."),
        weak=("This rule should not apply to us.", "The rule is unclear.", "Nobody told us about it.", "It was never a problem before."),
    ),
    "authorised": Bank(
        strong=("Our {doc} is valid and matches {product}, see {place}.", "All {num} invoices up to the brand are attached, with the {doc}.", "The {doc} was submitted long ago and is still “being checked”, see {place}.", "I took the picture myself; the original is {num} months older."),
        weak=("We are authorised and will send papers later.", "It is genuine, trust us.", "My friend is a dealer.", "The licence is on its way."),
    ),
    "disproportionate": Bank(
        strong=("A first case, corrected {when}, without a single complaint; see the {proof}.", "Only {num} orders are concerned, yet the whole shop is hit; list in {place}.", "The base includes refunded orders; our calculation is in {place}.", "What you froze is {num} times the orders concerned."),
        weak=("This is too harsh.", "Please make it shorter.", "Such a small thing.", "Give us a chance."),
    ),
    "evidence_wrong": Bank(
        strong=("The name in the screenshot is not ours, enlarge the corner; the {proof} agrees.", "The tested batch is not ours; batch list and {proof} in {place}.", "Your statistics include public holidays; recalculated in {place}.", "The code is printed on the packaging, photo in {place}.", "The fixed interval comes from an accessibility feature; settings attached."),
        weak=("The evidence is fake.", "Screenshots prove nothing.", "Your data are wrong.", "Show me the full evidence first."),
    ),
    "other": Bank(
        strong=("Your page said “collect again”; the snapshot is in {place}.", "This was decided before and revoked; the number is in {place}.", "We settled with the buyer and paid, see the {proof}."),
        weak=("I have been a member for years.", "Others do the same.", "I did not know the rules.", "Please be kind."),
    ),
}

# English words that people mix into Chinese.
MIXED: dict[str, str] = {"证据": "evidence", "规则": "policy", "附件": "attachment", "订单": "order", "请": "please ", "谢谢": "thanks", "截图": "screenshot", "商品": "item", "系统": "system", "申诉": "appeal", "授权": "license"}
# What a hurried typist writes instead.
SLIPS: dict[str, str] = {"已经": "己经", "的时候": "得时候", "在附件": "再附件", "标题": "标提", "账号": "帐号", "截图": "截屠", "我们": "我门", "平台": "平抬", "处置": "处治", "怎么": "咋么", "没有": "莫有", "真的": "真滴", "订单": "定单"}
