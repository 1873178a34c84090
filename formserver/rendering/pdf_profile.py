"""The LibreOffice user profile a worker starts with: no macros, no links, no questions, nothing remembered."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_COMMON = "/org.openoffice.Office.Common"
_JOBS = "/org.openoffice.Office.Jobs/Jobs"

#: node, property, value; the type follows from the value
SETTINGS: tuple[tuple[str, str, bool | int | str], ...] = (
    # macros and scripts
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", True),
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", 3),
    (f"{_COMMON}/Security/Scripting", "CheckDocumentEvents", False),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", False),
    # nothing is fetched: no source is trusted, links are never updated
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", True),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", 2),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", 2),
    (f"{_COMMON}/Misc", "CollectUsageInformation", False),
    (f"{_COMMON}/Misc", "CrashReport", False),
    (f"{_JOBS}/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments", "AutoCheckEnabled", False),
    # no autosave, no recovery, no first run
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", False),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", False),
    (f"{_COMMON}/Misc", "FirstRun", False),
    (f"{_COMMON}/Misc", "ShowTipOfTheDay", False),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", True),
    ("/org.openoffice.Setup/Office", "ooSetupShowIntro", False),
    # memory and speed: nobody undoes, spells or hyphenates here
    (f"{_COMMON}/Undo", "Steps", 0),
    (f"{_COMMON}/History", "PickListSize", 0),
    ("/org.openoffice.Office.Linguistic/SpellChecking", "IsSpellAuto", False),
    # a Chinese house
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
    ("/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
)


def profile_xml() -> str:
    """The text of ``registrymodifications.xcu``."""
    items = "\n".join(_item(node, name, value) for node, name, value in SETTINGS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n"
    )


def write_profile(folder: Path) -> None:
    """Make ``folder`` a profile directory as LibreOffice expects it under ``-env:UserInstallation``."""
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(profile_xml(), encoding="utf-8")


def _item(node: str, name: str, value: bool | int | str) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return (
        f'<item oor:path={quoteattr(node)}><prop oor:name={quoteattr(name)} oor:op="fuse">'
        f"<value>{escape(text)}</value></prop></item>"
    )
