"""Figures for comparison, from the measures of head versions."""

from __future__ import annotations

from sqlalchemy import Connection, select

from formserver.core.figures import Figure, FigureQuery
from formserver.core.models import State
from formserver.core.permissions import Scope
from formserver.store.scoping import scope_clause
from formserver.store.tables import document as d
from formserver.store.tables import measure as m


def figures(connection: Connection, query: FigureQuery, scope: Scope) -> tuple[Figure, ...]:
    """The figures inside the scope, those of the document changed last first."""
    columns = (d.c.id, d.c.title, d.c.enterprise_id, d.c.uscc, d.c.enterprise_name)
    statement = (
        select(*columns, m.c.key, m.c.product, m.c.period, m.c.value_text, m.c.unit)
        .join(d, d.c.id == m.c.document_id)
        .where(
            m.c.key.in_(query.keys),
            m.c.period.in_(query.periods),
            d.c.state != State.VOID.value,
            d.c.id != query.but,
            scope_clause(scope),
        )
        .order_by(d.c.updated_at.desc(), d.c.id.desc(), m.c.position)
        .limit(query.limit)
    )
    if query.enterprise_id:
        statement = statement.where(d.c.enterprise_id == query.enterprise_id)
    if query.industry:
        statement = statement.where(d.c.industry == query.industry)
    return tuple(
        Figure(id_, title, enterprise or uscc or name, key, product, period, value, unit)
        for id_, title, enterprise, uscc, name, key, product, period, value, unit in connection.execute(
            statement
        )
    )
