"""Files are read with every problem named, and written whole or not at all."""

import subprocess
import sys

import duckdb
import pandas as pd
import pytest

from recovery_audit import io
from recovery_audit.errors import AuditError, Problem, TableError

SCHEMA = """
schema_type: dataframe
version: 0.35.0
columns:
  name:
    description: A short name
    dtype: str
    checks:
      str_matches: '^[a-z]+$'
  count:
    description: How many
    dtype: Int64
    nullable: true
    checks:
      in_range: {min_value: 0, max_value: 9, include_min: true, include_max: true}
strict: true
ordered: true
unique: [name]
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.yaml").write_text(SCHEMA)

    def write(text):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "table.csv").write_bytes(content)
        return "table.csv", "schema.yaml"

    return write


def test_a_valid_table_comes_typed(files):
    table = io.read_table(*files("name,count\na,1\nb,\n"))
    assert table["count"].tolist()[0] == 1
    assert table["count"].isna().tolist() == [False, True]
    assert table.index.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("name\na\n", ["table.csv, row 1, column `count`: got ''; this column is missing"]),
        (
            "name,count,extra\na,1,x\n",
            ["table.csv, row 1, column `extra`: got 'extra'; no such column; expected name, count"],
        ),
        (
            "name,count\nA,1\nb,x\nb,10\n",
            [
                "table.csv, row 2, column `name`: got 'A'; expected: A short name "
                "(str_matches('^[a-z]+$'))",
                "table.csv, row 3, column `count`: got 'x'; a whole number",
                "table.csv, row 3, column `name`: got 'b'; name must not repeat",
                "table.csv, row 4, column `name`: got 'b'; name must not repeat",
            ],
        ),
        (
            "name,count\na,10\nb,-1\n",
            [
                "table.csv, row 2, column `count`: got '10'; expected: How many (in_range(0, 9))",
                "table.csv, row 3, column `count`: got '-1'; expected: How many (in_range(0, 9))",
            ],
        ),
    ],
)
def test_every_bad_cell_is_named_at_once(files, text, problems):
    with pytest.raises(TableError) as caught:
        io.read_table(*files(text))
    assert [str(problem) for problem in caught.value.problems] == problems


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "table.csv: got 'an empty file'"),
        (b"name,count\n\xff,1\n", "table.csv: got \"'utf-8' codec can't decode byte 0xff"),
        ("name,count\na,1,2,3\n", "table.csv, row 2: got '4 cells'"),
        ("name,count\na,1\nb\n", "table.csv, row 3: got '1 cells'"),
        ('name,count\n"a,1\n', "table.csv: got 'unexpected end of data'"),
    ],
)
def test_what_is_no_table_is_one_message(files, text, place):
    with pytest.raises(TableError) as caught:
        io.read_table(*files(text))
    (problem,) = caught.value.problems
    assert str(problem).startswith(place)
    assert problem.rule == (
        "a comma-separated table in UTF-8 with a header, all rows as long as it"
    )


def test_a_schema_is_read_without_what_only_tests_need(files):
    _, schema = files("")
    code = (
        "import sys; from recovery_audit import io, schemas;"
        "schemas.load(io.read_text(sys.argv[1]));"
        "print('hypothesis' in sys.modules); import hypothesis"
    )
    run = subprocess.run([sys.executable, "-c", code, schema], capture_output=True, check=True)
    assert run.stdout == b"False\n"


def test_a_write_that_fails_leaves_the_old_file_and_no_trace(tmp_path, monkeypatch):
    target = tmp_path / "kept.txt"
    target.write_text("old")

    def fail(_):
        raise OSError("the disk is full")

    monkeypatch.setattr(io.os, "fsync", fail)
    with pytest.raises(OSError, match=r"^the disk is full$"):
        io.write_text("new", target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_table_that_breaks_its_schema_is_not_written(files):
    import pandas as pd

    _, schema = files("name,count\n")
    with pytest.raises(TableError):
        io.write_table(pd.DataFrame({"name": ["A"], "count": [1]}), "out.csv", schema)
    from pathlib import Path

    assert not Path("out.csv").exists()


def test_yaml_is_checked_against_its_schema(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("type: object\nproperties: {a: {type: integer}}\n")
    (tmp_path / "x.yaml").write_text("a: text\n")
    with pytest.raises(TableError) as caught:
        io.read_yaml("x.yaml", "s.yaml")
    rule = "'text' is not of type 'integer'"
    expected = Problem(file="x.yaml", row=0, column="a", value='"text"', rule=rule)
    assert caught.value.problems == [expected]


def test_a_job_reports_an_error_of_the_input_as_its_message_alone(tmp_path, capsys):
    log = tmp_path / "logs" / "job.log"
    with pytest.raises(SystemExit) as caught, io.reporting(log):
        raise AuditError("row 3 is odd")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "row 3 is odd\n"
    assert log.read_text() == "row 3 is odd\n"


PARQUET_COLUMNS = ["name", "value"]


def test_a_parquet_file_gives_the_rows_asked_for_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = {"kind": ["a", "b", "a"], "name": ["x", "y", "z"], "value": ["1", "2", "*"]}
    duckdb.from_df(pd.DataFrame(cells)).write_parquet("some.parquet")
    table = io.read_parquet("some.parquet", PARQUET_COLUMNS, {"kind": "a"})
    assert table.to_dict("list") == {"name": ["x", "z"], "value": ["1", "*"]}


def test_a_file_that_is_no_such_parquet_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.parquet").write_text("year,value\n")
    duckdb.sql("select 'a' as kind, 'x' as name").write_parquet("other.parquet")
    for name in ("text.parquet", "other.parquet"):
        with pytest.raises(TableError) as caught:
            io.read_parquet(name, PARQUET_COLUMNS, {"kind": "a"})
        (problem,) = caught.value.problems
        assert problem.file == name
        assert problem.rule == "a Parquet file with the text columns name, value, kind"


def test_a_file_that_is_not_there_is_one_message(tmp_path):
    with pytest.raises(AuditError, match=r"nothing.csv cannot be read: No such file"):
        io.read_text_table(tmp_path / "nothing.csv")
    with pytest.raises(AuditError, match=r"nothing.parquet cannot be read: there is no such file"):
        io.read_parquet(tmp_path / "nothing.parquet", PARQUET_COLUMNS, {"kind": "a"})
