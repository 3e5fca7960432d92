"""What is looked at before an assessment is finalised: told by `check answers`, by `assess` and by `finalise`."""

import json

import ctl


class Check(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.office = self.founder()
        self.laptop = self.joined(self.office, "laptop", person="Ivan")
        self.site_id = self.site(self.laptop, sector="health", profile={"uses_it_suppliers": "yes"})

    def answered(self, answers, *words, **more):
        made = self.assessed(self.laptop, self.site_id, *words, answers={"answers": answers, **more})
        return made.json["assessment"], made.json["look_at"]

    def of(self, look_at, *kinds):
        return [item for item in look_at if item["kind"] in kinds]

    def test_gaps_and_contradictions_are_told_in_order(self):
        visit, told = self.answered(
            {
                "CSB-PR-28": {"value": 2, "basis": "tested", "note": "seen"},
                "CSB-PR-26": {"value": 0, "basis": "observed"},
                "CSB-GV-06": {"value": "na", "reason": "none here"},
                "CSB-GV-01": {"value": 3, "basis": "stated"},
                "CSB-GV-02": {"value": 3, "basis": "documented"},
                "CSB-GV-04": {"value": "unknown"},
                "CSB-GV-05": {"value": 1},
            }
        )
        checked = self.on(self.laptop, "check", "answers", "VAULT", visit).json
        self.assertEqual((checked["assessment"], checked["state"], checked["can_finalise"]), (visit, "open", True))
        self.assertEqual(checked["look_at"], told)
        first = told[0]
        self.assertEqual((first["kind"], first["question"], first["related"], first["rule"], first["blocks"]),
                         ("above_related", "CSB-PR-28", "CSB-PR-26", "restore-without-copies", False))
        self.assertIn("no copies", first["text"])
        kinds = ("not_applicable_against_profile", "top_level_without_evidence", "top_level_shown_by_nothing", "unknown_without_note", "without_basis", "not_signed")
        self.assertEqual([(item["kind"], item["question"]) for item in self.of(told, *kinds)],
                         list(zip(kinds, ("CSB-GV-06", "CSB-GV-01", "CSB-GV-02", "CSB-GV-04", "CSB-GV-05", ""))))
        self.assertIn("CSB-DE-01", [item["question"] for item in self.of(told, "critical_unanswered")])
        self.assertIn("CSB-GV-03", [item["question"] for item in self.of(told, "unanswered")])
        text = self.run_ctl("check", "answers", self.laptop.vault, visit, "--passphrase-file", self.laptop.passphrase_file).out
        self.assertIn("look at CSB-PR-28: A system was restored in full", text)
        self.assertIn("look at the whole: nobody signed", text)
        # It is finalised all the same, and said once more.
        done = self.on(self.laptop, "finalise", "VAULT", visit).json
        self.assertEqual((done["state"], done["look_at"]), ("finalised", told))

    def test_evidence_a_note_and_a_signature_are_enough(self):
        photo = self.laptop.write("order.pdf", "%PDF-1.7 order")
        visit, told = self.answered(
            {"CSB-GV-02": {"value": 3, "basis": "documented"}}, "--attach", photo, "--question", "CSB-GV-02", sign_off={"name": "O. Example", "role": "deputy head", "remark": ""}
        )
        self.assertEqual(self.of(told, "top_level_shown_by_nothing", "not_signed"), [])
        self.assertEqual(self.on(self.laptop, "show", "VAULT", visit).json["record"]["sign_off"]["name"], "O. Example")


if __name__ == "__main__":
    ctl.main()
