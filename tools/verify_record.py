#!/usr/bin/env python3
"""Check an exported record without the program that wrote it. Standard library only; Python 3.9 or newer.

    python verify_record.py RECORD.zip [--anchor seal-2026-03-02.json]

RECORD is the zip, or the folder it was unpacked to. Checks that every version's content has the hash the version
names, that versions chain without a gap, that every file is the one that was filed and announced by an event, that
every sealed event leads to the root of its seal, that seals chain, and, with --anchor, that this chain holds the seal
that was published outside.
Exit status: 0 whole, 1 something is wrong, 2 not a record.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORMAT = "formserver-record/1"


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_versions(record: dict[str, Any], read: Callable[[str], bytes], wrong: list[str]) -> None:
    previous, expected = "", 1
    for version in record["versions"]:
        name = f"第{version['no']}版"
        if version["no"] != expected:
            wrong.append(f"{name}之前缺少第{expected}版 (version {expected} is missing)")
        elif version["previous_hash"] != previous:
            wrong.append(f"{name}与上一版不相接 (chain broken at version {version['no']})")
        stated = {
            "document": version["document_id"],
            "no": version["no"],
            "cause": version["cause"],
            "state": version["state"],
            "author": version["author_id"],
            "author_name": version["author_name"],
            "at": version["at"],
            "reason": version["reason"],
            "body": version["body_sha256"],
            "envelope": version["envelope_sha256"],
            "previous": version["previous_hash"],
        }
        if sha256(canonical(stated)) != version["hash"] or version["document_id"] != record["document"]["id"]:
            wrong.append(f"{name}的记录被改动 (version {version['no']} was changed)")
        for key, part in (("body_sha256", "正文"), ("envelope_sha256", "登记信息")):
            try:
                found = sha256(read(f"contents/{version[key]}.json"))
            except KeyError:
                wrong.append(f"{name}缺少{part} (content missing)")
                continue
            if found != version[key]:
                wrong.append(f"{name}的{part}被改动 (content changed)")
        previous, expected = version["hash"], version["no"] + 1
    if expected - 1 != record["document"]["head_version"]:
        wrong.append(f"缺少第{record['document']['head_version']}版 (the newest version is missing)")


def check_head(record: dict[str, Any], read: Callable[[str], bytes], wrong: list[str]) -> None:
    if not record["versions"]:
        return
    try:
        envelope = json.loads(read(f"contents/{record['versions'][-1]['envelope_sha256']}.json"))
    except (KeyError, ValueError):
        return  # reported with the versions
    keys = ("type", "edition", "title", "state", "number", "agency_id")
    wrong.extend(
        f"文书信息 {key} 与最新版本不符 (document.{key} differs from the newest version)"
        for key in keys
        if key in envelope and envelope[key] != record["document"][key]
    )


def check_files(record: dict[str, Any], read: Callable[[str], bytes], wrong: list[str]) -> None:
    for rendition in record["renditions"]:
        name = f"第{rendition['version_no']}版的{rendition['kind']}“{rendition['filename']}”"
        try:
            data = read(f"files/{rendition['sha256']}")
        except KeyError:
            wrong.append(f"缺少{name} (file missing)")
            continue
        if sha256(data) != rendition["sha256"]:
            wrong.append(f"{name}被改动 (file changed)")


def check_announced(record: dict[str, Any], wrong: list[str]) -> None:
    """Every file of the record is one an event announced, with all its particulars, and none of those is missing."""
    announced: dict[str, str] = {}
    for entry in record["events"]:
        announced.update(entry["event"]["data"].get("renditions", {}))
    for rendition in record["renditions"]:
        name = f"第{rendition['version_no']}版的{rendition['kind']}“{rendition['filename']}”"
        stated = {
            "id": rendition["id"],
            "document": rendition["document_id"],
            "version": rendition["version_no"],
            "kind": rendition["kind"],
            "sha256": rendition["sha256"],
            "size": rendition["size"],
            "media_type": rendition["media_type"],
            "filename": rendition["filename"],
            "pages": rendition["pages"],
            "manifest": rendition["manifest_sha256"],
            "created_by": rendition["created_by"],
            "created_at": rendition["created_at"],
        }
        expected = announced.pop(rendition["id"], None)
        if expected is None:
            wrong.append(f"{name}没有操作记录 (no event announces this file)")
        elif sha256(canonical(stated)) != expected:
            wrong.append(f"{name}的登记与操作记录不符 (the file's entry differs from its event)")
    wrong.extend(f"缺少操作记录所记的呈现件 {one} (a file that was filed is missing)" for one in announced)


def check_events(record: dict[str, Any], wrong: list[str]) -> int:
    seals = {seal["no"]: seal for seal in record["seals"]}
    open_events = 0
    for entry in record["events"]:
        event, no = entry["event"], entry["seal_no"]
        if event["document_id"] != record["document"]["id"]:
            wrong.append(f"操作记录 {event['id']} 不属于本文书 (foreign event)")
        if no is None:
            open_events += 1
            continue
        node = hashlib.sha256(b"\x00" + canonical(event)).digest()
        for side, other in entry["path"]:
            pair = bytes.fromhex(other) + node if side == "left" else node + bytes.fromhex(other)
            node = hashlib.sha256(b"\x01" + pair).digest()
        if no not in seals:
            wrong.append(f"缺少第{no}号封存 (seal {no} missing)")
        elif node.hex() != seals[no]["root"]:
            wrong.append(f"操作记录 {event['id']}（{event['action']}）与第{no}号封存不符 (event changed)")
    return open_events


def check_seals(record: dict[str, Any], anchor: dict[str, Any] | None, wrong: list[str]) -> None:
    previous: dict[str, Any] | None = None
    for seal in record["seals"]:
        stated = {key: value for key, value in seal.items() if key != "hash"}
        if sha256(canonical(stated)) != seal["hash"]:
            wrong.append(f"第{seal['no']}号封存被改动 (seal {seal['no']} changed)")
        if previous and (seal["previous_hash"], seal["no"]) != (previous["hash"], previous["no"] + 1):
            wrong.append(f"第{seal['no']}号封存与上一封存不相接 (seal chain broken)")
        previous = seal
    if anchor is None:
        return
    match = [seal for seal in record["seals"] if seal["no"] == anchor.get("no")]
    if not match:
        wrong.append("本记录不含存证所指的封存 (the anchor's seal is not in this record)")
    elif match[0] != anchor:
        wrong.append(f"第{anchor['no']}号封存与存证不一致 (the seal differs from the anchor)")


def opener(path: Path) -> Callable[[str], bytes]:
    """A function that reads a member; KeyError when it is absent."""
    if path.is_dir():

        def from_folder(name: str) -> bytes:
            try:
                return (path / name).read_bytes()
            except FileNotFoundError:
                raise KeyError(name) from None

        return from_folder
    archive = zipfile.ZipFile(path)

    def from_zip(name: str) -> bytes:
        try:
            return archive.read(name)
        except zipfile.BadZipFile:
            return b""  # a damaged member: its hash will not match

    return from_zip


def main(arguments: list[str] | None = None) -> int:
    """Check one record; the exit status."""
    parser = argparse.ArgumentParser(description="核验导出的文书记录 Check an exported record")
    parser.add_argument("record", type=Path, help="记录 zip 或解压后的文件夹 zip or folder")
    parser.add_argument("--anchor", type=Path, help="库外存证 a published seal-YYYY-MM-DD.json")
    options = parser.parse_args(arguments)
    try:
        read = opener(options.record)
        record = json.loads(read("record.json"))
        anchor = json.loads(options.anchor.read_text("utf-8")) if options.anchor else None
        if record.get("format") != FORMAT:
            raise ValueError(f"format {record.get('format')!r}")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(f"不是可核验的记录 not a record: {error}", file=sys.stderr)
        return 2
    wrong: list[str] = []
    check_versions(record, read, wrong)
    check_head(record, read, wrong)
    check_files(record, read, wrong)
    check_announced(record, wrong)
    open_events = check_events(record, wrong)
    check_seals(record, anchor, wrong)
    document = record["document"]
    print(f"文书《{document['title']}》 {document['number']} [{document['state']}] {document['id']}")
    print(
        f"版本 {len(record['versions'])}，呈现件 {len(record['renditions'])}，操作记录 {len(record['events'])}"
        f"（其中尚未封存 {open_events}），封存 {len(record['seals'])}"
    )
    if record["seals"]:
        last = record["seals"][-1]
        print(f"最新封存 newest seal: 第{last['no']}号 {last['at']} {last['hash']}")
    for line in wrong:
        print(f"错误 WRONG: {line}")
    print("记录有误，不可采信。 NOT WHOLE" if wrong else "记录完整，未被改动。 WHOLE")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
