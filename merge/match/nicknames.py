"""Given names that stand for one another."""

from collections.abc import Mapping

from merge.match.given_names_abroad import FORMS

_GROUPS = """
robert bob bobby rob robbie bert|william bill billy will willie wm liam|richard dick rick ricky rich
john jack johnny jon
james jim jimmy jamie jem|thomas tom tommy|charles charlie chuck chas|edward ed eddie ted ned|henry harry hank
joseph joe joey|michael mike mick mickey|david dave davy|daniel dan danny|samuel sam sammy|benjamin ben benny
alexander alex alec sandy sasha|andrew andy drew|anthony tony antony|christopher chris kit topher
frederick fred freddie
francis frank frankie|george georgie|gerald gerry jerry|gregory greg|jeffrey jeff geoffrey geoff|kenneth ken kenny
lawrence larry laurence laurie|leonard len lenny|matthew matt|nicholas nick nicky|patrick pat paddy|peter pete
philip phil phillip|raymond ray|ronald ron ronnie|stephen steve steven|timothy tim|walter wally walt|albert al bertie
arthur art|donald don donnie|douglas doug|eugene gene|nathaniel nathan nat nate|theodore theo|vincent vince
elizabeth liz lizzie beth betty eliza bess libby lisa|margaret maggie meg peggy marge greta|mary molly polly mae
catherine kate katie kathy cathy katherine kathryn kitty|anne ann anna annie nan nancy hannah|susan sue susie suzanne
dorothy dot dolly|helen nell ellen nellie|jane jenny janet|jennifer jen|martha patty|patricia trish tricia patsy
rebecca becky becca|sarah sally sadie|victoria vicky|virginia ginny|barbara barb babs|deborah debbie deb
josephine josie jo|jacqueline jackie|judith judy|florence flo|frances fanny fran|harriet hattie|isabella bella isabel
louisa louise lou|matilda tilly|charlotte lottie|alice allie|amelia millie emily|caroline carrie|abigail abby
christina chrissie tina christine|eleanor nora ellie|johann hans johannes|friedrich fritz|heinrich heinz|josef sepp
giuseppe beppe|francisco paco pancho|jose pepe|aleksandr|mikhail misha|vladimir vova volodya|dmitri dima|ivan vanya
mohammed muhammad mohamed mohammad mohamad mehmet|ahmed ahmad ahmet|hussein husain hussain huseyin
yusuf yousef youssef yousuf
john jno johannes ian sean|jan johannes johan|william wm willm wilhelm guillermo|thomas thos
charles chas carl karl|james jas jacobus
robert robt|george geo|joseph jos josephus|daniel danl|samuel saml|benjamin benj|alexander alexr alexdr
archibald archd archie
andrew andw andreas|richard richd|edward edwd|michael michl|patrick patk padraig|frederick fredk|nathaniel nathl
matthew matthias
margaret margt mgt margaretha grietje greetje|elizabeth eliz elspeth elisabeth lisbeth lijsbeth
catherine cath cathne catharine katharina
agnes nancy|helen ellen nelly|euphemia effie phemie|bridget biddy brigid delia|honora norah nora hanora
janet jessie jennet
jean jane jeanie|christina kirsty|grizel grace|mary maria marie molly|johanna hannah joan|winifred winnie
cornelis kees cor
hendrik henk henricus|pieter piet petrus|gerrit gerard gerardus|jacob jakob jaap|dirk diederik|antonius anton toon
willem wim guilielmus
cornelia neeltje cor|catharina trijntje kaatje trijn|hendrika hendrikje rika|maria marijke mieke|anna annigje antje
erik eric|karl carl|per peter pehr|olof ola olaf ole|lars lasse laurits|nils niels nicolaus
kristina christina stina kerstin|birgitta brita britta
jose pepe|francisco paco pancho curro|manuel manolo|dolores lola|maria mari|concepcion concha|ignacio nacho
guadalupe lupe
aleksandra ola sasha|katarzyna kasia|malgorzata gosia|joanna asia|krzysztof krzys|stanislaw staszek|agnieszka aga
tomasz tomek
fatima fatma fatimah|aisha ayesha aicha|khalid khaled|omar umar|mustafa mostafa|mahmoud mahmud|zainab zeinab zaynab
noor nour nur
"""


FORM_COST = 1500
"""How much less it is worth that two records hold two forms of one name than that both hold the commoner one."""
_LISTED = [group.split() for line in _GROUPS.split("\n") for group in line.split("|") if group]
_LISTED += [group.split() for group in FORMS.replace("\n", " ").split("|")]


def _by_name() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_LISTED):
        for name in group:
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_NUMBERS = _by_name()
_NONE: frozenset[int] = frozenset()
NICKNAMES: Mapping[str, int] = {name: number for number, name in enumerate(_NUMBERS)}
"""All names of the list, numbered."""
OF_ONE_PERSON = tuple(tuple(NICKNAMES[name] for name in group) for group in _LISTED)
"""The numbers of names of which any two can be one person's."""


def same_by_nickname(left: str, right: str) -> bool:
    """Whether two different given names can be one person's."""
    return not _NUMBERS.get(left, _NONE).isdisjoint(_NUMBERS.get(right, _NONE))
