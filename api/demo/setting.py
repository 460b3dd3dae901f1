"""How the demonstration's workspace is set up: settings, people, connections, mappings. Plain data."""

from typing import Any

from api.demo.mail import MAILBOXES
from sync.mapping import StreamMapping, SubjectLink

PEOPLE: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("chen", "陈思远", ("sales",), ("east",)),
    ("dong", "董雅文", ("sales",), ("south",)),
    ("li", "李一鸣", ("service",), ()),
    ("wang", "王静怡", ("privacy_officer",), ()),
    ("ops", "Olivia Park", ("operations",), ()),
    ("zhao", "赵一凡", ("it",), ()),
    ("sun", "孙佳宁", ("steward",), ()),
    ("audit", "Amir Haddad", ("auditor",), ()),
    ("guide", "导览 Guide", ("auditor", "it", "operations", "steward"), ()),
)

SETTINGS = """\
# The workspace of the demonstration.
egress:
  allow: [127.0.0.1]  # the social network of the demonstration is a server on this machine
forms:
  contact:
    secret: ${file:keys/contact-form.secret}
    mapping:
      name: person.full_name
      phone: phone
      email: email
      company: organization.name
      province: address.province
      city: address.city
      address: address.full
      need: need
      message: interaction.text
      consent_marketing: consent.marketing
      submitted_at: interaction.at
  complaint:
    secret: ${file:keys/complaint-form.secret}
    mapping:
      name: person.full_name
      phone: phone
      email: email
      complaint: feedback.text
      complaint_type: feedback.type
      submitted_at: feedback.at
trust:
  erp: erp
  mail: email
  social: social
  "form:contact": form
  "form:complaint": form
ownership:
  fallback: pool:unassigned
  rules:
    - rule: key-accounts
      version: 1
      stage: named_account
      priority: 200
      when: "1"
      conditions:
        1: {attr: value_tier, op: in, value: [high_value]}
      balance: {method: weighted, weights: {"user:chen": 1, "user:dong": 1}}
    - rule: east
      version: 1
      stage: territory
      priority: 120
      when: "1"
      conditions:
        1: {attr: address.province, op: in, value: [上海市, 江苏省, 浙江省]}
      assign: "user:chen"
    - rule: south
      version: 1
      stage: territory
      priority: 110
      when: "1"
      conditions:
        1: {attr: address.province, op: in, value: [广东省, 福建省]}
      assign: "user:dong"
"""

_CUSTOMER = SubjectLink("customers", ("customer_id",))

MAPPINGS: dict[str, dict[str, StreamMapping]] = {
    "erp": {
        "customers": StreamMapping(
            fields={
                "customer_no": "ignore",
                "name": "party.name",
                "contact_name": "person.full_name",
                "id_number": "id.cn.ric",
                "credit_code": "id.cn.uscc",
                "phone": "phone",
                "email": "email",
                "province": "address.province",
                "city": "address.city",
                "district": "address.district",
                "address": "address.full",
                "industry": "organization.industry",
                "customer_level": "value_tier",
            },
            asserted_at="updated_at",
        ),
        "orders": StreamMapping(
            fields={
                "order_no": "transaction.number",
                "product": "transaction.product",
                "amount": "transaction.amount",
                "currency": "transaction.currency",
                "status": "transaction.status",
                "ordered_at": "transaction.at",
            },
            subject=_CUSTOMER,
            asserted_at="ordered_at",
            constants={"transaction.type": "order"},
        ),
        "calls": StreamMapping(
            fields={
                "direction": "interaction.direction",
                "summary": "interaction.text",
                "called_at": "interaction.at",
            },
            subject=_CUSTOMER,
            asserted_at="called_at",
            constants={"interaction.channel": "call"},
        ),
        "complaints": StreamMapping(
            fields={
                "kind": "feedback.type",
                "content": "feedback.text",
                "status": "feedback.status",
                "created_at": "feedback.at",
            },
            subject=_CUSTOMER,
            asserted_at="created_at",
        ),
    },
    "social": {
        "profiles": StreamMapping(
            fields={
                "handle": "handle.social",
                "display_name": "party.name",
                "bio": "ignore",
                "city": "address.city",
                "email": "email",
                "phone": "phone",
                "url": "ignore",
                "followers": "ignore",
            },
            asserted_at="updated_at",
        )
    },
    "mail": {
        "contacts": StreamMapping(
            fields={
                "name": "person.full_name",
                "email": "email",
                "phone": "phone",
                "mobile": "phone",
                "title": "person.title",
                "company": "organization.name",
                "address": "address.full",
                "website": "website",
            },
            asserted_at="date",
        ),
        "messages": StreamMapping(
            fields={"subject": "interaction.subject", "text": "interaction.text", "date": "interaction.at"},
            subject=SubjectLink("contacts", ("contact", "uid")),
            asserted_at="date",
            constants={"interaction.channel": "email", "interaction.direction": "in"},
        ),
    },
}


def connections(erp_url: str, maildir: str, social: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Connection name to the source and its configuration."""
    return {
        "erp": ("sql", {"url": erp_url}),
        "mail": ("email", {"path": maildir, "own_addresses": list(MAILBOXES)}),
        "social": ("social", dict(social)),
    }
