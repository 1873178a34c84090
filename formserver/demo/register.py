"""The fictional enterprises of the demonstration: thirteen firms of the usual industries, codes with valid check digits."""

from __future__ import annotations

from typing import Final

from formserver.core.permissions import Actor
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService
from formserver.web.context import AppContext

_FIRMS: Final = (
    ("川西水泥有限公司", "91510000123456788G", "3011", "水泥制造", "周国栋", "林晓燕"),
    ("川西第二水泥有限责任公司", "91510000MA6DEM022F", "3011", "水泥制造", "杜明辉", "蒋莉"),
    ("青石特种水泥股份有限公司", "91510000MA6DEM030A", "3011", "水泥制造", "余卫东", "彭洁"),
    ("川西钢铁集团有限公司", "91510000MA6DEM0497", "3110", "炼铁", "曾庆生", "白雪松"),
    ("岷源铝业有限公司", "91510000MA6DEM0572", "3216", "铝冶炼", "郭振华", "邓小琴"),
    ("川西化肥有限责任公司", "91510000MA6DEM065W", "2621", "氮肥制造", "钟志强", "冉静"),
    ("青石平板玻璃有限公司", "91510000MA6DEM073P", "3041", "平板玻璃制造", "谭永康", "吕芳"),
    ("天全建筑陶瓷有限公司", "91510000MA6DEM081J", "3071", "建筑陶瓷制品制造", "康建平", "喻红"),
    ("川西纸业有限公司", "91510000MA6DEM09XA", "2221", "机制纸及纸板制造", "秦海涛", "戴敏"),
    ("龙门纺织印染有限公司", "91510000MA6DEM1023", "1713", "棉印染精加工", "丁文斌", "苟小玲"),
    ("川西热电有限公司", "91510000MA6DEM110X", "4412", "热电联产", "袁立新", "牟华"),
    ("芦山铁合金有限公司", "91510000MA6DEM129T", "3140", "铁合金冶炼", "史国平", "邹琳"),
    ("芦山电石化工有限公司", "91510000MA6DEM137M", "2613", "无机盐制造", "辜永明", "阮秀兰"),
)


def add_enterprises(context: AppContext, actor: Actor) -> dict[str, str]:
    """Add the firms that are not in the register yet; returns name → id of all of them."""
    service = context.service(EnterpriseService)
    ids: dict[str, str] = {}
    for place, (name, uscc, code, industry, legal_rep, contact) in enumerate(_FIRMS):
        known = [e for e in service.search(actor, EnterpriseQuery(text=name)).items if e.name == name]
        if known:
            ids[name] = known[0].id
            continue
        first = place == 0
        address = "四川省川西市青石镇水泥路88号" if first else f"四川省川西市青石镇工业大道{place * 12}号"
        made = service.create(
            actor,
            {
                "name": name,
                "uscc": uscc,
                "reg_address": address,
                "site_address": f"{address}厂区",
                "legal_rep": legal_rep,
                "legal_rep_title": "董事长" if first else "总经理",
                "contact": contact,
                "phone": "0830-5550188" if first else f"0830-5550{200 + place}",
                "industry_code": code,
                "industry_name": industry,
                "region_code": "",
                "region_name": "四川省川西市青石镇",
                "key_user": place % 3 != 2,
            },
        )
        ids[name] = made.id
    return ids
