"""A real Slurm of one node gives the same counts as a run without it, byte for byte.

Not part of `make test`: `make test-cluster` runs it, as root, where Debian's slurmctld, slurmd and
munge are installed. Slurm's configuration has one place on a machine, so a machine that has one
already is left alone.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGURATION = Path("/etc/slurm/slurm.conf")
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "sinfo")
CHUNKS = [f"results/counterfactual/chunks/{number}.csv" for number in range(3)]
TARGETS = [*CHUNKS, "results/counterfactual/null_scenarios.csv"]


def missing() -> str:
    """Why the test cannot run here, or nothing."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        return f"no {', '.join(absent)} here (Debian: apt-get install slurmctld slurmd munge)"
    if os.geteuid():
        return "Slurm without systemd is started as root"
    if CONFIGURATION.exists() and "made by the tests" not in CONFIGURATION.read_text():
        return f"this machine has a Slurm of its own ({CONFIGURATION})"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "runs")


def configuration(folder: Path) -> str:
    """A cluster of this machine alone, everything else in a folder of its own."""
    name = socket.gethostname().split(".")[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"""# made by the tests
ClusterName=trial
SlurmctldHost={name}(127.0.0.1)
AuthType=auth/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={name} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory={memory * 8 // 10} State=UNKNOWN
PartitionName=main Nodes={name} Default=YES MaxTime=INFINITE State=UP
"""


def run(*command: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def wait_for(condition, what: str, seconds: int = 60) -> None:
    """Wait until a condition holds."""
    for _ in range(seconds * 2):
        if condition():
            return
        time.sleep(0.5)
    pytest.fail(f"{what} did not come up within {seconds} s")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A node that takes jobs; everything it started is stopped afterwards."""
    folder = tmp_path_factory.mktemp("slurm")
    for part in ("state", "spool"):
        (folder / part).mkdir()
    for stale in ("slurmctld", "slurmd"):
        run("pkill", "-x", stale)
    CONFIGURATION.parent.mkdir(parents=True, exist_ok=True)
    CONFIGURATION.write_text(configuration(folder))
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    if run("munge", "-n").returncode:
        run("runuser", "-u", "munge", "--", "munged")
    wait_for(lambda: run("munge", "-n").returncode == 0, "munge")
    for daemon in ("slurmctld", "slurmd"):
        started = run(daemon)
        assert started.returncode == 0, started.stderr
    wait_for(lambda: "idle" in run("sinfo", "-h", "-o", "%T").stdout, "the node")
    yield folder
    run("scancel", "--user", "root")
    for daemon in ("slurmd", "slurmctld"):
        run("pkill", "-x", daemon)
    CONFIGURATION.unlink()


def copy(folder: Path) -> Path:
    """A clone of what is committed and what is about to be."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def snakemake(folder: Path, *options: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "snakemake", *options, "--", *TARGETS]
    done = run(*command, cwd=folder, env=environment, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def test_slurm_gives_the_bytes_of_a_local_run(slurm, tmp_path):
    local, remote = copy(tmp_path / "local"), copy(tmp_path / "remote")
    snakemake(local, "--cores", "2")
    snakemake(remote, "--profile", "profiles/slurm", "--default-resources",
              "slurm_partition=main", "mem_mb=800", "runtime=10")  # fmt: skip
    for name in TARGETS:
        assert (remote / name).read_bytes() == (local / name).read_bytes(), name
    submitted = run("scontrol", "show", "jobs").stdout
    assert submitted.count("JobState=COMPLETED") >= len(TARGETS), "no job went through Slurm"
