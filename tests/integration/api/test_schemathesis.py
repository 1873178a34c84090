"""Schemathesis over the whole document: generated requests, good and bad, to every operation with a token.

``ignored_auth`` is left to ``tests/hostile/test_api.py`` (its probe cannot speak WSGI), ``positive_data_acceptance`` is
off because a document also obeys rules no schema tells (a body that fits its type, a state that allows the deed).
"""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from formserver.evidence.service import EvidenceService
from formserver.uploads.service import UploadService
from tests.support.api import Program
from tests.support.house import photo_of_paper
from tests.support.website import Website

REJECTED = [400, 401, 403, 404, 406, 412, 415, 422, 428]
EXAMPLES = 2
SAFE = {"path.token_id": "0" * 26, "path.session_id": "0" * 64}
"""The run must not find its own token in a list and revoke it."""
CHECKED = {
    "content_type_conformance",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
}


def config(
    headers: dict[str, str], parameters: dict[str, Any], phase: str, examples: int
) -> SchemathesisConfig:
    off = {"enabled": False}
    phases = {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")}
    return SchemathesisConfig.from_dict(
        {
            "seed": 20261121,
            "headers": headers,
            "parameters": parameters,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
            "phases": phases,
            "checks": {
                "ensure_resource_availability": off,
                "ignored_auth": off,
                "missing_required_header": {"expected-statuses": REJECTED},
                "positive_data_acceptance": off,
                "use_after_free": off,
            },
        }
    )


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # its client closes no download
def test_no_generated_request_gets_an_answer_the_document_does_not_declare(
    site: Website, boss: Program
) -> None:
    headers = {"Authorization": f"Bearer {boss.token}"}
    done: Counter[str] = Counter()
    failures: list[str] = []
    # every bound of every schema with ids that are made up; then anything at all with ids that exist
    for phase, parameters in (("coverage", SAFE), ("fuzzing", {**SAFE, **real_parameters(site, boss)})):
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json",
            site.app,
            config=config(headers, parameters, phase, EXAMPLES),
            headers=headers,
        )
        for event in from_schema(schema).execute():
            if isinstance(event, events.NonFatalError | events.FatalError):
                failures.append(str(event.__dict__))
            if isinstance(event, events.ScenarioFinished):
                failures += failures_of(event, done)
    assert failures == []
    assert set(done) >= CHECKED
    assert min(done[check] for check in CHECKED) > 500


def failures_of(event: Any, done: Counter[str]) -> list[str]:
    """What the checks of one scenario found, as texts to read."""
    found = []
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            done[check.name] += 1
            if check.failure_info is not None:
                case = event.recorder.cases[case_id].value
                found.append(
                    f"{check.name}: {case.method} {case.formatted_path} {case.query} {case.headers} "
                    f"{case.body!r:.300}: {check.failure_info.failure}"
                )
    return found


def real_parameters(site: Website, boss: Program) -> dict[str, Any]:
    """Ids of one of everything, so that the generated bodies reach the services."""
    document, actor = site.saved(), site.actor("boss")
    stored = site.context.service(UploadService).receive(
        actor, "evidence", "一.jpg", io.BytesIO(photo_of_paper())
    )
    (evidence,) = site.context.service(EvidenceService).add(actor, document.id, [stored])
    upload = boss.post("/uploads", {"filename": "a.bin", "size": 1 << 20, "purpose": "evidence"}, 201).json
    view = boss.post("/views", {"name": "视图", "query": {}}, 201).json
    return {
        "path.document_id": document.id,
        "path.enterprise_id": site.enterprise.id,
        "path.agency_id": site.agencies["SC-CD"],
        "path.type_key": "inspection_notice",
        "path.no": 1,
        "path.evidence_id": evidence.id,
        "path.upload_id": upload["id"],
        "path.view_id": view["id"],
    }
