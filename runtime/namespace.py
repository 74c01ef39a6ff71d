"""The namespace that our workflows live in: that it exists, and how long it keeps histories."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

RETENTION = timedelta(days=3650)
"""A server's own default is a day or three; then a closed run and every continued one is gone."""


class RetentionRefused(Exception):
    """The server took the request and keeps histories for a shorter time all the same."""


async def retention_of(client: Client) -> timedelta:
    """How long the client's namespace keeps what has ended. Raises `RPCError`."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    return answer.config.workflow_execution_retention_ttl.ToTimedelta()


async def ensure_namespace(client: Client, retention: timedelta = RETENTION) -> bool:
    """Make the client's namespace keep what has ended for `retention` at least.

    Creates it if need be. True where something had to be changed. Raises `RPCError` where the
    server forbids it, as Temporal Cloud does, and `RetentionRefused`.
    """
    try:
        if await retention_of(client) >= retention:
            return False
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        await _register(client, retention)
    else:
        await _prolong(client, retention)
    now = await retention_of(client)
    if now < retention:
        raise RetentionRefused(f"{client.namespace} keeps histories for {now}, not {retention}")
    return True


async def _register(client: Client, retention: timedelta) -> None:
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=client.namespace, workflow_execution_retention_period=_duration(retention)
        )
    )


async def _prolong(client: Client, retention: timedelta) -> None:
    config = NamespaceConfig(workflow_execution_retention_ttl=_duration(retention))
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=config)
    )


def _duration(period: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(period)
    return duration
