"""Splink's model of each family, as Splink's own guides make one, by somebody who has looked at the data.

Cleaning in SQL first (case, accents, blanks as NULL, one form for dates, telephones and streets), comparisons made for
the type of each column with term frequencies where values repeat, correlated columns in one comparison, a handful of
blocking rules, u from random pairs, m by expectation maximisation in several passes that block on different columns:
https://moj-analytical-services.github.io/splink/topic_guides/ and the example on 50,000 historical persons.
"""

from benchmarks.match_contenders.splink_parts import (
    DOB,
    PERSON,
    Model,
    cl,
    date,
    digits,
    exact,
    german,
    levels,
    narrow,
    phone,
    plain,
    street,
)

_MIXED = Model(
    clean={
        "first_name": f"regexp_replace({german('first_name')}, '\\.$', '')",
        "surname": german("last_name"),
        "dob": date("birth_date", "%Y-%m-%d"),
        # Placeholders that whoever lists the commonest values sees.
        "email": f"nullif(nullif({plain('email')}, 'noreply@example.com'), 'none@none.com')",
        "phone": f"nullif(nullif({digits('phone', 8)}, '00000000'), '23456789')",
        "street": street("street"),
        "city": f"regexp_replace({plain('city')}, '市$', '')",
        "postcode": "nullif(upper(replace(postcode, ' ', '')), '')",
    },
    comparisons=[
        PERSON,
        DOB,
        cl.EmailComparison("email"),
        phone(),
        levels(
            "address",
            ("street and postcode", "street_l = street_r AND postcode_l = postcode_r"),
            ("street and city", "street_l = street_r AND city_l = city_r"),
            ("street nearly", "jaro_winkler_similarity(street_l, street_r) >= 0.9 AND city_l = city_r"),
            ("postcode", "postcode_l = postcode_r"),
            ("city", "city_l = city_r"),
            null="city",
        ),
    ],
    blocking=[
        ["email"],
        ["phone"],
        ["first_name", "surname"],
        ["surname", "dob"],
        ["first_name", "dob"],
        ["postcode", "surname"],
        ["postcode", "first_name"],
        ["street", "city"],
        ["substr(first_name, 1, 3)", "substr(surname, 1, 4)", "city"],
        ["split_part(email, '@', 1)"],
    ],
    certain=[
        ["first_name", "surname", "dob"],
        ["first_name", "surname", "phone"],
        ["first_name", "surname", "email"],
        ["first_name", "surname", "postcode"],
    ],
    recall=0.5,
    training=[["first_name", "surname"], ["email"], ["phone"]],
)

_CENSUS = Model(
    clean={
        "first_name": f"split_part({plain('forenames')}, ' ', 1)",
        "second_name": f"nullif(split_part({plain('forenames')}, ' ', 2), '')",
        "surname": plain("surname"),
        "sex": "nullif(sex, '')",
        "dob": date("date_of_birth", "%d/%m/%Y"),
        "birth_year": f"coalesce(year({date('date_of_birth', '%d/%m/%Y')}), 2011 - try_cast(age AS INTEGER))",
        "house": "nullif(house, '')",
        "street": street("street"),
    },
    comparisons=[
        PERSON,
        levels(
            "second_name",
            ("equal", "second_name_l = second_name_r"),
            ("initial", "substr(second_name_l, 1, 1) = substr(second_name_r, 1, 1)"),
            null="second_name",
        ),
        levels(
            "born",
            ("date", "dob_l = dob_r"),
            ("date nearly", "levenshtein(dob_l::VARCHAR, dob_r::VARCHAR) <= 1"),
            ("year", "abs(birth_year_l - birth_year_r) <= 1"),
            ("years", "abs(birth_year_l - birth_year_r) <= 3"),
            null="birth_year",
        ),
        levels(
            "address",
            ("house", "house_l = house_r AND street_l = street_r"),
            ("street", "street_l = street_r"),
            ("street nearly", "jaro_winkler_similarity(street_l, street_r) >= 0.9"),
            null="street",
            frequency="street",
        ),
        cl.ExactMatch("sex"),
    ],
    blocking=[
        ["first_name", "surname"],
        ["first_name", "street"],
        ["surname", "street"],
        ["dob"],
        ["house", "street"],
        ["first_name", "birth_year"],
        ["surname", "birth_year"],
        ["substr(first_name, 1, 3)", "substr(surname, 1, 4)"],
    ],
    certain=[["first_name", "surname", "house", "street"], ["first_name", "surname", "dob"]],
    recall=0.6,
    training=[["first_name", "surname"], ["house", "street", "surname"], ["birth_year", "first_name"]],
)

_CONTACTS = Model(
    clean={
        "first_name": "regexp_replace(nullif(CASE WHEN contains(name, ',') THEN split_part("
        + plain("name")
        + ", ', ', 2)"
        " ELSE split_part(" + plain("name") + ", ' ', 1) END, ''), '\\.$', '')",
        "surname": "nullif(CASE WHEN contains(name, ',') THEN split_part("
        + plain("name")
        + ", ', ', 1) WHEN contains(name, ' ')"
        " THEN regexp_extract(" + plain("name") + ", ' (.*)$', 1) END, '')",
        "email": plain("mail"),
        "dob": date("birthday", "%Y-%m-%d", "%d.%m.%Y"),
        "town": plain("town"),
    },
    comparisons=[
        PERSON,
        cl.EmailComparison("email"),
        DOB,
        cl.JaroWinklerAtThresholds("town", 0.9).configure(term_frequency_adjustments=True),
    ],
    blocking=[
        ["email"],
        ["split_part(email, '@', 1)"],
        ["first_name", "surname"],
        ["surname", "dob"],
        ["first_name", "dob"],
        ["dob", "town"],
        ["surname", "town"],
        ["substr(first_name, 1, 3)", "substr(surname, 1, 4)"],
        ["dob"],
    ],
    certain=[["first_name", "surname", "dob"], ["email"]],
    recall=0.5,
    training=[["first_name", "surname"], ["email"], ["dob"]],
)

_GERMAN_NAME = german("regexp_replace(Vorname, '^((Prof\\. )?Dr\\.|Dipl\\.-Ing\\.) ', '', 'i')")
_PARTICLES = "^(von und zu|von der|v\\. der|v\\. und zu|von|vom|zu|van|de|v\\.) "
_GERMAN_SURNAME = f"regexp_replace({german('Nachname')}, '{_PARTICLES}', '')"
_CENTURY = "CASE WHEN right(Geburtsdatum, 2) > '26' THEN '.19' ELSE '.20' END || '\\1'"
_GERMAN_DATE = (
    "coalesce(try_strptime(nullif(regexp_extract(Geburtsdatum, '^[0-9]+[.][0-9]+[.][0-9]{4}$'), ''), '%d.%m.%Y'),"
    " try_strptime(nullif(regexp_replace(regexp_extract(Geburtsdatum, '^[0-9]+[.][0-9]+[.][0-9]{2}$'),"
    f" '[.]([0-9]{{2}})$', {_CENTURY}), ''), '%d.%m.%Y'))::DATE"
)
_GERMAN_DATES = Model(
    clean={
        "first_name": f"regexp_replace(split_part({_GERMAN_NAME}, ' ', 1), '\\.$', '')",
        "second_name": f"nullif(split_part({_GERMAN_NAME}, ' ', 2), '')",
        "surname": _GERMAN_SURNAME,
        "dob": _GERMAN_DATE,
    },
    comparisons=[PERSON, DOB, cl.JaroWinklerAtThresholds("second_name", 0.9)],
    blocking=[
        ["first_name", "surname"],
        ["surname", "dob"],
        ["first_name", "dob"],
        ["dob"],
        ["substr(first_name, 1, 3)", "substr(surname, 1, 4)"],
        ["surname", "year(dob)"],
        ["surname", "substr(first_name, 1, 1)"],
    ],
    certain=[["first_name", "surname", "dob"]],
    recall=0.5,
    training=[["first_name", "surname"], ["dob"]],
)

_LEGAL_FORMS = (
    r"\b(gmbh & co\.? kg|gmbh|ag|e\.k\.|kg|gesellschaft mit beschra(e)?nkter haftung|"
    r"aktiengesellschaft|ug \(haftungsbeschraenkt\)|ug \(haftungsbeschrankt\)|ltd|limited|plc|llp|inc|incorporated|llc|"
    r"l\.l\.c|corp|corporation|s\.?l|s\.?a|sociedad limitada|sociedad anonima|sarl|s\.a\.r\.l|sas|s\.a\.s|"
    r"societe par actions simplifiee)\b\.?$"
)


def _company(column: str) -> str:
    return f"nullif(trim(regexp_replace({german(column)}, '{_LEGAL_FORMS}', '')), '')"


_SITES = Model(
    clean={
        "company": f"regexp_replace({_company('company')}, ' #[0-9]+$', '')",
        "brand": f"split_part({_company('company')}, ' ', 1)",
        "street": street("addr_line1"),
        "city": plain("locality"),
        "postcode": "nullif(upper(replace(postal_code, ' ', '')), '')",
        "tel": digits("tel", 8),
        "web": "nullif(web, '')",
    },
    comparisons=[
        cl.JaroWinklerAtThresholds("company", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        levels(
            "address",
            ("street and postcode", "street_l = street_r AND postcode_l = postcode_r"),
            ("street and city", "street_l = street_r AND city_l = city_r"),
            ("street nearly", "jaro_winkler_similarity(street_l, street_r) >= 0.9 AND city_l = city_r"),
            ("postcode", "postcode_l = postcode_r"),
            ("city", "city_l = city_r"),
            null="city",
        ),
        phone("tel"),
        exact("web"),
    ],
    blocking=[
        ["company", "city"],
        ["street", "city"],
        ["postcode"],
        ["tel"],
        ["company", "street"],
        ["web", "city"],
        ["brand", "city"],
    ],
    certain=[["company", "street", "city"], ["tel", "street"]],
    recall=0.5,
    training=[["company", "city"], ["street", "city"], ["tel"]],
)

_ORGANIZATIONS = Model(
    clean={
        "name": _company("organisation"),
        "aka": _company("also_known_as"),
        "seat": plain("seat"),
        "country": "nullif(country, '')",
        "homepage": "nullif(regexp_replace(homepage, '^(https://)?(www\\.)?', ''), '')",
        "founded": "try_cast(nullif(founded, '') AS INTEGER)",
        "stem": f"substr({_company('organisation')}, 1, 8)",
    },
    comparisons=[
        levels(
            "name",
            ("equal", "name_l = name_r"),
            ("also known as", "name_l = aka_r OR aka_l = name_r OR aka_l = aka_r"),
            ("nearly", "jaro_winkler_similarity(name_l, name_r) >= 0.95"),
            ("words", "jaccard(name_l, name_r) >= 0.9 OR jaro_winkler_similarity(name_l, name_r) >= 0.88"),
            null="name",
            frequency="name",
        ),
        cl.ExactMatch("seat").configure(term_frequency_adjustments=True),
        cl.ExactMatch("country").configure(term_frequency_adjustments=True),
        exact("homepage"),
        cl.ExactMatch("founded").configure(term_frequency_adjustments=True),
    ],
    blocking=[["name"], ["homepage"], ["aka"], ["stem"], ["founded", "country"], ["seat", "substr(name, 1, 4)"]],
    certain=[["name", "country"], ["homepage", "country"]],
    recall=0.6,
    training=[["name"], ["homepage"], ["founded"]],
)

_TOWN = "regexp_extract(详细地址, '^(?:..省|黑龙江省)?(..?.?)市', 1)"
_STREET_HAN = "regexp_replace(详细地址, '^(..省|黑龙江省)?(..?.?市)?', '')"

_CHINESE = Model(
    clean={
        "name": "nullif(lower(replace(姓名, ' ', '')), '')",
        "surname": "nullif(substr(replace(姓名, ' ', ''), 1, 1), '')",
        "phone": digits("联系电话", 11),
        "email": plain("电子邮箱"),
        "wechat": "nullif(lower(微信号), '')",
        "city": f"coalesce(nullif(regexp_replace(城市, '市$', ''), ''), nullif({_TOWN}, ''))",
        "road": f"nullif(regexp_extract({narrow(_STREET_HAN)}, '^[^号號]*'), '')",
        "address": f"nullif(regexp_replace({narrow(_STREET_HAN)}, '号楼|幢|座', '栋', 'g'), '')",
        "company": "nullif(regexp_replace(公司名称, '(股份|责任)?(有限)?(责任)?(公司)?$', ''), '')",
    },
    comparisons=[
        levels(
            "name",
            ("equal", "name_l = name_r"),
            ("one character", "length(name_l) = length(name_r) AND substr(name_l, 1, 2) = substr(name_r, 1, 2)"),
            ("surname", "surname_l = surname_r"),
            null="name",
            frequency="name",
        ),
        phone(),
        cl.EmailComparison("email"),
        exact("wechat"),
        levels(
            "address",
            ("equal", "address_l = address_r"),
            ("road and city", "road_l = road_r AND city_l = city_r"),
            ("road", "road_l = road_r"),
            ("city", "city_l = city_r"),
            null="city",
            frequency="address",
        ),
        exact("company"),
    ],
    blocking=[["phone"], ["email"], ["wechat"], ["road"], ["name", "city"], ["name", "company"], ["name"]],
    certain=[["name", "phone"], ["name", "email"], ["name", "address"]],
    recall=0.6,
    training=[["name"], ["phone"], ["road"]],
)

MODELS = {
    "mixed": _MIXED,
    "census": _CENSUS,
    "contacts": _CONTACTS,
    "german_dates": _GERMAN_DATES,
    "sites": _SITES,
    "organizations": _ORGANIZATIONS,
    "chinese_channels": _CHINESE,
}
