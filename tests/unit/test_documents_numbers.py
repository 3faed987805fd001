"""Numbers in digits and words, and what each of them is for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_to_num import text2num

from recovery_audit.documents.classes import RULES, MentionClass, classify
from recovery_audit.documents.numerals import numerals
from recovery_audit.number_words import NUMBER_WORDS, value_of_words


@pytest.mark.parametrize(
    ("text", "printed", "value", "unit"),
    [
        ("some 10,469 were sent", "10,469", "10469", ""),
        ("only 33.70% of them", "33.70%", "33.70", "percent"),
        ("only 33.7 per cent of them", "33.7 per cent", "33.7", "percent"),
        ("a gap of 40 percentage points", "40 percentage points", "40", "percentage-points"),
        ("about 1/ 3rd of them", "1/ 3rd", "1/3", "share"),
        ("about 6 out of 10 of them", "6 out of 10", "6/10", "share"),
        ("about one in\nten of them", "one in ten", "1/10", "share"),
        ("two in every five did", "two in every five", "2/5", "share"),
        ("some 2½ of them", "2½", "5/2", "share"),
        ("three quarters of them", "three quarters", "3/4", "share"),
        ("a\nthird of them", "a third", "1/3", "share"),
        ("half of them", "half", "1/2", "share"),
        ("two and a half of them", "two and a half", "5/2", "share"),
        ("from 3–10% there", "3–10%", "3–10", "percent"),
        ("from 3% – 10% there", "3% – 10%", "3–10", "percent"),
        ("in 2018/19 there", "2018/19", "2018–19", ""),
        ("with £173 million from it", "£173 million", "173000000", "pounds"),
        ("with £1.5bn from it", "£1.5bn", "1500000000", "pounds"),
        ("with £1 billion+ from it", "£1 billion+", "1000000000", "pounds"),
        ("and 90% + went on", "90% +", "90", "percent"),
        ("Seventy-eight patients left", "Seventy-eight", "78", "persons"),
        ("one hundred and five left", "one hundred and five", "105", ""),
        ("half a million left", "half a million", "500000", ""),
        ("fifty per cent left", "fifty per cent", "50", "percent"),
        ("on the 3rd of them", "3rd", "3", "ordinal"),
        ("the twenty-first of them", "twenty-first", "21", "ordinal"),
        ("it is threefold", "threefold", "3", "fold"),
        ("since the 1980s", "1980s", "1980", ""),
        ("p of .05 there", ".05", "0.05", ""),
        ("418 CFS patient referrals", "418", "418", "referrals"),
        ("the first 4 months", "4", "4", "months"),
        ("fatigue¹² and", "¹²", "12", ""),
    ],
)
def test_a_number_is_read_as_it_is_printed(text, printed, value, unit):
    found = {(one.printed, one.value, one.unit) for one in numerals(text)}
    assert (printed, value, unit) in found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5 in two studies", ["5", "2"]),  # five of something, not five halves
        ("on 10/12/2018 there", ["10", "12", "2018"]),
        ("2018-07-12", ["2018", "07", "12"]),
        ("24/7", ["24", "7"]),
        ("scored 8 in 2013", ["8", "2013"]),
        ("one-to-one", ["1", "1"]),
        ("nobody often won", []),  # words inside words
        ("see www.example.org/2013/05.", [""]),
    ],
)
def test_what_only_looks_like_one_number_is_not_read_as_one(text, values):
    assert [one.value for one in numerals(text)] == values


@given(st.text(alphabet="0123456789.,-–/% £ainotefr[]()\n", max_size=40))
def test_every_digit_belongs_to_exactly_one_number(text):
    covered = [place for one in numerals(text) for place in range(one.start, one.end)]
    assert len(covered) == len(set(covered))
    assert {found.start() for found in re.finditer(r"\d", text)} <= set(covered)


@pytest.mark.parametrize("number", [*range(1, 121), 999, 1000, 10_469, 300_000, 2_000_001])
def test_words_agree_with_the_library_that_reads_the_claims(number):
    words = in_words(number)
    assert NUMBER_WORDS.fullmatch(words)
    assert value_of_words(words) == number == text2num(words, "en")


def in_words(number):
    """Spell a whole number below a thousand million, too plainly to be wrong."""
    units = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    low = f"{units} fifteen sixteen seventeen eighteen nineteen".split()
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    for scale, word in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            many, rest = divmod(number, scale)
            link = " and " if rest < 100 else " "
            return f"{in_words(many)} {word}" + (f"{link}{in_words(rest)}" if rest else "")
    if number < 20:
        return low[number]
    return tens[number // 10 - 2] + (f"-{low[number % 10]}" if number % 10 else "")


# --- classes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "mention_class", "rule"),
    [
        ("as shown [12].", "12", "citation", "bracketed_reference"),
        ("as shown [2, 15–17].", "15–17", "citation", "bracketed_reference"),
        ("as shown¹² before", "¹²", "citation", "raised_reference"),
        ("Smith et al. (2013) found", "2013", "citation", "cited_year"),
        ("it was so (Smith, 2013; Jones 2015).", "2015", "citation", "cited_year"),
        ("Journal of Things (2020) 8:13", "2020", "citation", "cited_year"),
        ("Journal of Things (2020) 8:13", "8", "citation", "journal_issue"),
        ("Journal of Things 2018;23(9):1136-1147", "23", "citation", "journal_issue"),
        ("Journal of Things 2018;23(9):1136-1147", "1136-1147", "citation", "journal_issue"),
        ('reported so" [9] p546.', "546", "citation", "cited_page"),
        ("of the PHQ-9 was", "9", "instrument", "instrument"),
        ("Health Questionnaire-9 was", "9", "instrument", "instrument"),
        ("the DSM-5 says", "5", "instrument", "instrument"),
        ("see Section 2.1 for", "2.1", "structure", "numbered_part"),
        ("see Figs. 1 and 2 for", "2", "structure", "numbered_part"),
        ("at step 3 & 4, only 8 stay", "4", "structure", "numbered_part"),
        ("at step 3 & 4, only 8 stay", "8", "other", "quantity"),
        ("at step 1, 22 left", "22", "other", "quantity"),
        ("at step 2 and 6 left", "6", "other", "quantity"),
        ("as on Page 6 of 11", "11", "structure", "numbered_part"),
        ("are: 1. bad food, 2. bad air", "2", "structure", "list_mark"),
        ("the number was 8. The rest", "8", "other", "quantity"),
        ("text\n\n4 Results of it\nThe", "4", "structure", "heading_number"),
        ("text\n1Centre for Care", "1", "structure", "footnote_mark"),
        ("It ended. Second, they left", "Second", "structure", "order_of_points"),
        ("on the second visit", "second", "other", "by_unit"),
        ("In 2013, they", "2013", "year", "year"),
        ("in 2007–8 they", "2007–8", "year", "year"),
        ("in the 1960s they", "1960s", "year", "year"),
        ("some 2013 patients were", "2013", "other", "quantity"),
        ("see www.example.org/2013 there", "www.example.org/2013", "address", "address"),
        ("mail a1@example.org now", "a1@example.org", "address", "address"),
        ("since COVID-19 came", "19", "other", "name"),
        ("on Radio 4 they", "4", "other", "name"),
        ("Attribution 4.0 International", "4.0", "other", "licence"),
        ("on June 8th they", "8th", "other", "date"),
        ("a score ≥ 10 was", "10", "other", "threshold"),
        ("a rate of 45% was", "45%", "other", "by_unit"),
        ("it is one of them", "one", "other", "the_word_one"),
        ("from 0–27 there", "0–27", "other", "span"),
        ("some 10^6 of", "^6", "other", "exponent"),
    ],
)
def test_the_first_rule_that_applies_decides(text, number, mention_class, rule):
    found = {one.printed: classify(one, text) for one in numerals(text)}
    assert (found[number].mention_class, found[number].rule) == (mention_class, rule)


@given(st.text(alphabet="0123456789.,-–% £stepageinoPHQ[](): \n", max_size=40))
def test_no_number_stays_unclassified(text):
    for one in numerals(text):
        decided = classify(one, text)
        assert decided.mention_class is not MentionClass.CLAIM
        assert decided.reason


def test_every_rule_has_a_title_and_the_last_one_always_applies():
    assert all((rule.__doc__ or "").strip() for _, rule in RULES)
    assert RULES[-1][1].__name__ == "quantity"
