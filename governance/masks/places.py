"""Addresses, regions, postcodes: what is wider than a district may be seen, what is narrower not."""

import re

from governance.masks.common import HIDDEN, STAR, width

_MUNICIPALITY = "北京|天津|上海|重庆|重慶"
_PROVINCE = (
    "河北|山西|辽宁|遼寧|吉林|黑龙江|黑龍江|江苏|江蘇|浙江|安徽|福建|江西|山东|山東|河南|湖北|湖南|广东|廣東|海南|"
    "四川|贵州|貴州|云南|雲南|陕西|陝西|甘肃|甘肅|青海|台湾|臺灣|内蒙古|內蒙古|广西|廣西|西藏|宁夏|寧夏|新疆|香港|澳门|澳門"
)
# A place name between here and its ending: Han characters of which none names a street, building or village.
_NAME = "(?:[\u3400-\u9fff](?<![路街巷弄号號栋棟室苑层層]))"
_DISTRICT_END = "(?:(?<![小社园園校厂廠院景])[区區]|[县縣旗市])"
_WIDE = re.compile(
    f"(?:(?:{_MUNICIPALITY})市?(?:市辖区|市轄區)?"
    f"|(?:{_PROVINCE})(?:省|(?:壮族|壯族|回族|维吾尔|維吾爾)?自治[区區]|特别行政区|特別行政區)?"
    f"(?:{_NAME}{{2,4}}?(?:市|盟|地[区區])|{_NAME}{{2,10}}?自治州)?"
    f"|{_NAME}{{2,4}}?市)"
    f"(?:{_NAME}{{1,4}}?{_DISTRICT_END}|{_NAME}{{2,10}}?自治[县縣旗])?"
)
_REGION = re.compile("[^\\W\\d_]+(?:[\\s.'()·-]+[^\\W\\d_]+)*\\.?")
_REGION_LETTERS = 30


def mask_address(value: str) -> str:
    """``北京市朝阳区建国路88号`` -> ``北京市朝阳区****``; an address whose district is not plain is not shown.

    City and country of other addresses have attributes of their own.
    """
    wide = _WIDE.match(value.strip())
    return f"{wide.group()}{HIDDEN}" if wide else HIDDEN


def mask_region(value: str) -> str:
    """A region down to the district is shown as it is; what does not look like one (digits, length) is not."""
    return value if len(value) <= _REGION_LETTERS and _REGION.fullmatch(value) else HIDDEN


def mask_postcode(value: str) -> str:
    """The first two characters of four or more; same width as the value."""
    shown = 2 if width(value) >= 4 else 0
    return value[:shown] + STAR * (len(value) - shown)
