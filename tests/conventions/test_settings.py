"""Every setting is explained, used, and refuses what would be unsafe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from formserver.config import EXAMPLE_SECRET, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "settings.md"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_is_explained_in_chinese_and_documented(name: str):
    description = Settings.model_fields[name].description or ""
    assert re.search(r"[\u4e00-\u9fff]", description), f"{name} has no description"
    assert name.upper() in PAGE.read_text(encoding="utf-8"), (
        f"{name} is not in docs/settings.md: run make docs"
    )


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_setting_is_used_somewhere(name: str):
    sources = [p for p in (ROOT / "formserver").rglob("*.py") if p.name != "config.py"]
    properties = (
        (ROOT / "formserver" / "config.py").read_text(encoding="utf-8").split("def resolved_database_url")[1]
    )
    used = re.compile(rf"\.{name}\b")
    assert used.search(properties) or any(
        used.search(path.read_text(encoding="utf-8")) for path in sources
    ), f"nothing reads {name}: use it or remove it"


@pytest.mark.parametrize("key", [EXAMPLE_SECRET, "short"])
def test_production_refuses_an_unsafe_secret(key: str):
    with pytest.raises(ValidationError, match="FORMSERVER_SECRET_KEY"):
        Settings(environment="production", secret_key=key)


def test_production_accepts_a_long_secret():
    assert Settings(environment="production", secret_key="k" * 40).environment == "production"


def test_default_database_is_a_file_in_the_storage_folder(tmp_path: Path):
    settings = Settings(environment="test", storage_dir=tmp_path, database_url="")
    assert settings.resolved_database_url == f"sqlite:///{tmp_path / 'formserver.sqlite3'}"
