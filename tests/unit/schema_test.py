#!/usr/bin/env python3
"""Every released questionnaire satisfies template.schema.json, and a broken one does not. Usage: schema_test.py QUESTIONNAIRES_DIR"""
import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator

folder = Path(sys.argv[1])
schema = json.loads((folder / "template.schema.json").read_text("utf-8"))
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
files = sorted(folder.glob("csb-*.json"), key=lambda file: [int(part) for part in file.stem.split("-")[1].split(".")])
errors = []
for file in files:
    baseline = json.loads(file.read_text("utf-8"))
    if f"{baseline['id']}-{baseline['version']}" != file.stem:
        errors.append(f"{file.name} holds {baseline['id']} {baseline['version']}")
    errors += [f"{file.name} {list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(baseline)]
broken = copy.deepcopy(baseline)
broken["sections"][0]["questions"][0]["weight"] = 9
if not list(validator.iter_errors(broken)):
    errors.append("a weight of 9 passes the schema")
broken = copy.deepcopy(baseline)
broken["checks"][0]["when"] = {"CSB-GV-01": {"at_least": 1, "at_most": 2}}
if not list(validator.iter_errors(broken)):
    errors.append("a check with two bounds of one question passes the schema")
print("\n".join(errors) or f"{len(files)} versions of the baseline satisfy their schema")
sys.exit(1 if errors else 0)
