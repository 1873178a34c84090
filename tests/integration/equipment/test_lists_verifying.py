"""``verify`` notices an original that is gone, and one that was put in the place of another."""

from __future__ import annotations

import dataclasses

from formserver.equipment.lists_verifying import TITLE, check_lists
from formserver.equipment.repository import EquipmentListRepository
from formserver.store.findings import Fault, Report
from tests.support.lists import MOTOR, checked, list_id, template_file
from tests.support.website import Website


def faults(site: Website, title: str) -> list[Fault]:
    report = Report()
    check_lists(site.context.store, report)  # type: ignore[arg-type]
    assert report.checked["设备清单"] > 0
    return [one.fault for one in report.findings if title in one.place]


def test_originals_are_checked(site: Website):
    assert TITLE in {title for title, _ in site.context.record_checks}
    found = list_id(checked(site, template_file([MOTOR]), title="核对原件"))
    assert faults(site, "核对原件") == []
    actor, store = site.actor("chen"), site.context.store
    other = store.blobs.put_bytes("另一个文件".encode()).sha256
    for sha256, expected in ((other, [Fault.BLOB]), ("0" * 64, [Fault.MISSING_BLOB, Fault.BLOB])):
        with store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            one = repository.lock(found, actor.scope)
            repository.update(dataclasses.replace(one, source_sha256=sha256))
        assert faults(site, "核对原件") == expected
