"""How every process of ours speaks to Temporal: the converter, the sandbox, the connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

DATA_CONVERTER = pydantic_data_converter

_PASSED_THROUGH = ("domain", "activities", "pydantic", "pydantic_core", "annotated_types")


def sandbox(*more: str) -> SandboxedWorkflowRunner:
    """The workflow sandbox, with the pure modules passed through: they have no clock, no I/O.

    `more` names further modules, such as an audit's sink.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH, *more)
    return SandboxedWorkflowRunner(restrictions=restrictions)


async def connect(
    default_address: str | None = None, interceptors: Sequence[Any] = (), **options: Any
) -> Client:
    """A client by Temporal's own environment configuration (address, namespace, TLS, API key).

    `default_address` is for when nothing names one, as with the embedded server. Raises
    `RuntimeError` where the server cannot be reached.
    """
    settings: dict[str, Any] = dict(ClientConfig.load_client_connect_config())
    settings.setdefault("target_host", default_address or "localhost:7233")
    return await Client.connect(
        **settings, data_converter=DATA_CONVERTER, interceptors=interceptors, **options
    )


def silence_sdk() -> None:
    """Keep the SDK's core from logging to standard output, which belongs to a command's answer."""
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))
