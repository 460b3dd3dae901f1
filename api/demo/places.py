"""Real provinces, cities and districts (GB/T 2260 codes) with made-up streets, and a few cities elsewhere."""

import random
from dataclasses import dataclass

from api.demo.seeds import digits, listed


@dataclass(frozen=True, slots=True)
class City:
    """A city: country (ISO 3166), province, dialling code, postcode start, sales region, (district, code) pairs."""

    country: str
    province: str
    name: str
    dialling: str
    postcode: str
    region: str
    districts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """One address in parts. ``code`` is the six-digit district code in China, empty elsewhere."""

    country: str
    province: str
    city: str
    district: str
    code: str
    street: str
    unit: str
    postcode: str
    region: str
    dialling: str

    @property
    def full(self) -> str:
        """One line, largest place first in Chinese, last elsewhere."""
        if self.country == "CN":
            province = "" if self.province == self.city else self.province
            return f"{province}{self.city}{self.district}{self.street}{self.unit}"
        return ", ".join(part for part in (self.unit, self.street, self.city, self.postcode, self.country) if part)

    @property
    def local(self) -> str:
        """The part below the district: what stands in an address column beside province, city and district."""
        if self.country == "CN":
            return self.street + self.unit
        return ", ".join(part for part in (self.unit, self.street) if part)


def _china(line: str) -> City:
    region, province, name, dialling, postcode, *districts = line.split()
    pairs = tuple((text[:-6], text[-6:]) for text in districts)
    return City("CN", province, name, dialling, postcode, region, pairs)


_CHINA_LINES = """
华北 北京市 北京市 010 100 东城区110101 西城区110102 朝阳区110105 丰台区110106 海淀区110108 通州区110112
华东 上海市 上海市 021 200 黄浦区310101 徐汇区310104 静安区310106 闵行区310112 浦东新区310115
华北 天津市 天津市 022 300 和平区120101 河西区120103 南开区120104
西南 重庆市 重庆市 023 400 渝中区500103 江北区500105 沙坪坝区500106
华南 广东省 广州市 020 510 荔湾区440103 越秀区440104 海珠区440105 天河区440106
华南 广东省 深圳市 0755 518 罗湖区440303 福田区440304 南山区440305 宝安区440306
华东 浙江省 杭州市 0571 310 上城区330102 西湖区330106 滨江区330108 萧山区330109
华东 浙江省 宁波市 0574 315 海曙区330203 江北区330205 鄞州区330212
华东 江苏省 南京市 025 210 玄武区320102 秦淮区320104 建邺区320105 鼓楼区320106
华东 江苏省 苏州市 0512 215 虎丘区320505 吴中区320506 姑苏区320508
西南 四川省 成都市 028 610 锦江区510104 青羊区510105 武侯区510107
华中 湖北省 武汉市 027 430 江岸区420102 武昌区420106 洪山区420111
西北 陕西省 西安市 029 710 新城区610102 碑林区610103 雁塔区610113
华东 山东省 济南市 0531 250 历下区370102 市中区370103
华东 山东省 青岛市 0532 266 市南区370202 崂山区370212
东北 辽宁省 沈阳市 024 110 和平区210102 沈河区210103
东北 辽宁省 大连市 0411 116 中山区210202 沙河口区210204
东北 吉林省 长春市 0431 130 南关区220102 朝阳区220104
华东 福建省 厦门市 0592 361 思明区350203 湖里区350206
华东 福建省 福州市 0591 350 鼓楼区350102 台江区350103
华中 湖南省 长沙市 0731 410 芙蓉区430102 岳麓区430104
华中 河南省 郑州市 0371 450 中原区410102 金水区410105
西南 云南省 昆明市 0871 650 五华区530102 盘龙区530103
西北 新疆维吾尔自治区 乌鲁木齐市 0991 830 天山区650102 沙依巴克区650103
西南 西藏自治区 拉萨市 0891 850 城关区540102
华北 内蒙古自治区 呼和浩特市 0471 010 新城区150102 赛罕区150105
华南 广西壮族自治区 南宁市 0771 530 兴宁区450102 青秀区450103
"""
CHINA = tuple(_china(line) for line in _CHINA_LINES.split("\n") if line)
# Large cities hold most customers.
_CHINA_WEIGHTS = (14, 14, 4, 5, 9, 10, 7, 3, 5, 5, 6, 5, 4, 2, 3, 2, 2, 2, 2, 2, 3, 3, 2, 2, 1, 1, 2)
_MINORITY_PROVINCES = ("新疆维吾尔自治区", "西藏自治区")

ABROAD = {
    "gb": (
        City("GB", "England", "Manchester", "161", "M", "EMEA"),
        City("GB", "England", "Bristol", "117", "BS", "EMEA"),
        City("GB", "Scotland", "Glasgow", "141", "G", "EMEA"),
    ),
    "us": (
        City("US", "Oregon", "Portland", "503", "972", "AMER"),
        City("US", "Texas", "Austin", "512", "787", "AMER"),
        City("US", "New York", "Buffalo", "716", "142", "AMER"),
        City("US", "Ohio", "Columbus", "614", "432", "AMER"),
    ),
    "de": (
        City("DE", "Bayern", "München", "89", "80", "EMEA"),
        City("DE", "Sachsen", "Leipzig", "341", "04", "EMEA"),
        City("DE", "Nordrhein-Westfalen", "Köln", "221", "50", "EMEA"),
    ),
    "fr": (
        City("FR", "Auvergne-Rhône-Alpes", "Lyon", "4", "690", "EMEA"),
        City("FR", "Bretagne", "Rennes", "2", "350", "EMEA"),
    ),
    "es": (City("ES", "Aragón", "Zaragoza", "976", "500", "EMEA"), City("ES", "Galicia", "Vigo", "986", "362", "EMEA")),
    "it": (
        City("IT", "Piemonte", "Torino", "011", "101", "EMEA"),
        City("IT", "Toscana", "Firenze", "055", "501", "EMEA"),
    ),
    "pl": (
        City("PL", "Małopolskie", "Kraków", "12", "30", "EMEA"),
        City("PL", "Pomorskie", "Gdańsk", "58", "80", "EMEA"),
    ),
    "in": (
        City("IN", "Karnataka", "Bengaluru", "80", "560", "APAC"),
        City("IN", "Maharashtra", "Pune", "20", "411", "APAC"),
    ),
}
_STREETS = {
    "gb": "Mill Lane|Station Road|Orchard Close|Victoria Street|Chapel Hill|Wharf Road",
    "us": "Maple Avenue|Oak Street|Cedar Drive|River Road|Elm Court|Lincoln Boulevard",
    "de": "Lindenstraße|Bahnhofstraße|Am Mühlbach|Schillerweg|Gartenstraße|Kirchgasse",
    "fr": "rue des Lilas|avenue de la Gare|rue Pasteur|allée des Tilleuls|place du Marché",
    "es": "Calle Mayor|Avenida del Río|Calle de la Paz|Paseo del Mar|Calle San Roque",
    "it": "Via Roma|Corso Italia|Via dei Mille|Viale Europa|Via San Marco",
    "pl": "ul. Lipowa|ul. Ogrodowa|ul. Szkolna|ul. Polna|al. Parkowa",
    "in": "MG Road|Lake View Road|Temple Street|Gandhi Nagar|Station Road",
}
_ROADS = listed(
    "建国路 人民路 中山路 解放路 和平路 文化路 新华路 长江路 黄河路 学院路 科技路 滨江路 花园路 青年路 延安路 体育路 "
    "春晖路 望江路 松涛路 云栖路 翠竹路 明湖路 丹桂路 槐荫路 银杏街 梧桐街 柳林街 金桥大道 创新大道 迎宾大道"
)
_COMMUNITIES = listed("阳光花园 锦绣家园 翠湖小区 金色年华 丽景苑 和谐家园 东方花城 书香雅苑 绿洲新城 梅园小区")


def chinese_city(draw: random.Random, *, minority: bool = False) -> City:
    """A Chinese city by weight; for minority names mostly one of their own regions."""
    home = [city for city in CHINA if city.province in _MINORITY_PROVINCES]
    if minority and draw.random() < 0.7:
        return draw.choice(home)
    return draw.choices(CHINA, _CHINA_WEIGHTS)[0]


def chinese_address(draw: random.Random, city: City, *, office: bool) -> Address:
    """An address in one of the city's districts: a home (community, building, unit) or an office (building, room)."""
    district, code = draw.choice(city.districts)
    number = draw.randint(1, 988)
    if office:
        street = f"{draw.choice(_ROADS)}{number}号"
        unit = f"{draw.choice('ABC')}座{draw.randint(2, 32)}{draw.randint(1, 20):02d}室"
    else:
        street = f"{draw.choice(_ROADS)}{number}号" + (draw.choice(_COMMUNITIES) if draw.random() < 0.5 else "院")
        unit = f"{draw.randint(1, 28)}号楼{draw.randint(1, 5)}单元{draw.randint(1, 28)}{draw.randint(1, 4):02d}室"
    postcode = (city.postcode + digits(draw, 3))[:6]
    return Address(
        city.country, city.province, city.name, district, code, street, unit, postcode, city.region, city.dialling
    )


def address_abroad(draw: random.Random, culture: str, city: City | None = None) -> Address:
    """An address in a country of that culture, in its own order of street and number."""
    city = city or draw.choice(ABROAD[culture])
    street, number = draw.choice(_STREETS[culture].split("|")), draw.randint(1, 240)
    first = culture in {"gb", "us", "fr", "in"}
    line = f"{number} {street}" if first else f"{street} {number}"
    unit = f"Flat {draw.randint(1, 40)}" if culture in {"gb", "in"} and draw.random() < 0.4 else ""
    postcode = _postcode(draw, city)
    return Address(city.country, city.province, city.name, "", "", line, unit, postcode, city.region, city.dialling)


def _postcode(draw: random.Random, city: City) -> str:
    if city.country == "GB":
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        return f"{city.postcode}{draw.randint(1, 9)} {draw.randint(1, 9)}{draw.choice(letters)}{draw.choice(letters)}"
    if city.country == "PL":
        return f"{city.postcode}-{digits(draw, 3)}"
    length = 6 if city.country == "IN" else 5
    return city.postcode + digits(draw, length - len(city.postcode))
