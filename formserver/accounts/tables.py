"""Tables of the accounts slice. Instants are text of fixed width, days ``YYYY-MM-DD``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from formserver.store.metadata import metadata

user_account = Table(
    "user_account",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("username", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("fs_uniquifier", String(64), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    Column("cert_no", Text, nullable=False, server_default=""),
    Column("cert_valid_from", String(10)),
    Column("cert_valid_to", String(10)),
    Column("title", Text, nullable=False, server_default=""),
    Column("confidentiality", Integer, nullable=False),
    UniqueConstraint("username"),
    UniqueConstraint("fs_uniquifier"),
)
Index("ix_user_account_agency_id", user_account.c.agency_id)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", String(26), ForeignKey("user_account.id"), primary_key=True),
    Column("role", String(64), primary_key=True),
)

# Every attempt is written before the password is hashed, so that a burst of parallel guesses is counted too.
login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("account", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_login_attempt_account_at", login_attempt.c.account, login_attempt.c.at)
Index("ix_login_attempt_address_at", login_attempt.c.address, login_attempt.c.at)
