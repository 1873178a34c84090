"""Opening a docx as data: bounded, and refused when it carries anything that runs or reaches outside.

This guards both publishing and rendering: a template with a macro or a remote picture is never opened further.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from formserver.core.errors import Kind, Problem, error_code

MAX_ENTRIES = 400
MAX_UNPACKED = 64 * 1024 * 1024
MAX_XML = 12 * 1024 * 1024
MAX_RATIO = 250
_RATIO_FLOOR = 1024 * 1024  # small members may compress as well as they like

_PACKAGE_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RUNS_CODE = re.compile(
    r"(?i)vbaProject|vbaData|macroEnabled|activeX|oleObject|word/embeddings/|customUI|attachedToolbars|(?<!printerSettings\d)\.(exe|dll|js|vbs|bin)$"
)
_FORBIDDEN_RELATIONSHIPS = {
    "attachedTemplate": "附加模板",
    "oleObject": "嵌入对象",
    "package": "嵌入文件",
    "control": "ActiveX 控件",
    "vbaProject": "宏",
    "aFChunk": "外部文档块",
    "subDocument": "子文档",
    "frame": "框架",
    "mailMergeSource": "邮件合并数据源",
    "mailMergeHeaderSource": "邮件合并数据源",
    "recipientData": "邮件合并数据源",
}

TEMPLATE_UNSAFE = error_code(
    "TEMPLATE_UNSAFE",
    Kind.INVALID,
    zh="模板文件不能使用：{reason}",
    en="The template file cannot be used: {reason}",
)


@dataclass(frozen=True, slots=True)
class Package:
    """The members of a docx in file order, its content types, and the name of its main document part."""

    members: Mapping[str, bytes]
    defaults: Mapping[str, str]
    overrides: Mapping[str, str]
    main: str

    def content_type(self, name: str) -> str:
        """The content type of a member, "" when the package does not declare one."""
        extension = name.rsplit(".", 1)[-1].lower()
        return self.overrides.get("/" + name) or self.defaults.get(extension, "")


@dataclass(frozen=True, slots=True)
class Relationship:
    """One line of a ``.rels`` part."""

    id: str
    type: str
    target: str
    external: bool


def open_package(docx: bytes) -> Package:
    """Unpack ``docx``. Raises TEMPLATE_UNSAFE (Invalid) with every problem found."""
    members = _unpack(docx)
    types = members.get("[Content_Types].xml")
    if types is None:
        raise _unsafe("这不是 Word 文档（缺少 [Content_Types].xml），请另存为 .docx 后再上传。")
    problems = [problem for name, data in members.items() for problem in _member_problems(name, data)]
    if problems:
        raise TEMPLATE_UNSAFE(problems=problems, reason=problems[0].message)
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for element in parse_strict(types, "[Content_Types].xml"):
        if element.tag == _PACKAGE_NS + "Default":
            defaults[(element.get("Extension") or "").lower()] = element.get("ContentType") or ""
        elif element.tag == _PACKAGE_NS + "Override":
            overrides[element.get("PartName") or ""] = element.get("ContentType") or ""
    macro = [name for name, kind in overrides.items() if "macroEnabled" in kind or "vbaProject" in kind]
    if macro:
        raise _unsafe("文档含有宏，请另存为不含宏的 .docx。")
    main = next((k[1:] for k, v in overrides.items() if v.endswith("document.main+xml")), "")
    if main not in members:
        raise _unsafe("找不到正文（word/document.xml），请用 Word 或 WPS 打开后另存为 .docx。")
    return Package(members, defaults, overrides, main)


def parse_strict(data: bytes, name: str) -> etree._Element:
    """Parse one XML part without entities, DTD or repair. Raises TEMPLATE_UNSAFE naming the part."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unsafe(f"{name} 不是合格的 XML（{error}），请重新保存模板。") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise _unsafe(f"{name} 含有 DTD 声明，不允许。")
    return root


def relationships(members: Mapping[str, bytes], part: str) -> list[Relationship]:
    """The relationships of ``part`` ("" for the package itself)."""
    data = members.get(rels_name(part))
    if data is None:
        return []
    return [
        Relationship(
            element.get("Id") or "",
            element.get("Type") or "",
            element.get("Target") or "",
            (element.get("TargetMode") or "").lower() == "external",
        )
        for element in parse_strict(data, rels_name(part))
        if element.tag == _RELS_NS + "Relationship"
    ]


def rels_name(part: str) -> str:
    """Where the relationships of ``part`` are kept."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def _unsafe(reason: str) -> Exception:
    return TEMPLATE_UNSAFE(reason=reason, problems=[Problem("TEMPLATE_UNSAFE", reason)])


def _unpack(docx: bytes) -> dict[str, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(docx))
    except (zipfile.BadZipFile, ValueError) as error:
        raise _unsafe("这不是 .docx 文件（打不开压缩包），请另存为 .docx 后再上传。") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_ENTRIES:
            raise _unsafe(f"压缩包里有 {len(infos)} 个文件，超过 {MAX_ENTRIES} 个。")
        if sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise _unsafe(f"解压后超过 {MAX_UNPACKED // 1024 // 1024} MB。")
        members: dict[str, bytes] = {}
        for info in infos:
            _check_entry(info, members)
            try:
                with archive.open(info) as stream:
                    data = stream.read(info.file_size + 1)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
                raise _unsafe(f"压缩包里的 {info.filename} 已损坏。") from error
            except Exception as error:  # zlib.error and lzma.LZMAError share no base class
                raise _unsafe(f"压缩包里的 {info.filename} 已损坏。") from error
            members[info.filename] = data
    return members


def _check_entry(info: zipfile.ZipInfo, seen: Mapping[str, bytes]) -> None:
    name = info.filename
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise _unsafe(f"压缩包里有不允许的路径 {name!r}。")
    if name.casefold() in {other.casefold() for other in seen}:
        raise _unsafe(f"压缩包里有重复的文件 {name}。")
    if info.flag_bits & 0x1:
        raise _unsafe("文档设了打开密码，请去掉密码后再上传。")
    if info.file_size > _RATIO_FLOOR and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise _unsafe(f"压缩包里的 {name} 压缩比异常。")
    if name.endswith((".xml", ".rels")) and info.file_size > MAX_XML:
        raise _unsafe(f"{name} 超过 {MAX_XML // 1024 // 1024} MB。")


def _member_problems(name: str, data: bytes) -> list[Problem]:
    if _RUNS_CODE.search(name):
        return [Problem("TEMPLATE_UNSAFE", f"模板里有宏、控件或嵌入对象（{name}），请删除后再上传。", name)]
    if not name.endswith((".xml", ".rels", ".vml")):
        return []
    try:
        root = parse_strict(data, name)
    except Exception as error:
        if getattr(error, "code", None) is TEMPLATE_UNSAFE:
            return [Problem("TEMPLATE_UNSAFE", str(error).partition("：")[2] or str(error), name)]
        raise
    if not name.endswith(".rels"):
        return []
    found: list[Problem] = []
    for element in root:
        kind = (element.get("Type") or "").rsplit("/", 1)[-1]
        target = element.get("Target") or ""
        external = (element.get("TargetMode") or "").lower() == "external"
        if kind in _FORBIDDEN_RELATIONSHIPS and (external or kind != "package"):
            what = _FORBIDDEN_RELATIONSHIPS[kind]
            found.append(Problem("TEMPLATE_UNSAFE", f"模板引用了{what}（{target}），请删除后再上传。", name))
        elif external and not (
            kind == "hyperlink" and target.lower().startswith(("http://", "https://", "mailto:"))
        ):
            found.append(
                Problem("TEMPLATE_UNSAFE", f"模板引用了外部内容（{target}），请改为嵌入文档。", name)
            )
    return found
