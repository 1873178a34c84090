"""How the equipment of 现场核查表 and the register of an enterprise's equipment join the slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for

from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.core.computing import FieldComputerFactory
from formserver.core.permissions import Actor
from formserver.equipment import register_views, widget_views
from formserver.equipment.lists_service import Lists
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_continuing import Continuing
from formserver.equipment.register_repository import RegisterRepository
from formserver.equipment.register_service import Registers
from formserver.equipment.widget_computer import EQUIPMENT, EquipmentComputer
from formserver.equipment.widget_service import Filling
from formserver.web.context import AppContext
from formserver.web.feature import EnterpriseLinks, FormWidget, Link, RowVerb

VIEWS: Final = (register_views,)
"""Importing them has put their routes on the blueprint."""
FORM_WIDGETS: Final[Mapping[str, FormWidget]] = {EQUIPMENT: widget_views.draw}
ROW_VERBS: Final[Mapping[str, RowVerb]] = widget_views.ROW_VERBS
REPOSITORIES: Final[Mapping[type[Any], Any]] = {RegisterRepository: RegisterRepository}


def widget_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    registers = Registers(context.store)
    return {
        Filling: Filling(context.store),
        Registers: registers,
        Continuing: Continuing(context.store, registers, context.service(Lists)),
    }


def widget_computers(context: AppContext) -> Mapping[str, FieldComputerFactory]:
    """What works out 比对结果 of forms."""
    library, grades = context.service(EquipmentLibrary), context.service(Grades)
    figures = context.service(Calculators)
    return {EQUIPMENT: lambda u: EquipmentComputer(library, grades.library, figures.confirmed(u))}


class RegisterLinks:
    """设备台账 on the page of an enterprise."""

    def links(self, actor: Actor, enterprise_id: str) -> Sequence[Link]:
        """One line for who may read lists."""
        if not actor.may(EquipmentPermission.READ):
            return ()
        return (Link("设备台账", url_for("equipment.register", enterprise_id=enterprise_id), "table"),)


def enterprise_links(context: AppContext) -> Sequence[EnterpriseLinks]:
    """Buttons of enterprise pages."""
    del context
    return (RegisterLinks(),)
