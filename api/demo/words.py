"""Word lists of the made-up world: brands, trades, products, what people write and say."""

from api.demo.seeds import listed

# Brand characters with their readings; two of them make a brand.
BRAND_CHARACTERS = tuple(
    item.split(":")
    for item in listed(
        "华:hua 瑞:rui 鑫:xin 盛:sheng 达:da 通:tong 联:lian 创:chuang 宏:hong 源:yuan 泰:tai 安:an 嘉:jia 禾:he "
        "方:fang 远:yuan 航:hang 智:zhi 汇:hui 云:yun 启:qi 蓝:lan 海:hai 金:jin 桥:qiao 恒:heng 信:xin 天:tian "
        "中:zhong 诚:cheng 力:li 德:de 博:bo 雅:ya 星:xing 河:he 佳:jia 美:mei 兴:xing 业:ye 卓:zhuo 越:yue "
        "东:dong 晟:sheng"
    )
)
# Trade as it stands in the company name, and the industry (a class of GB/T 4754) it means.
TRADES_ZH = (
    ("科技", "软件和信息技术服务业"), ("信息技术", "软件和信息技术服务业"), ("软件", "软件和信息技术服务业"),
    ("贸易", "批发和零售业"), ("商贸", "批发和零售业"), ("食品", "制造业"), ("机械设备", "制造业"),
    ("电子", "制造业"),
    ("纺织", "制造业"), ("建筑工程", "建筑业"), ("装饰工程", "建筑业"), ("物流", "交通运输业"),
    ("供应链管理", "交通运输业"), ("教育咨询", "教育"), ("文化传媒", "文化体育和娱乐业"),
    ("医疗器械", "卫生和社会工作"), ("餐饮管理", "住宿和餐饮业"),
    ("酒店管理", "住宿和餐饮业"), ("投资管理", "金融业"), ("物业服务", "房地产业"),
)  # fmt: skip
LEGAL_FORMS_ZH = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
BRANDS_LATIN = listed(
    "Brindle Kestrel Larkfield Ostrava Meridian Halcyon Tamarind Quillon Northgate Fennimore Castellan Bluewater "
    "Solberg Vantage Ironbridge Palisade Corvina Aldermoor Zephyrine Thistledown Marlowe Hexham Rowanside Estrella "
    "Windermere Calloway Dunmore Everline Foxglove Greycliff Harrowgate Inverley Juniper Kingsward Lyndhurst Montclair "
    "Nightingale Oakhurst Pemberley Quarry Redfern Silverdale Tregarth Underhill Valmont Westbrook Yarrow Ambleside"
)
TRADES_LATIN = (
    ("Foods", "制造业"), ("Instruments", "制造业"), ("Textiles", "制造业"), ("Logistics", "交通运输业"),
    ("Software", "软件和信息技术服务业"), ("Trading", "批发和零售业"), ("Medical", "卫生和社会工作"),
    ("Design", "建筑业"),
    ("Media", "文化体育和娱乐业"), ("Partners", "金融业"), ("Hotels", "住宿和餐饮业"),
)  # fmt: skip
LEGAL_FORMS_LATIN = {
    "gb": "Ltd", "us": "Inc.", "de": "GmbH", "fr": "SARL", "es": "S.L.", "it": "S.r.l.", "pl": "Sp. z o.o.",
    "in": "Pvt. Ltd.",
}  # fmt: skip
LEGAL_FORM_SPELLINGS = {
    "Ltd": ("Limited", "LTD", "Ltd."), "Inc.": ("Incorporated", "Inc", "INC"), "GmbH": ("G.m.b.H.", "GMBH"),
    "SARL": ("S.A.R.L.", "Sarl"), "S.L.": ("SL", "Sociedad Limitada"), "S.r.l.": ("SRL", "S.R.L."),
    "Sp. z o.o.": ("SP. Z O.O.", "Sp z oo"), "Pvt. Ltd.": ("Private Limited", "Pvt Ltd"),
    "有限公司": ("有限责任公司",), "有限责任公司": ("有限公司",),
}  # fmt: skip
INDUSTRIES = tuple(dict.fromkeys(industry for _, industry in TRADES_ZH))

TITLES_ZH = ("采购经理", "总经理", "行政主管", "销售总监", "工程师", "财务经理", "项目经理", "运营主管")
TITLES_LATIN = ("Purchasing Manager", "Managing Director", "Office Manager", "Head of Sales", "Engineer", "Controller")

# Product and price range in whole units of the currency.
PRODUCTS_ZH = (
    ("企业版软件年费", 8_000, 60_000), ("标准版软件年费", 1_200, 6_000), ("上门安装服务", 300, 1_500),
    ("数据迁移服务", 5_000, 30_000), ("扫码枪", 200, 900), ("热敏标签打印机", 800, 3_200), ("延保服务一年", 150, 2_000),
    ("员工培训课程", 1_000, 12_000), ("云存储扩容", 100, 4_000),
)  # fmt: skip
PRODUCTS_LATIN = (
    ("Enterprise licence, one year", 1_200, 9_000), ("Standard licence, one year", 180, 900),
    ("On-site installation", 90, 600), ("Data migration", 900, 5_000), ("Barcode scanner", 60, 240),
    ("Label printer", 150, 700), ("Extended warranty", 40, 400), ("Staff training", 250, 2_500),
)  # fmt: skip
CURRENCIES = {"CN": "CNY", "GB": "GBP", "US": "USD", "IN": "INR", "PL": "PLN"}

NEEDS_ZH = (
    "进销存管理",
    "门店收银",
    "多仓库库存",
    "客户回访提醒",
    "电子发票对接",
    "移动端审批",
    "报表定制",
    "会员积分",
)
NEEDS_LATIN = (
    "stock control", "point of sale", "several warehouses", "follow-up reminders", "e-invoicing", "mobile approvals",
    "custom reports", "loyalty points",
)  # fmt: skip
CALLS_ZH = (
    "回访使用情况,客户表示满意", "咨询报价,已发送方案", "询问发货进度", "预约下周上门演示", "催收尾款,客户承诺月底付清",
    "反馈打印机卡纸,已指导处理",
)  # fmt: skip
CALLS_LATIN = (
    "Checked how the roll-out is going, customer is content", "Asked for a quotation, proposal sent",
    "Asked when the goods will ship", "Booked a demonstration for next week", "Reminder about the open balance",
    "Printer jam reported, talked through the fix",
)  # fmt: skip
COMPLAINTS_ZH = (
    ("quality", "收到的扫码枪无法开机,要求更换"), ("delivery", "订单已经超过两周没有发货,请尽快处理"),
    ("billing", "发票金额与合同不一致,请重新开具"), ("service", "客服电话一直占线,问题没有人跟进"),
    ("suggestion", "建议增加批量导入功能"), ("question", "请问如何修改开票信息"),
)  # fmt: skip
COMPLAINTS_LATIN = (
    ("quality", "The scanner arrived dead, please replace it"), ("delivery", "The order is two weeks late"),
    ("billing", "The invoice does not match the contract"), ("service", "Nobody calls back about my ticket"),
    ("suggestion", "Please add a bulk import"), ("question", "How do I change the invoicing address?"),
)  # fmt: skip
MESSAGES_ZH = (
    "您好,想了解一下{need}的方案和价格,请联系我。", "我们公司准备上线{need},请安排演示。",
    "之前购买的软件需要续费,同时咨询{need}。", "请发一份{need}的产品资料到我的邮箱,谢谢。",
)  # fmt: skip
MESSAGES_LATIN = (
    "Hello, please send me details and prices for {need}.",
    "We are planning to introduce {need}, can you show it to us?",
    "Our licence is up for renewal, and we would like to know more about {need}.",
    "Could somebody call me back about {need}? Many thanks.",
)  # fmt: skip
SUBJECTS_ZH = ("咨询{need}", "关于{need}的报价", "请协助:{need}", "续费及{need}")
SUBJECTS_LATIN = ("Question about {need}", "Quotation for {need}", "Help with {need}", "Renewal and {need}")
BIOS_ZH = ("爱生活,爱分享", "专注{industry}十年", "记录日常 | 合作请私信", "慢慢来,比较快")
BIOS_LATIN = ("Coffee first", "Opinions are my own", "Weekend cyclist", "Small business, big plans")
NICKNAMES = ("小太阳", "追风的人", "一只柠檬", "星河滚烫", "Sunny", "moonlight", "blue_whale", "the_gardener")
EMOJI = ("🌸", "✨", "🚴", "☕", "🌊", "🐼", "🍀", "📷")
