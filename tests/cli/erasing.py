"""Erasing from the outside: an assessor frees a laptop of what was delivered, and what was not stays."""

import ctl


class Erasing(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.office = self.founder()
        self.laptop = self.joined(self.office, "laptop")
        self.site_id = self.site(self.laptop)
        photo = self.laptop.write("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000))
        made = self.assessed(self.laptop, self.site_id, "--attach", photo, "--question", "CSB-GV-01", "--finalise").json
        self.visit, self.evidence = made["assessment"], made["evidence"][0]

    def carry(self, sender, reader, name):
        self.on(reader, "bundle", "import", "VAULT", *self.exported(sender, name))

    def delivered(self):
        self.carry(self.laptop, self.office, "out")
        self.carry(self.office, self.laptop, "back")

    def record(self, person, record):
        return next(each for each in self.on(person, "status", "VAULT").json["records"] if each["record"] == record)

    def test_everywhere_on_request(self):
        self.delivered()
        words = ("erase", "VAULT", "--everywhere", self.visit, "--reason", "asked by the person concerned")
        self.assertIn("--yes", self.on(self.office, *words, expect=2).error["message"])
        self.on(self.laptop, *words, "--yes", expect=1)
        self.on(self.office, "erase", "VAULT", "--everywhere", self.visit, "--yes", expect=2)
        report = self.on(self.office, *words, "--yes").json
        self.assertEqual((sorted(report["erased"]), report["files"]), (sorted([self.visit, self.evidence]), 1))
        self.carry(self.office, self.laptop, "request")
        for person in (self.office, self.laptop):
            self.assertEqual(self.on(person, "show", "VAULT", self.visit, expect=1).error["code"], "refused")
            history = self.on(person, "history", "VAULT", self.visit[:8]).json
            self.assertEqual(history["steps"], [])
            self.assertEqual(history["erased"][0]["reason"], "asked by the person concerned")
            self.assertNotIn(self.visit, [each["record"] for each in self.on(person, "status", "VAULT").json["records"]])
            self.on(person, "verify", "VAULT")

    def test_delivered_and_only_delivered(self):
        nothing = self.on(self.laptop, "erase", "VAULT", "--delivered").json
        self.assertEqual(nothing, {"erased": [], "revisions": 0, "files": 0, "bytes": 0})
        refused = self.on(self.laptop, "erase", "VAULT", self.visit[:8], "--delivered", expect=1)
        self.assertEqual(refused.error["code"], "refused")
        self.assertIn("receipt", refused.error["message"])
        self.assertNotIn("Hospital", refused.err)
        self.on(self.laptop, "erase", "VAULT", expect=2)
        self.assertEqual(self.on(self.laptop, "erase", "VAULT", "ffffffff", "--delivered", expect=1).error["code"], "not_found")

        self.delivered()
        office_before = self.on(self.office, "show", "VAULT", self.visit).json
        self.assertEqual(self.on(self.office, "erase", "VAULT", self.visit, "--delivered", expect=1).error["code"], "refused")
        report = self.on(self.laptop, "erase", "VAULT", "--delivered").json
        self.assertEqual((report["erased"], report["files"], report["bytes"]), ([self.visit], 1, 300_008))
        for kept in (self.visit, self.evidence):
            self.assertEqual(self.record(self.laptop, kept)["delivery"], "delivered")
            self.assertIsNotNone(self.record(self.laptop, kept)["erased_at"])
        self.assertIsNone(self.record(self.laptop, self.site_id)["erased_at"])
        text = self.run_ctl("status", self.laptop.vault, "--passphrase-file", self.laptop.passphrase_file).out
        self.assertRegex(text, self.visit[:8] + r"[0-9a-f]* +delivered, erased here +assessment +Hospital")

        shown = self.on(self.laptop, "show", "VAULT", self.visit, expect=1)
        self.assertEqual(shown.error["code"], "refused")
        self.assertIn("erased", shown.error["message"])
        again = self.on(self.laptop, "erase", "VAULT", self.visit, "--delivered", expect=1)
        self.assertEqual(again.error["code"], "refused")
        self.assertTrue(self.on(self.laptop, "verify", "VAULT").json["sound"])

        # The laptop works on, and a return for what it no longer has is no trouble.
        self.on(self.office, "review", "VAULT", self.visit, "--return", "--comment-file", self.office.write("words", "Please add the plan."))
        second = self.assessed(self.laptop, self.site_id, "--finalise").json["assessment"]
        self.delivered()
        self.assertEqual(self.record(self.laptop, second)["delivery"], "delivered")
        self.assertEqual(self.on(self.office, "show", "VAULT", second).json["state"], "finalised")
        self.assertEqual(self.on(self.office, "show", "VAULT", self.visit).json["record"], office_before["record"])
        self.assertTrue(self.on(self.laptop, "verify", "VAULT").json["sound"])
        self.assertTrue(self.on(self.office, "verify", "VAULT").json["sound"])
        self.assertEqual(self.on(self.laptop, "erase", "VAULT", second, self.site_id, "--delivered").json["erased"], sorted([second, self.site_id]))


if __name__ == "__main__":
    ctl.main()
