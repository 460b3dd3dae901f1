"""Chinese personal names with the reading each is known by: made up, no list of real people.

Readings are written out, because a surname is often not read as the character usually is (单 Shan, 解 Xie, 仇 Qiu).
"""

import random
from dataclasses import dataclass

from api.demo.seeds import chance


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as its bearer writes it, its two parts, and its parts in plain Latin letters.

    ``family`` is empty for people who have no family name (Tibetan names).
    """

    full: str
    family: str
    given: str
    latin_family: str
    latin_given: str

    @property
    def latin(self) -> str:
        """Given name first, as in a Latin-letter From header."""
        return f"{self.latin_given} {self.latin_family}".strip()

    @property
    def latin_family_first(self) -> str:
        """Family name first, as a passport or an ERP of old writes it."""
        return f"{self.latin_family} {self.latin_given}".strip()


def _readings(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in text.split():
        characters, _, reading = item.partition(":")
        pairs.append((characters, reading))
    return tuple(pairs)


_COMMON = _readings(
    "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 徐:xu 孙:sun 马:ma 朱:zhu 胡:hu "
    "郭:guo 何:he 高:gao 林:lin 罗:luo 郑:zheng 梁:liang 谢:xie 宋:song 唐:tang 许:xu 韩:han 冯:feng 邓:deng 曹:cao"
)
_OTHER = _readings(
    "彭:peng 肖:xiao 蔡:cai 潘:pan 田:tian 董:dong 袁:yuan 于:yu 余:yu 叶:ye 蒋:jiang 杜:du 苏:su 魏:wei 程:cheng "
    "吕:lv 丁:ding 沈:shen 姚:yao 卢:lu 傅:fu 钟:zhong 谭:tan 陆:lu 范:fan 石:shi 廖:liao 贾:jia 韦:wei 方:fang "
    "邹:zou 熊:xiong 孟:meng 秦:qin 白:bai 江:jiang 薛:xue 尹:yin 段:duan 雷:lei 侯:hou 龙:long 史:shi 陶:tao 黎:li"
)
# Surnames whose reading is not the usual one of the character.
_POLYPHONE = _readings("单:shan 解:xie 仇:qiu 查:zha 曾:zeng 区:ou 任:ren 华:hua 朴:piao 盖:ge 覃:qin 乐:yue 葛:ge")
_COMPOUND = _readings("欧阳:ouyang 上官:shangguan 司马:sima 诸葛:zhuge 尉迟:yuchi 皇甫:huangfu 令狐:linghu 慕容:murong")

_MALE = _readings(
    "伟:wei 强:qiang 磊:lei 军:jun 勇:yong 杰:jie 涛:tao 超:chao 明:ming 刚:gang 平:ping 辉:hui 鹏:peng 浩:hao 宇:yu "
    "轩:xuan 然:ran 博:bo 凯:kai 斌:bin 志:zhi 建:jian 国:guo 文:wen 俊:jun 子:zi 天:tian 泽:ze 晨:chen 旭:xu 毅:yi "
    "恒:heng 康:kang 松:song 柏:bai 海:hai 峰:feng 波:bo 宁:ning 诚:cheng 航:hang 嘉:jia 睿:rui 哲:zhe 彦:yan 铭:ming"
)
_FEMALE = _readings(
    "芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 燕:yan 玲:ling 梅:mei 琳:lin 雪:xue 莉:li 倩:qian "
    "婷:ting 欣:xin 怡:yi 佳:jia 悦:yue 梦:meng 琪:qi 雅:ya 慧:hui 颖:ying 洁:jie 璐:lu 瑶:yao 萍:ping 云:yun 兰:lan "
    "秀:xiu 英:ying 春:chun 月:yue 思:si 若:ruo 诗:shi 涵:han 语:yu 桐:tong 蕾:lei 珊:shan 媛:yuan 友:you 琴:qin"
)
# The handful of given names that make namesakes common.
_POPULAR_MALE = _readings("伟:wei 强:qiang 磊:lei 军:jun 勇:yong 杰:jie 涛:tao 超:chao 浩:hao 子轩:zixuan")
_POPULAR_FEMALE = _readings("芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 秀英:xiuying 婷婷:tingting 欣怡:xinyi")

_UYGHUR_GIVEN_MALE = _readings("阿卜杜拉:abdulla 艾力:eli 吐尔逊:tursun 买合木提:mahmut 热合曼:rahman 努尔:nur")
_UYGHUR_GIVEN_FEMALE = _readings("古丽娜尔:gulnar 阿依古丽:aygul 热依汗:reyhan 帕丽达:perida 迪丽拜尔:dilber")
_UYGHUR_FATHER = _readings("买买提:memet 依明:imin 玉素甫:yusup 卡德尔:kadir 沙吾提:sawut 司马义:ismail")
_TIBETAN_FIRST = _readings("扎西:tashi 次仁:tsering 洛桑:lobsang 丹增:tenzin 格桑:kelsang 旺堆:wangdu")
_TIBETAN_SECOND = _readings("多吉:dorje 卓玛:drolma 顿珠:dondrup 央金:yangchen 平措:phuntsok 曲珍:choedron")

# Characters that are read alike: what a typist who hears the name picks by mistake.
HOMOPHONES = {
    "伟": "玮", "强": "蔷", "磊": "蕾", "军": "君", "杰": "洁", "涛": "滔", "明": "铭", "辉": "晖", "鹏": "朋",
    "浩": "昊", "静": "婧", "丽": "莉", "艳": "燕", "娟": "鹃", "霞": "遐", "玲": "铃", "梅": "玫", "琳": "林",
    "婷": "亭", "欣": "馨", "佳": "嘉", "颖": "影", "萍": "苹", "琴": "勤", "芳": "方", "敏": "闵", "建": "健",
}  # fmt: skip

# Simplified and Traditional forms of the characters of our own lists; a table this small needs no converter.
_SIMPLIFIED = "张刘陈杨黄赵吴孙马罗郑谢许韩冯邓袁于叶蒋苏吕沈卢钟谭陆范贾韦邹龙陶单华盖乐欧诸迟"
_TRADITIONAL = "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧袁于葉蔣蘇呂瀋盧鍾譚陸范賈韋鄒龍陶單華蓋樂歐諸遲"
_SIMPLIFIED_MORE = (
    "伟强军涛刚辉鹏轩凯斌国泽恒诚铭静丽艳娟玲倩悦梦颖洁璐兰语蕾珊阿买提艾尔逊热汗达玛义丹桑顿东广苏陕宁庆门汉长"
)
_TRADITIONAL_MORE = (
    "偉強軍濤剛輝鵬軒凱斌國澤恆誠銘靜麗艷娟玲倩悅夢穎潔璐蘭語蕾珊阿買提艾爾遜熱汗達瑪義丹桑頓東廣蘇陝寧慶門漢長"
)
_PLACES_SIMPLIFIED = "区县号楼单元园弄业务软电务贸医药机械设备产购问题没发货谢请联系个质量开户帐价"
_PLACES_TRADITIONAL = "區縣號樓單元園弄業務軟電務貿醫藥機械設備產購問題沒發貨謝請聯繫個質量開戶帳價"
TRADITIONAL = str.maketrans(
    _SIMPLIFIED + _SIMPLIFIED_MORE + _PLACES_SIMPLIFIED, _TRADITIONAL + _TRADITIONAL_MORE + _PLACES_TRADITIONAL
)


def _surname(draw: random.Random) -> tuple[str, str]:
    kind = draw.random()
    if kind < 0.62:
        return draw.choice(_COMMON)
    if kind < 0.90:
        return draw.choice(_OTHER)
    return draw.choice(_POLYPHONE) if kind < 0.97 else draw.choice(_COMPOUND)


def _given(draw: random.Random, *, female: bool) -> tuple[str, str]:
    if chance(draw, 0.14):
        return draw.choice(_POPULAR_FEMALE if female else _POPULAR_MALE)
    characters = draw.sample(_FEMALE if female else _MALE, 2 if chance(draw, 0.86) else 1)
    return "".join(c for c, _ in characters), "".join(r for _, r in characters)


def han_name(draw: random.Random, *, female: bool, family: PersonName | None = None) -> PersonName:
    """A Han name, with the family name of ``family`` where given (households)."""
    surname, reading = (family.family, family.latin_family) if family else _surname(draw)
    given, given_reading = _given(draw, female=female)
    return PersonName(surname + given, surname, given, reading.capitalize(), given_reading.capitalize())


def minority_name(draw: random.Random, *, female: bool) -> PersonName:
    """A Uyghur name (own name, middle dot, father's name) or a Tibetan one (no family name)."""
    if chance(draw, 0.6):
        own, own_latin = draw.choice(_UYGHUR_GIVEN_FEMALE if female else _UYGHUR_GIVEN_MALE)
        father, father_latin = draw.choice(_UYGHUR_FATHER)
        return PersonName(f"{own}·{father}", father, own, father_latin.capitalize(), own_latin.capitalize())
    first, first_latin = draw.choice(_TIBETAN_FIRST)
    second, second_latin = draw.choice(_TIBETAN_SECOND)
    return PersonName(first + second, "", first + second, "", f"{first_latin} {second_latin}".title())
