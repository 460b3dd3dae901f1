"""What is peculiar to Chinese surnames: those of two characters, and those read otherwise than their characters."""

import re

from merge.standardise.text import vocabulary

COMPOUND = vocabulary(
    "欧阳 司马 上官 诸葛 尉迟 夏侯 皇甫 东方 公孙 慕容 令狐 宇文 长孙 司徒 端木 轩辕 独孤 南宫 呼延 申屠 淳于 濮阳 "
    "太史 钟离 闻人 公冶 澹台 万俟 赫连 完颜 百里 西门 拓跋 东郭 公羊 公西 乐正 子车 巫马 宗政 漆雕 壤驷 太叔 仲孙 "
    "鲜于 闾丘 司空 亓官 司寇 颛孙 谷梁 段干 梁丘 左丘 东门 南门 第五 纳兰 爱新觉罗 叶赫那拉"
)

COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟"
    "秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关焦左柳甘祝包宁尚符舒阮柯纪梅童"
    "凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应"
    "臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝段常赖洪俞阎兰闻戈谌冀晁厉楚束占郁寿鞠郜仝练揭储宣屠竺荀裘谈贡盖那"
    "祖隗郗逄"
)
"""Surnames of one character that more than a few bear."""

READINGS: dict[str, str] = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "尉迟": "yuchi", "曾": "zeng", "区": "ou", "任": "ren",
    "朴": "piao", "盖": "ge", "缪": "miao", "乐": "yue", "覃": "qin", "翟": "zhai", "冼": "xian", "员": "yun",
    "黑": "he", "那": "na", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "种": "chong", "秘": "bi",
    "折": "she", "召": "shao", "繁": "po", "逄": "pang", "瞿": "qu", "卜": "bu", "华": "hua", "纪": "ji",
    "燕": "yan", "葛": "ge", "令狐": "linghu", "宓": "mi", "殷": "yin", "隗": "wei", "郗": "xi", "晁": "chao",
    "贾": "jia", "曲": "qu", "车": "che", "宁": "ning", "于": "yu", "都": "du", "哈": "ha", "句": "gou",
    "谌": "chen", "洗": "xian", "佴": "nai", "牟": "mu", "祭": "zhai", "颉": "xie", "沈": "shen",
}  # fmt: skip
"""Surname (Simplified) to its pinyin as a surname, without tones."""


PINYIN = vocabulary(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin luo gao zheng liang xie song tang "
    "han deng feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao shen zhong "
    "cui tan fan liao shi jin jia xia fu fang zou xiong bai meng qin qiu hou yin xue yan lei long tao gu mao hao "
    "gong shao wan dan qian dai mo kong xiang chang kang ouyang sima shangguan zhuge niu ge an qi lan ji zhuang nie "
    "shu qu"
)
"""The commoner surnames in pinyin."""

_ROMANISED = """
wang=wong|huang=wong|li=lee lei|zhang=cheung chang teo cheong|liu=lau liew low|chen=chan tan chin|yang=yeung young yeo
zhao=chiu chao|wu=ng woo goh eng|zhou=chow chou chew|xu=hsu tsui hui koh chui|sun=suen|zhu=chu choo|hu=woo wu
guo=kwok kuo quek|he=ho|lin=lam lim|luo=law lo|gao=ko kao|zheng=cheng tay|liang=leung|xie=tse hsieh chia|song=sung soong
tang=tong|deng=teng tang|cao=tso tsao cho|zeng=tsang tseng chan|xiao=siu hsiao shiu|tian=tin tien|dong=tung|pan=poon
yuan=yuen|cai=choi tsai chua|jiang=chiang keung kong|yu=yue yee|ye=yip yeh yap|cheng=ching|su=so|lu=luk lo loo
ding=ting|ren=yam jen|yao=yiu|shen=sum|zhong=chung|cui=tsui|qiu=yau chiu khoo|xia=hsia ha|fang=fong|hou=hau
xue=hsueh sit
qian=chin tsin|mo=mok|kong=hung kung|jin=kam chin|jia=chia ka|wei=ngai|yan=yim yen|xiong=hung hsiung|gu=ku koo
"""
ROMANISED: dict[str, frozenset[str]] = {
    pinyin: frozenset(spellings.split())
    for pinyin, _, spellings in (pair.partition("=") for pair in _ROMANISED.strip().replace("\n", "|").split("|"))
}
"""Surname in pinyin to other spellings in use for it: Cantonese, Hokkien, Wade-Giles."""

_SYLLABLES = re.compile(
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v))+"
)


def is_pinyin(word: str) -> bool:
    """Whether a word of Latin letters can be read as pinyin without tones (Jiawei can, David cannot)."""
    return _SYLLABLES.fullmatch(word) is not None


def split_surname(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name without separators."""
    for length in (4, 2):
        if len(name) > length and name[:length] in COMPOUND:
            return name[:length], name[length:]
    if name in COMPOUND:
        return name, ""
    return name[:1], name[1:]
