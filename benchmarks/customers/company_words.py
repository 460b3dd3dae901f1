"""Words that names of companies and institutions are made of, with translations; brands; legal forms by country."""

from benchmarks.customers.draw import lists, zipf

BRAND_HEADS = lists("""Nor Vel Ald Bri Cor Dan Eb Fal Gal Hel Is Jo
Kra Lum Mer Nex Or Pan Quo Rav Sol Tri Ul Ver Wes Xan
Zen Al Be Ca Do El Fi Go Ha In Ka Le Mo Na""")
BRAND_TAILS = lists(
    """mart via dex tor lia nova sys ton ra co max land tech bau fix ando ello ino urs well gate line way"""
)
TRADES = {
    "en": lists(
        "Bakery Pharmacy Cafe Hotel Motors Dental_Clinic Fitness Books Garden_Centre Opticians Bank Insurance "
        "Logistics Foods Electronics Furniture Travel Pizza Supermarket Hardware Cleaners Software"
    ),
    "de": lists(
        "Bäckerei Apotheke Café Hotel Autohaus Zahnarztpraxis Fitness Buchhandlung Gartencenter Optik Bank "
        "Versicherung Logistik Lebensmittel Elektronik Möbel Reisen Pizzeria Supermarkt Baumarkt Reinigung Software"
    ),
    "es": lists(
        "Panadería Farmacia Café Hotel Motor Clínica_Dental Gimnasio Librería Jardinería Óptica Banco Seguros "
        "Logística Alimentación Electrónica Muebles Viajes Pizzería Supermercado Ferretería Tintorería Software"
    ),
    "fr": lists(
        "Boulangerie Pharmacie Café Hôtel Automobiles Cabinet_Dentaire Fitness Librairie Jardinerie Optique Banque "
        "Assurances Logistique Alimentation Électronique Meubles Voyages Pizzeria Supermarché Quincaillerie Pressing "
        "Logiciels"
    ),
}
LEGAL = {
    "en": ("Ltd", "Limited", "PLC", "LLP", "Ltd.", "Inc.", "Inc", "Incorporated", "LLC", "Corp.", "Corporation"),
    "de": (
        "GmbH",
        "GmbH & Co. KG",
        "AG",
        "e.K.",
        "KG",
        "Gesellschaft mit beschränkter Haftung",
        "UG (haftungsbeschränkt)",
    ),
    "es": ("S.L.", "S.A.", "SL", "SA", "Sociedad Limitada", "Sociedad Anónima"),
    "fr": ("SARL", "SAS", "S.A.S.", "SA", "S.A.R.L.", "Société par actions simplifiée"),
    "zh": ("有限公司", "有限责任公司", "股份有限公司"),
}
# The same legal form as it is written in full and short.
SAME_LEGAL = (
    ("Ltd", "Limited", "Ltd."),
    ("Inc.", "Inc", "Incorporated"),
    ("Corp.", "Corporation"),
    ("PLC", "plc"),
    ("LLC", "L.L.C."),
    ("GmbH", "Gesellschaft mit beschränkter Haftung", "GmbH."),
    ("AG", "Aktiengesellschaft"),
    ("S.L.", "SL", "Sociedad Limitada"),
    ("S.A.", "SA", "Sociedad Anónima"),
    ("SARL", "S.A.R.L."),
    ("SAS", "S.A.S.", "Société par actions simplifiée"),
    ("有限公司", "有限责任公司"),
)

# Kind of institution, its quality and its subject: English, German, French, Spanish, Chinese.
_KINDS = """Institute Institut Institut Instituto 研究院|Federation Verband Fédération Federación 联合会|
Society Gesellschaft Société Sociedad 学会|
Foundation Stiftung Fondation Fundación 基金会|Council Rat Conseil Consejo 理事会|
Agency Agentur Agence Agencia 署|Centre Zentrum Centre Centro 中心|Association Verein Association Asociación 协会|
Office Amt Office Oficina 办公室|Bureau Büro Bureau Buró 局|Union Union Union Unión 联盟|
Academy Akademie Académie Academia 科学院|Commission Kommission Commission Comisión 委员会|
University Universität Université Universidad 大学|Bank Bank Banque Banco 银行|Museum Museum Musée Museo 博物馆"""
_QUALITIES = """International Internationales International Internacional 国际|
National Nationales National Nacional 国家|
European Europäisches Européen Europeo 欧洲|Federal Föderales Fédéral Federal 联邦|Royal Königliches Royal Real 皇家|
Asian Asiatisches Asiatique Asiático 亚洲|African Afrikanisches Africain Africano 非洲|
Central Zentrales Central Central 中央|Northern Nördliches Septentrional Septentrional 北方|
United Vereintes Uni Unido 联合|General Allgemeines Général General 总|
Independent Unabhängiges Indépendant Independiente 独立|Regional Regionales Régional Regional 区域|
Atlantic Atlantisches Atlantique Atlántico 大西洋"""
_SUBJECTS = """Marine_Research Meeresforschung Recherche_Marine Investigación_Marina 海洋研究|
Public_Health Gesundheitswesen Santé_Publique Salud_Pública 公共卫生|
Space_Studies Raumfahrt Études_Spatiales Estudios_Espaciales 航天|Trade Handel Commerce Comercio 贸易|
Agriculture Landwirtschaft Agriculture Agricultura 农业|Energy Energie Énergie Energía 能源|
Education Bildung Éducation Educación 教育|Human_Rights Menschenrechte Droits_Humains Derechos_Humanos 人权|
Water_Management Wasserwirtschaft Gestion_des_Eaux Gestión_del_Agua 水利|
Rail_Transport Schienenverkehr Transport_Ferroviaire Transporte_Ferroviario 铁路运输|
Climate_Policy Klimapolitik Politique_Climatique Política_Climática 气候政策|
Standards Normung Normalisation Normalización 标准化|Fisheries Fischerei Pêche Pesca 渔业|
Nuclear_Safety Reaktorsicherheit Sûreté_Nucléaire Seguridad_Nuclear 核安全|
Disaster_Relief Katastrophenhilfe Secours Socorro 救灾|Statistics Statistik Statistique Estadística 统计|
Civil_Aviation Zivilluftfahrt Aviation_Civile Aviación_Civil 民航|Forestry Forstwirtschaft Foresterie Silvicultura 林业|
Cancer_Research Krebsforschung Recherche_sur_le_Cancer Investigación_del_Cáncer 癌症研究|
Applied_Physics Angewandte_Physik Physique_Appliquée Física_Aplicada 应用物理|
Economic_Cooperation Wirtschaftliche_Zusammenarbeit Coopération_Économique Cooperación_Económica 经济合作|
Refugees Flüchtlinge Réfugiés Refugiados 难民|
Monetary_Policy Geldpolitik Politique_Monétaire Política_Monetaria 货币政策|
Cultural_Heritage Kulturerbe Patrimoine_Culturel Patrimonio_Cultural 文化遗产"""


def _table(text: str) -> list[tuple[str, ...]]:
    return [lists(line) for line in text.replace("\n", "").split("|")]


KINDS, QUALITIES, SUBJECTS = _table(_KINDS), _table(_QUALITIES), _table(_SUBJECTS)
BRANDS = zipf([head + tail for tail in BRAND_TAILS for head in BRAND_HEADS], exponent=0.7, offset=6)
