# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""More orders at the Lin family's tea shop, whose owner, staff and accountant are people of the demo. Invented."""

from sample.content.orders.kinds import at, chat, licences, order, paid, tickets, warranty, way
from sample.content.orders.shape import SampleOrder

TEA: tuple[SampleOrder, ...] = (
    order(1053, "not_received", "wangmin", "linjia", ("太平猴魁 200克", "Taiping Houkui green tea, 200 g"), "358.00", (8, 19, 36),
        ("显示“快递柜已取件”，取件码发到了别人的手机", "Marked as collected from a locker; the code went to another telephone"),
        way("20261053", 430, (at(1, 11, 5), "黄山屯溪网点已揽收"), (at(3, 9, 20), "到达西湖区营业点"), (at(3, 10, 44), "已放入3号快递柜，取件码发送至尾号2267"), (at(3, 18, 2), "已从快递柜取件")),
        chat((at(4, 8, 50), "buyer", "尾号2267不是我的号码，我没有取件。"), (at(4, 9, 30), "seller", "系统显示取走了，麻烦您再问问家里人。")),
        text="太平猴魁200克，送货上门。", received=at(3, 18, 2), shipped=at(1, 11, 5), tags="food"),
    order(1054, "durable_defect", "wangmin", "linjia", ("煮茶器 玻璃电热壶 1升", "electric glass tea maker, 1 l"), "329.00", (62, 20, 40),
        ("煮茶器用了不到两个月，底盘不再加热", "The base stopped heating within two months"),
        way("20261054", 1830, (at(1, 14, 0), "武夷山网点已揽收"), (at(3, 12, 25), "已签收，签收人：本人")),
        warranty(at(3, 12, 25), 12, "底盘与温控保修十二个月，进水、摔落除外。"),
        tickets("20261054", (at(55, 9, 0), "保修", "商家拒绝", "商家：可能进水，不予保修。未要求寄回检测。")),
        chat((at(54, 20, 10), "buyer", "底盘不加热了，换了插座也一样。"), (at(55, 9, 5), "seller", "一般是进水造成的，不在保修范围。")),
        text="1升高硼硅玻璃壶，1000瓦底盘，整机保修一年。", received=at(3, 12, 25), shipped=at(1, 14, 0), tags="durable"),
    order(1055, "damaged", "zhaolei", "linjia", ("宜兴紫砂壶 200毫升", "Yixing clay teapot, 200 ml"), "568.00", (11, 13, 18),
        ("紫砂壶壶嘴磕缺", "The spout came chipped"),
        way("20261055", 920, (at(1, 15, 30), "无锡宜兴网点已揽收，未保价"), (at(3, 11, 40), "已签收，签收人：本人")),
        chat((at(3, 12, 5), "buyer", "壶嘴缺了一块，盒子外面没有破。"), (at(3, 14, 0), "seller", "包装是三层泡沫，我们查一下仓库。")),
        text="宜兴原矿紫砂，手工壶，附防摔礼盒，破损包赔。", received=at(3, 11, 40), shipped=at(1, 15, 30)),
    order(1056, "quality", "huangjing", "linjia", ("云南普洱茶饼 357克", "Yunnan pu'er cake, 357 g"), "298.00", (12, 10, 52),
        ("普洱茶饼打开有白霉", "White mould under the wrapper of a pu'er cake"),
        way("20261056", 520, (at(1, 16, 10), "昆明官渡网点已揽收"), (at(4, 10, 33), "已签收，签收人：本人")),
        licences(("食品生产许可证", "SC114530*******", "在有效期内"), ("批次检验报告", "PE-2603-07", "霉菌：合格；送检日期为今年三月")),
        chat((at(8, 21, 10), "buyer", "拆开棉纸，茶饼背面一片白毛。"), (at(8, 21, 45), "seller", "老茶有白霜是正常的，可以放心喝。")),
        text="2019年云南大叶种，干仓存放，357克。", received=at(4, 10, 33), shipped=at(1, 16, 10), tags="food"),
    order(1057, "not_as_described", "xuyan", "linjia", ("武夷大红袍 礼盒 300克", "Wuyi Da Hong Pao gift box, 300 g"), "468.00", (22, 9, 14),
        ("页面写“正岩”，茶农说是外山茶", "The page says “from the core area”; a grower says otherwise"),
        way("20261057", 760, (at(1, 10, 30), "武夷山网点已揽收"), (at(3, 16, 50), "已签收，签收人：本人")),
        chat((at(-1, 20, 2), "buyer", "这款是正岩产区的吗？"), (at(-1, 20, 9), "seller", "正岩的，自家茶园。"), (at(7, 19, 0), "buyer", "懂茶的朋友说不是正岩，检测产地也对不上。"), (at(7, 19, 40), "seller", "口感各人不同。")),
        text="武夷正岩大红袍，自家茶园，300克礼盒。", received=at(3, 16, 50), shipped=at(1, 10, 30), tags="food"),
    order(1058, "short_or_wrong", "wangmin", "linjia", ("四季茶礼盒 四罐装", "gift box of four teas"), "396.00", (9, 18, 27),
        ("四罐礼盒少一罐，另一罐发错", "One of four tins is missing and one is another tea"),
        way("20261058", 1080, (at(1, 13, 0), "福州仓山网点已揽收，称重1080克"), (at(3, 17, 15), "已签收，签收人：本人"), weighed=1082),
        paid("禾市支付·零钱", "20261058", 39600, at(0, 18, 27)),
        chat((at(3, 18, 0), "buyer", "少了一罐桂花乌龙，茉莉花茶发成了绿茶。"), (at(3, 18, 40), "seller", "抱歉，我们核对一下打包记录。")),
        text="龙井、正山小种、桂花乌龙、茉莉花茶各100克，礼盒净重约1480克。", received=at(3, 17, 15), shipped=at(1, 13, 0), tags="food"),
)
