"""Erasing from the outside: an assessor frees a laptop of what was delivered, and what was not stays."""

import json

import ctl


class Erasing(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.office = self.founder()
        self.laptop = self.joined(self.office, "laptop")
        self.site_id = self.site(self.laptop)
        photo = self.laptop.write("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000))
        made = self.assessed(self.laptop, self.site_id, "--attach", photo, "--keep-metadata", "--question", "CSB-GV-01", "--finalise").json
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

        # The laptop works on, and a return for what it no longer has brings it back.
        self.on(self.office, "review", "VAULT", self.visit, "--return", "--comment-file", self.office.write("words", "Please add the plan."))
        second = self.assessed(self.laptop, self.site_id, "--finalise").json["assessment"]
        self.delivered()
        self.assertEqual(self.record(self.laptop, second)["delivery"], "delivered")
        self.assertEqual(self.on(self.office, "show", "VAULT", second).json["state"], "finalised")
        self.assertEqual(self.on(self.office, "show", "VAULT", self.visit).json["record"], office_before["record"])
        self.assertTrue(self.on(self.laptop, "verify", "VAULT").json["sound"])
        self.assertTrue(self.on(self.office, "verify", "VAULT").json["sound"])
        # The return brought the first one back, so the site is needed until both are erased.
        self.assertEqual(self.on(self.laptop, "show", "VAULT", self.visit).json["record"], office_before["record"])
        self.assertEqual(self.on(self.laptop, "erase", "VAULT", second, self.site_id, "--delivered", expect=1).error["code"], "refused")
        erased = self.on(self.laptop, "erase", "VAULT", second, self.visit, self.site_id, "--delivered").json["erased"]
        self.assertEqual(erased, sorted([second, self.visit, self.site_id]))

    def test_sealed_on_finalise(self):
        made = self.assessed(self.laptop, self.site_id, "--finalise", "--seal").json
        sealed = made["assessment"]
        self.assertEqual((made["state"], made["sealed"]), ("finalised", True))
        refused = self.on(self.laptop, "show", "VAULT", sealed, expect=1).error
        self.assertEqual(refused["code"], "refused")
        self.assertIn("sealed to the team", refused["message"])
        self.assertEqual((self.record(self.laptop, sealed)["delivery"], self.record(self.laptop, sealed)["sealed_here"]), ("sealed", True))
        # What was finalised before can be sealed as well, with its photo.
        self.assertTrue(self.on(self.laptop, "finalise", "VAULT", self.visit[:8], "--seal").json["sealed"])
        self.on(self.laptop, "evidence", "save", "VAULT", self.evidence, "--out", self.laptop.write("out", b""), expect=1)
        self.assertTrue(self.on(self.laptop, "verify", "VAULT").json["sound"])
        self.delivered()
        self.delivered()
        for record in (sealed, self.visit):
            self.assertEqual(self.record(self.laptop, record)["delivery"], "delivered")
            self.assertEqual(self.on(self.office, "show", "VAULT", record).json["state"], "finalised")
        photo = self.on(self.office, "show", "VAULT", self.visit).json["evidence"][0]
        self.assertEqual((photo["bytes"], photo["bytes_here"]), (300_008, 300_008))
        self.assertEqual(self.on(self.office, "finalise", "VAULT", self.visit, "--seal", expect=1).error["code"], "refused")
        # Returned, it can be read and worked on again; by the settings it is sealed without being told to.
        self.on(self.office, "review", "VAULT", sealed, "--return", "--comment-file", self.office.write("words", "Please add the plan."))
        self.carry(self.office, self.laptop, "return")
        self.assertEqual(self.on(self.laptop, "show", "VAULT", sealed).json["state"], "finalised")
        self.assertEqual(self.on(self.laptop, "settings", "VAULT", "--seal-on-finalise", "on").json["seal_on_finalise"], True)
        self.assertEqual(self.on(self.office, "settings", "VAULT", "--seal-on-finalise", "on", expect=1).error["code"], "refused")
        answers = self.laptop.write("again.json", json.dumps({"answers": {"CSB-GV-01": {"value": 3}}}))
        again = self.on(self.laptop, "assess", "VAULT", "--assessment", sealed, "--answers", answers, "--finalise").json
        self.assertTrue(again["sealed"])
        self.on(self.laptop, "show", "VAULT", sealed, expect=1)
        self.delivered()
        self.delivered()
        self.assertEqual(self.record(self.laptop, sealed)["delivery"], "delivered")

    def test_travel_mode(self):
        self.delivered()
        told = self.on(self.laptop, "settings", "VAULT", "--travel", "on", expect=2).error["message"]
        self.assertIn(self.visit[:8], told)
        self.assertFalse(self.on(self.laptop, "settings", "VAULT").json["travel_mode"])
        self.assertEqual(self.on(self.office, "settings", "VAULT", "--travel", "on", "--yes", expect=1).error["code"], "refused")
        report = self.on(self.laptop, "settings", "VAULT", "--travel", "on", "--yes").json
        self.assertTrue(report["travel_mode"])
        self.assertTrue({self.visit, self.site_id} <= set(report["erased"]))
        names = [device["person"] for device in self.on(self.laptop, "status", "VAULT").json["devices"]]
        self.assertEqual(len([name for name in names if name]), 1)
        # By itself after what brings a receipt.
        site = self.site(self.laptop)
        visit = self.assessed(self.laptop, site, "--finalise").json["assessment"]
        self.delivered()
        self.on(self.laptop, "show", "VAULT", visit, expect=1)
        self.assertEqual(self.record(self.laptop, visit)["delivery"], "delivered")
        self.assertTrue(self.on(self.laptop, "verify", "VAULT").json["sound"])
        self.assertFalse(self.on(self.laptop, "settings", "VAULT", "--travel", "off").json["travel_mode"])

    def test_name_on_request(self):
        self.delivered()
        me = next(device for device in self.on(self.laptop, "team", "list", "VAULT").json["devices"] if device["standing"] == "this device")
        words = ("erase", "VAULT", "--name-of", me["person"][:8], "--reason", "asked by the person")
        self.assertIn("--yes", self.on(self.office, *words, expect=2).error["message"])
        self.on(self.laptop, *words, "--yes", expect=1)
        # The inviter wrote it, and the person's own device.
        self.assertEqual(self.on(self.office, *words, "--yes").json["revisions"], 2)
        self.carry(self.office, self.laptop, "request")
        for person in (self.office, self.laptop):
            device = next(each for each in self.on(person, "team", "list", "VAULT").json["devices"] if each["device"] == me["device"])
            self.assertEqual((device["name"], device["name_erased"], device["fingerprint"]), ("", True, me["fingerprint"]))
            self.assertTrue(self.on(person, "verify", "VAULT").json["sound"])


if __name__ == "__main__":
    ctl.main()
