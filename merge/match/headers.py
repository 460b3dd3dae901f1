"""The words that column headers use, English and Chinese, by the attribute that they name."""

from collections.abc import Mapping

from merge.standardise.text import vocabulary

IGNORE = "ignore"
IDENTITY = "record.id"
SOURCE = "record.source"
"""Roles of a column rather than attributes: never compared."""

_TABLE = """
ignore = cluster id|golden id|cluster|entity id|true id|label|ground truth|gold id
record.source = source|data source|dataset|source system|source dataset|system|origin|来源|数据来源|来源系统|
    系统|系统来源|所属系统|数据源|渠道|来源渠道|src|data src|record source|source name|source channel|source file|
    bron|gegevensbron|bronsysteem|quelle|datenquelle|quellsystem|fuente|fuente de datos|fonte|fonte dati|kilde|
    datakilde|kalla|datakalla|zrodlo|zrodlo danych|zdroj|forras|kaynak|veri kaynagi|источник|channel|canal|kanaal|kanal|
    source table|源系统|来源名称|来源表|渠道名称|客户渠道|客户来源
person.full_name = full name|fullname|person name|contact name|contact|primary name full|native name full|
    complete name|姓名|名字|客户姓名|联系人|联系人姓名|中文名|英文名|收货人|收件人|会员姓名|称呼|
    first and surname|name full|vollname|displayname|display name|
    naam|volledige naam|nombre completo|nom complet|nom et prenom|nom prenom|nome completo|nome e cognome|
    vor und nachname|name vorname|contact person|ansprechpartner|personne de contact|kontaktperson|cardholder|
    recipient|member name|patient name|guest name|真实姓名|客户名字|会员名|联络人|收货人姓名|收件人姓名|氏名|
    实名|实名姓名|您的称呼|您的姓名|您贵姓|怎么称呼|首要联系人|主要联系人|业务联系人|订单联系人|联系人称呼|
    お名前|фио|полное имя|성명|name in full|nom et prenoms|imie i nazwisko|name pinyin|pinyin name|
    拼音姓名|姓名拼音|英文姓名|中文姓名|拼音|
    nombre y apellidos|nombre y apellido|apellidos y nombre|apellido y nombre|ad soyad|adi soyadi|isim soyisim|ho ten|
    ho va ten|nazwisko i imie|imiona i nazwisko|namn|navn|naam en voornaam|이름|고객명|회원명|フリガナ|ふりがな|
    氏名カナ|
    patient full name|对接人|联系人员|客户称呼|客户称谓|称谓|车主|车主姓名|收货人名称|anzeigename|nama|nama lengkap|
    ονοματεπωνυμο
person.given_name = given name|givenname|first name|firstname|fname|forename|christian name|primary name first|
    vorname|prenom|nombre|名|first|given|name first|
    vornamen|rufname|prenoms|nombre de pila|nombres|primer nombre|nome|voornaam|fornavn|fornamn|imie|
    first names|given names|givennames|forenames|christian names|fore name|1st name|f name|
    名前|имя|ad|ime|firstnames|
    voornamen|imiona|isim|etunimi|name given|firstnm|fnames
person.family_name = family name|familyname|last name|lastname|lname|surname|sname|primary name last|nachname|
    nom|apellido|apellidos|姓|姓氏|last|family|name last|cognome|achternaam|
    familienname|zuname|name nachname|nom de famille|nom usuel|
    nom d usage|patronyme|primer apellido|l name|famname|fam name|
    sobrenome|
    apelido|family names|efternavn|efternamn|nazwisko|familienname nachname|фамилия|soyad|prezime|lastnames|
    surnames|
    soyadi|soyisim|sukunimi|apellido paterno|nom d epouse|nom marital|nom usage
person.middle_name = middle name|middlename|mname|primary name middle|second name|middle|middle initial|
    middle names|second given name|mi|middle init|zweiter vorname|
    deuxieme prenom|segundo nombre|отчество|middle initials|
    name middle|midl name|middle nm|additional name|segundo nombre de pila|drugie imie|imie drugie|tweede naam|
    mid name|name mid|midname|ten dem|ikinci ad
person.title = title|salutation|job title|position|职务|职位|头衔|anrede|aanhef|aanspreking|aanspreektitel|titulatuur|
    civilite|titre|titre de civilite|tratamiento|trattamento|tratamento|titel|tittel|tiltale|tytul|osloveni|megszolitas|
    hitap|honorific|name prefix|обращение
person.birth_date = dob|birth date|birthdate|date of birth|birthday|birth day|born|birth|geburtsdatum|
    geburtstag|date de naissance|fecha de nacimiento|出生日期|生日|出生年月|出生年月日|gebdat|
    geb|geb dat|geb datum|geboren|geboren am|geb am|date naissance|naissance|ne le|ne e le|nee le|date de naiss|
    ddn|fecha nacimiento|f nacimiento|nacimiento|data di nascita|nascita|data nascita|geboortedatum|
    data de nascimento|nascimento|fodselsdato|fodelsedatum|data urodzenia|birth day date|d o b|date birth|
    born on|b date|birth year|year of birth|yob|geburtsjahr|annee de naissance|生辰|出生年份|
    生日日期|出生|出生日|生年月日|дата рождения|dogum tarihi|datum rodenja|
    birth yr|yr of birth|dt of birth|fecha nac|fecha de nac|f nac|data nasc|data de nasc|data ur|data ur pesel|
    dt naiss|date naiss|ngay sinh|ngay thang nam sinh|생년월일|생일|geboren op|fodselsdag|fodt|fodd|syntymaaika|d nasc|
    dt nascimento|dt nasc|阳历生日|公历生日|出生时间|生日公历
person.sex = sex|gender|性别|先生女士|geschlecht|sexe|sexo|
    sex gender|sex code|gender code|genere|sesso|geslacht|genero|kjonn|kon|plec|пол|
    m f|f m|male female|sex m f|geschl|gioi tinh|cinsiyet|성별|sexe h f|kjoenn|sukupuoli
occupation = occupation|profession|job|职业|beruf|
    employment|metier|emploi|profesion|ocupacion|professione|berufsbezeichnung
organization.name = company|company name|organization|organisation|organization name|organisation name|org|
    org name|employer|firm|business|business name|legal name|primary name org|secondary name org|firma|societe|
    empresa|公司|公司名称|企业名称|单位|单位名称|工作单位|企业|机构名称|所属公司|商户名称|registered name|
    trading name|vendor|
    firmenname|firmenbezeichnung|unternehmen|unternehmensname|organisationsname|gesellschaft|raison sociale|
    denomination|denomination sociale|nom de l entreprise|entreprise|nom commercial|razon social|
    nombre de la empresa|ragione sociale|azienda|impresa|bedrijf|bedrijfsnaam|nome da empresa|razao social|
    enseigne|enseigne commerciale|insegna|nombre comercial|nome comercial|nome fantasia|handelsnaam|statutaire naam|
    legal entity name|corporate name|org legal name|institution|supplier|supplier name|client company|
    legal entity|firm name|name of business|vendor name|merchant name|trade name|
    doing business as|dba|shop name|store name|merchant|公司简称|
    enterprise|公司单位|企业简称|单位简称|公司全称|企业全称|单位全称|商家名称|商号|字号|店名|店铺名称|供应商|
    供应商名称|客户单位|客户公司|
    会社名|компания|организация|название|
    legal business name|dba name|dba names|name of company|name of firm|회사명|상호|法人名|取引先名|取引先|
    unternehmer|lieferant|
    lieferantenname|fournisseur|proveedor|fornecedor|fornitore|dostawca|kontrahent|leverancier|nazwa firmy|
    firma adi|ten cong ty|ditta|denominazione|denominazione sociale|virksomhed|foretag|往来单位全称|往来单位名称|
    开票单位|购方名称|
    购货单位|发票抬头单位|单位抬头|厂商|厂商名称|厂家|供货商|供货单位|客户全称|企业名|单位名|entity legal name|
    account company|institution name|facility name|school name|hospital name|agency name|charity name|club name|
    einrichtung|name der einrichtung|institutionsname|schulname|vereinsname|etablissement|nom de l etablissement|
    nom de l organisme|organisme|nombre de la institucion|nome da instituicao|机构|机构全称|学校名称|医院名称|
    抬头|公司抬头|开票名称|发票名称|开票公司|付款单位|收款单位|所属单位|客户简称|经销商|经销商名称|商户|店铺名|买方单位
organization.industry = industry|sector|行业|所属行业
organization.size = company size|employees|规模|公司规模|企业规模
phone = phone|phone number|phonenumber|telephone|telephone number|tel|mobile|mobile phone|mobile number|cell|
    cell phone|cellphone|fax|phone1|phone2|home phone|work phone|电话|手机|手机号|手机号码|联系电话|移动电话|
    电话号码|座机|固定电话|联系方式|telefon|telefono|handy|传真|msisdn|
    mobil|mobiltelefon|mobilnummer|telefonnummer|rufnummer|tel nr|telefon nr|handynummer|festnetz|
    numero de telephone|n de telephone|no tel|tel no|tel number|portable|telephone portable|mobile no|phone no|
    numero di telefono|cellulare|telefoonnummer|movil|celular|telefone|telemovel|contact number|contact no|
    contact phone|primary phone|contact info|contact information|contact details|联系信息|
    landline|land line|switchboard|caller number|calling number|来电号码|来电电话|主叫号码|主叫|
    固话|固话号码|联系手机|联络电话|行动电话|手机电话|电话番号|телефон|
    nr telefonu|numer telefonu|telefon komorkowy|komorka|cep telefonu|cep tel|telefon no|gsm|sdt|so dien thoai|
    dien thoai|di dong|휴대폰|휴대전화|전화번호|연락처|핸드폰|携带|携带电话|telefoon|mobiel|
    mobiele telefoon|tlf|telf|telefon privat|
    telefon mobil|tel privat|tel fijo|telefono fijo|telefono movil|telefono celular|fixe|tel fixe|tel mobile|
    telefone celular|fone|puhelin|telf1|telf2|home ph|cell ph|work ph|ph|ph no|daytime phone|evening phone|
    alternate phone|mob no|mobile num|whatsapp|whatsapp number
email = email|e mail|email address|mail|emailaddress|e mail address|邮箱|电子邮箱|电子邮件|邮件|邮箱地址|
    邮件地址|电子邮件地址|电子邮箱地址|correo|
    mailadresse|e mailadresse|email adresse|e mail adresse|emailadresse|courriel|mel|adresse mail|
    adresse e mail|adresse electronique|correo electronico|posta elettronica|indirizzo email|e posta|e mail id|
    email id|contact email|primary email|电邮|电子信箱|信箱|メール|メールアドレス|почта|электронная почта|
    smtp addr|이메일|电子メール|e postadresse|e postadress|sahkoposti|correo e|dien tu|thu dien tu|email addr|
    e mail 1|adres email
website = website|web|url|homepage|web site|site|网址|网站|官网|主页|
    web address|webseite|internetseite|internet|site internet|sitio web|sito web|domain|home page|web url|
    company website
address.full = address|full address|addr|addr full|postal address|mailing address|home address|地址|详细地址|
    联系地址|通讯地址|家庭住址|住址|收货地址|办公地址|公司地址|注册地址|adresse|anschrift|direccion|location|
    wohnadresse|postanschrift|adresse complete|adresse postale|domicile|domicilio|indirizzo|adres|endereco|
    residence|residential address|street address full|billing address|shipping address|delivery address|
    registered address|registered office|head office|headquarters|home addr|city state zip|
    地址信息|现住址|居住地址|详址|地址详情|省市区|省市区县|联络地址|企业地址|住所|адрес|
    dia chi|주소|所在地住所|送货地址|ご住所|收货详细地址|居住地|现居地|现住地|
    residential addr|abode|domicilio fiscal|direccion postal|
    adres zamieszkania|adresi|adresse du domicile|postadress|postadresse|osoite|current address|permanent address
address.street = street|line 1|street address|address 1|address1|address line 1|address line1|addr line1|addr line 1|
    addr1|street name|strasse|street 1|rue|calle|街道|所在街道|路名|
    strasse hausnummer|strasse hausnr|strasse und hausnummer|strasse nr|str|strassenname|nom de rue|voie|
    adresse 1|adresse ligne 1|via|straat|straatnaam|rua|ulica|gata|addressline1|street addr|街道地址|улица|
    stras|logradouro|ulica i numer|ulica nr|first address line|address line|street and number|street no and name|
    sokak|cadde|gatuadress|gateadresse|rua e numero|residential address1
address.number = street number|house number|house no|number|hausnummer|street no|building number|门牌号|
    housenumber|
    hausnr|haus nr|hnr|numero de rue|n de rue|numero civico|huisnummer|house nr|streetnumber|дом|
    nr domu|numer domu|huisnr|no exterior|numero exterior|gatenummer
address.unit = address 2|address2|address line 2|address line2|addr line2|addr line 2|addr2|unit|apartment|apt|
    suite|flat|building|楼号|房号|
    adresszusatz|complement d adresse|complement|appartement|adresse 2|appt|flat number|apt number|unit number|
    квартира|
    addressline2|additional address line|secondary addr|residential secondary addr|numer mieszkania|nr mieszkania|
    toevoeging|huisnummer toevoeging|huisnummertoevoeging|huisletter|hausnummernzusatz|hausnummerzusatz|busnummer|piso|
    puerta|interno|lokal|nr lokalu|byt|
    no interior|numero interior|daire|flat no|apt no|apt num|apartment number|unit no|unit num|door no|room no
address.district = district|suburb|neighbourhood|neighborhood|borough|county|区|区县|区域|地区|所在区|stadtteil|
    ortsteil|quartier|bezirk|landkreis|departement|行政区|城区|所在地区|所属地区|所在区域|地域|
    bairro|colonia|ilce|quan huyen|huyen|parish|barrio|dzielnica|gmina|powiat|mahalle
address.city = city|town|addr city|locality|municipality|place|ort|stadt|ville|ciudad|城市|市|所在城市|所在地|
    wohnort|
    wohnort stadt|localite|commune|poblacion|citta|comune|woonplaats|plaats|cidade|miasto|town city|city town|
    post town|city name|所在市|都市|город|
    localidad|municipio|miejscowosc|sehir|thanh pho|tinh thanh pho|plaatsnaam|paikkakunta|postort|poststed|ort01|
    stadtname|town name|所在市县
address.province = state|province|region|addr state|省|省份|所在省|所属省|省直辖市|省自治区|bundesland|provincia|
    kanton|canton|provincie|prov|st|estado|regione|voivodeship|us state|state province|province state|省市|
    所属省份|область|
    mailing state|state region|region state|regio|tinh|wojewodztwo|uf|state code|province code|departamento
address.postcode = postcode|post code|postal code|zip|zip code|zipcode|addr postal code|plz|postleitzahl|
    code postal|cp|邮编|邮政编码|postcode fake|
    post zip code|plz ort plz|postal|zip postal code|code post|codigo postal|cap|kod pocztowy|cep|pin code|
    pincode|邮政区码|邮递区号|邮便番号|индекс|
    pstlz|c p|post code zip|postnummer|postnr|posta kodu|ma buu dien|우편번호|postinumero|cod postal|cod postale|psc|
    zip5|
    zip plus 4
address.country = country|addr country|country code|国家|国家地区|国籍|land|pays|pais|nation|
    country name|paese|staat|nationality country|所在国家|страна|
    country region|land1|ulke|quoc gia|kraj|国|국가|legal jurisdiction
id.cn.ric = 身份证|身份证号|身份证号码|居民身份证|证件号|证件号码|id card|idcard|id card number|id card no|
    citizen id|resident id|
    身份证字号|公民身份号码|身分证|身分证号|身分证字号
id.cn.uscc = 统一社会信用代码|信用代码|社会信用代码|税号|纳税人识别号|uscc|unified social credit code|
    credit code|usci
id.passport = passport|passport number|passport no|护照|护照号|护照号码
id.ssn = ssn|ssn number|social security number|soc sec id|social security|social security no|
    social insurance number
id.vat = vat|vat number|vat id|ust id|ustid|vat no|umsatzsteuer id|btw|
    ustidnr|ust idnr|ust id nr|vat reg no|tva|numero tva|no tva|numero de tva|n tva|partita iva|p iva|nif|cif|
    tva intracommunautaire|vat registration number|
    stceg|vat reg|vat registration|nip
id.tax = tax id|tax number|tax id number|tin|ein|fein|tax no|taxpayer id|steuernummer|税务登记号|
    纳税识别号|
    rfc|cpf cnpj|cnpj|nit|inn|税务识别号
id.national = national id|national id number|nationalid|id number|identity number|personal number|nin|nino|ni number|
    national insurance number|nhs number|
    dni|dni nif|nie|curp|rut|cpf|pesel|tc kimlik no|tc kimlik|tckn|cmnd|cccd|so cmnd|so cccd|aadhaar|aadhaar no|
    aadhar|aadhaar number|cedula|cedula de identidad|codice fiscale|bsn|personnummer|fodselsnummer|cpr|henkilotunnus|
    주민등록번호|nhs no|medicare no|medicare number|pan|pan no|pan number|numero de securite sociale|nir|mynumber
id.driver_license = driver license|drivers license|drivers license number|driving licence|license number|驾驶证|
    驾照号
id.lei = lei|lei number|legal entity identifier
id.duns = duns|duns number|d u n s
id.registration = registration number|company number|reg no|registry number|handelsregister|注册号|工商注册号|
    hrb|handelsregisternummer|siren|siret|numero siren|numero siret|rcs|kvk|company reg no|
    companies house number|company registration number|crn|
    regon|krs|company no|registered number|company reg number|hrb nr|cvr|org nr|orgnr|organisationsnummer|营业执照号|
    营业执照注册号|法人番号
handle.wechat = wechat|wechat id|weixin|微信|微信号|openid|unionid|wx id|wxid|微信openid|微信unionid|
    微信账号|微信id|wechat no|wechat account
handle.taobao = 旺旺|旺旺号|旺旺id|旺旺账号|淘宝旺旺|买家旺旺|淘宝id|淘宝账号|淘宝会员名|买家会员名|买家旺旺号|阿里旺旺
handle.jd = 京东账号|京东id|京东用户名|京东pin
handle.douyin = 抖音号|抖音id|抖音账号
handle.xiaohongshu = 小红书号|小红书id|小红书账号
handle.qq = qq|qq号|qq number
handle.weibo = weibo|微博|微博账号
handle.twitter = twitter|twitter handle|x handle
handle.linkedin = linkedin|linkedin url
handle.bluesky = bluesky|bsky|bluesky handle
handle.social = handle|username|user name|screen name|账号|用户名|social handle|social|昵称账号|账号昵称|店铺昵称|
    平台昵称|平台账号|买家账号|会员账号|用户账号|店铺会员名|平台会员名|社交账号|社媒账号|社交媒体账号|网络账号|登录名|登录账号|
    客户账号|social account|account handle
transaction.number = order|order id|order number|order no|invoice number|invoice no|invoice|transaction id|
    订单号|订单编号|单号|发票号|交易号|合同号
transaction.type = order type|transaction type|订单类型|交易类型
transaction.amount = amount|order amount|total|total amount|price|sum|payment amount|金额|订单金额|总价|总额|
    交易金额|价格|付款金额
transaction.currency = currency|币种|货币
transaction.product = product|product name|item|sku|商品|产品|商品名称|产品名称|品名
transaction.status = order status|payment status|订单状态|支付状态
transaction.at = order date|order time|order at|ordered at|purchase date|invoice date|paid at|下单时间|订单日期|
    订单时间|购买日期|交易时间|付款时间
interaction.channel = channel|contact channel|沟通渠道|联系渠道
interaction.direction = direction|call direction|呼叫方向
interaction.subject = subject|topic|主题|标题
interaction.text = message|body|call notes|conversation|沟通记录|跟进记录|沟通内容|通话记录|跟进内容|留言
interaction.at = call time|called at|contacted at|contact date|visit date|message date|沟通时间|跟进时间|
    通话时间|拜访时间
feedback.type = complaint type|feedback type|ticket type|投诉类型|反馈类型|问题类型
feedback.text = complaint|feedback|complaint text|feedback text|suggestion|comment|comments|投诉|投诉内容|反馈|
    反馈内容|建议|意见|问题描述|评价|评论
feedback.status = ticket status|complaint status|feedback status|投诉状态|处理状态|工单状态
feedback.at = complaint date|feedback date|complaint at|ticket date|投诉时间|反馈时间
need = need|needs|requirement|requirements|interest|interests|需求|客户需求|意向|购买意向
preferences = preference|preferences|偏好|喜好
tags = tags|tag|labels|标签|客户标签
value_tier = tier|value tier|customer level|vip level|客户等级|客户级别|会员等级
person.income = income|salary|annual income|收入|年收入
consent.marketing = marketing consent|consent|opt in|newsletter|营销同意|是否同意营销|订阅
"""


def _parsed(table: str) -> dict[str, str]:
    """Header to attribute; a line that begins with a space continues the one before."""
    joined = table.replace("\n    ", "")
    lines = [line.partition(" = ") for line in joined.split("\n") if line]
    return {phrase: attribute for attribute, _, phrases in lines for phrase in phrases.split("|")}


EXACT: Mapping[str, str] = _parsed(_TABLE)
"""Whole headers, folded and with single spaces. What is written here wins over single words."""

_IN_HEADERS = """
身份证=id.cn.ric 信用代码=id.cn.uscc 护照=id.passport 手机=phone 电话=phone 邮箱=email 邮件=email
微信=handle.wechat 生日=person.birth_date 出生=person.birth_date 性别=person.sex 公司=organization.name
企业=organization.name 邮编=address.postcode 省份=address.province 城市=address.city 区县=address.district
地址=address.full 住址=address.full 住所=address.full 座机=phone 姓名=person.full_name
订单=transaction.number 金额=transaction.amount 投诉=feedback.text 反馈=feedback.text
网址=website email=email mail=email mobile=phone phone=phone telephone=phone tel=phone
cell=phone fax=phone telefone=phone telefono=phone telefon=phone
celular=phone movil=phone passport=id.passport ssn=id.ssn vat=id.vat dob=person.birth_date
birthdate=person.birth_date birthday=person.birth_date gender=person.sex sex=person.sex
surname=person.family_name lastname=person.family_name forename=person.given_name firstname=person.given_name
postcode=address.postcode zip=address.postcode zipcode=address.postcode plz=address.postcode city=address.city
town=address.city suburb=address.district country=address.country street=address.street address=address.full
addr=address.full website=website url=website homepage=website company=organization.name
organisation=organization.name organization=organization.name employer=organization.name occupation=occupation
wechat=handle.wechat weibo=handle.weibo twitter=handle.twitter
"""
WORDS: tuple[tuple[str, str], ...] = tuple(
    (word, attribute) for word, _, attribute in (pair.partition("=") for pair in _IN_HEADERS.split())
)
"""Single words inside a longer header ("customer_mobile_no_2"); the first that is found decides."""

# Words that make a header speak of something else than the thing itself: "phone type", "passport country".
QUALIFIERS = vocabulary(
    "type kind country state status code count flag source date issued expiry valid verified 类型 状态 国家 时间 日期"
)

NAME_WORDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("公司", "企业"), vocabulary("名 名称 名字 全称 简称 全名 抬头 中文 英文 中文名 英文名 中文名称 英文名称")
    ),
    **dict.fromkeys(
        ("company", "organisation", "organization", "employer"),
        vocabulary("company organisation organization employer name legal full title en cn zh english chinese"),
    ),
}
"""Words that name an organisation only as the last one, or before these: ``company size`` and 公司法人 do not."""

SHORT: Mapping[str, str] = {
    short: word
    for word, shorts in (
        ("name", "nm"), ("customer", "cust"), ("mobile", "mob"), ("address", "addr"), ("district", "dist"),
        ("province", "prov"), ("country", "ctry cntry"), ("birthday", "bday"), ("birthdate", "bdate"),
        ("company", "corp comp"), ("organization", "org"), ("postcode", "pcode"), ("email", "eml"), ("phone", "ph"),
        ("gender", "gndr"), ("first", "fst frst"), ("last", "lst"), ("date", "dt"), ("code", "cd"),
        ("number", "num nbr"), ("year", "yr"), ("middle", "mid midl"), ("residence", "res resid"),
    )
    for short in shorts.split()
}  # fmt: skip
"""Short words of column names."""

WHOSE = vocabulary(
    "customer client member user buyer consumer guest primary main current applicant subscriber policyholder holder "
    "insured patient student passenger traveller borrower tenant caller your my 客户 会员 用户 顾客"
)
"""Words before what a column holds that say that it is the customer's."""

PURPOSES = vocabulary(
    "mailing mail billing bill shipping ship delivery residence residential legal reg registered headquarters hq "
    "physical correspondence permanent postal property entity primary address addr home"
)
"""Words before a part of an address that say which of somebody's addresses it is of."""

OF_OTHERS = tuple(
    phrase.replace("_", " ")
    for phrase in vocabulary(
        "emergency referrer referer referral referred_by spouse husband wife father mother parent parents guardian kin "
        "salesperson salesman sales_rep account_manager supervisor introducer operator created_by updated_by "
        "beneficiary 母公司 上级公司 推荐公司 "
        "推荐人 介绍人 紧急联系 紧急电话 监护人 配偶 父亲 母亲 家长 业务员 销售员 销售代表 客户经理 经办人 "
        "操作员 操作人 创建人 录入人 跟进人 担保人 受益人 代理人"
    )
)
"""Words of columns that are about somebody beside the customer: their telephone is not the customer's."""

OF_MESSAGES = frozenset({"message id", "messageid", "in reply to", "references", "thread id", "邮件编号"})
"""What numbers a message (RFC 5322, 3.6.4) is written like an e-mail address, and is nobody's."""

SOME_FIGURES = tuple(
    phrase.replace("_", " ")
    for phrase in vocabulary(
        "last_4 last_four last_6 last_six last4 last_digits "
        "后四位 后4位 后六位 后6位 末四位 末4位 末六位 尾号 前六位 前6位"
    )
)
"""Words of columns that hold some figures of a number: many share them."""
