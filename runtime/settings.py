"""Settings of a process, from the environment (`LIANBAN_…`); see docs/settings.md.

Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key, TOML profiles) are
read by Temporal's environment configuration, not here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set; nothing has to be for the embedded stack."""

    model_config = SettingsConfigDict(env_prefix="LIANBAN_", extra="ignore", env_ignore_empty=True)

    data: Path | None = Field(default=None, description="Data directory of the embedded stack.")
    dsn: str | None = Field(
        default=None, description="PostgreSQL (15 or newer) by DSN; empty: the embedded one."
    )
    role: str = Field(
        default="lianban_app",
        description="PostgreSQL role that the processes take on; it cannot change events.",
    )
    task_queue: str = Field(default="lianban", description="Temporal task queue of the workers.")
    lang: Literal["zh", "en"] = Field(default="zh", description="Language of texts for people.")
    account: str | None = Field(
        default=None, description="Account that commands without --as are given by, and read as."
    )
    park: str = Field(default="AN", description="Prefix of list ids that Lianban makes itself.")
    policy: Path | None = Field(
        default=None,
        description="Policy file (TOML) for new demands; empty: policies/default.toml.",
    )
    channels: Path | None = Field(
        default=None,
        description="File of message channels (TOML); empty: the inbox alone.",
    )
    send_timeout: float = Field(
        default=10.0, gt=0, description="Seconds for which a message's channel may keep silent."
    )
    retry_first: float = Field(
        default=30.0,
        gt=0,
        description="Seconds until a failed message is tried again; then doubled.",
    )
    attachments: str | None = Field(
        default=None,
        description="Where attachments are kept: a directory, or s3://BUCKET/PATH; "
        "empty: attachments in the data directory.",
    )
    attachment_bytes: int = Field(
        default=20 * 1024 * 1024, gt=0, description="Bytes that one attachment may have."
    )
    attachment_pixels: int = Field(
        default=64_000_000, gt=0, description="Pixels that an attached image may have."
    )
    log_format: Literal["json", "console"] | None = Field(
        default=None, description="Log lines as JSON or key=value; empty: by what stdout is."
    )
    log_level: str = Field(default="info", description="Least severe level that is logged.")
    patience: float = Field(
        default=30.0,
        gt=0,
        description="Seconds for which a command waits for Temporal or PostgreSQL to come back.",
    )
    sweep_every: float = Field(
        default=5.0, gt=0, description="Seconds between two looks for intents left open."
    )
    sweep_after: float = Field(
        default=10.0, gt=0, description="Age in seconds from which an open intent is swept."
    )
    max_cached_workflows: int = Field(
        default=6000, gt=0, description="Demands a worker keeps in memory, about 90 KB each."
    )
    pool_size: int = Field(default=12, gt=0, description="PostgreSQL connections of a process.")
    web_host: str = Field(
        default="127.0.0.1", description="Address that the web application listens on."
    )
    web_port: int = Field(
        default=8080, ge=0, le=65535, description="Port that it listens on; 0: any free one."
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+$",
        description="Address by which people reach it, for links and QR codes; empty: as asked.",
    )
    service_phone: str | None = Field(
        default=None,
        max_length=60,
        description="The service bureau's telephone, as enterprises are to read it; empty: none.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses of reverse proxies whose X-Forwarded-For is believed.",
    )
    upload_limit: int = Field(
        default=60_000_000, gt=0, description="Bytes of the largest form with its files."
    )
    temporal_bin: Path | None = Field(
        default=None, description="The temporal binary; empty: the one in the environment."
    )
