"""The columns of an equipment list: one place for template, reading, checking, pages, outputs and the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names the value everywhere, ``title`` is the heading of the template. ``synonyms`` are other headings seen in
    practice. ``kind`` is text, model, date, number, poles, voltage, boiler, count or choice. ``matching`` columns are
    what recognition reads, ``efficiency`` ones what the grade tables read."""

    key: str
    title: str
    kind: str
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 60
    lowest: str = ""
    highest: str = ""
    matching: bool = False
    efficiency: bool = False
    help: str = ""


STATUSES: Final = ("在用", "备用", "停用", "已拆除")
FUELS: Final = ("煤", "油", "气", "生物质", "电", "其他")

COLUMNS: Final[tuple[Column, ...]] = (
    Column("seq", "序号", "count", ("编号", "序", "No", "行号"), highest="1000000", help="表内不重复的正整数；不填按行号。"),
    Column("name", "设备名称", "text", ("名称", "设备", "设备名", "用能设备名称", "机电设备名称"), required=True, longest=50,
           matching=True, help="写全称，须看得出类别：三相异步电动机、配电变压器、离心泵等。"),
    Column("model", "设备型号", "model", ("型号", "规格型号", "型号规格", "设备规格型号", "型号及规格", "规格"),
           required=True, longest=80, matching=True, help="照铭牌抄写，一格一个型号；单元格设为文本，以免 8-18 变成日期。"),
    Column("manufacturer", "制造厂", "text", ("生产厂家", "制造单位", "生产单位", "厂家", "制造商", "生产企业", "品牌")),
    Column("made", "制造日期", "date", ("出厂日期", "生产日期", "出厂年月", "制造年月", "出厂时间", "制造年份", "出厂年份"),
           matching=True, help="年、年月或年月日均可：1998、1998-05、1998年5月。"),
    Column("power_kw", "额定功率", "number", ("功率", "电机功率", "额定功率（千瓦）", "装机功率", "配用功率"), unit="kW",
           lowest="0.05", highest="50000", matching=True, help="电动机必填。"),
    Column("capacity_kva", "额定容量", "number", ("容量", "变压器容量", "视在功率"), unit="kVA", lowest="5",
           highest="500000", matching=True, help="变压器必填。"),
    Column("poles", "极数", "poles", ("电机极数", "级数"), matching=True, help="2、4、6、8、10、12、16。"),
    Column("voltage_v", "额定电压", "voltage", ("电压", "电压等级"), unit="V", lowest="36", highest="500000",
           matching=True, help="可写 380/660；隔爆、高压电动机请填。"),
    Column("boiler_capacity", "蒸发量或热功率", "boiler", ("蒸发量", "热功率", "锅炉容量", "锅炉吨位", "额定蒸发量"),
           matching=True, help="锅炉必填，写明单位：4t/h、2.8MW。"),
    Column("fuel", "燃料", "choice", ("燃料种类", "燃料类型"), choices=FUELS, matching=True, help="锅炉必填。"),
    Column("current_a", "额定电流", "number", ("电流", "焊接电流", "额定焊接电流"), unit="A", lowest="1", highest="5000",
           matching=True, help="电焊机建议填写。"),
    Column("quantity", "数量", "count", ("台数", "数量（台）", "设备数量", "台套数"), required=True, lowest="1",
           highest="9999", help="整数；空白按 1 台并提示。"),
    Column("location", "安装地点", "text", ("安装位置", "使用地点", "所在车间", "使用部门", "车间", "位置", "存放地点")),
    Column("status", "使用状态", "choice", ("状态", "设备状态", "使用情况", "运行状态"), required=True, choices=STATUSES,
           help="在用、备用、停用、已拆除。"),
    Column("commissioned", "投运日期", "date", ("投产日期", "启用日期", "投用时间", "使用日期", "投入使用日期")),
    Column("label_grade", "能效标识等级", "choice", ("能效等级", "能效级别", "能效标识"),
           choices=("1级", "2级", "3级", "无标识"), efficiency=True, help="铭牌或能效标识上的等级。"),
    Column("efficiency_pct", "额定效率", "number", ("效率", "电机效率", "能效值"), unit="%", lowest="1", highest="100",
           efficiency=True, help="电动机铭牌或检测报告上的效率。"),
    Column("p0_w", "空载损耗", "number", ("空载损耗P0", "P0"), unit="W", lowest="1", highest="1000000", efficiency=True,
           help="变压器铭牌或试验报告。"),
    Column("pk_w", "负载损耗", "number", ("负载损耗Pk", "短路损耗", "Pk"), unit="W", lowest="1", highest="10000000",
           efficiency=True, help="变压器铭牌或试验报告。"),
    Column("remark", "备注", "text", ("说明", "备注说明"), longest=200),
)  # fmt: skip
"""After the template of the reference (``template.md`` §1), with four columns for efficiency grades before 备注."""

BY_KEY: Final = {column.key: column for column in COLUMNS}
