# SPDX-License-Identifier: Apache-2.0
"""The documents against each other and against the catalogue of findings.

usage: docs_test.py [SOURCE-DIRECTORY]
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`[^`\n]*`")
ROW = re.compile(r'^AW_FINDING\((\w+),\s*"(\w+)",\s*k(\w+),\s*"\w+",\s*"[^"]*",\s*"((?:[^"\\]|\\.)*)"\)',
                 re.MULTILINE)
SKIPPED = {"build", ".git", "third_party"}
MAN_PAGES = ("anchorwatch.1", "anchorwatch.toml.5", "anchorwatch-events.7", "anchorwatchd.8")
# Addresses of other machines that do not belong into a document, and places of one machine only.
FOREIGN = re.compile(r"(?<![\w.])/(?:work|home|root/|Users)\b[\w/.-]*")


def documents():
    """Every Markdown file of the source tree."""
    return sorted(path for path in ROOT.rglob("*.md")
                  if not SKIPPED.intersection(path.relative_to(ROOT).parts))


def prose(text):
    """The text without code, in which brackets are no links."""
    return CODE_SPAN.sub("", FENCE.sub("", text))


def anchors(text):
    """The anchors that a renderer makes from the headings of a document."""
    names = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
        names.add(plain.replace(" ", "-"))
    return names


def catalogue():
    """code → (severity, meaning), from the table that the program is compiled from."""
    text = (ROOT / "include/anchorwatch/judge/finding_codes.inc").read_text(encoding="utf-8")
    return {code: (severity.lower(), meaning.replace('\\"', '"'))
            for code, _, severity, meaning in ROW.findall(text)}


class Links(unittest.TestCase):
    def test_relative_links_resolve(self):
        broken = []
        for path in documents():
            text = path.read_text(encoding="utf-8")
            for target in LINK.findall(prose(text)) + REFERENCE.findall(prose(text)):
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (path.parent / name).resolve() if name else path
                if not file.exists():
                    broken.append(f"{path.relative_to(ROOT)}: {target}")
                elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                    broken.append(f"{path.relative_to(ROOT)}: {target} (no such heading)")
        self.assertEqual(broken, [])

    def test_no_places_of_one_machine(self):
        found = [f"{path.relative_to(ROOT)}: {match.group(0)}" for path in documents()
                 for match in FOREIGN.finditer(path.read_text(encoding="utf-8"))]
        self.assertEqual(found, [])


class Tables(unittest.TestCase):
    def test_each_has_a_head(self):
        found = []
        for path in documents():
            lines = FENCE.sub("", path.read_text(encoding="utf-8")).split("\n")
            for before, line, after in zip([""] + lines, lines, lines[1:] + [""]):
                begins = line.startswith("|") and not before.startswith("|")
                if begins and not re.match(r"\|[-:| ]+\|$", after):
                    found.append(f"{path.relative_to(ROOT)}: {line[:60]}")
        self.assertEqual(found, [])


class Findings(unittest.TestCase):
    def setUp(self):
        self.codes = catalogue()
        self.directory = ROOT / "docs/findings"

    def test_the_table_was_read(self):
        lines = (ROOT / "include/anchorwatch/judge/finding_codes.inc").read_text(encoding="utf-8")
        self.assertEqual(len(self.codes), len(re.findall(r"^AW_FINDING\(", lines, re.MULTILINE)))
        self.assertGreater(len(self.codes), 200)

    def test_every_code_has_a_page_and_every_page_a_code(self):
        pages = {path.stem for path in self.directory.glob("*.md")} - {"README"}
        self.assertEqual(sorted(set(self.codes) - pages), [], "codes without a page")
        self.assertEqual(sorted(pages - set(self.codes)), [], "pages without a code")

    def test_pages_have_their_parts(self):
        for code in self.codes:
            text = (self.directory / f"{code}.md").read_text(encoding="utf-8")
            with self.subTest(code):
                self.assertTrue(text.startswith(f"# {code}\n"))
                for part in ("Severity", "Who notices", "How to confirm", "What to do", "Reference"):
                    self.assertIn(f"\n## {part}\n", text)

    def test_pages_agree_with_the_table(self):
        for code, (severity, meaning) in self.codes.items():
            text = (self.directory / f"{code}.md").read_text(encoding="utf-8")
            with self.subTest(code):
                self.assertIn(f"\nDefault: **{severity}**.\n", text)
                self.assertIn(meaning, text)

    def test_pages_say_whether_a_rule_reports_the_code(self):
        judge = ROOT / "src/judge"
        places = [*judge.glob("rules/*.cc"), *judge.glob("whole_zone/*.cc"), judge / "signature_words.cc",
                  *(ROOT / "src/change").glob("*_findings.cc"), *(ROOT / "src/change").glob("rule_*.cc")]
        rules = "".join(re.sub(r"//.*", "", path.read_text(encoding="utf-8")) for path in sorted(places))
        for code in self.codes:
            raised = re.search(rf"Code::{code}\b", rules) is not None
            text = (self.directory / f"{code}.md").read_text(encoding="utf-8")
            with self.subTest(code):
                self.assertRegex(text, rf"\| {'yes' if raised else 'no'} \|\n")

    def test_the_index_lists_every_code(self):
        text = (self.directory / "README.md").read_text(encoding="utf-8")
        self.assertEqual([code for code in self.codes if f"[{code}]({code}.md)" not in text], [])


class Readme(unittest.TestCase):
    def test_both_commands_are_named_and_exist(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        for command in ("./scripts/quickstart", "./scripts/test"):
            self.assertIn(command, text)
            self.assertTrue((ROOT / command).is_file(), command)

    def test_man_pages_exist(self):
        for page in MAN_PAGES:
            with self.subTest(page):
                text = (ROOT / "docs/man" / page).read_text(encoding="utf-8")
                self.assertIn(".Sh NAME", text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
