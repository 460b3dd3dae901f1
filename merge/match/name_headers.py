"""The headers that name the customer, where who is meant, or whether it is a name, has to be told from the values."""

from merge.match.headers import EXACT

_NAMES_OF_EITHER = (
    "name,names,名称,nome,naam,entity name,customer,customer name,client,client name,account,account name,party,"
    "party name,nom,nombre,nimi,nazwa,kunde,kundenname,kunden name,name kunde,cliente,nome cliente,nome do cliente,"
    "nombre cliente,nombre del cliente,titular,client nom,nom client,nom du client,klient,nazwa klienta,klant,"
    "klantnaam,kund,kundnamn,kundenavn,musteri,musteri adi,khach hang,ten khach hang,debitor,debitorenname,kreditor,"
    "intestatario,beneficiaire,고객,顾客名,お客様名,"
    "name cn,name zh,name en,cn name,zh name,en name,chinese name,"
    "english name,英文名称,中文名称,外文名称,名称英文,英文全称,中文全称,"
    "客户,客户名,客户名称,往来单位"
)
_PARTIES = (
    "policyholder,policy holder,account holder,card holder,applicant,counterparty,payer,payee,buyer,purchaser,debtor,"
    "creditor,borrower,subscriber,passenger,traveller,claimant,taxpayer,shareholder,person,caller,买家,买方,顾客,"
    "来电人,来电者,来电客户,下单客户,预约人,报名人,留言人,提交人,咨询人,咨询客户,签收人,访客,下单人,购买人,付款人,"
    "付款方,申请人,投保人,被保险人,持卡人,业主,委托人,委托方,甲方,收件人,"
    "收货人,联系人,开票抬头,发票抬头"
)
# Alone these may as well tell whether somebody is one: "member: yes".
_MEMBERS = (
    "member,user,guest,tenant,patient,student,insured,individual,elector,voter,resident,occupier,householder,donor,"
    "parishioner,enrollee,attendee,participant,candidate,employee,soldier,deceased,decedent,proprietor,consignee,"
    "会员,用户,患者,学员,旅客,乘客,住客,病人"
)


def _names_of(party: str) -> list[str]:
    if party.isascii():
        return [f"{party} name", f"name of {party}", f"name of the {party}"]
    return [party + end for end in ("名称", "姓名", "名字", "名")]


_PARTIES_AND_MEMBERS = [*_PARTIES.split(","), *_MEMBERS.split(",")]
AMBIGUOUS_NAME = frozenset(
    [
        *_NAMES_OF_EITHER.split(","),
        *_PARTIES.split(","),
        *(named for party in _PARTIES_AND_MEMBERS for named in _names_of(party)),
    ]
) - frozenset(EXACT)
"""Headers that may name a person or an organisation: the values decide."""

_OTHER_NAMES = (
    "also known as,aka,a k a,alias,aliases,alias name,other name,other names,alternative name,alternative names,"
    "alternate name,alternate names,alt name,altname,former name,former names,previous name,previous names,"
    "short name,"
    "dba,doing business as,trading as,known as,acronym,acronyms,别名,曾用名,简称"
)
OTHER_NAME = frozenset(_OTHER_NAMES.split(","))
"""Headers of second names, of a person or an organisation."""

_NICKNAMES = (
    "nickname,nick,nick name,wechat nickname,wechat name,昵称,微信昵称,微信名,微信名称,粉丝昵称,群昵称,"
    "微信备注,备注名,客户昵称,会员昵称,"
    "用户昵称,买家昵称,网名,花名"
)
NICKNAMES = frozenset(_NICKNAMES.split(","))
"""What somebody chose to be called in a network: many have the same one, so it is nobody's account."""
