"""The audit commands as an auditor runs them: their words, their JSON and their exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from runtime.embedded.info import StackInfo
from runtime.embedded.install import postgres_release
from starter.cli.run import run
from tests.integration.test_audit_tampering import superuser
from tests.support.house import CHAIN, ENTERPRISE, House
from tests.support.processes import PROJECT, environment
from tests.support.waiting import eventually

MAIN = "from starter.cli import main; main()"
Lianban = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def lianban(
    home: House,
    stack: StackInfo,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Lianban:
    """Runs an audit command in a thread of its own; its exit code and what it printed."""
    for name, value in environment(home.settings, stack.temporal).items():
        monkeypatch.setenv(name, value)

    async def audit(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = await asyncio.to_thread(run, ["audit", *arguments])
        return code, capsys.readouterr().out

    return audit


async def test_a_healthy_ledger_verifies_and_a_changed_byte_does_not(
    home: House, lianban: Lianban
) -> None:
    demand, other = await home.closed(), await home.planned("另一件需求，请尽快协调处理。")

    code, out = await lianban("verify", "--all", "--json")
    assert code == 0
    assert json.loads(out)["holding"] == [demand, other]

    async with superuser(home.settings) as connection:
        await connection.execute(
            "UPDATE events SET body = replace(body, '已踏勘', '己踏勘') "
            "WHERE demand = $1 AND seq = 5",
            demand,
        )
    code, out = await lianban("verify", "--all")
    assert code == 1
    assert f"需求 {demand} 第 5 步 events.body.event.text：台账为 己踏勘；历史为 已踏勘" in out
    assert f"需求 {demand} 第 5 步 events.hash" in out
    assert other not in out
    assert (await lianban("verify", other))[0] == 0
    code, out = await lianban("verify", "--list", home.prefix, "--json")
    assert code == 1
    [failing] = json.loads(out)["failing"]
    assert failing["demand"] == demand


async def test_a_demand_that_the_ledger_has_forgotten_altogether_is_found(
    home: House, lianban: Lianban
) -> None:
    demand = await home.closed()
    async with superuser(home.settings) as connection:
        for table in ("events", "demands", "reservations"):
            await connection.execute(f"DELETE FROM {table} WHERE demand = $1", demand)

    async def listed() -> bool:
        return demand in await home.gateway.started()

    await eventually(listed)
    code, out = await lianban("verify", "--all", "--json")

    assert code == 1
    [failing] = json.loads(out)["failing"]
    assert (failing["demand"], failing["findings"][2]["reason"]) == (demand, "row_missing")


async def test_replay_shows_every_step_and_the_state_at_an_instant(
    home: House, lianban: Lianban
) -> None:
    demand = await home.closed()

    code, out = await lianban("replay", demand)
    assert code == 0
    rows = await home.pool.fetch("SELECT hash FROM events WHERE demand = $1", demand)
    assert all(row["hash"] in out for row in rows)
    assert out.count("成立") == 4
    assert "不成立" not in out
    assert f"；轮到 服务中心（{CHAIN.name}）；" in out
    assert "；轮到 市供电局；" in out
    assert f"；轮到 {ENTERPRISE.name}；" in out
    assert "下一节点" not in out
    assert "责任领导：" in out

    fifth = await home.pool.fetchval("SELECT at FROM events WHERE demand = $1 AND seq = 5", demand)
    code, out = await lianban("replay", demand, "--at", fifth.isoformat(), "--json")
    assert code == 0
    shown: dict[str, Any] = json.loads(out)
    assert [step["seq"] for step in shown["timeline"]["steps"]] == [1, 2, 3, 4, 5]
    assert shown["timeline"]["state"]["status"] == "in_progress"
    assert shown["verdict"]["ok"]
    code, out = await lianban("replay", demand, "--at", "2020-01-01")
    assert code == 0
    assert "还没有任何事件" in out


async def test_a_deleted_history_is_a_verdict_of_its_own(home: House, lianban: Lianban) -> None:
    demand = await home.planned()
    await home.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=home.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=f"demand:{demand}"),
        )
    )

    async def gone() -> bool:
        return not await home.gateway.histories(demand)

    await eventually(gone)
    code, out = await lianban("verify", demand, "--json")

    assert code == 1
    [failing] = json.loads(out)["failing"]
    assert failing["standing"] == "history_missing"
    results = [finding["result"] for finding in failing["findings"]]
    assert results == ["not_possible", "holds", "not_possible", "holds"]


@pytest.mark.parametrize("guide", ["auditor.md", "auditor.zh-CN.md"])
async def test_a_hash_can_be_checked_by_hand_as_the_guide_says(
    home: House, stack: StackInfo, guide: str
) -> None:
    demand = await home.closed()
    recorded = await home.pool.fetchval(
        "SELECT hash FROM events WHERE demand = $1 AND seq = 5", demand
    )
    text = (PROJECT / "docs" / "guides" / guide).read_text(encoding="utf-8")
    recipes = [block for block in re.findall(r"```sh\n(.*?)```", text, re.S) if "sha256" in block]
    assert len(recipes) == 2

    tools = [Path(sys.executable).parent, postgres_release()[0] / "bin"]
    env = environment(home.settings, stack.temporal) | {
        "PATH": os.pathsep.join([*map(str, tools), os.environ["PATH"]])
    }
    for recipe in recipes:
        process = await asyncio.create_subprocess_shell(
            recipe.replace("AN-2026Q4-017", demand),
            env=env,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        assert out.decode().split()[0] == recorded, recipe


async def test_the_process_ends_with_the_exit_code(home: House, stack: StackInfo) -> None:
    demand = await home.demand()

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, "audit", "verify", demand, "X-1", "--json"),
        env=environment(home.settings, stack.temporal),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()

    assert process.returncode == 1
    assert json.loads(out)["standings"] == {"complete": 1, "unknown": 1}


async def test_wrong_usage_and_unknown_demands_have_their_exit_codes(
    home: House, lianban: Lianban
) -> None:
    assert (await lianban("verify"))[0] == 2
    assert (await lianban("verify", "--list", "NO-SUCH"))[0] == 1
    assert (await lianban("replay", "NO-SUCH-001", "--json"))[0] == 1
    assert (await lianban("replay", "NO-SUCH-001", "--at", "gestern"))[0] == 2
