"""Columns recognised from names and values, in English and Chinese."""

import pytest

from merge.match.columns import IGNORE, SOURCE, suggest
from merge.match.header_words import header_words
from merge.match.headers import EXACT

_CONTACTS = ["13800138000", "ann@x.example", "13900139000", "微信：ann_lee88", "13700137000 / bob@y.example"]


@pytest.mark.parametrize(
    ("header", "values", "attribute"),
    [
        ("dob", ["1980-01-02"], "person.birth_date"),
        ("CustomerPhoneNo", ["13800138000"], "phone"),
        ("手机号", ["13800138000"], "phone"),
        ("客户姓名", ["张三"], "person.full_name"),
        ("出生日期", ["1980年1月2日"], "person.birth_date"),
        ("统一社会信用代码", ["91310000MA1K000019"], "id.cn.uscc"),
        ("身份证号", ["11010519491231002X"], "id.cn.ric"),
        ("soc_sec_id", ["4732796"], "id.ssn"),
        ("postcode_fake", ["se1 8xu"], "address.postcode"),
        ("订单号", ["A-1"], "transaction.number"),
        ("订单联系人", ["张伟", "李娜"], "person.full_name"),
        ("来电客户", ["张伟", "李娜"], "person.full_name"),
        ("客户名称(中文)", ["张伟", "李娜"], "person.full_name"),
        ("客户名称（英文）", ["Acme Ltd", "Globex Inc"], "organization.name"),
        ("英文名", ["Acme Trading Co., Ltd.", "Globex Logistics Co., Ltd"], "organization.name"),
        ("英文名", ["Zhang Wei", "Li Na"], "person.full_name"),
        ("母公司", ["甲乙科技有限公司"], "text.母公司"),
        ("抬头", ["甲乙科技有限公司"], "organization.name"),
        ("微信名称", ["小太阳", "一路向北"], "text.微信名称"),
        ("E-mail地址", ["a@x.example", "b@y.example"], "email"),
        ("居住地", ["上海市人民路1号"], "address.full"),
        ("省/直辖市", ["广东省", "上海市"], "address.province"),
        ("先生/女士", ["先生", "女士"], "person.sex"),
        ("Elector Name", ["Greenwood, Jade S.", "Morgan, Luke"], "person.full_name"),
        ("Nom", ["Lachance, Marianne", "Louis Tremblay", "Gagné, Charlotte"], "person.full_name"),
        ("Nom", ["Lachance", "Tremblay", "Gagné"], "person.family_name"),
        ("Telefone fixo", ["(11) 3221-1234"], "phone"),
        ("Einrichtung", ["Goethe-Gymnasium", "Robert-Koch-Klinik"], "organization.name"),
        ("金额", ["12.50"], "transaction.amount"),
        ("投诉内容", ["坏了"], "feedback.text"),
        ("Nachname", ["Müller"], "person.family_name"),
        ("surname", ["Lee"], "person.family_name"),
        ("Nom de famille", ["Lefèvre"], "person.family_name"),
        ("Né(e) le", ["03/04/1980"], "person.birth_date"),
        ("Geb.-Dat.", ["3.4.1980"], "person.birth_date"),
        ("Straße und Hausnummer", ["Hauptstr. 3"], "address.street"),
        ("Courriel", ["a@b.example"], "email"),
        ("Raison sociale", ["Dupont SARL"], "organization.name"),
        ("Дата рождения", ["03.04.1980"], "person.birth_date"),
        ("联络电话", ["13800138000"], "phone"),
        ("生年月日", ["1980年1月2日"], "person.birth_date"),
        ("客户名称", ["上海示例科技有限公司", "北京甲乙丙公司"], "organization.name"),
        ("name", ["Anna Lee", "Bob Stone", "Karin Maria Berg"], "person.full_name"),
        ("name", ["Red Fox Ltd", "Blue Sky GmbH"], "organization.name"),
        ("also_known_as", ["Red Fox Ltd", "RFL", "University of Trees"], "organization.name"),
        ("aka", ["Anna Lee", "Bob Stone", "Karin Maria Berg"], "person.full_name"),
        ("alias", ["Bobby", "Nan", "Kiki"], "text.alias"),
        ("contact_1", ["a@b.org", "c@d.org"], "email"),
        ("phone_type", ["HOME"], "text.phone_type"),
        ("by", ["x"], "text.by"),
        ("favourite colour", ["red"], "text.favourite_colour"),
        ("cust_nm", ["张三", "李四"], "person.full_name"),
        ("dist_nm", ["海淀区"], "address.district"),
        ("trade_name", ["Red Fox Ltd"], "organization.name"),
        ("企业简称", ["示例科技"], "organization.name"),
        ("公司（英文）", ["Red Fox Ltd"], "organization.name"),
        ("公司住所", ["上海市人民路1号"], "address.full"),
        ("公司电话", ["021-62345678"], "phone"),
        ("客户email", ["a@b.example"], "email"),
        ("公司法人", ["张三"], "text.公司法人"),
        ("company founded in", ["1990"], "text.company_founded_in"),
        ("hotel名称", ["x"], "text.hotel名称"),
        ("推荐人手机", ["13800138000"], "text.推荐人手机"),
        ("emergency_contact_phone", ["13800138000"], "text.emergency_contact_phone"),
        ("customer", ["C-0001", "C-0002"], "text.customer"),
        ("name", ["张伟2", "张伟3"], "person.full_name"),
        ("message_id", ["<2@shop.example>", "<4@shop.example>"], "text.message_id"),
        ("In-Reply-To", ["2@shop.example"], "text.in_reply_to"),
        ("login_id", ["anna@shop.example", "bob@shop.example"], "email"),
        ("name_2", ["Einkauf"], "text.name_2"),
        ("name", ["Anna", "Ben", "Eva", "anna", "BEN"] * 5, "person.full_name"),
        ("name", [f"Ironbark{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"], "organization.name"),
        ("name", ["", "-"], "person.full_name"),
        ("联系方式", _CONTACTS, "phone"),
        ("Kontakt", _CONTACTS, "phone"),
        ("Kontakt", ["ann@x.example", "bob@y.example"], "email"),
        ("Kontakt", ["Frau Lee", "Herr Stone", "ann@x.example", "13800138000"], "text.kontakt"),
        ("Sur Name", ["Lee"], "person.family_name"),
        ("FST_NM", ["Anna"], "person.given_name"),
        ("First Name(s)", ["Anna Maria"], "person.given_name"),
        ("First name (as in passport)", ["Anna"], "person.given_name"),
        ("applicant_last_name", ["Lee"], "person.family_name"),
        ("Your name", ["Anna Lee", "Bob Stone", "Karin Maria Berg"], "person.full_name"),
        ("Policyholder", ["Anna Lee", "LEE, Bob (Mr)", "Karin Maria Berg"], "person.full_name"),
        ("counterparty", ["Red Fox Ltd", "Blue Sky GmbH"], "organization.name"),
        ("Chinese name", ["上海示例科技有限公司", "北京甲乙丙公司"], "organization.name"),
        ("Member", ["yes", "no"], "text.member"),
        ("会员名称", ["张三", "李四"], "person.full_name"),
        ("来电人", ["张三", "王先生"], "person.full_name"),
        ("来电号码", ["13800138000"], "phone"),
        ("Birth Dt", ["1980-01-02"], "person.birth_date"),
        ("DOB (dd/mm/yyyy)", ["02/01/1980"], "person.birth_date"),
        ("电子邮件地址", ["a@b.example"], "email"),
        ("WeChat ID", ["wxid_a1b2c3"], "handle.wechat"),
        ("微信OpenID", ["oAbCdEf123"], "handle.wechat"),
        ("bron", ["webshop", "ERP"], "record.source"),
        ("aanhef", ["Dhr.", "Mevr.", "De heer"], "person.sex"),
        ("toevoeging", ["A", "bis"], "address.unit"),
        ("enseigne", ["Boulangerie Martin"], "organization.name"),
        ("微信昵称", ["岁月静好"], "text.微信昵称"),
        ("nickname", ["sunny"], "text.nickname"),
        ("City/State/ZIP", ["Springfield, IL 62704"], "address.full"),
        ("PLZ Ort ZIP", ["D-12345 Musterstadt am Berg"], "address.full"),
        ("zip", ["62704-1234", "SW1A 1AA", "100-0001"], "address.postcode"),
        ("SSN4", ["1234", "0042"], "text.ssn4"),
        ("身份证后四位", ["002X"], "text.身份证后四位"),
        ("customer_number", ["17"], "text.customer_number"),
        ("姓 名", ["张三"], "person.full_name"),
        ("公司/单位", ["红狐科技有限公司"], "organization.name"),
        ("国家/地区", ["中国"], "address.country"),
        ("mail_city", ["Upper Town"], "address.city"),
        ("birth_city", ["Upper Town"], "text.birth_city"),
        ("data_src", ["crm", "web"], SOURCE),
        ("house_num", ["12"], "address.number"),
        ("sex_code", ["M", "F"], "person.sex"),
        ("NAME_MIDDLE", ["A", "J"], "person.middle_name"),
        ("BIRTH_YR", ["1980", "1955"], "person.birth_date"),
        ("RES_UNIT", ["APT 4", "12B"], "address.unit"),
        ("Home no", ["12", "4a"], "text.home_no"),
        ("MailingPostalCode", ["62704", "10001"], "address.postcode"),
        ("Entity.LegalAddress.Region", ["Upper Land"], "address.province"),
        ("RegAddress.AddressLine2", ["Red House"], "address.unit"),
        ("holder phone number", ["13800138000"], "phone"),
        ("SMTP_ADDR", ["a@b.example"], "email"),
        ("PSTLZ", ["12345"], "address.postcode"),
        ("M/F", ["M", "F"], "person.sex"),
        ("Salutation", ["Mr", "Mrs", "Ms", "Dr", "Prof"], "person.sex"),
        ("Title", ["Director", "Buyer"], "person.title"),
        ("Apellidos y nombre", ["Ruiz Mora, Ana"], "person.full_name"),
        ("Titular", ["Ana Ruiz Mora", "Eva Lobo Gil"], "person.full_name"),
        ("Ngày sinh", ["02/01/1980"], "person.birth_date"),
        ("Soyadı", ["Kaya"], "person.family_name"),
        ("Cep Telefonu", ["0532 123 45 67"], "phone"),
        ("고객명", ["김민수"], "person.full_name"),
        ("買家旺旺", ["tb123456"], "handle.taobao"),
        ("抖音号", ["dy_1"], "handle.douyin"),
        ("客户称呼", ["王女士", "李先生"], "person.full_name"),
        ("地区", ["广东 深圳", "浙江/杭州", "江苏省苏州市"], "address.full"),
        ("城市", ["深圳市", "杭州"], "address.city"),
        ("cluster_id", ["c1"], IGNORE),
        ("source", ["crm"], SOURCE),
    ],
)
def test_columns(header: str, values: list[str], attribute: str) -> None:
    assert suggest(header, values).attribute == attribute


def test_values_that_contradict_the_name_lower_the_confidence() -> None:
    assert suggest("dob", ["1980-01-02"]).confidence > 0.9
    assert suggest("dob", ["red", "green"]).confidence < 0.5


def test_dates_over_many_years_are_of_birth() -> None:
    births = [f"{year}-03-{year % 28 + 1:02d}" for year in range(1940, 2000)]
    assert suggest("c9", births).attribute == "person.birth_date"
    for header in ("customer since", "REGISTR_DT", "注册时间", "Incorporation Date"):
        assert suggest(header, births).attribute.startswith("text.")
    for header, event in (
        ("died", "date.died"),
        ("Date of Burial", "date.date_of_burial"),
        ("死亡日期", "date.死亡日期"),
    ):
        assert suggest(header, births).attribute == event
    assert suggest("c9", [f"2024-03-{day:02d}" for day in range(1, 29)]).attribute == "text.c9"


def test_every_header_written_down_can_be_met() -> None:
    assert [header for header in EXACT if header_words(header) != header] == []


def test_values_tell_where_the_name_does_not() -> None:
    assert suggest("c7", ["11010519491231002X", "310101199001011234"]).attribute == "id.cn.ric"


def test_numbers_of_customers_that_look_like_telephones_are_none() -> None:
    counted = [str(13_000_000_000 + 7 * number) for number in range(100)]
    spread = [f"1{3 + number % 7}{number * 7919 % 10}{number * 104_729:08d}" for number in range(100)]
    assert suggest("客户编号", counted).attribute == "text.客户编号"
    assert suggest("col1", counted).attribute == "text.col1"
    assert suggest("客户编号", spread[:5]).attribute == "text.客户编号"
    assert suggest("会员卡号", spread).attribute == "phone"


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        (["王伟", "李芳", "欧阳娜娜", "刘洋先生", "陳靜"], "person.full_name"),
        (["普通", "黄金", "白金", "钻石", "金牌"], ""),
        (["男", "女", "未知"], "person.sex"),
        (["是", "否"], ""),
        (["广东省", "江苏省", "四川省", "湖北", "湖南"], "address.province"),
        (["广州市", "苏州市", "成都", "武汉", "长沙市"], "address.city"),
        (["天河区", "武侯区", "洪山区", "岳麓区", "海淀区"], "address.district"),
        ([f"上海市人民路{number}号" for number in range(1, 7)], "address.full"),
        (["1 Main St", "22 Oak Avenue", "3 High Street", "44 Park Lane", "5 Elm Court"], "address.street"),
        (["甲乙科技有限公司", "丙丁贸易公司", "Red Fox Ltd", "Blue Sky GmbH", "戊己"], "organization.name"),
        (["13800138000/13900139000", "0755-26543210转8", "+49 30 1234567", "(+86)13700137000"], "phone"),
        (["3,50", "12,00", "7,25", "1,10", "0,99"], ""),
    ],
)
def test_values_tell_under_names_that_say_nothing(values: list[str], attribute: str) -> None:
    for header in ("col4", "字段4", "Unnamed: 4", "d"):
        found = suggest(header, values).attribute
        assert found == (attribute or f"text.{header_words(header).replace(' ', '_')}")


def test_a_name_that_means_something_unknown_is_not_overruled_by_likely_values() -> None:
    assert suggest("店长", ["王伟", "李芳", "张秀英", "刘洋", "陈静"]).attribute == "text.店长"


def test_no_known_header_is_of_somebody_beside_the_customer() -> None:
    assert [header for header in EXACT if suggest(header, []).attribute.startswith("text.")] == []
