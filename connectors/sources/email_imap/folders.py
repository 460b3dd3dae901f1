"""Which folders of a mailbox are read. Pure."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from connectors.sources.email_imap.replies import Listed
from connectors.sources.email_imap.settings import Settings

# For servers that do not tell special uses (RFC 6154), or only of some folders; names in lower case, last level only.
_KNOWN_NAMES = {
    "drafts": ("drafts", "draft", "草稿箱", "草稿夹", "草稿"),
    "junk": ("junk", "junk e-mail", "junk email", "spam", "bulk mail", "垃圾邮件", "垃圾箱", "广告邮件", "病毒文件夹"),
    "sent": ("sent", "sent items", "sent messages", "sent mail", "已发送", "已发送邮件", "已发邮件", "发件箱"),
    "trash": ("trash", "deleted", "deleted items", "deleted messages", "已删除", "已删除邮件", "废件箱"),
}


def chosen(listed: Sequence[Listed], settings: Settings) -> list[Listed]:
    """The folders to read, by name. What only holds other folders (Noselect) is none."""
    told = {use for folder in listed for use in _told_uses(folder)}
    return sorted(
        (
            folder
            for folder in {one.wire: one for one in listed}.values()
            if not folder.attributes & {"\\noselect", "\\nonexistent"}
            and not _uses(folder, told) & settings.skip_special_use
            and _matches(folder.name, settings.folders)
            and not _matches(folder.name, settings.exclude_folders)
        ),
        key=lambda folder: (folder.name, folder.wire),
    )


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, "INBOX" if pattern.upper() == "INBOX" else pattern) for pattern in patterns)


def _told_uses(folder: Listed) -> set[str]:
    names = {"all", "archive", "drafts", "flagged", "junk", "sent", "trash"}
    return {word.removeprefix("\\") for word in folder.attributes} & names


def _uses(folder: Listed, told: set[str]) -> set[str]:
    """What a folder is for: what the server says, and by its name only where the server names no folder for that."""
    last = folder.name.rpartition("/")[2].lower()
    by_name = {use for use, names in _KNOWN_NAMES.items() if last in names and use not in told}
    return _told_uses(folder) | by_name
