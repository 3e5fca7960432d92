#!/usr/bin/env python3
"""threat_model.py SOURCE BUILD CTEST: every promise of docs/threat-model.md names tests, and those tests exist.

Names are compared with what ctest would run in BUILD. Of a build without the window, names of tests of the window are
passed over.
"""
import json
import re
import subprocess
import sys


def tests_in(build, ctest):
    listed = subprocess.run([ctest, "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True)
    return {test["name"] for test in json.loads(listed.stdout)["tests"]}


def main():
    source, build, ctest = sys.argv[1:]
    with open(source + "/docs/threat-model.md", encoding="utf-8") as page:
        text = page.read()
    promises = re.findall(r"^\| ([^|]+) \|(?:[^|]+\|){3}$", text.split("## Shown by")[0], re.MULTILINE)
    promises = [promise for promise in promises if promise not in ("who", "---")]
    shown = dict(re.findall(r"^- \*\*(.+?)\*\*: (.*?)(?=^- |\Z)", text.split("## Shown by")[1].split("\n## ")[0],
                            re.MULTILINE | re.DOTALL))
    tests = tests_in(build, ctest)
    windowless = not any(name.startswith("ui_") for name in tests)
    wrong = []
    named = 0
    for promise in promises:
        names = re.findall(r"`([^`]+)`", shown.get(promise, ""))
        if not names:
            wrong.append(f'"{promise}" is promised and no test is named')
        for name in names:
            of_window = name.startswith("ui_") or "a locked window" in name
            named += 1
            # ctest writes the name without the space after the program's.
            if name.replace(": ", ":", 1) not in tests and name not in tests and not (windowless and of_window):
                wrong.append(f'"{promise}" names "{name}", which is no test')
    for promise in shown:
        if promise not in promises:
            wrong.append(f'tests are named for "{promise}", which is not promised')
    print("\n".join(wrong) or f"{len(promises)} promises, {named} names of tests")
    return 1 if wrong or len(promises) < 10 else 0


sys.exit(main())
