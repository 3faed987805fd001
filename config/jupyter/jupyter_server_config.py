"""Jupyter Lab as `make lab` starts it: percent scripts are notebooks, run from the root."""

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


class FromTheRoot(AsyncMappingKernelManager):
    """Starts every kernel where the pipeline does, since the notebooks name tables from there."""

    def cwd_for_path(self, path, **kwargs):
        return super().cwd_for_path("", **kwargs)


c = get_config()  # noqa: F821  Jupyter puts it there
c.ServerApp.contents_manager_class = "jupytext.TextFileContentsManager"
c.ServerApp.kernel_manager_class = FromTheRoot
