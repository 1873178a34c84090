"""What people would add to the demonstration, so that no kind of page is missing or empty."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
from flask.testing import FlaskClient
from lxml import html
from PIL import Image, ImageDraw

from formserver.core.drafting import Drafting
from formserver.core.models import State
from formserver.demo.scan import demo_scan
from tests.support.browser_form import controls_in

if TYPE_CHECKING:
    from tests.browser.demo_site import DemoSite

_FIRM = "青石平板玻璃有限公司"


def furnish(site: DemoSite) -> list[str]:
    """One form of every type, evidence, loose scans, a seal, two lists to import; addresses no link leads to."""
    drafting, client = site.context.service(Drafting), site.client()
    for dt in site.context.catalogue.types():
        if dt.key == "legacy_record":  # never written, only entered from paper
            continue
        made = drafting.create(site.actor, dt.key, enterprise_id=site.enterprises[_FIRM])
        drafting.save_body(site.actor, made.id, site.context.catalogue.sample(dt.key), base_version=0)
    papers = site.papers()
    waiting = next(d for d in papers if d.state is State.FINAL).id
    old = ("文书种类", "文号", "被监察单位", "成文日期", "状态", "文件名")
    row = ("节能监察通知书", "川西节监通〔2018〕3号", "川西水泥有限公司", "2018-03-04", "已归档", "一.jpg")
    firms = (
        ("单位名称", "统一社会信用代码", "联系人"),
        (_FIRM, "91510000MA6DEM073P", "吕芳"),
        ("", "写错的代码", ""),
    )
    _send(client, f"/documents/{waiting}/evidence", {}, files=[(demo_scan("三号窑电表"), "三号窑电表.jpg")])
    _send(client, "/scans", {}, files=[(demo_scan("签字页"), "签字页.jpg")])
    _send(client, f"/documents/{waiting}/scans", {}, files=[(demo_scan("现场监察笔录"), "现场监察笔录.jpg")])
    _send(client, "/seals", {"title": "示范印章", "width_mm": "42"}, picture=[(_seal(), "印章.png")])
    sheet = next(d for d in papers if d.type == "benchmark_sheet" and d.state is State.SIGNED).id
    chosen = [f"{d.id}:{d.head_version}" for d in papers if d.state is State.DRAFT]
    return [
        _send(
            client,
            "/legacy/folder",
            {},
            list=[(_book(old, row), "清单.xlsx")],
            files=[(demo_scan("旧通知书"), "一.jpg")],
        ),
        _send(client, "/enterprises/import", {}, file=[(_book(*firms), "企业.xlsx")]),
        _post(client, "/documents/bulk/run", {"deed": "zip", "item": chosen}),
        "/calculators/packs/cement/compare?old=gb16780-2012&new=gb16780-2021",
        f"/calculators/documents/{sheet}/steps.pdf",
    ]


def _send(client: FlaskClient, path: str, typed: dict[str, str], **files: list[tuple[bytes, str]]) -> str:
    """Fill in the form of a page that takes these files; where it leads."""
    name = next(iter(files))
    form = html.fromstring(client.get(path).text).xpath(f"//form[.//input[@type='file'][@name='{name}']]")[0]
    data: dict[str, Any] = {**controls_in(form).to_dict(), **typed}
    data |= {key: [(io.BytesIO(content), called) for content, called in each] for key, each in files.items()}
    return _post(client, form.get("action"), data)


def _post(client: FlaskClient, address: str, data: dict[str, Any]) -> str:
    if "csrf_token" not in data:
        page = html.fromstring(client.get("/password").text)
        data["csrf_token"] = page.xpath("//meta[@name='csrf-token']/@content")[0]
    answer = client.post(address, data=data)
    assert answer.status_code in (302, 303), (address, answer.status_code)
    return str(answer.location)


def _book(*rows: tuple[str, ...]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def _seal() -> bytes:
    picture, made = Image.new("RGBA", (420, 420), (255, 255, 255, 0)), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.ellipse((12, 12, 408, 408), outline=(200, 30, 30, 255), width=12)
    draw.regular_polygon((210, 210, 70), 5, fill=(200, 30, 30, 255))
    picture.save(made, "PNG")
    return made.getvalue()
