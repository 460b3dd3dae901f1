"""A Chinese company's name as it stands in Latin letters: its brand in pinyin, its trades in English.

北京东利机械设备有限公司 calls itself Beijing Dongli Machinery Equipment Co., Ltd. abroad. Translations differ, so this
is one more way to be compared with names in Latin letters, and no name of its own.
"""

from functools import lru_cache

from merge.standardise.branches import LOOSE_MARK
from merge.standardise.names import plain_pinyin
from merge.standardise.text import fold, vocabulary

_WORDS = {
    han: latin.replace("_", " ")
    for han, _, latin in (
        pair.partition("=")
        for pair in vocabulary(
            "科技=technology 技术=technology 信息=information 网络=network 软件=software 电子=electronic "
            "商务=commerce "
            "电子商务=e_commerce 智能=intelligent 数码=digital 数字=digital 数据=data 通信=communication "
            "通讯=communication 光电=optoelectronic 半导体=semiconductor 集成电路=integrated_circuit "
            "自动化=automation "
            "贸易=trading 商贸=trading 国际=international 进出口=import_export 实业=industry 工业=industry "
            "产业=industry 控股=holding 投资=investment 发展=development 开发=development 管理=management "
            "咨询=consulting 服务=services 供应链=supply_chain 物流=logistics 货运=freight 运输=transport "
            "快递=express "
            "仓储=warehousing 机械=machinery 机电=electromechanical 设备=equipment 仪器=instruments 仪表=instruments "
            "器械=instruments 电器=electric 电气=electric 五金=hardware 模具=mould 制造=manufacturing 汽车=auto "
            "配件=parts 零部件=parts 钢铁=steel 金属=metal 材料=materials 新材料=new_materials "
            "建材=building_materials 建筑=construction 建设=construction 工程=engineering 装饰=decoration "
            "装修=decoration 家具=furniture 家居=home 化工=chemical 化学=chemical 塑料=plastic 橡胶=rubber "
            "包装=packaging 印刷=printing 纸业=paper 玻璃=glass 陶瓷=ceramics 纺织=textile 纺织品=textile "
            "服装=garment 服饰=garment 鞋业=shoes 皮具=leather 珠宝=jewelry 日用品=daily_necessities "
            "化妆品=cosmetics 玩具=toys 生物=bio 医药=pharmaceutical 制药=pharmaceutical 药业=pharmaceutical "
            "医疗=medical 健康=health 食品=food 饮料=beverage 酒业=wine 茶业=tea 农业=agriculture 餐饮=catering "
            "酒店=hotel 旅游=travel 房地产=real_estate 置业=real_estate 物业=property 园林=landscape "
            "环保=environmental_protection 环境=environment 能源=energy 新能源=new_energy 电力=power 石油=petroleum "
            "金融=finance 保险=insurance 证券=securities 资产=asset 担保=guarantee 租赁=leasing 教育=education "
            "培训=training 文化=culture 传媒=media 传播=media 广告=advertising 影视=film 设计=design 体育=sports "
            "检测=testing 超市=supermarket 百货=department_store 连锁=chain 零售=retail 人力资源=human_resources "
            "制品=products 产品=products 用品=supplies 银行=bank 大学=university 学院=college 医院=hospital "
            "集团=group "
            "企业=enterprise 塑胶=plastic 工艺品=crafts 照明=lighting 灯具=lighting 会展=exhibition "
            "展览=exhibition 代理=agency "
            "便利店=convenience_store 大药房=pharmacy 药房=pharmacy 健身=fitness 火锅=hot_pot 烘焙=bakery 茶饮=tea "
            "咖啡=coffee 眼镜=optical 汽车养护=auto_care 汽车服务=auto_service 美容=beauty 摄影=photography "
            "空调=air_conditioning "
            "消防=fire_protection 生态=ecology 畜牧=husbandry 水产=aquatic 粮油=grain_oil 乳业=dairy 文具=stationery "
            "办公=office 办公用品=office_supplies 家政=housekeeping 婚庆=wedding 票务=ticketing 游戏=game "
            "动漫=animation"
        )
    )
}
_LONGEST = max(map(len, _WORDS))
_LEAST_BRAND = 2


@lru_cache(maxsize=65536)
def latin_of(core: str, city: str) -> str:
    """The words of a Chinese core name in Latin letters, behind its city; "" where no brand is left."""
    rest = core
    trades: list[str] = []
    while len(rest) > _LEAST_BRAND:
        lengths = range(min(_LONGEST, len(rest) - _LEAST_BRAND), 1, -1)
        trade = next((rest[-length:] for length in lengths if rest[-length:] in _WORDS), None)
        if trade is None:
            break
        rest = rest[: -len(trade)]
        trades.insert(0, _WORDS[trade])
    if len(rest) < _LEAST_BRAND:
        return ""
    return " ".join(part for part in (_pinyin(city), _pinyin(rest), *trades) if part)


def branch_in_latin(place: str) -> str:
    """The branch of a place as ``branches`` has it of a name in Latin letters; "" for none."""
    return LOOSE_MARK + _pinyin(place) if place else ""


def _pinyin(text: str) -> str:
    """The syllables of a text in one word; what is no Han character stays."""
    return "".join(fold(plain_pinyin(text)).split()) if text else ""
