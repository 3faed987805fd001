"""What `make paper` takes out of Snakemake so that nobody waits for it; the results are the same.

`snakemake --cores 2` and the jobs on a cluster do without this file, and `make certify` compares
what both ways write, byte for byte.
"""

import argparse
import multiprocessing
import os
import runpy
import subprocess
from multiprocessing.connection import wait
from threading import Lock

from snakemake.persistence import PersistenceBase
from snakemake.script import PythonScript

#: What most jobs import, and what takes those long that do.
LIBRARIES = (
    "snakemake.iocontainers",
    "snakemake.logging",
    "matplotlib.pyplot",
    "pandera.pandas",
    "scipy.stats",
    "statsmodels.stats.proportion",
    "recovery_audit.schemas",
)
#: As Snakemake sets them for a job of one thread; read when the libraries are imported.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_server = multiprocessing.get_context("forkserver")
_one_at_a_time = Lock()  # starting a process also collects those that have ended
_in_a_new_python = PythonScript.execute_script


def install(settings: argparse.Namespace) -> None:
    """
    Change Snakemake in this process, and the settings from its command line.

    The limit on jobs per second
        makes each job that ends look once a second at all inputs of all waiting jobs: with ninety
        jobs more work than any rule. It is for clusters; the Python interface has none by default.
    A parameter that is a table
        would be told apart with pandas, imported for it at every start. No rule here has one.
    Each script in a new Python
        would import pandas and its companions for longer than nine in ten of the scripts work.
        A process imports them once, and each script runs in a fork of it: a process of its own as
        before, in which no other job has left anything.
    """
    settings.max_jobs_per_timespan = None
    PersistenceBase._serialize_param = PersistenceBase._serialize_param_builtin
    os.environ |= dict.fromkeys(THREADS, "1")
    _server.set_forkserver_preload([*LIBRARIES])
    PythonScript.execute_script = _execute_script


def _execute_script(script: PythonScript, path: str, edit: bool = False) -> None:
    """Run a script in a fork, unless it is to run in another environment than this one."""
    if script.conda_env or script.container_img or script.env_modules:
        _in_a_new_python(script, path, edit)
    else:
        run(path)


def run(path: str) -> None:
    """
    Run a script in a fork, and wait for it.

    Raises
    ------
    subprocess.CalledProcessError
        If it ends with another status than 0.
    """
    with _one_at_a_time:
        job = _server.Process(target=runpy.run_path, args=(path,), kwargs={"run_name": "__main__"})
        job.start()
    wait([job.sentinel])
    with _one_at_a_time:
        job.join()
    if job.exitcode:
        raise subprocess.CalledProcessError(job.exitcode, path)
