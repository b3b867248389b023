"""Small files that would take minutes or gigabytes: refused soon, in words. Seconds are of this processor, not of the clock."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from almpo_kit import sources
from almpo_kit.evaluation.designs.graphs.reading import read_graph
from almpo_kit.sources.intake.separated import read_separated
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.workbench import advice_cases, evaluation_files


@contextmanager
def soon(seconds: float = 4.0) -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds


DESIGNS = {
    "a number of five thousand digits": b"a = " + b"1" * 5000,
    "names within names": b".".join([b"a"] * 20_000) + b" = 1",
    "names within names, in quotation marks": b" . ".join([b'"a"'] * 20_000) + b" = 1",
    "a table within tables": b"[" + b".".join([b"a"] * 20_000) + b"]",
    "lists within lists": b"a = " + b"[" * 90_000,
    "tables within tables": b"a = " + b"{a=" * 60_000,
    "one long text": b'a = "' + b"x" * 50_000_000 + b'"',
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_that_is_none(name: str) -> None:
    with soon(), pytest.raises(DataError, match=r"the design d\.toml"):
        evaluation_files.own({"persons": ("p.csv", b"id,y\n1,2\n"), "design": ("d.toml", DESIGNS[name])})


@pytest.mark.parametrize(
    "pump", ["@", "[", "a[", "a [b] ", "/*", '"', "{", "{a b}->", "a->b;", "strict ", "a\t"]
)
def test_a_graph_without_end(pump: str) -> None:
    for length in (19_000, 2_000_000):
        with soon():
            try:
                read_graph(pump * (length // len(pump)) + "->z")
            except AlmpoError as refused:
                assert len(str(refused)) < 1_000
                continue
        assert length < 20_000


def test_a_graph_that_joins_everything_with_everything() -> None:
    many = " ".join(f"a{i}" for i in range(1_500))
    with soon(), pytest.raises(ParameterError, match="arrows; draw what matters"):
        read_graph(f"{{{many}}} -> {{{many.replace('a', 'b')}}}")


def test_what_a_graph_said_it_says_still() -> None:
    said = 'dag { u [latent]; "a b" [x=1, observed="no"]; u -> y /* c [latent] */ ; a -> {b c} [l="z"] // d [latent]\n}'
    assert read_graph(said) == ((("u", "y"), ("a", "b"), ("a", "c")), frozenset({"u", "a b"}))


@pytest.mark.parametrize("line", [b',"' * 50_000, b"'" * 100_000, b"a;" * 900_000])
def test_a_list_of_programmes_that_is_none(line: bytes) -> None:
    with soon(), pytest.raises(DataError, match="no list of programmes"):
        advice_cases._programme_table("p.csv", line + b"\n1,2\n")


@pytest.mark.parametrize("named", ["http://127.0.0.1:9/p.csv", "s3://bucket/p.csv", "file:///etc/hostname"])
def test_a_list_of_programmes_is_a_file_and_no_address(named: str) -> None:
    """pandas would fetch it; the guard of all tests would see an attempt."""
    with pytest.raises(DataError, match="cannot be read"):
        advice_cases._programme_table(named, named)


def test_a_packed_list_of_programmes_is_not_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "p.csv.gz"
    pd.DataFrame({"programme": ["training"] * 9}).to_csv(packed, index=False)
    try:
        held = advice_cases._programme_table("p.csv.gz", str(packed))
    except DataError:
        return
    assert "programme" not in held.columns


@pytest.mark.parametrize("field", ["author", "title", "journal", "keywords", "note"])
def test_white_space_in_a_reference(field: str, tmp_path: Path) -> None:
    """A hundred thousand spaces between two authors took two minutes."""
    file = tmp_path / "a.bib"
    others = {"author": "Somebody, A.", "title": "A title of it", "year": "2020"}
    held = others | {field: f"Somebody{' ' * 100_000}else"}
    file.write_text("@article{k,\n" + ",\n".join(f"{k} = {{{v}}}" for k, v in held.items()) + "}\n")
    with soon(6):
        assert len(sources.read_document_list(file).documents) == 1


def parquet(table: pa.Table) -> bytes:
    held = io.BytesIO()
    pq.write_table(table, held)
    return held.getvalue()


def lists() -> bytes:
    # Millions of zeros are some hundred bytes in the file.
    many = 3_000_000
    return parquet(
        pa.table({"id": ["a"], "l": pa.ListArray.from_arrays([0, many], np.zeros(many, dtype="int8"))})
    )


TABLES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a list in a cell": (lists, "lists within cells"),
    "a million columns": (
        lambda: b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n1\n",
        "more than 500 columns",
    ),
    "a million cells in a row": (lambda: b"id,x\n1,2" + b",3" * 1_000_000 + b"\n", "more than 500 columns"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_an_absurd_shape(name: str) -> None:
    make, said = TABLES[name]
    data = make()
    with soon(5), pytest.raises(DataError, match=said):
        sources.read_persons(data, name="p.parquet" if data[:4] == b"PAR1" else "p.csv")


def test_blank_lines_are_counted() -> None:
    """Ten million of them in 10 MB took a minute."""
    with pytest.raises(DataError, match="more than 50 rows"):
        read_separated(b"id,x\n1,2\n" + b"\n" * 200, "p.csv", {"id"}, most=50)
    assert read_separated(b"id,x\n1,2\n" + b"\n" * 90 + b"2,3\n", "p.csv", {"id"}, most=50).numbers == [2, 93]


def test_a_heading_and_a_cell_of_hundreds_of_thousands_of_signs() -> None:
    data = b"id,treatment," + b"h" * 100_000 + b"\n1,a," + b"c" * 300_000 + b"\n2,b,x\n"
    with soon(5):
        read = sources.read_persons(data, name="p.csv")
    assert max(len(str(c)) for c in read.frame.columns) < 1_000
    assert max(len(str(v)) for v in read.frame.to_numpy().ravel()) <= 100_001
    assert len(read.sentence) < 5_000
