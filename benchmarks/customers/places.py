"""Cities with postcodes and streets, by country; addresses of households."""

from dataclasses import dataclass
from random import Random

from benchmarks.customers.draw import Weighted, lists, zipf


@dataclass(frozen=True)
class Country:
    """Where people of one language live: cities (name, first digits of their postcodes) and how streets are called."""

    cities: Weighted[tuple[str, str]]
    heads: Weighted[str]
    tails: tuple[str, ...]
    number_first: bool
    postcode: int
    """Digits of a postcode, those of the city included; 0: as in Britain."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address: street with number, unit ("" for a house), city, postcode; in characters too for China."""

    street: str
    unit: str
    city: str
    postcode: str
    han_street: str = ""
    han_city: str = ""


def _cities(text: str) -> Weighted[tuple[str, str]]:
    pairs = [pair.replace("_", " ").split("=") for pair in text.split()]
    return zipf([(name, code) for name, code in pairs], exponent=0.9, offset=3)


BRITAIN = Country(
    _cities("""London=SW London=N London=SE Birmingham=B Manchester=M Leeds=LS Glasgow=G Liverpool=L Bristol=BS
Sheffield=S Edinburgh=EH Leicester=LE Coventry=CV Bradford=BD Cardiff=CF Belfast=BT Nottingham=NG Hull=HU
Newcastle_upon_Tyne=NE Stoke-on-Trent=ST Southampton=SO Derby=DE Portsmouth=PO Brighton=BN Plymouth=PL Reading=RG
Northampton=NN Luton=LU Wolverhampton=WV Bolton=BL Aberdeen=AB Bournemouth=BH Norwich=NR Swindon=SN Oxford=OX
Cambridge=CB Ipswich=IP York=YO Gloucester=GL Exeter=EX Bath=BA Lincoln=LN Chester=CH Worcester=WR Durham=DH
Lancaster=LA Stirling=FK Inverness=IV"""),
    zipf(
        lists("""High Station Church Park Victoria Green Manor Kings Queens Mill New School The_Crescent Main Grange
London York Windsor Albert Alexandra Richmond North South West East Springfield George Chapel Highfield Broad Grove
Stanley Oak Cedar Elm Beech Willow Maple Hawthorn Orchard Meadow Lime Ash Chestnut Birch Woodland Hillside Riverside
Castle Abbey Priory Bridge Market Nelson Wellington Cromwell Churchill Tudor Stuart Lancaster Warwick Cambridge Oxford
Salisbury Norfolk Devonshire Cavendish Russell Bedford Clarence Cumberland Gladstone Byron Tennyson Milton Shelley
Kingfisher Swallow Heron Lark Falcon Primrose Bluebell Lavender Rose Holly Ivy Fern"""),
        exponent=0.8,
        offset=5,
    ),
    ("Road", "Street", "Lane", "Avenue", "Close", "Drive", "Way", "Gardens", "Place", "Court"),
    True,
    0,
)
GERMANY = Country(
    _cities("""Berlin=10 Berlin=13 Hamburg=22 München=80 München=81 Köln=50 Frankfurt_am_Main=60 Stuttgart=70
Düsseldorf=40 Leipzig=04 Dortmund=44 Essen=45 Bremen=28 Dresden=01 Hannover=30 Nürnberg=90 Duisburg=47 Bochum=44
Wuppertal=42 Bielefeld=33 Bonn=53 Münster=48 Karlsruhe=76 Mannheim=68 Augsburg=86 Wiesbaden=65 Kiel=24 Freiburg=79
Mainz=55 Lübeck=23 Erfurt=99 Rostock=18 Kassel=34 Göttingen=37 Würzburg=97 Regensburg=93 Ulm=89 Jena=07
Saarbrücken=66 Potsdam=14 Oldenburg=26 Heidelberg=69 Passau=94 Görlitz=02 Füssen=87"""),
    zipf(
        lists("""Haupt Schul Bahnhof Garten Dorf Berg Kirch Wald Ring Linden Wiesen Feld Birken Mühlen Goethe Schiller
Friedhof Rosen Bach Tannen Eichen Mozart Beethoven Blumen Buchen Ahorn Amsel Kant Heide Sonnen Jahn Hebel Uhland
Lessing Hölderlin Kastanien Erlen Fichten Flieder Tulpen Nelken Veilchen Drossel Finken Lerchen Meisen Post Markt Burg
Schloss Stadt Kloster Brunnen Brücken Insel Hafen Werft Fischer Gerber Müller Bäcker Schmiede Ziegel Sand Stein Moor
Bismarck Wilhelm Friedrich Ludwig Adenauer Ebert Stresemann Rathenau Königs Kaiser Herzog"""),
        exponent=0.8,
        offset=5,
    ),
    ("straße", "straße", "straße", "weg", "weg", "gasse", "allee", "platz", "ring"),
    False,
    5,
)
SPAIN = Country(
    _cities("""Madrid=280 Barcelona=080 Valencia=460 Sevilla=410 Zaragoza=500 Málaga=290 Murcia=300 Palma=070
Bilbao=480 Alicante=030 Córdoba=140 Valladolid=470 Vigo=362 Gijón=332 Granada=180 Vitoria=010 Oviedo=330 Pamplona=310
Almería=040 Santander=390 Burgos=090 Salamanca=370 Logroño=260 Cádiz=110 Toledo=450 León=240 Lleida=250 Girona=170"""),
    zipf(
        lists("""Mayor Real Nueva San_Juan San_José Iglesia Constitución Cervantes Colón Goya Velázquez Serrano Alcalá
Gran_Vía Sol Luna Fuente Molino Olivo Naranjo Rosales Jardines Estación Mar Playa Castillo Santa_María San_Pedro Pilar
Carmen Libertad Paz Victoria América Andalucía Aragón Galicia Asturias Navarra Toledo Sevilla Granada Quevedo Lope"""),
        exponent=0.8,
        offset=4,
    ),
    ("Calle", "Calle", "Calle", "Avenida", "Plaza", "Paseo"),
    False,
    5,
)
FRANCE = Country(
    _cities("""Paris=75 Marseille=13 Lyon=69 Toulouse=31 Nice=06 Nantes=44 Montpellier=34 Strasbourg=67 Bordeaux=33
Lille=59 Rennes=35 Reims=51 Toulon=83 Saint-Étienne=42 Grenoble=38 Dijon=21 Angers=49 Nîmes=30 Brest=29 Le_Mans=72
Amiens=80 Tours=37 Limoges=87 Metz=57 Besançon=25 Orléans=45 Rouen=76 Caen=14 Nancy=54 Avignon=84 Poitiers=86"""),
    zipf(
        lists("""de_l'Église de_la_Gare des_Écoles de_la_Mairie du_Moulin Victor_Hugo du_Château Jean_Jaurès Pasteur
de_la_République des_Lilas des_Rosiers du_Stade de_la_Fontaine des_Acacias Jules_Ferry Gambetta de_Verdun du_8_Mai
du_11_Novembre des_Tilleuls de_Paris de_Lyon Saint-Michel Saint-Jacques Molière Voltaire Émile_Zola des_Vignes
du_Général_de_Gaulle de_la_Libération de_la_Liberté des_Peupliers des_Cerisiers du_Port de_la_Plage"""),
        exponent=0.8,
        offset=4,
    ),
    ("rue", "rue", "rue", "avenue", "boulevard", "place", "impasse", "chemin"),
    True,
    5,
)

# City (characters, pinyin, first digits of its postcodes, districts).
CHINESE_CITIES = zipf(
    [
        ("上海市", "Shanghai", "200", "浦东新区 徐汇区 静安区 闵行区 宝山区 杨浦区 长宁区 虹口区 普陀区 松江区"),
        ("北京市", "Beijing", "100", "朝阳区 海淀区 东城区 西城区 丰台区 石景山区 通州区 昌平区 大兴区"),
        ("广州市", "Guangzhou", "510", "天河区 越秀区 海珠区 荔湾区 白云区 番禺区 黄埔区"),
        ("深圳市", "Shenzhen", "518", "福田区 南山区 罗湖区 宝安区 龙岗区 盐田区"),
        ("成都市", "Chengdu", "610", "武侯区 锦江区 青羊区 金牛区 成华区 高新区"),
        ("重庆市", "Chongqing", "400", "渝中区 江北区 沙坪坝区 九龙坡区 南岸区 渝北区"),
        ("杭州市", "Hangzhou", "310", "西湖区 上城区 拱墅区 滨江区 余杭区 萧山区"),
        ("武汉市", "Wuhan", "430", "武昌区 江岸区 江汉区 洪山区 汉阳区"),
        ("苏州市", "Suzhou", "215", "姑苏区 吴中区 相城区 虎丘区 工业园区"),
        ("南京市", "Nanjing", "210", "玄武区 鼓楼区 秦淮区 建邺区 江宁区"),
        ("西安市", "Xi'an", "710", "雁塔区 碑林区 莲湖区 未央区"),
        ("天津市", "Tianjin", "300", "和平区 南开区 河西区 河东区"),
        ("青岛市", "Qingdao", "266", "市南区 市北区 崂山区 李沧区"),
        ("长沙市", "Changsha", "410", "岳麓区 芙蓉区 天心区 雨花区"),
        ("厦门市", "Xiamen", "361", "思明区 湖里区 集美区"),
        ("沈阳市", "Shenyang", "110", "和平区 沈河区 铁西区"),
        ("宁波市", "Ningbo", "315", "海曙区 鄞州区 江北区"),
        ("哈尔滨市", "Harbin", "150", "南岗区 道里区 道外区"),
    ],
    exponent=0.7,
    offset=2,
)
PROVINCES = {
    "广州市": "广东省",
    "深圳市": "广东省",
    "成都市": "四川省",
    "杭州市": "浙江省",
    "宁波市": "浙江省",
    "武汉市": "湖北省",
    "苏州市": "江苏省",
    "南京市": "江苏省",
    "西安市": "陕西省",
    "青岛市": "山东省",
    "长沙市": "湖南省",
    "厦门市": "福建省",
    "沈阳市": "辽宁省",
    "哈尔滨市": "黑龙江省",
}
_ROADS = """中山路zhongshan 人民路renmin 解放路jiefang 建设路jianshe 和平路heping 北京路beijing 南京路nanjing
世纪大道shiji 淮海路huaihai 新华路xinhua 文化路wenhua 长江路changjiang 黄河路huanghe 胜利路shengli 光明路guangming
友谊路youyi 青年路qingnian 学院路xueyuan 科技路keji 创业路chuangye 花园路huayuan 湖滨路hubin 滨江路binjiang
朝阳路chaoyang 迎宾路yingbin 团结路tuanjie 幸福路xingfu 复兴路fuxing 延安路yanan 天府大道tianfu 深南大道shennan
珞喻路luoyu 凤凰路fenghuang 梅园路meiyuan 桂花路guihua 银河路yinhe 金沙路jinsha 玉泉路yuquan 龙泉路longquan
西湖路xihu 东风路dongfeng 红旗路hongqi 民主路minzhu 公园路gongyuan 体育路tiyu 车站路chezhan 工业路gongye"""


def _road(word: str) -> tuple[str, str]:
    han = "".join(one for one in word if one > "\u3000")
    return han, word[len(han) :].title()


CHINESE_STREETS = zipf([_road(word) for word in lists(_ROADS)], exponent=0.8, offset=5)


def western_address(random: Random, country: Country, town: tuple[str, str] | None = None) -> Address:
    """One address, in ``town`` (a city with the beginning of its postcodes) or anywhere; a third of them are flats."""
    city, code = town or country.cities(random)
    tail = random.choice(country.tails)
    head = country.heads(random)
    number = str(int(random.paretovariate(0.9) * 3) % 180 + 1)
    unit = str(random.randint(1, 40)) if random.random() < 0.33 else ""
    if country is GERMANY:
        name = head + tail if random.random() < 0.7 else f"{head}{tail}".replace("straße", "str.")
        street = f"{name} {number}"
    elif country.number_first:
        name = f"{head} {tail}" if country is BRITAIN else f"{tail} {head}"
        street = f"{number} {name}"
    else:
        street = f"{tail} {head}, {number}"
    if country.postcode:
        rest = country.postcode - len(code)
        return Address(street, unit, city, code + f"{random.randrange(10**rest):0{rest}}")
    area = f"{code}{random.randint(1, 24)}"
    end = f"{random.randint(1, 9)}{random.choice('ABDEFGHJLNPQRSTUWXYZ')}{random.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    return Address(street, unit, city, f"{area} {end}")


def chinese_address(random: Random) -> Address:
    """One address, in characters and as it is written in pinyin."""
    han_city, city, code, districts = CHINESE_CITIES(random)
    district = random.choice(districts.split())
    han_road, road = CHINESE_STREETS(random)
    number, block, room = (
        random.randint(1, 999),
        random.randint(1, 20),
        random.randint(1, 24) * 100 + random.randint(1, 6),
    )
    kind = "Avenue" if han_road.endswith("大道") else "Road"
    return Address(
        f"{number} {road} {kind}",
        f"{block}-{room}",
        city,
        code + f"{random.randrange(1000):03}",
        f"{district}{han_road}{number}号{block}栋{room}室",
        han_city,
    )
