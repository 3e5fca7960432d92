"""docs/cli.md holds the --help of every command, word for word. `help_in_docs.py FIELDSEALCTL --write` puts the present ones in."""

import pathlib
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "cli.md"
BLOCK = re.compile(r"<!-- help: (.*?) -->\n```text\n(.*?)```\n", re.DOTALL)


def help_of(words):
    text = subprocess.run([PROGRAM, *words, "--help"], check=True, capture_output=True, text=True).stdout
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def commands(words=()):
    """All that can be named, groups included, from the help itself."""
    yield words
    text = help_of(words)
    if "\nSubcommands:\n" not in text:
        return
    for line in text.split("\nSubcommands:\n")[1].splitlines():
        name = re.match(r"  (\S+)", line)
        if name:
            yield from commands((*words, name.group(1)))


def main():
    text = DOCS.read_text(encoding="utf-8")
    if "--write" in sys.argv:
        DOCS.write_text(BLOCK.sub(lambda m: f"<!-- help: {m[1]} -->\n```text\n{help_of(m[1].split()[1:])}```\n", text), encoding="utf-8")
        return 0
    documented = {match[1]: match[2] for match in BLOCK.finditer(text)}
    known = {" ".join(("fieldsealctl", *words)): words for words in commands()}
    wrong = [f"docs/cli.md says nothing of `{name}`" for name in known.keys() - documented.keys()]
    wrong += [f"docs/cli.md speaks of `{name}`, which does not exist" for name in documented.keys() - known.keys()]
    wrong += [f"docs/cli.md has another help for `{name}`" for name in known.keys() & documented.keys() if help_of(known[name]) != documented[name]]
    # A test that finds no commands would pass whatever the document says.
    if len(known) < 30:
        wrong.append(f"only {len(known)} commands were found in the help")
    print("\n".join(sorted(wrong)) if wrong else f"{len(known)} commands are documented as they are")
    return 1 if wrong else 0


sys.exit(main())
