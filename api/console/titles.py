"""What attributes, sections and classes of data are called, as keys for translation. Pure."""

from collections.abc import Callable, Mapping

from api.console.words import marked as _
from core.attributes import DataClass, Section, ValueKind, attribute

SECTIONS: Mapping[str, str] = {
    Section.PROFILE: _("Profile"),
    Section.IDENTIFIERS: _("Identifiers"),
    Section.CONTACT_POINTS: _("Contact points"),
    Section.ADDRESSES: _("Addresses"),
    Section.ORGANIZATION: _("Organization"),
    Section.CONSENTS: _("Consents"),
    Section.NEEDS: _("Needs"),
    Section.TRANSACTIONS: _("Transactions"),
    Section.INTERACTIONS: _("Interactions"),
    Section.FEEDBACK: _("Feedback"),
}
CLASSES: Mapping[str, str] = {
    DataClass.PROFILE: _("Profile"),
    DataClass.SENSITIVE: _("Sensitive data"),
    DataClass.IDENTIFIER: _("Identifiers"),
    DataClass.CONTACT: _("Contact points"),
    DataClass.ADDRESS: _("Addresses"),
    DataClass.ORGANIZATION: _("Organization"),
    DataClass.CONSENT: _("Consents"),
    DataClass.NEED: _("Needs"),
    DataClass.FINANCE: _("Finance"),
    DataClass.INTERACTION: _("Interactions"),
    DataClass.FEEDBACK: _("Feedback"),
}
ATTRIBUTES: Mapping[str, str] = {
    "person.full_name": _("Full name"),
    "person.given_name": _("Given name"),
    "person.family_name": _("Family name"),
    "person.middle_name": _("Middle name"),
    "person.title": _("Title"),
    "person.birth_date": _("Birth date"),
    "person.sex": _("Sex"),
    "person.income": _("Income"),
    "occupation": _("Occupation"),
    "preferences": _("Preferences"),
    "tags": _("Tags"),
    "value_tier": _("Value tier"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "website": _("Website"),
    "organization.name": _("Name of the organization"),
    "organization.industry": _("Industry"),
    "organization.size": _("Size"),
    "address.full": _("Address"),
    "address.street": _("Street"),
    "address.number": _("House number"),
    "address.unit": _("Unit"),
    "address.district": _("District"),
    "address.city": _("City"),
    "address.province": _("Province"),
    "address.postcode": _("Postcode"),
    "address.country": _("Country"),
    "need": _("Need"),
    "consent.marketing": _("Consent to marketing"),
    "transaction.number": _("Number"),
    "transaction.type": _("Type"),
    "transaction.amount": _("Amount"),
    "transaction.currency": _("Currency"),
    "transaction.product": _("Product"),
    "transaction.status": _("Status"),
    "transaction.at": _("Time"),
    "interaction.channel": _("Channel"),
    "interaction.direction": _("Direction"),
    "interaction.subject": _("Subject"),
    "interaction.text": _("Text"),
    "interaction.at": _("Time"),
    "feedback.type": _("Type"),
    "feedback.text": _("Text"),
    "feedback.status": _("Status"),
    "feedback.at": _("Time"),
    "id.cn.ric": _("Resident identity card"),
    "id.cn.uscc": _("Unified social credit code"),
    "id.passport": _("Passport"),
    "id.ssn": _("Social security number"),
    "id.vat": _("VAT number"),
    "handle.social": _("Social account"),
    "handle.wechat": _("WeChat account"),
    "handle.qq": _("QQ number"),
}
# How a value won, and how somebody came to own a customer.
RULES: Mapping[str, str] = {
    "only": _("the only one"),
    "trust": _("its source is trusted most"),
    "recency": _("it is the newest"),
    "frequency": _("most sources say so"),
    "completeness": _("it is the fullest"),
    "validated_first": _("it passed its check"),
    "most_restrictive": _("the strictest counts"),
    "tie": _("a fixed order decided"),
    "source_priority": _("its source comes first"),
    "asserted_at": _("it was said last"),
    "record_hash": _("a fixed order decided"),
    "position": _("it was named first"),
    "derived_first": _("a checked number says so"),
    "identified": _("its record names the company's number"),
    "min": _("it is the smallest"),
    "max": _("it is the largest"),
    "expression": _("a rule of this house decided"),
    "pin": _("a person set it"),
}

# Codes that pages show in words: levels, reasons, causes, kinds of events.
CODES: Mapping[str, str] = {
    code: code
    for code in (
        _("yes"),
        _("with a reason"),
        _("without marketing consent"),
        _("own"),
        _("mended_at_source"),
        _("not_needed"),
        _("test_data"),
        _("duplicate"),
        _("different_people"),
        _("wrong_data"),
        _("customer_asked"),
        _("manual"),
        _("merge"),
        _("split"),
        _("unmerge"),
        _("cannot_link"),
        _("must_link"),
        _("review"),
        _("unknown"),
        _("checked"),
        _("disputed"),
        _("valid"),
        _("invalid"),
        _("created"),
        _("changed"),
        _("merged"),
        _("removed"),
        _("unmerged"),
        _("merged_by_hand"),
        _("no"),
        _("open"),
        _("high_value"),
        _("ordinary"),
        _("potential"),
        _("territory"),
        _("default"),
        _("in"),
        _("out"),
        _("command line"),
        _("browser"),
        _("demo"),
    )
}

# How much of a class of data somebody sees.
LEVELS: Mapping[str, str] = {
    "none": _("not shown"),
    "aggregate": _("counted only"),
    "token": _("pseudonym"),
    "partial": _("masked in part"),
    "clear": _("clear"),
}
# What a key may do with a class of data that it may write.
EDITED = _("may be written")
ACTIONS: Mapping[str, str] = {
    "read": _("Read a customer"),
    "merge": _("Merge customers"),
    "unmerge": _("Take customers apart"),
    "assign_owner": _("Assign an owner"),
    "claim_owner": _("Claim a customer"),
    "release_owner": _("Release a customer"),
    "answer": _("Answer what stewards ask"),
    "search": _("Search for customers"),
    "export": _("Export customers"),
    "view_changes": _("Follow changes"),
    "enter_record": _("Enter a record by hand"),
    "review": _("Judge duplicates"),
    "handle_privacy_request": _("Answer requests of persons"),
    "run_sync": _("Run syncs"),
    "view_sync": _("Watch syncs"),
    "configure_source": _("Configure sources"),
    "replay_rejected": _("Replay rejected records"),
    "rebuild": _("Rebuild golden records"),
    "view_rules": _("See rules"),
    "manage_rules": _("Change rules"),
    "view_policy": _("See policies"),
    "manage_policy": _("Change policies"),
    "view_audit": _("Search the audit log"),
    "verify_audit": _("Verify the audit log"),
    "manage_users": _("Manage people and keys"),
    "configure": _("Configure the gateway"),
    "view_health": _("See its health"),
}


def attribute_title(name: str) -> str:
    """The key of an attribute's title; families are called by their own name."""
    return ATTRIBUTES.get(name) or name.partition(".")[2] or name


def code_word(translate: Callable[[str], str], name: str, text: str) -> str:
    """The word for a value of an attribute that holds codes; what people wrote themselves stays as it is."""
    return translate(text) if attribute(name).kind is ValueKind.CODE and text in CODES else text
