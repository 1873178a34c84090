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

# The cookie holds a random token; ``id`` is its SHA-256, so that a copy of the database opens no session.
# ``data`` is the JSON of what the session keeps; a row without a user only carries a message to the next page.
session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(26), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("seen_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("data", Text, nullable=False),
)
Index("ix_session_user_id", session.c.user_id)
Index("ix_session_expires_at", session.c.expires_at)

password_history = Table(
    "password_history",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user_id", String(26), ForeignKey("user_account.id"), nullable=False),
    Column("at", String(27), nullable=False),
    Column("password", Text, nullable=False),
)
Index("ix_password_history_user_id_id", password_history.c.user_id, password_history.c.id)

# ``sha256`` of the whole token; ``hint`` its first characters, by which a person tells tokens apart.
api_token = Table(
    "api_token",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("user_id", String(26), ForeignKey("user_account.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("hint", String(16), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("used_at", String(27)),
    Column("used_from", String(64), nullable=False, server_default=""),
    Column("revoked_at", String(27)),
    UniqueConstraint("sha256"),
)
Index("ix_api_token_user_id", api_token.c.user_id)
