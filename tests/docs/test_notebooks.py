"""What the notebooks say: results come from the ledger, and the chapters lead to each other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest

from recovery_audit import io
from recovery_audit.number_words import NUMBER_WORDS
from recovery_audit.wording import loose_words, sections, stale_waivers

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))
NAMES = [script.name for script in SCRIPTS]
WAIVERS = [
    {"phrase": phrase, "reason": group["reason"]}
    for group in io.read_yaml(ROOT / "notebooks/waivers.yaml")
    for phrase in group["phrases"]
]

#: Digits as a text writes a number; a letter before them makes a name of it (PHQ-9).
DIGITS = re.compile(r"(?<![\w-])\d[\d.,]*(?:-\d+)?%?")
PERCENTAGE = re.compile(r"\d ?(%|per ?cent)")
#: How a percentage is printed: `{share:.1%}`.
FORMAT = re.compile(r"\.\d%")
#: They count nothing by themselves: one idea, the first step, a second.
NO_NUMBERS = ("one", "first", "second")


def text_of(script: str) -> str:
    """Everything a notebook says in sentences: a line a paragraph, "{{ }}" where a result is."""
    cells = jupytext.reads(script, fmt="py:percent").cells
    pieces = [piece for cell in cells for piece in _said(cell)]
    return "\n\n".join(_one_line(re.sub(r"`[^`]*`", "…", piece)) for piece in pieces)


def _said(cell) -> Iterator[str]:
    yield cell.metadata.get("alt", "")
    if cell.cell_type == "markdown":
        yield cell.source
        return
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("prose", "show"):
            yield from map(_template, node.args[-1:])  # the sentences, or a table's caption


def _template(text: ast.expr) -> str:
    if isinstance(text, ast.Constant):
        return str(text.value)
    assert isinstance(text, ast.JoinedStr), ast.unparse(text)
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{{ }}" for part in text.values
    )


def _one_line(piece: str) -> str:
    """Undo the breaks inside paragraphs and items; those of headings and lists stay."""
    return re.sub(r"(?<!\n)\n(?!\n|[-#]|\d+\.)", " ", re.sub(r"(?m)^\d+\. ", "- ", piece.strip()))


def typed_numbers(text: str) -> list[str]:
    """The sentences with a number in them that nothing answers for."""
    found = []
    for heading, body in sections(text):
        for sentence in [heading, *re.split(r"(?<=[.!?])\s+|\n+", body)]:
            left = sentence
            for one in sorted((one["phrase"] for one in WAIVERS), key=len, reverse=True):
                left = left.replace(one, "…")
            words = (match[0] for match in NUMBER_WORDS.finditer(left))
            if DIGITS.search(left) or any(word.lower() not in NO_NUMBERS for word in words):
                found.append(sentence)
    return found


def percentages_in_code(script: str) -> list[str]:
    """Texts in code that hold a percentage, other than how one is formatted."""
    cells = jupytext.reads(script, fmt="py:percent").cells
    trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    texts = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    values = [str(text.value) for text in texts]
    return [one for one in values if PERCENTAGE.search(one) and not FORMAT.fullmatch(one)]


@pytest.fixture(scope="module")
def texts():
    return {script.name: text_of(script.read_text(encoding="utf-8")) for script in SCRIPTS}


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_typed(name, texts):
    assert typed_numbers(texts[name]) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_no_percentage_is_typed_in_code(script):
    assert percentages_in_code(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_comparing_word_is_loose(name, texts):
    loose = loose_words(texts[name], WAIVERS)
    assert [f"{one.word!r} in: {one.sentence}" for one in loose] == []


def test_no_waiver_is_stale(texts):
    whole = "\n\n".join(
        f"{heading}\n{body}" for text in texts.values() for heading, body in sections(text)
    )
    assert stale_waivers(whole, WAIVERS) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Of these, 9.3% recovered.",
        "Ninety clients were assessed.",
        "Sizes are multiples of 31.",
        "A third of them recovered.",
    ],
)
def test_a_number_typed_into_a_notebook_would_be_found(sentence):
    script = SCRIPTS[1].read_text(encoding="utf-8")
    assert typed_numbers(text_of(f"{script}\n# %% [markdown]\n# {sentence}\n")) == [sentence]
    assert typed_numbers(text_of(f'{script}\n# %%\nprose(f"""{sentence}""")\n')) == [sentence]
    assert typed_numbers(text_of(f'{script}\n# %%\nshow(frame, {{}}, "{sentence}")\n')) == [
        sentence
    ]


def test_a_percentage_typed_into_code_would_be_found():
    assert percentages_in_code('# %%\nprint("9.3%")\nf"{0.5:.1%}"\n') == ["9.3%"]


def test_a_comparing_word_typed_into_a_notebook_would_be_found():
    planted = SCRIPTS[1].read_text(encoding="utf-8") + "\n# %% [markdown]\n# Most recover.\n"
    assert [one.word for one in loose_words(text_of(planted), WAIVERS)] == ["Most"]


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_every_notebook_computes_some_number_of_the_ledger_again(script):
    assert "computed=" in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_cells_that_are_all_sentences_are_shown_without_their_code(script):
    for cell in jupytext.read(script).cells:
        is_prose = cell.cell_type == "code" and "prose(f" in cell.source
        assert is_prose == ("prose" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_a_notebook_begins_with_a_question_and_the_way_to_the_others(script):
    cells = jupytext.read(script).cells
    assert cells[0].source.startswith("# ")
    assert "?" in cells[0].source
    assert "What comes in:" in cells[0].source
    assert "(00_how_a_verdict_is_made.py)" in cells[0].source


def test_the_chapters_are_listed_and_lead_from_one_to_the_next():
    first = jupytext.read(SCRIPTS[0]).cells[0].source
    assert re.findall(r"\((\w+\.py)\)", first) == NAMES
    for script, following in zip(SCRIPTS, NAMES[1:], strict=False):
        last = script.read_text(encoding="utf-8").rpartition("Next: ")[2]
        assert re.findall(r"\((\w+\.py)\)", last) == [following]


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_a_notebook_ends_with_what_was_learned_and_what_remains_open(script):
    """Only what is looked up may follow, under a heading that says so."""
    sources = [cell.source for cell in jupytext.read(script).cells]
    after = (place for place, one in enumerate(sources) if one.startswith("## Appendix: "))
    last = sources[next(after, len(sources)) - 1]
    assert "**What was learned, and what remains open.**" in last


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_a_notebook_has_a_figure_drawn_where_its_page_or_the_paper_draws_it(script):
    """Each shows one; whatever the paper draws too goes through `picture`, which compares."""
    text = script.read_text(encoding="utf-8")
    assert "picture(" in text or "plt.subplots" in text
    assert ".draw(" not in text


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_a_figure_is_described_in_words(script):
    for cell in jupytext.read(script).cells:
        if "picture(" in cell.source or "plt.subplots" in cell.source:
            assert cell.metadata.get("alt"), cell.source


def test_the_rule_declares_the_tables_that_the_notebooks_read_and_no_other():
    rule = (ROOT / "workflow/rules/notebooks.smk").read_text(encoding="utf-8")
    declared = set(re.findall(r'"(\w+/\w+)",', rule))
    scripts = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    assert declared == set(re.findall(r'\btable\("([^"]+)"\)', scripts))


def test_the_rule_declares_the_figures_that_each_notebook_draws_and_no_other():
    rule = (ROOT / "workflow/rules/notebooks.smk").read_text(encoding="utf-8")
    (written,) = re.findall(r"^DRAWN_AGAIN = ({.*?^})", rule, re.MULTILINE | re.DOTALL)
    declared = {
        notebook: {name.partition("-")[0] for name in names}
        for notebook, names in ast.literal_eval(written).items()
    }
    drawn = {
        script.stem: set(re.findall(r"\bpicture\((\w+),", script.read_text(encoding="utf-8")))
        for script in SCRIPTS
    }
    assert declared == {notebook: modules for notebook, modules in drawn.items() if modules}
    assert sum(map(len, declared.values())) > 10
