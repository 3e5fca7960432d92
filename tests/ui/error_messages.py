#!/usr/bin/env python3
"""Every message that model, sync and session may throw has a pattern in app/desktop/text/error_patterns.cpp, and so a translation;
so has every sentence by which the exchange says why something lies in quarantine and what to do about it.
Usage: error_messages.py SOURCE_DIR [--list]"""
import re
import sys
from pathlib import Path

source = Path(sys.argv[1])
START = re.compile(r"\b(?:throw\s+)?(?:fieldseal::)?(?:Store)?Error\s*\(\s*(?:ErrorCode::\w+|code)\s*,(?:\s*Obstacle::\w+\s*,)?")
# A comment, or a literal, which may hold the two slashes of an address.
COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)')|//[^\n]*""")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def arguments_end(text, at):
    """Where the bracket that is open at `at` closes."""
    depth = 1
    while depth and at < len(text):
        found = LITERAL.match(text, at)
        if found:
            at = found.end()
            continue
        depth += {"(": 1, ")": -1, "{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at - 1


def pattern_of(expression):
    """Literals as they stand; `{}` for whatever stands between them."""
    parts, at, depth, between = [], 0, 0, False
    while at < len(expression):
        found = LITERAL.match(expression, at)
        if found and depth == 0:
            if between:
                parts.append("{}")
            between = False
            parts.append(found.group(1).replace('\\"', '"'))
            at = found.end()
            continue
        if found:
            at = found.end()
            continue
        char = expression[at]
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char not in " \n+":
            between = True
        at += 1
    if between:
        parts.append("{}")
    text = "".join(parts)
    # std::string("...") and the like hide a literal in brackets.
    return re.sub(r"(\{\})+", "{}", text)


def messages():
    result = {}
    for folder in ("model", "sync", "app/session"):
        for path in sorted((source / folder).rglob("*.cpp")):
            text = COMMENT.sub(lambda found: found.group(1) or "", path.read_text("utf-8"))
            text = re.sub(r'std::string\(\s*("(?:[^"\\]|\\.)*")\s*\)', r"\1", text)
            for found in START.finditer(text):
                expression = text[found.end() : arguments_end(text, found.end())]
                choices = [expression]
                if "?" in LITERAL.sub("", expression):
                    # One of several whole messages.
                    choices = ['"' + literal + '"' for literal in LITERAL.findall(expression) if literal.endswith(".")] or choices
                for pattern in map(pattern_of, choices):
                    if re.search(r"[a-z]{3}", pattern.replace("{}", "")):
                        result.setdefault(pattern, str(path.relative_to(source)))
    return result


# Where reasons for quarantine are worded: each of their sentences stands by itself, or behind the place it is about.
REASONED = ["rosters", "take_in", "take_segment", "quarantine", "quarantine_content"]


def reasons():
    result = {}
    for name in REASONED:
        path = source / "sync/exchange" / f"{name}.cpp"
        text = COMMENT.sub(lambda found: found.group(1) or "", path.read_text("utf-8"))
        text = re.sub(r'"\s*\n\s*"', "", text)
        for literal in LITERAL.findall(text):
            if literal.endswith(".") and literal.count(" ") >= 2:
                result[literal.replace('\\"', '"').strip(" ,:")] = str(path.relative_to(source))
    return result


def texts():
    table = (source / "app/desktop/text/error_patterns.cpp").read_text("utf-8")
    table = re.sub(r'"\s*\n\s*"', "", table)
    return [text.replace('\\"', '"') for text in re.findall(r'error_text\(\s*"((?:[^"\\]|\\.)*)"\)', table)]


def main():
    thrown = messages()
    if "--list" in sys.argv:
        for pattern, place in thrown.items():
            print(f"{place}: {pattern}")
        return 0
    known = set(texts())
    missing = [f"no text for ({place}): {pattern}" for pattern, place in thrown.items() if pattern not in known]
    said = reasons()
    missing += [f"no text for ({place}): {sentence}" for sentence, place in said.items() if not any(sentence in text for text in known)]
    print("\n".join(missing) or f"{len(thrown)} messages and {len(said)} reasons have a text")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
