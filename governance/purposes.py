"""The closed register of purposes: why somebody may touch personal data (GDPR 5(1)(b), PIPL Article 6).

Whoever touches personal data names one of these; a purpose outside the register is refused. Which role may name which
purpose stands in the policies, not here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """Why personal data are processed."""

    SALES_FOLLOW_UP = "sales_follow_up"
    CUSTOMER_SERVICE = "customer_service"
    MARKETING = "marketing"
    ANALYTICS = "analytics"
    DATA_QUALITY = "data_quality"
    OPERATIONS = "operations"
    PRIVACY_REQUEST = "privacy_request"
    AUDIT = "audit"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True)
class Title:
    """What people read, in English and Chinese."""

    en: str
    zh: str


PURPOSE_TITLES: dict[Purpose, Title] = {
    Purpose.SALES_FOLLOW_UP: Title("Following up a customer", "销售跟进"),
    Purpose.CUSTOMER_SERVICE: Title("Serving a customer", "客户服务"),
    Purpose.MARKETING: Title("Marketing to those who consented", "市场营销"),
    Purpose.ANALYTICS: Title("Statistics", "统计分析"),
    Purpose.DATA_QUALITY: Title("Judging and mending data", "数据治理"),
    Purpose.OPERATIONS: Title("Running the gateway", "系统运营"),
    Purpose.PRIVACY_REQUEST: Title("Answering a data subject's request", "个人信息权利响应"),
    Purpose.AUDIT: Title("Audit", "审计"),
    Purpose.INTEGRATION: Title("Feeding another system", "系统集成"),
}


def known_purpose(name: str) -> bool:
    """Whether the register holds that purpose."""
    return name in {purpose.value for purpose in Purpose}
