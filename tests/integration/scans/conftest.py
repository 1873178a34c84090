"""One website for the folder, and papers of it as LibreOffice prints them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from formserver.core.issuing import Issuing
from formserver.core.models import Document, RenditionKind
from formserver.core.papers import Papers
from formserver.core.runner import JobRunner
from tests.support.website import Website


@dataclasses.dataclass(frozen=True)
class Paper:
    """A document that waits for its signatures, and its printed pages."""

    document: Document
    pdf: bytes
    pages: int


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    made = Website(tmp_path_factory.mktemp("scans"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def paper(site: Website) -> Callable[..., Paper]:
    """``paper("on_site_statement")``: a new one of that type, finalised and converted."""

    def printed(type_key: str = "on_site_statement", username: str = "chen", **changes: object) -> Paper:
        document = site.saved(username, type_key, **changes)
        actor = site.actor(username)
        site.context.service(Issuing).finalise(actor, document.id, base_version=document.head_version)
        return convert(site, site.head(document.id), username)

    return printed


def convert(site: Website, document: Document, username: str = "chen") -> Paper:
    """Print what is waiting and fetch the paper of the printed version."""
    JobRunner(site.context.store, site.context.job_handlers, site.context.clock).run_all()
    papers = site.context.service(Papers)
    found = papers.paper_of(site.actor(username), document.id, document.printed_version, RenditionKind.PDF)
    return Paper(document, site.context.store.blobs.read(found.blob_sha256), found.pages)
