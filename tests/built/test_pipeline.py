"""The pipeline as a whole: one build from nothing, and what a change makes it do again."""

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from recovery_audit import io
from recovery_audit.predicates import numbers_in
from tests.workflow.project import planned, replace, snakemake, unchanged

ROOT = Path(__file__).parents[2]
CLAIMS = "data/claims/geraghty-scott-2020.csv"
#: Everything that follows from a claim; the national rates do not.
AFTER_EXTRACT = {
    "find_mentions",
    "verify_receipts",
    "clean_claims",
    "clean_relations",
    "search_bases",
    "judge_claims",
    "list_witnesses",
    "estimate_intervals",
    "check_relations",
    "compare_quotations",
    "solve_systems",
    "follow_flow",
    "compare_with_national",
    "climb_denominators",
    "compare_interval_methods",
    "bound_missing",
    "vary_witnesses",
    "detect_differences",
    "correct_for_accuracy",
    "adjust_for_blinding",
    "bound_misdiagnosis",
    "compare_criteria",
    "set_beside_untreated",
    "change_horizon_and_unit",
    "count_audit_errors",
    "build_bridge",
    "enumerate_specifications",
    "summarise_headlines",
    "draw_sensitivity",
    "draw_specification_curve",
    "calibrate_null",
    "vary_null",
    "index_null",
    "simulate_chunk",
    "gather_chunks",
    "draw_null_treatment",
    "register_numbers",
    "write_discrepancies",
    "write_manuscript",
    "parse_manuscript",
    "render_paper",
    "run_notebook",
    "write_tables",
    "write_dossier",
    "write_manifest",
    "write_checksums",
    "find_flips",
    "write_crate",
    "draw_audit_flow",
    "draw_verdict_overview",
    "draw_witness_plane",
    "draw_denominator_ladder",
    "draw_patient_flow",
    "pool_studies",
    "draw_forest",
    "all",
}


@pytest.mark.slow
class TestBuild:
    def test_every_result_is_there(self, built):
        checksums = (built / "results/provenance/SHA256SUMS").read_text(encoding="utf-8")
        assert checksums.count("\n") >= 40
        check = subprocess.run(
            ["sha256sum", "--check", "--quiet", "results/provenance/SHA256SUMS"],
            cwd=built,
            capture_output=True,
            text=True,
            check=False,
        )
        assert check.returncode == 0, check.stdout
        assert (built / "results/paper/paper.pdf").read_bytes().startswith(b"%PDF")
        assert ElementTree.parse(built / "results/paper/paper.jats.xml").getroot().tag == "article"

    def test_every_result_has_its_checksum(self, built):
        listed = (built / "results/provenance/SHA256SUMS").read_text(encoding="utf-8")
        files = {line.split("  ", 1)[1] for line in listed.splitlines()}
        made = {str(path.relative_to(built)) for path in (built / "results").rglob("*.*")}
        made |= {str(path.relative_to(built)) for path in (built / "results").rglob("[A-Z]*")}
        made = {path for path in made if (built / path).is_file()}
        # What is written after the sums, or stands there before.
        later = {"SHA256SUMS", "run.json", "ro-crate-metadata.json"}
        assert made - files == {f"results/provenance/{name}" for name in later} | {
            "results/README.md"
        }

    def test_no_result_names_the_folder_it_was_made_in(self, built):
        for path in (built / "results").rglob("*"):
            if path.is_file():
                assert str(built).encode() not in path.read_bytes(), path
        with ZipFile(built / "results/paper/paper.docx") as word:
            assert all(str(built).encode() not in word.read(part) for part in word.namelist())

    def test_nothing_is_left_to_do(self, built):
        run = snakemake(built)
        assert run.returncode == 0
        assert "Nothing to be done" in run.stdout + run.stderr

    def test_a_claim_reruns_only_what_follows_from_it(self, changed):
        folder = changed(CLAIMS, replace("29.35,2", "29.36,2"))
        assert planned(folder) == AFTER_EXTRACT | {"extract_claims"}

    def test_the_national_table_reruns_only_what_follows_from_it(self, changed):
        folder = changed("data/national/annual_totals.csv", replace("883968", "883969"))
        assert planned(folder) == {
            "clean_national",
            "recompute_national",
            "climb_national",
            "compare_with_national",
            "draw_audit_flow",
            "draw_national_series",
            "draw_national_ladder",
            "bound_missing",
            "detect_differences",
            "correct_for_accuracy",
            "bound_misdiagnosis",
            "compare_criteria",
            "set_beside_untreated",
            "change_horizon_and_unit",
            "build_bridge",
            "enumerate_specifications",
            "summarise_headlines",
            "draw_sensitivity",
            "draw_specification_curve",
            "run_notebook",
            "pool_studies",
            "draw_forest",
            "register_numbers",
            "write_tables",
            "write_dossier",
            "write_discrepancies",
            "write_manuscript",
            "parse_manuscript",
            "render_paper",
            "write_manifest",
            "write_checksums",
            "write_crate",
            "all",
        }

    def test_a_function_reruns_only_the_jobs_that_reach_it(self, changed):
        folder = changed("src/recovery_audit/flow.py", lambda text: text + "\n# edited\n")
        assert planned(folder) == {
            "follow_flow",
            "find_flips",  # it imports the whole audit
            "write_tables",
            "draw_patient_flow",
            "register_numbers",
            "write_discrepancies",
            "write_manuscript",
            "parse_manuscript",
            "render_paper",
            "run_notebook",
            "write_dossier",
            "write_manifest",
            "write_checksums",
            "write_crate",
            "all",
        }

    def test_a_lost_chunk_is_drawn_again_alone_and_the_same(self, changed):
        chunk = "results/counterfactual/chunks/1.csv"
        folder = changed(chunk, unchanged)
        before = (folder / chunk).read_bytes()
        (folder / chunk).unlink()
        chunks = [f"results/counterfactual/chunks/{number}.csv" for number in range(2)]
        dry = snakemake(folder, "--dry-run", "--", *chunks)
        jobs = re.findall(r"^(\w+) +(\d+)$", dry.stdout + dry.stderr, re.MULTILINE)
        assert set(jobs) == {("simulate_chunk", "1"), ("total", "1")}
        assert snakemake(folder, "--", chunk).returncode == 0
        assert (folder / chunk).read_bytes() == before

    def test_a_touched_package_file_reruns_nothing(self, changed):
        folder = changed("src/recovery_audit/rounding.py", unchanged)
        assert planned(folder) == set()

    def test_the_computation_in_one_process_gives_the_same_tables(self, built, audited):
        from recovery_audit import io

        written = {file.stem: file for file in built.glob("results/[rs]*/*.csv")}
        written["claims"] = built / "results/clean/claims.csv"
        assert len(written) > 30
        for name, file in written.items():
            schema = "clean_claims" if name == "claims" else name
            again = built / f"{name}.again.csv"
            io.write_table(audited[name], again, ROOT / f"workflow/schemas/{schema}.schema.yaml")
            assert again.read_bytes() == file.read_bytes(), name

    def test_the_image_of_the_readme_is_the_current_one(self, built):
        committed = ROOT / "docs/witness_plane.svg"
        made = built / "results/figures/witness_plane.svg"
        message = f"cp results/figures/{made.name} docs/"
        assert committed.read_bytes() == made.read_bytes(), message


def the_example():
    """The files of the worked example, as its page has them, and the findings it promises."""
    page = (ROOT / "docs/audit-another-paper.md").read_text(encoding="utf-8")
    names = dict.fromkeys(re.findall(r"`(sleep-clinic/[\w./-]+)`", page))
    blocks = re.findall(r"```(?:csv|yaml)\n(.*?)```", page, re.DOTALL)
    *files, configuration = blocks
    (findings,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    return dict(zip(names, files, strict=True)), configuration, findings.splitlines()


@pytest.mark.slow
def test_another_paper_is_audited_as_its_page_says(changed):
    files, configuration, findings = the_example()
    folder = changed("config/config.yaml", replace("papers: {}\n", configuration))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    run = snakemake(folder, "results/papers/sleep-clinic/index.html")
    assert run.returncode == 0, run.stderr[-3000:]
    page = (folder / "results/papers/sleep-clinic/index.html").read_text(encoding="utf-8")
    verdict = r'<span class="verdict"[^>]*>([^<]*)</span> ([^<]+)'
    said = {": ".join(words).strip() for words in re.findall(verdict, page)}
    assert set(findings) == {line for line in said if not line.startswith("consistent")}


@pytest.mark.slow
def test_a_cohort_is_judged_as_its_page_says(changed):
    page = (ROOT / "docs/bring-your-own-cohort.md").read_text(encoding="utf-8")
    (configuration,) = re.findall(r"```yaml\n(cohorts: .*?)```", page, re.DOTALL)
    folder = changed("config/config.yaml", replace("cohorts: {}\n", configuration))
    run = snakemake(folder, "results/cohorts/clinic/index.html")
    assert run.returncode == 0, run.stderr[-3000:]
    written = sorted(path.name for path in (folder / "results/cohorts/clinic").iterdir())
    assert written == ["bounds.csv", "flow.csv", "index.html", "rates.csv"]
    for path in (folder / "results/cohorts/clinic").iterdir():
        assert "invented-0" not in path.read_text(encoding="utf-8")  # the ids of the records


@pytest.mark.slow
def test_a_cohort_with_a_bad_cell_leaves_nothing(changed, tmp_path):
    cohort = tmp_path / "cohort.csv"
    cohort.write_text("phq9_first,phq9_last,gad7_first,gad7_last\n28,3,4,5\n", encoding="utf-8")
    entry = f"cohorts: {{bad: {{file: {cohort}}}}}\n"
    folder = changed("config/config.yaml", replace("cohorts: {}\n", entry))
    run = snakemake(folder, "results/cohorts/bad/index.html")
    assert run.returncode != 0
    assert "row 2, column `phq9_first`: got '28'; a score of PHQ-9 lies between" in run.stderr
    assert not (folder / "results/cohorts/bad/rates.csv").exists()


@pytest.mark.slow
def test_another_edition_of_a_document_is_accepted_with_a_warning(built):
    original = ROOT.parent / "shared/sources/geraghty-scott-2020.txt"
    if not original.exists():
        pytest.skip("the text of geraghty-scott-2020 is not on this machine")
    copy = built / "data/documents" / original.name
    copy.write_text(original.read_text(encoding="utf-8").replace("45.25%", "45.52%"))
    run = snakemake(built, "results/extract/locations.csv", "results/extract/mentions.csv")
    locations = (built / "results/extract/locations.csv").read_text(encoding="utf-8")
    copy.unlink()
    assert run.returncode == 0, run.stderr[-3000:]
    warning = "The copy of geraghty-scott-2020 is another edition than the one that its figures"
    assert warning in run.stderr
    assert "gs2020-mus-not-completed,geraghty-scott-2020,not found" in locations
    assert "gs2020-mus-treated,geraghty-scott-2020,located" in locations


@pytest.mark.slow
class TestPaper:
    def test_the_article_has_three_to_nine_pages_before_its_references(self, text_of_pages):
        references = next(
            number
            for number, text in enumerate(text_of_pages)
            if re.search(r"^References\s*$", text, re.MULTILINE)
        )
        assert 3 <= references <= 9

    def test_the_latex_form_has_no_character_that_tex_lacks(self, built):
        """Without TeX, which not every machine has: `make check-latex` compiles it."""
        text = (built / "results/paper/paper.tex").read_text(encoding="utf-8")
        declared = {chr(int(code, 16)) for code in re.findall(r"UnicodeCharacter\{(\w+)\}", text)}
        latin = set(map(chr, range(0xA1, 0x180)))  # letters and signs of LaTeX's own encodings
        assert {c for c in text if ord(c) > 127} - declared - latin - {"→"} == set()

    def test_every_number_of_the_ledger_is_linked_both_ways(self, built):
        html = (built / "results/paper/paper.html").read_text(encoding="utf-8")
        numbers = json.loads((built / "results/numbers.json").read_text(encoding="utf-8"))
        predicates = io.read_yaml(built / "paper/predicates.yaml")
        numbers_in_words = {name for one in predicates for name in numbers_in(one["holds"])}
        assert len(numbers) > 200
        for number in numbers:
            assert f'id="num-{number}"' in html
            assert f'href="#num-{number}"' in html
            printed = f'id="use-{number}-1"' in html
            assert printed == (f'href="#use-{number}-1"' in html)
            assert printed or number in numbers_in_words

    def test_every_ancestor_is_a_claim_or_a_document(self, built):
        numbers = json.loads((built / "results/numbers.json").read_text(encoding="utf-8"))
        table = (built / "results/clean/claims.csv").read_text(encoding="utf-8")
        claims = {line.partition(",")[0] for line in table.splitlines()[1:]}
        named = {name for entry in numbers.values() for name in entry["ancestors"]}
        assert named - claims == {"nhs-annual-totals"}

    @pytest.mark.parametrize("ending", ["html", "tex", "jats.xml"])
    def test_the_author_is_a_name(self, built, ending):
        text = (built / f"results/paper/paper.{ending}").read_text(encoding="utf-8")
        assert "The Recovery Audit contributors" in text
        assert not re.search(r"author[^\n]{0,40}>true<|\\author\{true\}", text)
