"""Every setting, with its default and what it is for. The only module that reads the environment."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EXAMPLE_SECRET = "example-secret-key-do-not-use-in-production"  # noqa: S105  refused below in production

_package = Path(__file__).resolve().parent


def _shipped(folder: str) -> Path:
    """The data folder inside an installed wheel, or beside the package in a checkout."""
    installed = _package / "_data" / folder
    return installed if installed.is_dir() else _package.parent / folder


class Settings(BaseSettings):
    """Settings come from the environment (prefix ``FORMSERVER_``) or from a ``.env`` file.

    ``DATABASE_URL`` is also understood without the prefix.
    """

    model_config = SettingsConfigDict(
        env_prefix="FORMSERVER_",
        env_file=".env",
        extra="ignore",
        validate_default=True,
        populate_by_name=True,
    )

    environment: Literal["development", "production", "test"] = Field(
        "development", description="运行环境；production 拒绝示例密钥，只发送安全 Cookie"
    )
    secret_key: SecretStr = Field(
        SecretStr(EXAMPLE_SECRET), description="会话与校验码签名密钥；生产环境至少 32 个字符"
    )
    storage_dir: Path = Field(Path("storage"), description="运行数据目录：数据库、文件、导出")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("database_url", "FORMSERVER_DATABASE_URL", "DATABASE_URL"),
        description="数据库地址；空为 storage/formserver.sqlite3，可用 postgresql+psycopg://…",
    )
    schemas_dir: Path = Field(default_factory=lambda: _shipped("schemas"), description="文书定义目录")
    templates_dir: Path = Field(
        default_factory=lambda: _shipped("doc_templates"), description="Word 模板目录"
    )
    anchors_dir: Path | None = Field(
        None, description="封存存证目录，宜放在另一块磁盘或由他人保管；空为 storage/anchors"
    )
    fonts_dir: Path | None = Field(None, description="本机构已获授权的字体目录，优先于开源替代字体")
    soffice: Path | None = Field(None, description="LibreOffice 程序位置；空为自动查找")
    pdf_workers: int = Field(1, ge=0, le=8, description="PDF 转换进程数；0 关闭")
    pdf_timeout: float = Field(60.0, gt=0, description="单个 PDF 转换的最长时间（秒）")
    base_url: str = Field("http://127.0.0.1:8000", description="外部访问地址，印在二维码里")
    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8000, ge=1, le=65535, description="监听端口")
    proxy_hops: int = Field(
        0, ge=0, le=5, description="前面有几层可信反向代理（如 nginx 为 1）；0 表示直接对外，不信任转发头"
    )
    threads: int = Field(8, ge=1, le=64, description="网页服务线程数")
    max_upload_mb: int = Field(64, ge=1, le=4096, description="单个上传文件的上限（MB）")
    max_evidence_gb: int = Field(
        4, ge=1, le=64, description="分片续传的单个文件（证据录像、台账等）的上限（GB）；磁盘须留有余量"
    )
    session_hours: int = Field(12, ge=1, le=72, description="登录有效时间（小时）")
    login_attempts: int = Field(8, ge=3, le=100, description="同一账号 15 分钟内允许的失败次数")

    @model_validator(mode="after")
    def _refuse_example_secret(self) -> Settings:
        key = self.secret_key.get_secret_value()
        if self.environment == "production" and (key == EXAMPLE_SECRET or len(key) < 32):
            raise ValueError(
                "生产环境必须设置 FORMSERVER_SECRET_KEY（至少 32 个随机字符），不能使用示例密钥。"
                " Production refuses the example secret key."
            )
        return self

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL that is really used."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.storage_dir / 'formserver.sqlite3').resolve()}"

    @property
    def anchors(self) -> Path:
        """Where the daily anchors of the seals are written."""
        return self.anchors_dir or self.storage_dir / "anchors"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """Folders looked into before the system's fonts: the agency's licensed ones, then the fetched open ones."""
        own = (self.fonts_dir,) if self.fonts_dir is not None else ()
        return tuple(folder for folder in (*own, self.storage_dir / "fonts") if folder.is_dir())

    @property
    def blobs_dir(self) -> Path:
        """Where stored files live."""
        return self.storage_dir / "blobs"


@functools.cache
def load_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
