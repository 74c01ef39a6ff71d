"""docker-compose.yml and Dockerfile, checked on a machine without Docker.

What is ours in them really runs: each command as it is written, with its environment, on the
embedded engines instead of the containers.
"""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest

from domain.values import Status
from ledger.directory import load
from ledger.migrate import migrations
from ledger.pool import open_pool
from runtime.embedded import cluster
from runtime.embedded.info import StackInfo
from runtime.embedded.ports import choose
from runtime.namespace import RETENTION, retention_of
from runtime.settings import Settings
from runtime.temporal import connect
from starter.gateway import Gateway
from starter.policies import policy_in_force
from tests.support import compose
from tests.support.compose import PROJECT, Service
from tests.support.engines import engines, sample_directory
from tests.support.house import House

SERVICES = compose.services()
OURS = ("migrate", "namespace", "worker", "web")
ONCE = ("temporal-schema", "migrate", "namespace")
SECRETS = {
    "POSTGRES_PASSWORD": "s€cret superuser",
    "LIANBAN_DB_PASSWORD": "p@ss:w/ord 'of' lianban%",
    "TEMPORAL_DB_PASSWORD": "temporal's own",
}

together = pytest.mark.xdist_group("compose")  # one cluster for all of them
each_service = pytest.mark.parametrize("name", SERVICES)


# ---- the shape of the file --------------------------------------------------------------------


def test_the_services() -> None:
    assert set(SERVICES) == {"postgres", "temporal", "temporal-ui", "temporal-schema", *OURS}
    built = {name for name, service in SERVICES.items() if "build" in service}
    assert built == set(OURS)


@each_service
def test_images_are_pinned_and_named_without_a_host(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert re.fullmatch(r"\d+\.\d+[\w.-]*", tag)
    assert re.fullmatch(r"[a-z-]+(/[a-z-]+)?", image)


@each_service
def test_ports_are_bound_to_the_loopback_interface(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


@each_service
def test_secrets_come_from_outside_and_are_missed_clearly(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|PWD|SECRET|KEY|TOKEN", key):
            (variable, how), *others = compose.variables(value).items()
            assert how == ":?", f"{key} must be required"
            assert not others
            with pytest.raises(compose.MissingVariable, match=f"write {variable} into .env"):
                compose.fill_in(value, {})
            assert value.startswith("${")
            assert value.endswith("}")


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    text = (PROJECT / ".env.example").read_text(encoding="utf-8")
    lines = [line.removeprefix("#") for line in text.splitlines() if "=" in line]
    offered = dict(line.split("=", 1) for line in lines)
    wanted = compose.variables((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert set(offered) == set(wanted)
    assert {name for name, how in wanted.items() if how == ":?"} == set(SECRETS)
    assert all(offered[name] == "" for name in SECRETS)
    assert ".env" in (PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()


@each_service
def test_whoever_is_waited_for_can_be_waited_for(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert other in ONCE


@each_service
def test_what_serves_is_restarted_and_what_runs_once_is_not(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name in ONCE else "unless-stopped")


def test_the_worker_waits_for_everything() -> None:
    assert set(SERVICES["worker"]["depends_on"]) == {"postgres", "temporal", "migrate", "namespace"}


@each_service
def test_mounts_are_named_volumes_or_files_of_ours(name: str) -> None:
    for mount in SERVICES[name].get("volumes", ()):
        source, target, *mode = mount.split(":")
        if source.startswith("./"):
            assert (PROJECT / source).is_file()
            assert mode == ["ro"]
        else:
            assert source in compose.volumes()
            assert target in ("/var/lib/postgresql/data", "/attachments")


@pytest.mark.parametrize("name", OURS)
def test_our_environment_is_understood_and_names_services(name: str) -> None:
    environment = compose.environment(SERVICES[name], SECRETS)
    ours = {key.removeprefix("LIANBAN_").lower() for key in environment if "LIANBAN_" in key}
    assert ours <= set(Settings.model_fields)
    database = urlsplit(environment["LIANBAN_DSN"])
    assert database.hostname in SERVICES
    assert database.password is None
    assert environment["TEMPORAL_ADDRESS"].partition(":")[0] in SERVICES


def test_postgres_sorts_and_folds_as_the_embedded_one() -> None:
    given = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    own = [option for option in cluster._INITDB if not option.startswith(("--auth", "--user"))]
    assert sorted(given) == sorted(own)


# ---- the image --------------------------------------------------------------------------------


def _instructions(name: str) -> list[list[str]]:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return [shlex.split(line)[1:] for line in text.splitlines() if line.startswith(f"{name} ")]


def test_the_dockerfile_copies_what_is_there_and_not_ignored() -> None:
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {source.rstrip("/") for *sources, _ in _instructions("COPY") for source in sources}
    assert "*" in ignored
    assert copied == let_in
    for source in copied:
        assert (PROJECT / source).exists(), source
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} <= copied


def test_the_image_is_pinned_and_not_run_by_root() -> None:
    (base,), *others = _instructions("FROM")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    assert not others
    assert _instructions("USER") == [["lianban"]]
    installs = [" ".join(words) for words in _instructions("RUN") if "install" in words]
    assert any("--require-hashes -r requirements.lock" in line for line in installs)


# ---- our services, run as they are written ----------------------------------------------------


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A cluster of its own, prepared by the script that PostgreSQL's container runs."""
    with engines(tmp_path_factory.mktemp("compose")) as info:
        asyncio.run(_prepare(info))
        yield info


async def _prepare(info: StackInfo) -> None:
    """Run deploy/databases.sql as psql would, and give the namespace a short memory."""
    script = (PROJECT / "deploy" / "databases.sql").read_text(encoding="utf-8")
    for name, variable in re.findall(r"^\\getenv (\w+) (\w+)$", script, re.MULTILINE):
        quoted = SECRETS[variable].replace("'", "''")
        script = script.replace(f":'{name}'", f"'{quoted}'")
    code = re.sub(r"^(\\|--).*$", "", script, flags=re.MULTILINE)
    admin = await asyncpg.connect(info.postgres, database="postgres")
    try:
        await admin.execute("DROP DATABASE lianban")  # the embedded stack's own
        for statement in filter(str.strip, code.split(";\n")):
            await admin.execute(statement)
    finally:
        await admin.close()
    await _keep_for(info, timedelta(days=1))


async def _keep_for(info: StackInfo, period: timedelta) -> None:
    client = await connect(info.temporal)
    duration = Duration()
    duration.FromTimedelta(period)
    config = NamespaceConfig(workflow_execution_retention_ttl=duration)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=config)
    )


def _environment(service: Service, info: StackInfo, home: Path) -> dict[str, str]:
    """The service's, with the hosts' names replaced, and what any process finds in the image."""
    environment = compose.environment(service, SECRETS)
    for name, value in environment.items():
        local = value.replace("@postgres:5432", f"@{urlsplit(info.postgres).netloc.split('@')[1]}")
        environment[name] = local.replace("temporal:7233", info.temporal)
    programs = Path(sys.executable).parent
    return {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(home), **environment}


@asynccontextmanager
async def _running(
    argv: list[str], service: Service, info: StackInfo, home: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=PROJECT,
        env=_environment(service, info, home),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _completes(
    argv: list[str], service: Service, info: StackInfo, home: Path
) -> tuple[int | None, str]:
    async with _running(argv, service, info, home) as process, asyncio.timeout(60):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def _says(process: asyncio.subprocess.Process, words: bytes) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        seen = b""
        while words not in seen:
            line = await process.stdout.readline()
            assert line, seen.decode()
            seen += line


@together
async def test_migrate_makes_our_tables_as_the_owner_of_the_database(
    engine: StackInfo, tmp_path: Path
) -> None:
    service = SERVICES["migrate"]
    code, output = await _completes(service["command"], service, engine, tmp_path)
    assert code == 0, output
    assert migrations()[-1].name in output
    for secret in SECRETS.values():
        assert secret not in output
    code, output = await _completes(service["command"], service, engine, tmp_path)
    assert code == 0, output
    assert '"applied": []' in output


@together
async def test_namespace_makes_temporal_keep_histories(engine: StackInfo, tmp_path: Path) -> None:
    await _keep_for(engine, timedelta(days=1))
    service = SERVICES["namespace"]
    code, output = await _completes(service["command"], service, engine, tmp_path)
    assert code == 0, output
    assert await retention_of(await connect(engine.temporal)) == RETENTION


@together
async def test_the_worker_carries_a_demand(engine: StackInfo, tmp_path: Path, list_id: str) -> None:
    migrate, service = SERVICES["migrate"], SERVICES["worker"]
    code, output = await _completes(migrate["command"], migrate, engine, tmp_path)
    assert code == 0, output
    environment = _environment(service, engine, tmp_path)
    password = environment["PGPASSWORD"]
    owner = await asyncpg.connect(environment["LIANBAN_DSN"], password=password)
    await load(owner, sample_directory())
    await owner.close()
    async with _running(service["command"], service, engine, tmp_path) as worker:
        await _says(worker, b"worker.ready")
        await _live(engine, list_id)
        code, output = await _completes(
            service["healthcheck"]["test"][1:], service, engine, tmp_path
        )
        assert code == 0, output
        worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(compose.seconds(service["stop_grace_period"])):
            await worker.communicate()
        assert worker.returncode == 0


@together
async def test_the_web_application_serves_and_says_that_it_is_ready(
    engine: StackInfo, tmp_path: Path, list_id: str
) -> None:
    migrate, service = SERVICES["migrate"], SERVICES["web"]
    code, output = await _completes(migrate["command"], migrate, engine, tmp_path)
    assert code == 0, output
    port = choose((18080,))
    here = _on_this_machine(port, tmp_path) | {"LIANBAN_TASK_QUEUE": list_id}
    own = dict(service, environment=service["environment"] | here)
    worker = dict(SERVICES["worker"], environment=SERVICES["worker"]["environment"] | here)
    check = own["healthcheck"]["test"][1:]
    async with _running(own["command"], own, engine, tmp_path) as web:
        await _says(web, b"web.ready")
        code, output = await _completes(check, own, engine, tmp_path)
        assert code == 1, output  # nobody would carry out a command
        assert "workers" in output
        async with _running(worker["command"], worker, engine, tmp_path) as working:
            await _says(working, b"worker.ready")
            code, output = await _completes(check, own, engine, tmp_path)
            assert code == 0, output
            web.send_signal(signal.SIGTERM)
            async with asyncio.timeout(compose.seconds(service["stop_grace_period"])):
                await web.communicate()
    assert web.returncode == 0


def _on_this_machine(port: int, home: Path) -> dict[str, str]:
    """In a container the port is free and the volume is there."""
    return {"LIANBAN_WEB_PORT": str(port), "LIANBAN_ATTACHMENTS": str(home / "attachments")}


async def _live(engine: StackInfo, list_id: str) -> None:
    """A demand listed and assigned through a gateway of ours; the worker is another process."""
    pool = await open_pool(engine.postgres, "lianban_app")
    try:
        client = await connect(engine.temporal)
        home = House(
            settings=Settings(),
            client=client,
            pool=pool,
            gateway=Gateway(client, pool),
            prefix=list_id,
            policy=policy_in_force(Settings()),
        )
        demand = await home.demand()
        accepted = await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
        assert accepted.recorded
        assert (await home.state(demand)).status is Status.ASSIGNED
    finally:
        pool.terminate()
