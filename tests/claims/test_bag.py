from __future__ import annotations

import pytest

from claims import bag

A, B = "a" * 64, "b" * 64


def test_a_manifest_reads_back() -> None:
    digests = {"data/b": B, "data/a-1/x.jpg": A}
    text = bag.manifest(digests)
    assert text == f"{A}  data/a-1/x.jpg\n{B}  data/b\n"
    assert bag.read_manifest(text, payload=True) == bag.Listed(digests, ())


@pytest.mark.parametrize(
    "text",
    [
        f"{A} data/a\n",
        f"{A} *data/a\n",
        f"{A}  data/a\r\n",
        f"{A}  data/a",
        f"{A.upper()}  data/a\n",
        f"{A}  data/a \n",
        f"{A}  data/../x\n",
        f"{A}  /data/a\n",
        f"{A}  data//a\n",
        f"{A}  data/.x\n",
        f"{A}  data/-rf\n",
        f"{A}  data/片\n",
        f"{A}  data/a\0\n",
        f"{A}  README.txt\n",
        f"\n{A}  data/a\n",
        f"{A}  data/b\n{A}  data/a\n",
        f"{A}  data/a\n{B}  data/a\n",
        "x\n",
    ],
)
def test_any_other_form_is_malformed(text: str) -> None:
    assert bag.read_manifest(text, payload=True).malformed


def test_the_first_of_two_digests_of_a_path_counts() -> None:
    listed = bag.read_manifest(f"{A}  data/a\n{B}  data/a\n", payload=True)
    assert listed.digests == {"data/a": A}


def test_tag_files_and_payload_do_not_mix() -> None:
    assert bag.read_manifest(f"{A}  data/a\n", payload=False).malformed == (1,)
    assert bag.read_manifest(f"{A}  bagit.txt\n", payload=False).malformed == ()


def test_info_reads_back_and_no_value_becomes_a_second_field() -> None:
    fields = [("A", "1: 2"), ("B", "x"), ("A", "3")]
    assert bag.read_info(bag.info(fields)) == tuple(fields)
    assert bag.values(bag.read_info(bag.info(fields)), "A") == ("1: 2", "3")
    for value in ("x\nPayload-Oxum: 0.0", "x\r", "x\u2028y"):
        with pytest.raises(ValueError, match="one line"):
            bag.info([("A", value)])
