"""The dossier in a browser: it works without a network, with a keyboard, and says what Python says."""

import json
import random
import re

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from recovery_audit.cli import other_sizes, said_of
from recovery_audit.grim import coverage
from recovery_audit.percent_table import case_of
from recovery_audit.rendering.tables import verdict_words
from recovery_audit.rounding import ORDINARY, RoundingRule
from recovery_audit.verdicts import judge
from tests.unit.test_dossier import SOURCES, TABLES, written

WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def address(built):
    return (built / "results/dossier/index.html").as_uri()


@pytest.fixture(scope="module")
def multiverse(built):
    return pd.read_csv(
        built / "results/sensitivity/multiverse.csv", dtype=str, keep_default_na=False
    ).set_index("spec_id")


@pytest.fixture(scope="module")
def opened(browser):
    """Return a page of an address, one window for each kind of screen; whatever it does is noted."""
    windows = {}

    def open_page(address, viewport=WIDE, scheme="light"):
        key = (viewport["width"], scheme)
        if key not in windows:
            context = browser.new_context(viewport=viewport, color_scheme=scheme)
            page = context.new_page()
            page.asked, page.complaints = [], []
            page.on("request", lambda request: page.asked.append(request.url))
            page.on("console", lambda message: page.complaints.append(message.text))
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
            windows[key] = page
        page = windows[key]
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_selector("html:not(.loading) #shown:not(:empty)", state="attached")
        return page

    yield open_page
    for page in windows.values():
        page.context.close()


@pytest.fixture
def page(opened, address):
    return opened(address)


def shown_rows(page):
    return page.locator("#claims tbody tr").filter(has=page.locator("a"))


def test_nothing_leaves_the_page_and_nothing_is_complained_about(page):
    assert [url for url in page.asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert page.complaints == []
    refused = page.evaluate(
        "fetch('https://example.org/').then(() => 'let through', () => 'refused')"
    )
    assert refused == "refused"
    page.complaints.clear()  # the refusal itself is written to the console


def test_its_size_is_below_three_megabytes(built):
    assert (built / "results/dossier/index.html").stat().st_size < 3_000_000


def test_search_finds_and_a_filter_keeps_what_it_names(page):
    everything = shown_rows(page).count()
    page.get_by_label("Search").fill("45.25 gs2020-mus-not-completed")
    assert shown_rows(page).count() == 1
    assert page.locator("#shown").inner_text() == f"1 of {everything} figures"
    page.get_by_label("Search").fill("no figure says this")
    assert page.locator("#nothing").is_visible()
    page.get_by_role("button", name="Show all").click()
    page.locator("#nothing").wait_for(state="hidden")
    assert shown_rows(page).count() == everything
    page.get_by_label("Verdict", exact=True).select_option("consistent")
    chips = shown_rows(page).locator("td:last-child")
    assert 0 < chips.count() < everything
    assert all(re.search(r"(?<!in)consistent\b(?! if)", text) for text in chips.all_inner_texts())
    page.get_by_label("Study", exact=True).select_option("Scott (2018)")
    assert set(shown_rows(page).locator("td:nth-child(3)").all_inner_texts()) == {"Scott (2018)"}


def test_the_overview_leads_to_the_figures_of_each_verdict(page):
    links = page.locator(".tally a")
    assert links.count() > 5
    for link in links.all():
        count, _, verdict = link.inner_text().partition(" ")
        link.click()
        page.wait_for_function(
            "verdict => document.getElementById('by-verdict').value === verdict", arg=verdict
        )
        assert shown_rows(page).count() == int(count)


CLIPPED = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll("#by-verdict, #order")].flatMap((menu) => {
    const style = getComputedStyle(menu);
    const arrow = 24;
    pen.font = style.font;
    const room = menu.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
    return [...menu.options].map(({ text }) => text).filter((text) => pen.measureText(text).width > room);
  });
}"""


def test_what_is_chosen_can_be_read(page):
    assert page.evaluate(CLIPPED) == []


def test_figures_are_sorted_by_their_value_not_by_their_letters(page):
    page.locator("#claims thead").get_by_text("Figure").click()
    page.locator("#claims th.dt-ordering-asc").wait_for()
    values = [
        float(value)
        for value in page.locator("#claims td.figure").evaluate_all(
            "cells => cells.map((cell) => cell.dataset.order)"
        )
    ]
    assert values == sorted(values)
    assert values != sorted(values, key=str)


def test_a_link_opens_the_page_of_a_claim_and_the_way_back_leads_to_all(opened, address):
    page = opened(f"{address}#claim-gs2020-mus-not-completed")
    claim = page.locator("article.claim")
    claim.wait_for()
    assert "No count of 172 persons prints as 45.25%" in claim.inner_text()
    assert not page.locator("#figures").is_visible()
    claim.locator("h2:focus").wait_for()
    assert page.title().startswith("45.25%")
    claim.get_by_text("of the paper computed from it").click()
    assert claim.locator(".uses a").count() > 3
    page.get_by_role("link", name="List of figures").click()
    claim.wait_for(state="detached")
    assert page.locator("#figures").is_visible()


def test_each_link_leads_somewhere(built):
    page = (built / "results/dossier/index.html").read_text(encoding="utf-8")
    known = set(re.findall(r'\bid="([^"]+)"', page))
    explorers = json.loads(re.search(r'id="data-specifications">(.*?)</script>', page)[1])
    rates = {f"specification-{rate['id']}" for rate in explorers}
    uses = json.loads(re.search(r'id="data-numbers">(.*?)</script>', page)[1])
    links = re.findall(r'<a [^>]*href="([^"]+)"', page)
    links += [f"../paper/paper.html#num-{number}" for number, _, _ in uses["numbers"]]
    paper = (built / "results/paper/paper.html").read_text(encoding="utf-8")
    anchors = set(re.findall(r'\bid="([^"]+)"', paper))
    for link in links:
        if link.startswith("#"):
            place = link[1:].partition("?")[0]
            assert place in known | rates, link
        elif link.startswith("../paper/paper.html#"):
            assert link.partition("#")[2] in anchors, link
        elif not link.startswith("http"):
            assert (built / "results/dossier" / link).resolve().is_file(), link
    assert len(links) > 1000


def test_an_address_may_name_a_verdict_a_percentage_or_a_specification(opened, address, multiverse):
    page = opened(f"{address}#verdict-inconsistent")
    assert shown_rows(page).count() == page.locator('#claims [data-verdict="inconsistent"]').count()
    page = opened(f"{address}#percent-9.2-of-at-most-90")
    assert "of those up to 90 persons" in page.locator("#answer").inner_text()
    assert page.locator("#again code").inner_text() == "recovery-audit percent 9.2 --n-max 90"
    page = opened(f"{address}#percent-4.6-of-172-rounded-truncated")
    assert "printed 4.6% under the rule truncated" in page.locator("#answer").inner_text()
    link = page.get_by_role("link", name="Link to this answer")
    assert link.get_attribute("href") == "#percent-4.6-of-172-rounded-truncated"
    spec = multiverse.index[-1]
    page = opened(f"{address}#specification-{spec}")
    assert page.locator("#specifications .result").inner_text().count(spec) == 1


@pytest.fixture(scope="module")
def an_id(built):
    """A pattern of the ids of all claims and bases, which say nothing to a newcomer."""
    tables = [
        pd.read_csv(built / f"results/clean/{name}.csv", dtype=str)[column]
        for name, column in (("claims", "claim_id"), ("bases", "base"))
    ]
    names = sorted(set().union(*tables), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])")


def test_figures_taken_together_are_called_by_names(page, an_id):
    text = page.locator("#together").inner_text()
    assert an_id.findall(text) == []
    assert "27 behind 29.35% (moving to recovery, depression)" in text
    assert "92 in the group “MUS patients behind the depression outcomes”" in text


def test_pages_of_claims_call_other_claims_by_names(page, an_id):
    found = page.evaluate(
        """() => {
          const holder = document.createElement("template");
          holder.innerHTML = document.getElementById("claim-pages").textContent;
          return [...holder.content.querySelectorAll("article")].map((one) => [one.id, one.textContent]);
        }"""
    )
    assert len(found) > 300
    assert [(page_id, an_id.findall(text)) for page_id, text in found if an_id.search(text)] == []
    text = dict(found)["claim-newton2010-unexplained-of-all"]
    assert "If the 260 referrals (referred to the Newcastle service) were 250, the verdict" in text
    text = dict(found)["claim-cbtwatch-overall-recovery"]
    assert "9.2% (CBT Watch posts) quotes 9.2% (Scott 2018, abstract)" in text


def printed(proportion):
    """A proportion in percent with one decimal, half up, by another way than the page's."""
    from decimal import ROUND_HALF_UP, Decimal

    tenths = (100 * Decimal(proportion)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{abs(tenths)}%" if tenths >= 0 else f"−{abs(tenths)}%"


def test_the_explorer_shows_what_was_computed(page, multiverse):
    some = multiverse.groupby("study", group_keys=False).sample(12, random_state=1)
    some = pd.concat([some, multiverse[multiverse["standing"] != "possible"].head(2)])
    for spec, row in some.iterrows():
        page.evaluate(f"location.hash = 'specification-{spec}'")
        result = page.locator("#specifications .result")
        result.get_by_text(spec).wait_for()
        text = result.inner_text()
        assert text.startswith(printed(row["estimate"])), spec
        assert f"from {int(row['k']):,} of {int(row['n']):,}" in text.lower(), spec
        if row["lower"]:
            assert f"{printed(row['lower'])} to {printed(row['upper'])}" in text, spec
        else:
            assert "cannot all hold" in text, spec


def test_a_choice_moves_the_estimate_and_what_does_not_go_together_is_said(page):
    result = page.locator("#specifications .result")
    first, mark = result.inner_text(), result.locator("circle").first.get_attribute("cx")
    page.get_by_label("What became of those without an outcome?").select_option("all recovered")
    assert "do not go together" in result.inner_text()
    assert "“those in the figure” and “all recovered”" in result.inner_text()
    result.get_by_role("button").click()
    assert "%" in result.locator(".estimate").inner_text()
    assert result.inner_text() != first
    assert result.locator("circle").first.get_attribute("cx") != mark


def test_the_model_without_effect_shows_what_was_computed(page, built):
    table = pd.read_csv(built / "results/counterfactual/null_scenarios.csv", dtype=str)
    at_twelve = table[
        (table["reliability_depression"] == "0.84") & (table["reliability_anxiety"] == "0.85")
        & (table["selection"] == "none") & (table["rule"] == "net") & (table["months"] == "12")
    ].iloc[0]  # fmt: skip
    page.get_by_label("How long from first to last session?").select_option("12 months")
    result = page.locator("#no-effect .result").inner_text()
    assert result.startswith(printed(at_twelve["null_recovery"]))
    assert printed(at_twelve["published_recovery"]) in result


def cases():
    """Percentages of all kinds: true ones, near misses, ties, ends, bounds, and large groups."""
    rng = random.Random(7)
    rules = ["", *map(str, RoundingRule)]
    yield from [
        ("45.25", 172, None, ""), ("45.35%", 172, None, ""), ("0.5", 200, None, ""),
        ("12", 8, None, ""), ("13", 8, None, ""), ("12", 8, None, "half_up"), ("38", 8, None, ""),
        ("100", 1, None, ""), ("0", 1, None, ""), ("0.000001", 100000000, None, ""),
        ("9.2", None, 90, ""), ("9.2", None, None, ""), ("9.25", None, 3, ""), ("50", None, 67, ""),
        ("50", None, 66, ""), ("33.333333", 3, None, ""), ("17", 80, None, "either_tie"),
        ("99.9", 1000000000, None, ""), ("62.5", 16, None, "half_even"), ("6.2", 16, None, ""),
        ("6.3", 16, None, "half_even"), ("4.6", 172, None, ""), ("4.66", 172, None, ""),
        ("0", None, None, ""), ("12.34567", None, None, ""), ("0.0001", None, None, ""),
        ("50", None, None, "truncated"), ("66.6", None, None, "half_even"),
    ]  # fmt: skip
    for _ in range(500):
        decimals = rng.choice([0, 0, 1, 1, 1, 2, 2, 3])
        size = rng.choice([rng.randint(1, 40), rng.randint(1, 400), rng.randint(1, 12000)])
        digits = (2 * rng.randint(0, size) * 100 * 10**decimals + size) // (2 * size)
        digits = min(max(digits + rng.choice([0, 0, 0, 1, -1, 7]), 0), 100 * 10**decimals)
        text = f"{digits / 10**decimals:.{decimals}f}"
        bounded = rng.random() < 0.2
        yield (
            text,
            None if bounded else size,
            min(size, 300) if bounded else None,
            rng.choice(rules),
        )


IN_PAGE = """async (cases) => {
  const { judge } = await import("percent");
  const rules = JSON.parse(document.getElementById("data-percent-rules").textContent);
  const whole = (n) => (n === null ? null : BigInt(n));
  return cases.map(([printed, size, most, rounding]) => {
    const { verdict, sentence } = judge(rules, { printed, size: whole(size), most: whole(most), rounding });
    return [verdict, sentence];
  });
}"""


def test_the_page_says_of_any_percentage_what_the_command_says(page):
    asked = list(cases())
    answers = page.evaluate(IN_PAGE, asked)
    for case, (verdict, sentence) in zip(asked, answers, strict=True):
        text, size, most, rounding = case
        rule = RoundingRule(rounding) if rounding else None
        judged = judge(case_of(text, size, rule, n_max=most))
        expected = judged.explanation + said_of(other_sizes(text, judged, (size, most), rule))
        assert (verdict, sentence) == (str(judged.verdict), expected), case
    assert len({verdict for verdict, _ in answers}) == 6


def test_where_every_figure_fits_is_known_without_counting(page):
    sets = [[str(rule)] for rule in RoundingRule] + [list(map(str, ORDINARY))]
    asked = [[n, decimals, rules] for decimals in (0, 1) for n in range(1, 1003) for rules in sets]
    answers = page.evaluate(
        """async (asked) => {
          const { isComplete } = await import("percent");
          return asked.map(([n, decimals, among]) => isComplete(BigInt(n), { decimals }, among));
        }""",
        asked,
    )
    for (n, decimals, rules), answer in zip(asked, answers, strict=True):
        complete = coverage(n, decimals, tuple(map(RoundingRule, rules))) == 1
        assert answer == complete, (n, decimals)


@pytest.mark.parametrize(
    ("printed_text", "size", "said"),
    [
        ("", "172", "Type a percentage."),
        (" %", "172", "Type a percentage."),
        ("33,70", "172", "not a figure: expected digits"),
        ("101", "172", "between 0 and 100"),
        ("50", "0", "no size of a group"),
        ("50", "many", "no size of a group"),
        ("45.35", "172", "78 of 172 persons is 45.3488%, printed 45.35%."),
        ("45.35", "1,720", "780 of 1,720 persons is 45.3488%, printed 45.35%."),
    ],
)
def test_what_is_typed_is_answered_in_words(page, printed_text, size, said):
    page.locator("#printed").fill(printed_text)
    page.locator("#size").fill(size)
    assert said in page.locator("#answer").inner_text()


def test_a_whole_table_is_answered_line_by_line(page):
    page.get_by_text("Check a whole table").click()
    lines = [
        "45.25 172",
        "33.70%, 92",
        "9.2 of at most 90",
        "12.5",
        "4.6\t172",
        "45.35; 1,720",
        "7 %",
    ]
    page.locator("#lines").fill("\n".join([*lines, "", "one in ten"]))
    rows = page.locator("#ask-many tbody tr")
    found = [row.locator("td").all_inner_texts() for row in rows.all()]
    asked = [("45.25", 172, None), ("33.70", 92, None), ("9.2", None, 90), ("12.5", None, None),
             ("4.6", 172, None), ("45.35", 1720, None), ("7", None, None)]  # fmt: skip
    for (text, size, most), (verdict, sentence) in zip(asked, found, strict=False):
        judged = judge(case_of(text, size, None, n_max=most))
        assert verdict == verdict_words(str(judged.verdict))
        assert sentence.startswith(judged.explanation)
    assert [verdict for verdict, _ in found[len(asked) :]] == ["not read"]
    said = page.locator("#ask-many .answer p").inner_text()
    assert said.startswith("Of 8: 1 inconsistent, 2 consistent, 3 undetermined")
    assert Axe().run(page).response["violations"] == []
    page.locator("#ask-many select").select_option("truncated")
    assert (
        "8 of 172 persons is 4.651%, printed 4.6% under the rule truncated"
        in rows.nth(4).inner_text()
    )


def test_a_keyboard_is_enough(page):
    focused = "document.activeElement.textContent.trim() || document.activeElement.id"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert re.fullmatch(r"\d+ inconsistent", page.evaluate(focused))
    for _ in range(page.locator(".tally a").count()):
        page.keyboard.press("Tab")
    assert page.evaluate(focused) == "What the verdicts mean"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "find"
    page.keyboard.type("45.25 gs2020-mus-not-completed")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focused))
        if reached[-1] == "45.25%":
            break
    assert reached[-1] == "45.25%", reached
    page.keyboard.press("Enter")
    page.wait_for_selector("#claim-gs2020-mus-not-completed")
    page.go_back()
    page.wait_for_selector("#figures", state="visible")


def sorted_values(page):
    cells = page.locator("#claims td.figure")
    return [float(x) for x in cells.evaluate_all("all => all.map((one) => one.dataset.order)")]


def test_the_heads_of_the_columns_sort_with_the_keyboard_and_the_menu_says_how(page):
    page.get_by_role("button", name="Figure: Activate to sort").focus()
    page.keyboard.press("Enter")
    page.locator("#claims th.dt-ordering-asc").wait_for()
    assert sorted_values(page) == sorted(sorted_values(page))
    chosen = page.get_by_label("Order").locator("option:checked")
    assert chosen.inner_text() == "figure, lowest first"


def test_on_a_telephone_the_menu_sorts(opened, address):
    page = opened(address, NARROW)
    page.get_by_label("Order").select_option("verdict, gravest first")
    first = page.locator("#claims tbody tr").first.locator(".verdict").first
    assert first.inner_text() == "inconsistent"
    page.get_by_label("Order").select_option("figure, highest first")
    assert sorted_values(page) == sorted(sorted_values(page), reverse=True)


def noted(page, address):
    page.wait_for_function("wanted => location.hash === wanted", arg=address)


def test_the_address_keeps_what_is_listed_for_a_reload_and_the_way_back(page):
    page.get_by_label("Verdict", exact=True).select_option("inconsistent")
    page.get_by_label("Order").select_option("figure, lowest first")
    page.get_by_label("Search").fill("recovered")
    noted(page, "#figures?find=recovered&by-verdict=inconsistent&order=0-asc")
    said, listed = page.locator("#shown").inner_text(), sorted_values(page)
    assert 1 < len(listed) < 20
    page.reload()
    page.wait_for_selector("#shown:not(:empty)")
    assert (page.locator("#shown").inner_text(), sorted_values(page)) == (said, listed)
    link = shown_rows(page).last.locator("a")
    link.click()
    page.locator("article.claim").wait_for()
    page.go_back()
    page.locator("article.claim").wait_for(state="detached")
    assert (page.locator("#shown").inner_text(), sorted_values(page)) == (said, listed)
    assert link.evaluate("link => link === document.activeElement")
    page.get_by_role("button", name="Show all").click()
    noted(page, "#figures")


def test_the_address_keeps_an_answer_a_specification_and_a_setting(page):
    page.locator("#printed").fill("9.2")
    page.locator("#size").fill("87")
    noted(page, "#percent-9.2-of-87")
    page.get_by_label("What became of those without an outcome?").select_option("all recovered")
    page.locator("#specifications .result").get_by_role("button").click()
    spec = page.locator("#specifications .more a").get_attribute("href")
    noted(page, spec)
    page.get_by_label("How long from first to last session?").select_option("12 months")
    page.wait_for_function("() => location.hash.includes('months=12+months')")
    said = page.locator("#no-effect .result").inner_text()
    page.reload()
    page.wait_for_selector("#shown:not(:empty)")
    assert page.locator("#no-effect .result").inner_text() == said
    page.evaluate("spec => (location.hash = spec)", spec)
    page.locator("#specifications .more a", has_text=spec[15:]).wait_for()
    page.evaluate("location.hash = 'percent-9.2-of-87'")
    page.locator("#answer").get_by_text("8 of 87 persons is 9.195%").wait_for()


@pytest.mark.parametrize(
    "place", ["%E0%A4%A", "figures?by-verdict=no&order=9-up", "claim-", "specification-none",
              "no-effect?months=x", "percent-", "percent-1-rounded-none", "figures?"]
)  # fmt: skip
def test_an_address_that_nobody_made_does_no_harm(opened, address, place):
    page = opened(f"{address}#{place}")
    assert page.locator("#figures").is_visible()
    assert page.locator("#shown").inner_text() == f"{shown_rows(page).count()} figures"
    assert page.complaints == []


KEEP = "() => { navigator.clipboard.writeText = async (text) => { window.kept = text } }"
REFUSE = "() => { navigator.clipboard.writeText = async () => { throw new Error('closed') } }"


def test_a_verdict_can_be_copied_with_its_place(opened, address):
    page = opened(f"{address}#claim-scott2018-overall-recovery")
    page.evaluate(KEEP)
    last = page.locator(".chain > li").last
    last.get_by_role("button", name="Copy").click()
    last.get_by_text("Copied.").wait_for()
    kept = page.evaluate("window.kept")
    assert kept.startswith("9.2% (fully recovered from their disorder, IAPT clients assessed): ")
    assert "inconsistent, undetermined by the group that it may be of. Printed as “9.2” in" in kept
    assert kept.endswith("Recovery audit, index.html#claim-scott2018-overall-recovery")
    page.evaluate(REFUSE)
    last.get_by_role("button", name="Copy").click()
    last.get_by_text("Selected, to be copied.").wait_for()
    assert page.evaluate("getSelection().toString()") == kept


def test_an_answer_can_be_copied(page):
    page.evaluate(KEEP)
    page.get_by_role("button", name="Copy this answer").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("window.kept") == (
        "inconsistent: No count of 172 persons prints as 45.25% under any rounding rule; the "
        "nearest are 44.77% (77) and 45.35% (78). It would fit 81 of 179. "
        "(recovery-audit percent 45.25 --of 172)"
    )


def test_a_rate_stands_as_it_was_printed_and_only_the_result_is_read_aloud(page):
    page.get_by_label("Headline rate", exact=True).select_option(
        "MUS: recovery, depression, 29.35%"
    )
    result = page.locator("#specifications .result")
    printed = result.locator("tr", has=page.get_by_role("rowheader", name="as printed"))
    assert printed.locator("td").last.inner_text() == "29.35%"
    assert result.get_by_role("status").count() == 1
    assert result.get_by_role("status").locator("table").count() == 0
    page.get_by_label("When?").select_option("12 months later")
    assert "something else than the one printed, by the answer to “When?”." in result.inner_text()


def test_on_a_telephone_the_result_stays_in_sight_and_no_verdict_is_broken(opened, address):
    page = opened(address, NARROW)
    page.get_by_label("What became of those without an outcome?").scroll_into_view_if_needed()
    said = page.locator("#specifications .said").bounding_box()
    assert 0 <= said["y"] < NARROW["height"] - said["height"]
    page.get_by_text("Check a whole table").click()
    page.locator("#lines").fill("45.25 172\n9.2 of at most 90")
    for verdict in page.locator("#ask-many .verdict").all():
        assert verdict.evaluate("chip => chip.getClientRects().length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize(
    ("viewport", "scheme", "place"),
    [
        (WIDE, "light", ""),
        (WIDE, "dark", ""),
        (NARROW, "light", ""),
        (NARROW, "dark", ""),
        (WIDE, "light", "#claim-gs2020-mus-not-completed"),
        (WIDE, "dark", "#claim-scott2018-overall-recovery"),
        (NARROW, "dark", "#claim-gs2020-mus-not-completed"),
    ],
    ids=[
        "wide-light",
        "wide-dark",
        "narrow-light",
        "narrow-dark",
        "claim-wide-light",
        "claim-wide-dark",
        "claim-narrow-dark",
    ],
)
def test_no_accessibility_rule_is_broken_and_nothing_runs_off_the_screen(
    opened, address, viewport, scheme, place
):
    page = opened(address + place, viewport, scheme)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.complaints == []


def test_on_paper_it_is_the_figures_and_not_the_controls(page):
    page.emulate_media(media="print")
    try:
        assert not page.locator(".masthead nav").is_visible()
        assert not page.get_by_label("Search").is_visible()
        assert shown_rows(page).last.is_visible()
        legend = page.locator(".meanings")
        assert legend.evaluate("legend => legend.checkVisibility({ contentVisibilityAuto: true })")
        assert legend.bounding_box()["height"] > 50
        assert len(page.pdf()) > 50_000
    finally:
        page.emulate_media(media="screen")


COLOURS = """() => {
  const found = new Set();
  for (const one of document.querySelectorAll("body, body *")) {
    const { color, backgroundColor, stroke, fill } = getComputedStyle(one);
    [color, backgroundColor, stroke, fill].forEach((colour) => found.add(colour));
  }
  return [...found].sort();
}"""


def test_a_dark_screen_prints_like_a_light_one(page):
    try:
        page.emulate_media(media="print", color_scheme="dark")
        dark = page.evaluate(COLOURS)
        page.emulate_media(media="print", color_scheme="light")
        assert page.evaluate(COLOURS) == dark
    finally:
        page.emulate_media(media="screen", color_scheme="light")


def test_text_of_a_document_stays_text(opened, tmp_path):
    nasty = "<script>alert('x')</script>\"'&\u202e<img src=x onerror=alert(1)>"
    tables = TABLES | {"claims": TABLES["claims"].assign(outcome=nasty, locator=nasty)}
    file = tmp_path / "page.html"
    file.write_text(written("a-page", tables, SOURCES), encoding="utf-8")
    page = opened(file.as_uri())
    assert page.complaints == []
    cell = page.locator("#claims tbody tr").first.locator("td").nth(1)
    assert cell.evaluate("cell => cell.textContent") == f"{nasty}, people"
    assert cell.locator("bdi").count() == 1  # a mark that turns the direction ends with its text
    assert page.locator("main script, main img").count() == 0
    claim = opened(f"{file.as_uri()}#claim-first").locator("article.claim")
    assert nasty in claim.evaluate("claim => claim.textContent")
    assert claim.locator(".chain p").first.locator("bdi").last.text_content() == nasty
    assert page.locator("article script, article img").count() == 0
    assert f"\u2068{nasty}\u2069" in claim.locator(".chain > li").last.text_content()


def test_without_scripts_everything_is_there_to_read(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("#claim-gs2020-mus-not-completed").is_visible()
    assert not page.get_by_label("Search").is_visible()
    context.close()


def test_where_a_script_fails_the_figures_can_still_be_read(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("window.FormData = undefined")
    page.goto(address)
    assert page.evaluate("document.documentElement.className") == ""
    assert page.locator("#claims tbody a").first.is_visible()
    assert page.locator("#documents li").last.is_visible()
    assert not page.get_by_label("Search").is_visible()
    context.close()


def test_an_address_with_a_place_on_the_page_opens_there(opened, address):
    page = opened(f"{address}#documents")
    top = page.locator("#documents").evaluate("place => place.getBoundingClientRect().top")
    assert 0 <= top < WIDE["height"]
