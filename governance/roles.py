"""The closed list of roles. What each may see and do stands in the policies; this file only names them."""

from enum import StrEnum

from governance.purposes import Title


class Role(StrEnum):
    """A duty somebody has; one person may have several."""

    SALES = "sales"
    SERVICE = "service"
    MARKETING = "marketing"
    MANAGER = "manager"
    STEWARD = "steward"
    OPERATIONS = "operations"
    IT = "it"
    ANALYST = "analyst"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CONSULTANT = "consultant"
    TRAINER = "trainer"
    DOWNSTREAM = "downstream"


ROLE_TITLES: dict[Role, Title] = {
    Role.SALES: Title("Sales", "销售"),
    Role.SERVICE: Title("Customer service", "客服"),
    Role.MARKETING: Title("Marketing", "市场"),
    Role.MANAGER: Title("Manager", "经理"),
    Role.STEWARD: Title("Data steward", "数据管家"),
    Role.OPERATIONS: Title("Operations", "运营"),
    Role.IT: Title("IT", "IT"),
    Role.ANALYST: Title("Analyst", "分析师"),
    Role.PRIVACY_OFFICER: Title("Privacy officer", "隐私专员"),
    Role.AUDITOR: Title("Auditor", "审计员"),
    Role.ADMIN: Title("Administrator", "管理员"),
    Role.CONSULTANT: Title("Consultant", "顾问"),
    Role.TRAINER: Title("Trainer", "培训师"),
    Role.DOWNSTREAM: Title("Downstream system", "下游系统"),
}


def known_role(name: str) -> bool:
    """Whether there is a role of that name."""
    return name in {role.value for role in Role}
