"""补充带入: rows the system knows and the table lacks, added to what is there; nothing is replaced or taken away."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from formserver.core.definitions.prefill import prefill_field
from formserver.core.models import Document, Json
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.web.feature import RowVerb
from formserver.web.forms.codec import FormCodec
from formserver.web.forms.rowwork import BAD_ROW_ACTION, RowResult

_OWN_VERBS = frozenset({"add", "remove", "copy", "up", "down", "refill"})


class Refill:
    """Asks the prefill sources again, for a body as it stands now (the materials of the items just ticked)."""

    def __init__(self, kit: Kit, verbs: Mapping[str, RowVerb] | None = None) -> None:
        self._kit = kit
        self._verbs = verbs if verbs is not None else {}

    def knows(self, verb: str) -> bool:
        """Whether a row button may ask for this; other slices bring buttons of their own."""
        return verb in _OWN_VERBS or verb in self._verbs

    def add_missing(self, actor: Actor, document: Document, body: Json, pointer: str) -> RowResult:
        """``body`` with the known rows that ``pointer`` lacks; rows are told apart by their first column.

        Raises BAD_ROW_ACTION for a place that no source fills.
        """
        dt = self._kit.document_type(document)
        leaf = dt.by_pattern.get(pointer)
        if leaf is None or leaf.kind != "rows" or leaf.list_depth or not leaf.source:
            raise BAD_ROW_ACTION()
        with self._kit.store.uow() as u:
            provided = prefill_field(dt, pointer, self._kit.providers(u, actor, document), body)
        made = copy.deepcopy(body)
        columns = [c.key for c in dt.children.get(pointer + "/*", ()) if c.is_leaf and not c.is_row_key]
        holder = made
        *groups, name = pointer.split("/")[1:]
        for group in groups:
            holder = holder.setdefault(group, {})
        rows = holder.get(name, [])
        have = {row.get(columns[0]) for row in rows}
        added = [row for row in (provided.value if provided else []) if row.get(columns[0]) not in have]
        if added:
            holder[name] = [*rows, *added]
        return RowResult(made, f"{pointer}/@{added[0]['_k']}" if added else pointer)

    def act(self, codec: FormCodec, actor: Actor, document: Document, body: Json, do: str) -> RowResult:
        """Do what a row button of the form asks. Raises BAD_ROW_ACTION."""
        verb, _, pointer = do.partition(":")
        if verb == "refill":
            return self.add_missing(actor, document, body, pointer)
        if verb in self._verbs:
            return self._verbs[verb](body, pointer)
        return codec.act(do, body)
