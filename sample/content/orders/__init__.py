# ruff: noqa: E501  (a table)
"""Every invented order, by its ref, with what the invented marketplace keeps about it; pick one by this table.

Buyer and seller are keys of sample.content.people; days are how long before `now` the order was placed.

| ref | grounds | buyer | seller | paid | days | story |
|---|---|---|---|---|---|---|
| O-2026-1001 | not_received | wangmin | linjia | ¥268 | 9 | pre-Qingming Longjing, 250 g tin: marked as signed by the gatekeeper; the buyer has nothing |
| O-2026-1002 | not_received | emma | yuandian | ¥899 | 21 | three-season tent for two: the parcel has stood still on its way for twelve days |
| O-2026-1003 | handed_to_others | sunguiying | yipinxian | ¥158 | 6 | live Dalian scallops, 2 kg: put into a locker without a call; the scallops spoilt |
| O-2026-1004 | late_shipment | chenyuxin | yunshang | ¥459 | 24 | printed silk dress: shipping promised in 48 hours; picked up on day nine |
| O-2026-1005 | late_shipment, not_received | maokai | huayan | ¥329 | 16 | S4 shredder: a waybill was entered but nothing was ever picked up |
| O-2026-1006 | short_or_wrong | zhaolei | dengxia | ¥186 | 12 | “Old Days of a Small Town”, three hardbacks: two of three volumes came; the weight at pick-up was low too |
| O-2026-1007 | short_or_wrong | wangmin | ronghua | ¥129 | 8 | magnetic power bank, 10,000 mAh: empty, 38 g when it was picked up |
| O-2026-1008 | damaged | dingxia | gudu | ¥680 | 15 | small blue-and-white vase in Qing style: the vase came broken; the seller points to the carrier |
| O-2026-1009 | damaged | liudawei | muxi | ¥2,380 | 26 | ash dining table, 1.4 m: a long scratch on the top, reported on day five |
| O-2026-1010 | gift | xuyan | xiaoman | ¥86 | 19 | bread flour, 2.5 kg, with a free glass bowl: the free glass bowl burst when warmed and cut a hand |
| O-2026-1011 | quality | wangmin | yunshang | ¥239 | 18 | linen blouse with knotted buttons: the shoulder seam opened in the first wash |
| O-2026-1012 | quality | heqiang | nanfeng | ¥699 | 47 | welted leather shoes: the sole came off after three weeks |
| O-2026-1013 | not_as_described | huangjing | yunshang | ¥1,280 | 20 | double-faced wool coat: the page says 90% wool, the label 60% |
| O-2026-1014 | not_as_described | zhaolei | gudu | ¥1,560 | 31 | old-stock bead bracelet, 12 mm: “Century-old stock” in the live room; a test says dyed new wood |
| O-2026-1015 | counterfeit, promise | chenyuxin | beichuan | ¥1,899 | 29 | chain-strap square bag, co-branded: said to be a fake; the brand's authorisation had run out |
| O-2026-1016 | counterfeit | fengjun | haoting | ¥799 | 14 | H7 noise-cancelling headphones, sealed: the maker does not know the serial number |
| O-2026-1017 | durable_defect | zhaolei | haoting | ¥799 | 88 | H7 noise-cancelling headphones: the hinge broke in the third month |
| O-2026-1018 | durable_defect, warranty_start | sunguiying | zhuolang | ¥3,299 | 71 | two-door refrigerator, 220 l: it stopped cooling within two months |
| O-2026-1019 | durable_defect, service_not_rendered | liudawei | muxi | ¥12,800 | 132 | three-seat fabric sofa, delivered and installed: the frame sank after four months |
| O-2026-1020 | warranty_start | fengjun | laozhou | ¥459 | 165 | V5 dash camera: does the warranty run from order or receipt, and at which price is it refunded |
| O-2026-1021 | food_standard | wangmin | tangtang | ¥39.90 | 13 | beef jerky, 200 g: snacks without date or maker |
| O-2026-1022 | food_standard | huangjing | oceanic | ¥398 | 22 | imported infant milk powder, stage 3, 900 g: imported milk powder without a Chinese label |
| O-2026-1023 | knowing_buyer, food_standard | heqiang | tangtang | ¥1,596 | 17 | filled seaweed crisps, case of 40: the shop says the buyer knew: 40 boxes, and he asked about the date first |
| O-2026-1024 | injury | maokai | zhuolang | ¥169 | 40 | desktop fan heater: the heater caught fire and burnt the desk |
| O-2026-1025 | injury | dingxia | tongqu | ¥89 | 34 | 108-piece magnetic tiles: a magnet came loose and a child nearly swallowed it |
| O-2026-1026 | not_intact | wangmin | yunshang | ¥399 | 16 | printed silk dress, size M: the shop says the dress came back with make-up and perfume |
| O-2026-1027 | return_excluded | xuyan | dengxia | ¥168 | 12 | fountain pen, fine nib, engraving possible: excluded as made to order, says the shop; nothing was engraved |
| O-2026-1028 | return_excluded | chenyuxin | linjia | ¥58 | 11 | jasmine tea, 125 g: “Food is never returned”; no separate confirmation at the order |
| O-2026-1029 | return_window | emma | nanfeng | ¥299 | 23 | women's white trainers, size 38: does the week run from the pick-up point or from collecting |
| O-2026-1030 | returned_parcel | liudawei | jinxiu | ¥1,180 | 25 | silver bangle, 30 g: the box came back empty; the weights differ |
| O-2026-1031 | refund_delayed | wangmin | linjia | ¥328 | 28 | Lapsang Souchong gift box: twelve days after the goods came back there is still no refund |
| O-2026-1032 | freight | zhaolei | yunshang | ¥359 | 19 | cashmere scarf: the page promised free return freight; the buyer paid ¥18 |
| O-2026-1033 | price | wangmin | haoting | ¥299 | 15 | Mini3 portable speaker: ¥50 cheaper three days later; price protection refused |
| O-2026-1034 | promise | fengjun | oceanic | ¥96 | 30 | Spanish olive oil, 750 ml: “Tenfold for fakes”: the shop admits it and pays back once |
| O-2026-1035 | off_platform | dingxia | jinxiu | ¥20 | 18 | Hetian jade pendant, deposit: after a ¥20 deposit the buyer was led to transfer ¥2,480 |
| O-2026-1036 | service_not_rendered | liudawei | muxi | ¥380 | 17 | bookcase installation at home: two appointments missed, yet the system says “done” |
| O-2026-1037 | prepaid_balance | xuyan | yuandian | ¥1,980 | 120 | gym and climbing hall, 30 visits: four visits left says the hall, seventeen says the buyer |
| O-2026-1038 | unauthorised_payment | sunguiying | dengxia | ¥2,000 | 14 | book gift card, ¥2,000: a gift card bought at three in the morning; the account's owner knows nothing |
| O-2026-1039 | minor | huangjing | tongqu | ¥3,276 | 21 | limited blind boxes, two cases of 12: a nine-year-old ordered at night on the mother's phone |
| O-2026-1040 | live_room_not_seller | chenyuxin | meixue | ¥139 | 20 | lipstick set, live-room special: the room says that it only advertised |
| O-2026-1041 | self_operated | zhaolei | zhuolang | ¥369 | 35 | air fryer, 5 l: a “HeMart Select” mark on the page; afterwards a third party sold it |
| O-2026-1042 | private_seller, not_as_described | maokai | jiuwei | ¥3,850 | 22 | used rangefinder camera: the shutter is faulty; “private sale”, says the seller |
| O-2026-1043 | bad_faith_buyer, returned_parcel | maokai | haoting | ¥799 | 33 | H7 noise-cancelling headphones, black: the seller says that another, used pair came back |
| O-2026-1044 | ip_notice | beichuan | ronghua | ¥29.90 | 26 | printed phone case, chequered: a right holder's test purchase: the case bears its registered pattern |
| O-2026-1045 | merchant_measure | wangmin | linjia | ¥418 | 23 | Silver Needle white tea, 50 g: the merchant objects: this order was held to be a fake sale |
| O-2026-1046 | consumer_restriction | maokai | nanfeng | ¥259 | 29 | lined snow boots: a consumer objects: fast refunds stopped because of his returns |
| O-2026-1047 | quality | wangmin | linjia | ¥128 | 12 | Phoenix Dancong oolong, 100 g: the order is there, its records take too long |
| O-2026-1048 | not_as_described | zhaolei | yunshang | ¥219 | 13 | wool jumper: the order is there, its records answer 503 |
| O-2026-1049 | quality | wangmin | ronghua | ¥9.90 | 10 | clear phone case: a ¥9.90 phone case whose holes do not fit |
| O-2026-1050 | private_seller | wangmin | heqiang | ¥260 | 16 | pushchair, no longer needed: a truly private seller: three things sold in a year |
| O-2026-1051 | damaged | xuyan | chunni | ¥69 | 11 | potted succulents: the succulents arrived crushed |
| O-2026-1052 | food_standard, quality | fengjun | lvye | ¥118 | 27 | complete cat food, 1.5 kg: cat food that smells, with insects in the bag |
| O-2026-1053 | not_received | wangmin | linjia | ¥358 | 8 | Taiping Houkui green tea, 200 g: marked as collected from a locker; the code went to another telephone |
| O-2026-1054 | durable_defect | wangmin | linjia | ¥329 | 62 | electric glass tea maker, 1 l: the base stopped heating within two months |
| O-2026-1055 | damaged | zhaolei | linjia | ¥568 | 11 | Yixing clay teapot, 200 ml: the spout came chipped |
| O-2026-1056 | quality | huangjing | linjia | ¥298 | 12 | Yunnan pu'er cake, 357 g: white mould under the wrapper of a pu'er cake |
| O-2026-1057 | not_as_described | xuyan | linjia | ¥468 | 22 | Wuyi Da Hong Pao gift box, 300 g: the page says “from the core area”; a grower says otherwise |
| O-2026-1058 | short_or_wrong | wangmin | linjia | ¥396 | 9 | gift box of four teas: one of four tins is missing and one is another tea |
| O-2026-9001 | not_received | wangmin | linjia | ¥10 | 5 | test: the order system is slow: the order itself takes too long |
| O-2026-9002 | not_received | wangmin | linjia | ¥10 | 5 | test: the order system is down: the order itself answers 503 |

What does not belong here: the disputes about them, and how the records are served (sample.web.platform).
"""

from sample.content.orders.delivery import DELIVERY
from sample.content.orders.quality import QUALITY
from sample.content.orders.returns import RETURNS
from sample.content.orders.shape import SampleOrder
from sample.content.orders.special import SPECIAL
from sample.content.orders.tea import TEA

__all__ = ["ORDERS", "SampleOrder"]

ORDERS: dict[str, SampleOrder] = {
    order.ref: order for order in sorted((*DELIVERY, *QUALITY, *RETURNS, *SPECIAL, *TEA), key=lambda order: order.ref)
}
