# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""What each invented shop sells; a notice about a listing names one of these goods."""

from sample.content.bilingual import Both

PRODUCTS: dict[str, tuple[Both, ...]] = {
    "linjia": (Both("明前龙井 250克罐装", "pre-Qingming Longjing, 250 g tin"), Both("茉莉花茶 125克", "jasmine tea, 125 g"), Both("正山小种 礼盒", "Lapsang Souchong gift box")),
    "yunshang": (Both("真丝印花连衣裙", "printed silk dress"), Both("亚麻盘扣上衣", "linen blouse with knotted buttons"), Both("羊毛双面呢大衣", "double-faced wool coat")),
    "haoting": (Both("蓝牙降噪耳机 H7", "H7 noise-cancelling headphones"), Both("便携音箱 Mini3", "Mini3 portable speaker"), Both("骨传导运动耳机", "bone-conduction sports headphones")),
    "qinghe": (Both("婴儿纱布浴巾", "baby muslin towel"), Both("宽口径奶瓶 240毫升", "wide-neck bottle, 240 ml"), Both("儿童安全座椅 C2", "C2 child car seat")),
    "shanye": (Both("秦岭黑木耳 500克", "Qinling black fungus, 500 g"), Both("古田银耳", "Gutian white fungus"), Both("野生羊肚菌 50克", "wild morels, 50 g")),
    "muxi": (Both("白蜡木餐桌 1.4米", "ash dining table, 1.4 m"), Both("实木儿童床", "solid-wood children's bed"), Both("樱桃木书柜", "cherry bookcase")),
    "yuandian": (Both("三季帐篷 双人", "three-season tent for two"), Both("徒步登山鞋", "hiking boots"), Both("折叠露营椅", "folding camp chair")),
    "baicao": (Both("黄芪党参煲汤料", "astragalus and codonopsis soup mix"), Both("枸杞原浆 30毫升×7", "goji juice, 7 × 30 ml"), Both("艾草足浴包", "mugwort foot-bath sachets")),
    "xiaoman": (Both("高筋面包粉 2.5公斤", "bread flour, 2.5 kg"), Both("动物淡奶油 1升", "dairy whipping cream, 1 l"), Both("可可粉 100克", "cocoa powder, 100 g")),
    "dengxia": (Both("《小城旧事》精装本", "“Old Days of a Small Town”, hardback"), Both("手账本 A5", "A5 journal"), Both("钢笔 F尖", "fountain pen, fine nib")),
    "jinxiu": (Both("18K金珍珠耳钉", "18-carat gold pearl studs"), Both("和田玉平安扣", "Hetian jade pendant"), Both("银手镯 30克", "silver bangle, 30 g")),
    "ronghua": (Both("手机磁吸充电宝", "magnetic power bank"), Both("钢化膜 三片装", "screen protectors, pack of three"), Both("编织数据线 2米", "braided cable, 2 m")),
    "tangtang": (Both("手撕牛肉干 200克", "beef jerky, 200 g"), Both("冻干草莓脆", "freeze-dried strawberries"), Both("海苔夹心脆", "filled seaweed crisps")),
    "beichuan": (Both("头层牛皮公文包", "full-grain leather briefcase"), Both("女士链条小方包", "chain-strap square bag"), Both("登机箱 20寸", "20-inch cabin case")),
    "yipinxian": (Both("冷冻带鱼段 1公斤", "frozen hairtail, 1 kg"), Both("即食海蜇丝", "ready-to-eat jellyfish"), Both("大连鲜活扇贝", "live Dalian scallops")),
    "chunni": (Both("多肉组合盆栽", "potted succulents"), Both("通用营养土 10升", "potting soil, 10 l"), Both("月季裸根苗", "bare-root rose")),
    "meixue": (Both("烟酰胺精华液 30毫升", "niacinamide serum, 30 ml"), Both("补水面膜 10片", "moisture masks, pack of ten"), Both("防晒乳 SPF50", "sun lotion SPF 50")),
    "zhuolang": (Both("空气炸锅 5升", "air fryer, 5 l"), Both("桌面暖风机", "desktop fan heater"), Both("手持挂烫机", "handheld steamer")),
    "tongqu": (Both("磁力片积木 108件", "108-piece magnetic tiles"), Both("遥控越野车", "remote-control buggy"), Both("儿童水彩笔 36色", "36 felt-tip pens")),
    "lvye": (Both("全价猫粮 1.5公斤", "complete cat food, 1.5 kg"), Both("豆腐猫砂 6升", "tofu cat litter, 6 l"), Both("宠物自动饮水机", "automatic pet fountain")),
    "gudu": (Both("清仿青花小瓶", "small blue-and-white vase in Qing style"), Both("老料手串 12毫米", "old-stock bead bracelet, 12 mm"), Both("黄铜镇纸", "brass paperweight")),
    "huayan": (Both("激光打印纸 A4 五包", "A4 paper, five reams"), Both("中性笔 24支", "gel pens, pack of 24"), Both("碎纸机 S4", "S4 shredder")),
    "nanfeng": (Both("小白鞋 女款", "women's white trainers"), Both("固特异缝线皮鞋", "welted leather shoes"), Both("加绒雪地靴", "lined snow boots")),
    "oceanic": (Both("西班牙橄榄油 750毫升", "Spanish olive oil, 750 ml"), Both("挪威三文鱼柳 400克", "Norwegian salmon fillet, 400 g"), Both("比利时黑巧克力", "Belgian dark chocolate")),
    "laozhou": (Both("全合成机油 4升", "fully synthetic oil, 4 l"), Both("雨刮器 一对", "wiper blades, pair"), Both("行车记录仪 V5", "V5 dash camera")),
    "jiuwei": (Both("二手旁轴相机", "used rangefinder camera"), Both("手动定焦镜头 50毫米", "50 mm manual lens"), Both("机械测光表", "mechanical light meter")),
}
