"""The harmless part of Jinja stays usable inside the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.rendering.compile import compile_template

ROWS = [{"n": "甲", "v": 3}, {"n": "乙", "v": 1}, {"n": "丙", "v": 2}]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{% for r in rows %}{{ loop.cycle('a', 'b') }}{{ loop.index }}/{{ loop.length }}{% endfor %}", "a1/3b2/3a3/3"),
        ("{% for r in rows %}{{ loop.revindex }}{% if loop.last %}末{% endif %}{% endfor %}", "321末"),
        ("{% for i in range(3) %}{{ i }}{% for j in range(2) %}{{ loop.depth }}{% endfor %}{% endfor %}", "011111211"),
        ("{% for r in rows %}{% if loop.changed(r.v > 1) %}x{% endif %}{% endfor %}", "xxx"),
        ("{% for r in rows | sort(attribute='v') %}{{ r.n }}{% endfor %}", "乙丙甲"),
        ("{% for g in rows | groupby('v') %}{{ g[0] }}{{ g[1][0].n }}{% endfor %}", "1乙2丙3甲"),
        ("{% for r in rows | selectattr('v', 'gt', 1) %}{{ r.n }}{% endfor %}", "甲丙"),
        ("{{ rows | map(attribute='n') | join('、') }}", "甲、乙、丙"),
        ("{{ rows | map(attribute='v') | sum }}{{ rows | length }}{{ (rows | first).n }}{{ rows[-1].n }}", "63甲丙"),
        ("{% set ns = namespace(t=0) %}{% for r in rows %}{% set ns.t = ns.t + r.v %}{% endfor %}{{ ns.t }}", "6"),
        ("{{ 7 // 2 }}{{ 7 % 2 }}{{ 2 * 3 }}{{ 7 - 9 }}{{ 1 / 2 }}", "316-20.5"),
        ("{{ x ~ '-' ~ 1 }}{{ x + '!' }}{{ x | upper }}{{ x | trim | length }}", "ab-1ab!AB2"),
        ("{{ '是' if x == 'ab' else '否' }}{{ 'a' in x }}{{ x is defined }}{{ y is defined }}", "是是是否"),
        ("{{ x[0] }}{{ x[:1] }}{{ x | replace('a', 'A') }}{{ x | default('无') }}{{ y | default('无') }}", "aaAbab无"),
        ("{{ true }}{{ false }}{{ 1.5 }}{{ '<&>' }}", "是否1.5<&>"),
        ("{% macro m(a, b='乙') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(x) }}{{ m('<', b=x) }}", "[ab乙][<ab]"),
        ("{{ x | e }}{{ x | string }}{% with z = x %}{{ z }}{% endwith %}", "ababab"),
        ("{% for r in rows %}{{ image('none', width_mm=3) }}{{ r.n }}{% endfor %}", "甲乙丙"),
    ],
)  # fmt: skip
def test_expression_prints(make_template: Any, text_of: Any, text: str, printed: str) -> None:
    compiled = compile_template(make_template(text))
    assert text_of(compiled.render({"rows": ROWS, "x": "ab"})) == printed
