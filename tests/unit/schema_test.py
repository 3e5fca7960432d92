#!/usr/bin/env python3
"""The built-in questionnaire satisfies template.schema.json, and a broken one does not. Usage: schema_test.py QUESTIONNAIRES_DIR"""
import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator

folder = Path(sys.argv[1])
schema = json.loads((folder / "template.schema.json").read_text("utf-8"))
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
baseline = json.loads((folder / "civilian_site_baseline.json").read_text("utf-8"))
errors = [f"{list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(baseline)]
broken = copy.deepcopy(baseline)
broken["sections"][0]["questions"][0]["weight"] = 9
if not list(validator.iter_errors(broken)):
    errors.append("a weight of 9 passes the schema")
broken = copy.deepcopy(baseline)
broken["checks"][0]["when"] = {"CSB-GV-01": {"at_least": 1, "at_most": 2}}
if not list(validator.iter_errors(broken)):
    errors.append("a check with two bounds of one question passes the schema")
print("\n".join(errors) or "the baseline satisfies its schema")
sys.exit(1 if errors else 0)
