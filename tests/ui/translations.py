#!/usr/bin/env python3
"""Every text of the window is translated, none is left over, and placeholders agree. Usage: translations.py SOURCE_DIR"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

source = Path(sys.argv[1])
files = sorted(str(path) for path in (source / "app/desktop").rglob("*.cpp"))
with tempfile.TemporaryDirectory() as folder:
    pot = Path(folder) / "fieldseal.pot"
    subprocess.run(["xgettext", "--keyword=tr", "--keyword=trn:1,2", "--keyword=error_text", "--from-code=UTF-8", "-C", "--no-location", "-o", str(pot), *files], check=True)
    template = pot.read_text("utf-8")
catalogue = (source / "assets/translations/uk.po").read_text("utf-8")


def entries(text):
    result = {}
    for block in text.split("\n\n")[1:]:
        fields = {}
        for name, value in re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', block, re.M):
            fields[name] = "".join(re.findall(r'"(.*)"', value))
        if "msgid" in fields:
            result[fields["msgid"]] = (fields, "#, fuzzy" in block or ", fuzzy" in block)
    return result


wanted, there = entries(template), entries(catalogue)
problems = [f"missing: {text}" for text in wanted if text not in there]
problems += [f"unused: {text}" for text in there if text not in wanted]
for text, (fields, fuzzy) in there.items():
    if fuzzy:
        problems.append(f"fuzzy: {text}")
    forms = [value for name, value in fields.items() if name.startswith("msgstr")]
    if "msgid_plural" in fields and len(forms) != 3:
        problems.append(f"needs three plural forms: {text}")
    for form in forms:
        if not form:
            problems.append(f"empty: {text}")
        for placeholder in ("{}", "%d"):
            if form.count(placeholder) != text.count(placeholder):
                problems.append(f"placeholders differ: {text}")
        if re.search(r"[а-яіїєґ][a-z]|[a-z][а-яіїєґ]", form, re.I):
            problems.append(f"Latin letters inside a Ukrainian word: {form}")

# Texts that are drawn without tr(): which arguments of a widget a person reads.
SHOWN = {
    "ImGui::TextUnformatted": (0,), "ImGui::Text": (0,), "ImGui::TextWrapped": (0,), "ImGui::SetTooltip": (0,), "ImGui::Selectable": (0,),
    "ImGui::Button": (0,), "ImGui::Checkbox": (0,), "ImGui::MenuItem": (0,), "ImGui::BulletText": (0,),
    "ui::title": (0,), "ui::heading": (0,), "ui::body": (0,), "ui::bold": (0,), "ui::muted": (0,), "ui::small": (0,), "ui::badge": (2,),
    "ui::button": (1,), "ui::check_box": (1,), "ui::text_field": (1, 3), "ui::number_text_field": (1, 3), "ui::note_field": (1, 4),
    "ui::choice": (1, 2, 4), "ui::segments": (1,), "ui::search_field": (1,), "ui::empty_state": (1, 2), "ui::progress_bar": (2,),
    "ui::confirm": (1, 2, 3, 4), "ui::cell_text": (0,), "app.say": (1,), "shortcut": (1,), "number_field": (1,),
}
# The same in every language: names, currencies, kinds of files.
SAME = {"Fieldseal", "English", "Українська", "UAH", "EUR", "USD", "CSV", "GeoJSON", "UTF-8", "windows-1251", "QR"}
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_][A-Za-z_0-9]*(?:(?:::|\.|->)[A-Za-z_][A-Za-z_0-9]*)*|\s+|.', re.S)


def tokens_of(text):
    return [token for token in TOKEN.findall(text) if not token.isspace() and not token.startswith(("//", "/*"))]


def arguments(tokens, start):
    """The arguments of the call whose bracket stands at `start`, as lists of tokens."""
    result, depth = [[]], 0
    for token in tokens[start:]:
        if token in "([{" and len(token) == 1:
            depth += 1
            if depth == 1:
                continue
        elif token in ")]}" and len(token) == 1:
            depth -= 1
            if depth == 0:
                return result
        elif token == "," and depth == 1:
            result.append([])
            continue
        result[-1].append(token)
    return result


def bare_words(tokens):
    """Literals with words in them that go through no translation, by bracket: what stands in tr() or names an option is none."""
    found, at = [], 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if following == "(" and re.split(r"::|\.|->", token)[-1] in ("tr", "trn", "error_text", "note", "compare", "starts_with", "ends_with", "find", "contains", "running"):
            depth = 0
            at += 1
            while at < len(tokens):
                depth += {"(": 1, ")": -1}.get(tokens[at], 0)
                at += 1
                if depth == 0:
                    break
            continue
        # {"id", text}: the first of a pair names it. What is compared with is not shown.
        names = at > 0 and tokens[at - 1] == "{" and following == ","
        compared = at > 1 and tokens[at - 1] == "=" and tokens[at - 2] in ("=", "!")
        if token.startswith('"') and not names and not compared:
            words = re.sub(r"\\(x[0-9a-f]+|u[0-9a-f]{4}|.)|###.*|%[-+.0-9]*[a-z]", " ", token[1:-1])
            words = re.sub("|".join(SAME), " ", words)
            if re.search(r"[A-Za-zА-яіїєґ]{2,}", words):
                found.append(token)
        at += 1
    return found


checked = 0
for name in files:
    tokens = tokens_of(Path(name).read_text("utf-8"))
    for at, token in enumerate(tokens[:-1]):
        if token in SHOWN and tokens[at + 1] == "(":
            given = arguments(tokens, at + 1)
            for place in SHOWN[token]:
                if place < len(given):
                    checked += 1
                    problems += [f"shown without translation: {word} in {token}, {Path(name).name}" for word in bare_words(given[place])]
if checked < 500:
    problems.append(f"only {checked} shown texts found: does this still look at the widgets that the screens use?")
print("\n".join(problems) or f"{len(wanted)} texts translated")
sys.exit(1 if problems else 0)
