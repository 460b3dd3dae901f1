"""What is peculiar to Chinese surnames: those of two characters, and those read otherwise than their characters."""

from merge.standardise.text import vocabulary

COMPOUND = vocabulary(
    "欧阳 司马 上官 诸葛 尉迟 夏侯 皇甫 东方 公孙 慕容 令狐 宇文 长孙 司徒 端木 轩辕 独孤 南宫 呼延 申屠 淳于 濮阳 "
    "太史 钟离 闻人 公冶 澹台 万俟 赫连 完颜 百里 西门 拓跋 东郭 公羊 公西 乐正 子车 巫马 宗政 漆雕 壤驷 太叔 仲孙 "
    "鲜于 闾丘 司空 亓官 司寇 颛孙 谷梁 段干 梁丘 左丘 东门 南门 第五 纳兰 爱新觉罗 叶赫那拉"
)

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


def split_surname(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name without separators."""
    for length in (4, 2):
        if len(name) > length and name[:length] in COMPOUND:
            return name[:length], name[length:]
    if name in COMPOUND:
        return name, ""
    return name[:1], name[1:]
