"""`make lab` opens the scripts as notebooks, in the folder where the pipeline runs."""

import json
import subprocess
import sys
import types
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).parents[2]
JUPYTER = ROOT / "config/jupyter"
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
FIRST_CELL = "# %% [markdown]"


@pytest.fixture
def config(monkeypatch):
    """What the server's configuration sets, with a manager that only keeps the folder asked for."""
    from traitlets.config import Config

    class Manager:
        def cwd_for_path(self, path, **kwargs):
            return ROOT / path

    package, _, name = "jupyter_server.services.kernels.kernelmanager".rpartition(".")
    module = types.ModuleType(f"{package}.{name}")
    module.AsyncMappingKernelManager = Manager
    monkeypatch.setitem(sys.modules, module.__name__, module)
    found = Config()
    text = (JUPYTER / "jupyter_server_config.py").read_text(encoding="utf-8")
    exec(compile(text, "jupyter_server_config.py", "exec"), {"get_config": lambda: found})
    return found


def test_a_script_is_read_and_saved_as_a_notebook(config):
    assert config.ServerApp.contents_manager_class == "jupytext.TextFileContentsManager"
    assert hasattr(jupytext, "TextFileContentsManager")


def test_a_kernel_starts_where_the_pipeline_does(config):
    assert config.ServerApp.kernel_manager_class().cwd_for_path("notebooks") == ROOT


def test_a_script_opens_as_a_notebook_at_a_click_and_nothing_is_fetched():
    text = (JUPYTER / "labconfig/default_setting_overrides.json").read_text(encoding="utf-8")
    assert json.loads(text) == {
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"python": "Jupytext Notebook"}
        },
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",  # it would ask, at the first start
            "checkForUpdates": False,
        },
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_notebook_comes_back_from_jupyter_as_it_was(script):
    """Opened as `.ipynb` and saved again as a script, it has the same cells."""
    text = script.read_text(encoding="utf-8")
    ipynb = jupytext.writes(jupytext.reads(text, fmt="py:percent"), fmt="ipynb")
    again = jupytext.writes(jupytext.reads(ipynb, fmt="ipynb"), fmt="py:percent")
    assert again.partition(FIRST_CELL)[2] == text.partition(FIRST_CELL)[2]


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("config/jupyter/lab/workspaces/default.json", True),
        ("config/jupyter/lab/user-settings/theme.json", True),
        ("config/jupyter/migrated", True),
        ("config/jupyter/jupyter_server_config.py", False),
        ("config/jupyter/labconfig/default_setting_overrides.json", False),
        ("notebooks/.ipynb_checkpoints/01_scott-checkpoint.py", True),
    ],
)
def test_what_jupyter_writes_is_not_tracked(path, ignored):
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing is tracked")
    command = ["git", "-C", str(ROOT), "check-ignore", "--quiet", "--no-index", path]
    assert (subprocess.run(command, check=False).returncode == 0) == ignored


def test_the_server_takes_its_configuration():
    pytest.importorskip(
        "jupyterlab", reason="`make lab` installs Jupyter Lab; nothing else needs it"
    )
    from jupyter_server.serverapp import ServerApp

    app = ServerApp(config_file=str(JUPYTER / "jupyter_server_config.py"))
    app.load_config_file(suppress_errors=False)
    contents = app.contents_manager_class(root_dir=str(ROOT))
    assert contents.get("notebooks/00_how_a_verdict_is_made.py")["type"] == "notebook"
    assert app.kernel_manager_class.__name__ == "FromTheRoot"
