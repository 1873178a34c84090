"""Head rows and versions on SQL."""

from __future__ import annotations

import json

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from formserver.core.canonical import canonical_json
from formserver.core.errors import NOT_FOUND
from formserver.core.figures import Figure, FigureQuery
from formserver.core.models import Document, Projection, Version, VersionContent
from formserver.core.permissions import Scope
from formserver.core.store_ports import DocumentQuery, Page
from formserver.store.contents import SqlContents
from formserver.store.engine import is_sqlite
from formserver.store.failures import CONFLICT
from formserver.store.figures import figures
from formserver.store.finding import find
from formserver.store.projections import write_projection
from formserver.store.rows import document_row, to_document, to_version, version_row
from formserver.store.scoping import inside, scope_clause
from formserver.store.search import SearchIndex
from formserver.store.tables import document as d
from formserver.store.tables import version as v

_LARGEST_NO = 2**31 - 1
"""What the column of version numbers holds."""
_BY_ID = select(d).where(d.c.id == bindparam("wanted"))
"""Read several times for every page: put together once."""
_VERSION = select(v).where(v.c.document_id == bindparam("of"), v.c.no == bindparam("wanted"))


class SqlDocuments:
    """:class:`~formserver.core.store_ports.DocumentStore` on a connection."""

    def __init__(self, connection: Connection, index: SearchIndex, contents: SqlContents) -> None:
        self._connection = connection
        self._index = index
        self._contents = contents

    def add(self, document: Document) -> None:
        """Insert a new head row. Raises STORE_CONFLICT when its id or check token is taken."""
        try:
            self._connection.execute(insert(d).values(document_row(document)))
        except IntegrityError as taken:
            raise CONFLICT(what="这份文书的编号或校验码") from taken
        self._index.touch(document, "")

    def get(self, document_id: str, scope: Scope) -> Document:
        """The head row. Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        return self._get(document_id, scope, lock=False)

    def lock(self, document_id: str, scope: Scope) -> Document:
        """Like :meth:`get`, holding the row until the unit ends. SQLite's one writer holds everything already."""
        return self._get(document_id, scope, lock=True)

    def _get(self, document_id: str, scope: Scope, *, lock: bool) -> Document:
        if lock and not is_sqlite(self._connection):  # nobody waits for a row outside the scope
            statement = select(d).where(d.c.id == document_id, scope_clause(scope)).with_for_update()
            row = self._connection.execute(statement).mappings().first()
        else:
            row = self._connection.execute(_BY_ID, {"wanted": document_id}).mappings().first()
        document = to_document(row) if row is not None else None
        if document is None or not inside(document, scope):
            raise NOT_FOUND(what="这份文书")
        return document

    def update(self, document: Document) -> None:
        """Replace the head row (after :meth:`lock`). Raises NOT_FOUND."""
        values = document_row(document)
        done = self._connection.execute(update(d).where(d.c.id == document.id).values(values))
        if done.rowcount != 1:
            raise NOT_FOUND(what="这份文书")
        self._index.touch(document)

    def add_version(self, content: VersionContent) -> None:
        """Insert an immutable version and its contents. Raises STORE_CONFLICT if the number is taken."""
        version = content.version
        self._contents.put(canonical_json(content.body))
        self._contents.put(canonical_json(content.envelope))
        taken = select(v.c.no).where(v.c.document_id == version.document_id, v.c.no == version.no)
        if self._connection.execute(taken).first() is not None:
            raise CONFLICT(what=f"第{version.no}版")
        try:
            self._connection.execute(insert(v).values(version_row(version)))
        except IntegrityError as late:
            raise CONFLICT(what=f"第{version.no}版") from late

    def version(self, document_id: str, no: int, scope: Scope) -> VersionContent:
        """One version with body and envelope. Raises NOT_FOUND, CONTENT_DAMAGED."""
        self.get(document_id, scope)
        if not 0 < no <= _LARGEST_NO:  # the driver refuses what the column cannot hold
            raise NOT_FOUND(what="这一版")
        row = self._connection.execute(_VERSION, {"of": document_id, "wanted": no}).mappings().first()
        if row is None:
            raise NOT_FOUND(what=f"第{no}版")
        version = to_version(row)
        return VersionContent(
            version,
            json.loads(self._contents.get(version.body_sha256)),
            json.loads(self._contents.get(version.envelope_sha256)),
        )

    def versions(self, document_id: str, scope: Scope) -> tuple[Version, ...]:
        """All versions, oldest first, without contents."""
        self.get(document_id, scope)
        statement = select(v).where(v.c.document_id == document_id).order_by(v.c.no)
        return tuple(to_version(row) for row in self._connection.execute(statement).mappings())

    def project(self, document: Document, projection: Projection) -> None:
        """Replace facets, measures and search text of the head version, in this transaction."""
        write_projection(self._connection, document, projection)
        self._index.touch(document, projection.text)

    def find(self, query: DocumentQuery, scope: Scope) -> Page:
        """A page of documents inside the scope, the newest change first."""
        self._index.flush()
        return find(self._connection, query, scope)

    def figures(self, query: FigureQuery, scope: Scope) -> tuple[Figure, ...]:
        """Figures of head versions inside the scope, those of the document changed last first."""
        return figures(self._connection, query, scope)

    def by_token(self, check_token: str) -> Document | None:
        """The document a printed check code points at, whatever the scope."""
        if not check_token:
            return None
        statement = select(d).where(d.c.check_token == check_token)
        row: Row[tuple[object, ...]] | None = self._connection.execute(statement).first()
        return to_document(row._mapping) if row is not None else None
