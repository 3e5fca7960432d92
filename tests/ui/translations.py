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
print("\n".join(problems) or f"{len(wanted)} texts translated")
sys.exit(1 if problems else 0)
