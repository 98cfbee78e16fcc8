from __future__ import annotations

from pathlib import Path

import pytest

from claims.ruleset import RulesetError, load, names, parse
from claims.vocabulary.procedure import Contradiction
from claims.vocabulary.quoted import Quoted

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
TEXT = Path(__file__).with_name("small.toml").read_text("utf-8")


def test_all_shipped_rulesets_load() -> None:
    assert {"tmall", "temu", "temu_reception", "whatnot", "taobao_report", "generic"} <= set(names())
    for name in names():
        assert load(name).rules.id == name
    with pytest.raises(LookupError, match="tmall"):
        load("../case")


def test_a_case_finds_its_ruleset_by_the_name_that_it_had() -> None:
    assert load("tmall_unboxing") is load("tmall")


def test_tmall_has_the_seven_requirements_of_a_film_and_an_open_clock() -> None:
    rules = load("tmall").rules
    films = [r.id for r in rules.requirement if r.procedures == ("refuse_return",)]
    assert films == [f"V-0{n}" for n in range(1, 8)]
    assert next(c.length for c in rules.clock if c.id == "evidence_period") is None
    assert rules.source.read.isoformat() == "2026-11-21"


def test_every_ruleset_says_how_far_to_trust_each_of_its_sources() -> None:
    for name in names():
        for source in (load(name).rules.source, *load(name).rules.sources):
            assert source.trust.zh
            assert source.trust.en
            assert source.file or source.url


@pytest.mark.skipif(not SEEDS.exists(), reason="shared/seeds is not beside this checkout")
@pytest.mark.parametrize("name", names())
def test_every_quote_stands_in_its_source(name: str) -> None:
    rules = load(name).rules
    files = {"": rules.source.file, **{source.id: source.file for source in rules.sources}}
    astray = [
        (place, phrase)
        for place, entry in rules.entries()
        for source, phrases in _phrases(entry)
        if files[source]
        for phrase in phrases
        if phrase not in (SEEDS / files[source]).read_text("utf-8")
    ]
    assert astray == []


def _phrases(entry: Quoted) -> list[tuple[str, tuple[str, ...]]]:
    """The phrases of an entry by their source."""
    told = (getattr(entry, "missed_quote", "") or entry.quote,)
    other = entry.against if isinstance(entry, Contradiction) and entry.against else entry.source
    return [(entry.source, (entry.quote, *told)), (other, entry.quotes)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('level = "must"', 'level = "most"', "line {line}, requirement V-01, level: 'most' is not known"),
        (
            'codes = ["six_faces',
            'code = ["six_faces',
            "requirement V-03, met_by number 1, code: there is no field",
        ),
        ('kind = "only"', 'kind = "one"', "requirement V-06, met_by number 2: the kind 'one' is not known"),
        (
            'event = "refused"',
            'event = "refuse"',
            "requirement V-01, met_by number 1, event: 'refuse' is not",
        ),
        ('length = ""', "length = 0", "line {line}, clock evidence_period, length: input should be greater"),
        ('length = ""', 'length = "two"', "clock evidence_period, length: input should be a valid integer"),
        ('length = ""', "length = 2.5", "clock evidence_period, length: "),
        ('zh = "包裹的六个面都出镜"\n', "", "requirement V-03, title, zh: this field is missing"),
        ('id = "V-06"', 'id = "V-05"', "two requirements have the id V-05"),
        ('chosen_by = "V-05"', 'chosen_by = "V-50"', "chosen_by names V-50"),
        ("read = 2026-11-21", 'read = "soon"', "line {line}, source, read: "),
        ('id = "V-01"', 'id = "../V"', "line {line}, requirement ../V, id: '../V' is not allowed"),
        ('codes = ["six_faces.count"]', "codes = []", "names at least one of checks, codes, elements"),
        ("version = 1", "version = ", "line {line}: this is not TOML"),
        ("[source]", "[source", "line {line}: this is not TOML"),
    ],
)
def test_a_fault_is_named_with_its_line_and_field(old: str, new: str, says: str) -> None:
    assert old in TEXT
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    with pytest.raises(RulesetError) as refused:
        parse(TEXT.replace(old, new, 1), "mine.toml")
    message = str(refused.value)
    assert message.startswith("mine.toml, ")
    assert says.format(line=line) in message
    assert "pydantic" not in message


def test_all_faults_are_named_at_once() -> None:
    wrong = TEXT.replace('level = "must"', 'level = "x"').replace("version = 1", "version = 0")
    with pytest.raises(RulesetError) as refused:
        parse(wrong, "mine.toml")
    assert len(refused.value.problems) == 8
    assert [p.line for p in refused.value.problems] == sorted(p.line for p in refused.value.problems)


@pytest.mark.parametrize(
    "text", ["", "a = " + "[" * 5000, "x" * 300_000, "requirement = 3", "title = 1\nrequirement = [1]"]
)
def test_junk_is_one_error(text: str) -> None:
    with pytest.raises(RulesetError):
        parse(text, "junk")
