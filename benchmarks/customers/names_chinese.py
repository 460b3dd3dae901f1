"""Chinese names: surnames by their shares of the population, characters of given names with pinyin, regular slips."""

from collections.abc import Mapping
from random import Random

from benchmarks.customers.draw import Weighted, zipf

# Surname, pinyin, share in per mille (rounded; the first hundred surnames cover some 85 % of the population).
_SURNAMES = """王wang72 李li72 张zhang68 刘liu54 陈chen45 杨yang31 赵zhao23 黄huang22 周zhou21 吴wu20 徐xu17 孙sun15
胡hu13 朱zhu13 高gao12 林lin12 何he12 郭guo11 马ma10 罗luo9 梁liang8 宋song8 郑zheng8 谢xie7 韩han7 唐tang7 冯feng6
于yu6 董dong6 萧xiao6 程cheng6 曹cao6 袁yuan5 邓deng5 许xu5 傅fu5 沈shen5 曾zeng5 彭peng5 吕lü5 苏su5 卢lu5 蒋jiang5
蔡cai5 贾jia4 丁ding4 魏wei4 薛xue4 叶ye4 阎yan4 余yu4 潘pan4 杜du4 戴dai4 夏xia4 钟zhong4 汪wang4 田tian4 任ren4
姜jiang4 范fan4 方fang4 石shi4 姚yao4 谭tan4 廖liao4 邹zou4 熊xiong3 金jin3 陆lu3 郝hao3 孔kong3 白bai3 崔cui3
康kang3 毛mao3 邱qiu3 秦qin3 江jiang3 史shi3 顾gu3 侯hou3 邵shao3 孟meng3 龙long3 万wan3 段duan3 雷lei3 钱qian3
汤tang3 尹yin2 黎li2 易yi2 常chang2 武wu2 乔qiao2 贺he2 赖lai2 龚gong2 文wen2 欧阳ouyang1 单shan1 解xie1 仇qiu1
查zha1 尉迟yuchi0.2 上官shangguan0.5 司马sima0.5 诸葛zhuge0.3 覃qin1 翟zhai1 盛sheng1 柳liu1 庄zhuang1 章zhang1
齐qi1 俞yu1 岳yue1"""

_MEN = """伟wei 强qiang 磊lei 军jun 勇yong 杰jie 涛tao 明ming 超chao 刚gang 平ping 辉hui 鹏peng 华hua 飞fei 波bo
斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 帅shuai 旭xu 宁ning 龙long 林lin 欢huan 阳yang 亮liang 成cheng 建jian
国guo 峰feng 志zhi 文wen 海hai 东dong 晨chen 子zi 轩xuan 博bo 睿rui 泽ze 航hang 天tian 一yi 昊hao 嘉jia 瑞rui 豪hao
振zhen 永yong 家jia 正zheng 德de 光guang 新xin 立li 仁ren 义yi 元yuan 春chun 生sheng 松song 庆qing 福fu 祥xiang
荣rong 民min 胜sheng 武wu 良liang 玮wei 炜wei 维wei 钢gang 锋feng 丰feng 景jing 彬bin 滨bin 洋yang 扬yang 皓hao
韬tao 竣jun 君jun 翔xiang 向xiang 书shu 树shu 星xing 兴xing 启qi 祺qi 奇qi 哲zhe 诚cheng 承cheng 毅yi 逸yi 雷lei
廷ting 霆ting 晖hui 学xue 雪xue"""
_WOMEN = """芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 燕yan 玲ling 红hong 梅mei 莉li 兰lan 英ying 洁jie 慧hui
婷ting 雪xue 琳lin 倩qian 欣xin 怡yi 佳jia 颖ying 璐lu 悦yue 琴qin 萍ping 珍zhen 秀xiu 桂gui 凤feng 云yun 玉yu 月yue
晶jing 莹ying 蕾lei 薇wei 思si 雨yu 梦meng 诗shi 涵han 梓zi 可ke 馨xin 妍yan 瑶yao 彤tong 菲fei 晓xiao 小xiao 春chun
淑shu 惠hui 美mei 爱ai 翠cui 香xiang 花hua 清qing 青qing 冰bing 宁ning 宜yi 依yi 语yu 羽yu 瑜yu 卉hui 蕙hui 嫣yan
雁yan 佩pei 沛pei 心xin 昕xin 馥fu 芙fu 若ruo 紫zi 子zi 岚lan 蓝lan 苗miao 妙miao 茜qian 巧qiao 俏qiao 媛yuan 圆yuan
缘yuan 露lu"""

# Characters whose traditional form differs.
_TRADITIONAL = """张張 刘劉 陈陳 杨楊 赵趙 黄黃 吴吳 孙孫 马馬 罗羅 郑鄭 谢謝 韩韓 冯馮 于於 萧蕭 邓鄧 许許 吕呂
苏蘇 卢盧 蒋蔣 贾賈 叶葉 阎閻 余餘 钟鐘 谭譚 邹鄒 陆陸 顾顧 龙龍 万萬 钱錢 汤湯 乔喬 贺賀 赖賴 龚龔 欧歐 单單 诸諸
庄莊 齐齊 伟偉 强強 军軍 杰傑 涛濤 刚剛 辉輝 鹏鵬 华華 飞飛 凯凱 帅帥 宁寧 欢歡 阳陽 国國 东東 轩軒 泽澤 义義 庆慶
荣榮 胜勝 玮瑋 炜煒 维維 钢鋼 锋鋒 丰豐 滨濱 扬揚 韬韜 书書 树樹 兴興 启啟 诚誠 晖暉 学學 丽麗 艳艷 红紅 兰蘭 洁潔
颖穎 悦悅 凤鳳 云雲 莹瑩 梦夢 诗詩 晓曉 爱愛 语語 蓝藍 苗苗 圆圓 缘緣 区區 号號 楼樓 路路 广廣 门門 苏蘇 浙浙 宝寶
龄齡 滨濱 怀懷 临臨 长長 宁寧"""


def _syllables(text: str) -> list[tuple[str, str]]:
    return [
        (word.rstrip("abcdefghijklmnopqrstuvwxyzü"), word.lstrip("".join({one for one in word if one > "\u3000"})))
        for word in text.split()
    ]


def _surname(word: str) -> tuple[str, str, float]:
    han = "".join(one for one in word if one > "\u3000")
    latin = "".join(one for one in word if one.isalpha() and one < "\u3000")
    return han, latin, float(word[len(han) + len(latin) :])


_PARTS = [_surname(word) for word in _SURNAMES.split()]
SURNAMES: Weighted[tuple[str, str]] = Weighted(
    [(han, latin) for han, latin, _ in _PARTS], [share for _, _, share in _PARTS]
)
MEN = zipf(_syllables(_MEN), exponent=0.7, offset=10)
WOMEN = zipf(_syllables(_WOMEN), exponent=0.7, offset=10)
TRADITIONAL = str.maketrans({pair[0]: pair[1] for pair in _TRADITIONAL.split()})


def _homophones() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for han, latin in dict.fromkeys((*MEN.items, *WOMEN.items)):
        found.setdefault(latin, []).append(han)
    return {
        han: [other for other in group if other != han]
        for latin, group in found.items()
        for han in group
        if len(group) > 1
    }


HOMOPHONES = _homophones()


def given_name(random: Random, *, woman: bool) -> tuple[str, str]:
    """Characters and pinyin of a given name: two syllables in five names of six, as it is by now."""
    draw = WOMEN if woman else MEN
    first = draw(random)
    if random.random() < 1 / 6:
        return first
    second = draw(random)
    return first[0] + second[0], first[1] + second[1]


def misheard(random: Random, given: str) -> str:
    """Another character of the same sound in place of one, where there is one."""
    position = random.randrange(len(given))
    others = HOMOPHONES.get(given[position])
    return given[:position] + random.choice(others) + given[position + 1 :] if others else given
