"""Which files a script reaches by its imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from recovery_audit import lineage

ROOT = Path(__file__).parents[2]
OURS = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("workflow/scripts/*.py")])


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of four modules, one of them imported for type checkers only."""
    files = {
        "__init__.py": "",
        "a.py": "from pack import b\n",
        "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack import c\n",
        "c.py": "",
        "sub/__init__.py": "",
        "sub/d.py": "from . import e\nfrom ..b import name\n",
        "sub/e.py": "def f():\n    import pack.c\n",
    }
    for name, text in files.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lineage, "PACKAGE", tmp_path / "pack")
    return tmp_path


@pytest.mark.parametrize(
    ("script", "reached"),
    [
        ("from pack import a", ["__init__", "a", "b"]),
        ("import pack.b", ["__init__", "b"]),
        ("from pack.b import name", ["__init__", "b"]),
        ("from pack.sub import e", ["__init__", "c", "sub/__init__", "sub/e"]),
        ("import os\nimport pack.sub.d", ["__init__", "b", "c", "sub/__init__", "sub/d", "sub/e"]),
        ("try:\n    import os\nexcept E:\n    import pack.b", ["__init__", "b"]),
        ("match x:\n    case 1:\n        import pack.b", ["__init__", "b"]),
        ("if t.TYPE_CHECKING:\n    import pack.a\nelse:\n    import pack.b", ["__init__", "b"]),
        ("from pack.b import (\n    name,\n    other as o,\n)", ["__init__", "b"]),
        ("from pack import b, sub as s", ["__init__", "b", "sub/__init__"]),
        ("import os, pack.b as b", ["__init__", "b"]),
        ('"""\nimport of grain\n"""', []),
        ("import packer", []),
    ],
)
def test_imports_are_followed(package, script, reached):
    (package / "script.py").write_text(script)
    assert lineage.sources_of("script.py") == sorted(f"pack/{name}.py" for name in reached)


def test_the_walk_agrees_with_what_python_loads(tmp_path):
    """Second route: import the module for real in a fresh process and ask which files it loaded."""
    script = tmp_path / "script.py"
    script.write_text("from recovery_audit import flow\n")
    listing = (
        "import sys, recovery_audit.flow;"
        "ours = [m for n, m in sys.modules.items() if n.startswith('recovery_audit')];"
        "print('\\n'.join(m.__file__ for m in ours))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    ).stdout.split()
    reached = {Path(path).resolve() for path in lineage.sources_of(str(script))}
    assert {Path(path).resolve() for path in loaded} <= reached


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_it_finds_the_imports_that_a_parser_finds(file):
    """Second route, for every file of ours: the syntax tree, without what never runs."""
    tree = _WithoutTypes().visit(ast.parse(file.read_text(encoding="utf-8")))
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "no relative imports here"
            names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    assert set(lineage._imports(file)) == {path for name in names for path in lineage._files(name)}


class _WithoutTypes(ast.NodeTransformer):
    def visit_If(self, node):
        return node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else node
