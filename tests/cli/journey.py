"""The main job of docs: from an empty machine to a reviewed assessment and a second visit, once through a folder that all share, once by USB stick."""

import json
import pathlib

import ctl

# Scripts of many kinds, right-to-left, combining, outside the basic plane, quotes, a line break.
ANY_UNICODE = "Лікарня «Ґава» \"№ 1\" \\ / <&> שלום مرحبا e\u0301 東京 🏥👩‍⚕️ \u200b' ;--\n\t%s {}"


class Journey(ctl.CtlTest):
    def synced(self, *people):
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        for person in people:
            report = self.on(person, "sync", "VAULT", "--store", f"folder:{store}").json
            for received in report["received"]:
                # A device that the office does not know yet finds what it cannot open: no failure, and tried again later.
                self.assertTrue(received["outcome"] in ("imported", "already_imported") or received["failure"] == "not_for_us", received)

    def status(self, person):
        return self.on(person, "status", "VAULT").json

    def show(self, person, record):
        return self.on(person, "show", "VAULT", record).json

    def example_answers(self, **changes):
        return json.loads(self.run_ctl("template", "example", "csb").out) | changes

    def test_through_a_shared_folder(self):
        office = self.founder(deployment=ANY_UNICODE, person="Олена 'Coordinator'")
        laptop = self.joined(office, "laptop", person=ANY_UNICODE)
        desk = self.joined(office, "desk", role="reviewer", person="Рецензентка")
        self.assertEqual(len(self.status(office)["invitations"]), 2)

        example = json.loads(self.run_ctl("site", "example").out)
        notes = "ї" * 100_000
        site = self.site(laptop, **(example | {"name": ANY_UNICODE, "notes": notes}))
        photo = laptop.write("фото 📷.png", b"\x89PNG\r\n\x1a\n" + bytes(200_000))
        answers = self.example_answers(summary=ANY_UNICODE)
        answers["answers"]["CSB-GV-01"]["note"] = "🏥" * 100_000
        assessed = self.assessed(laptop, site, "--attach", photo, "--keep-metadata", "--question", "CSB-GV-01", "--attach", laptop.write("order.txt", "order"), "--finalise",
                                 answers=answers).json
        self.assertEqual((assessed["state"], len(assessed["evidence"])), ("finalised", 2))
        visit = assessed["assessment"]
        before = self.status(laptop)
        self.assertEqual((before["deployment"], before["person"], before["role"]), (ANY_UNICODE, ANY_UNICODE, "assessor"))
        self.assertGreaterEqual(before["sealed"], 4)
        self.assertEqual((before["drafted"], before["sent"], before["delivered"]), (0, 0, 0))

        self.synced(laptop)
        self.assertEqual(self.status(laptop)["delivered"], 0)
        self.assertGreaterEqual(self.status(laptop)["sent"], 4)
        self.synced(desk, office, laptop, desk, office, desk)
        after = self.status(laptop)
        self.assertEqual((after["drafted"], after["sealed"], after["sent"]), (0, 0, 0))
        self.assertGreaterEqual(after["delivered"], 4)
        self.assertEqual(self.status(office)["invitations"], [])

        for person in (office, desk):
            there = self.show(person, visit)
            here = self.show(laptop, visit)
            for member in ("record", "score", "site_name", "assessor", "template", "state", "heads"):
                self.assertEqual(there[member], here[member], member)
            self.assertEqual(there["assessor"], ANY_UNICODE)
            self.assertEqual(self.show(person, site)["record"]["notes"], notes)
            self.assertEqual(self.status(person)["missing"], [])
        evidence = self.show(desk, visit)["evidence"]
        self.assertEqual([item["file_name"] for item in evidence], ["фото 📷.png", "order.txt"])
        self.assertEqual([item["question"] for item in evidence], ["CSB-GV-01", ""])
        saved = self.folder / "saved"
        self.on(desk, "evidence", "save", "VAULT", evidence[0]["evidence"], "--out", saved)
        self.assertEqual(saved.read_bytes(), pathlib.Path(photo).read_bytes())

        # The reviewer sees who did what, and returns it; an assessor may not review.
        steps = self.on(desk, "history", "VAULT", site).json["steps"]
        self.assertEqual({step["person"] for step in steps}, {ANY_UNICODE})
        self.assertEqual({step["kind"] for step in steps}, {"site", "assessment", "evidence"})
        self.assertTrue(all(step["signed"] for step in steps))
        self.on(laptop, "review", "VAULT", visit, "--approve", expect=1)
        checked = self.on(desk, "history", "VAULT", site, "--check").json["steps"]
        self.assertEqual({step["seal"]["verdict"] for step in checked}, {"holds"})
        self.assertEqual({step["visited_on"] for step in checked if step["kind"] == "assessment"}, {self.show(desk, visit)["record"]["visited_on"]})
        self.on(desk, "review", "VAULT", visit, expect=2)
        self.on(desk, "review", "VAULT", visit, "--approve", "--return", expect=2)
        self.on(desk, "review", "VAULT", visit, "--return", expect=1)
        words = desk.write("words", "Доповніть, будь ласка 🙏")
        correction = laptop.write("correction.json", '{"answers": {"CSB-GV-01": {"value": 3, "basis": "documented", "note": "Order 7."}}}')
        # Finalised is finalised until it is returned.
        self.on(laptop, "assess", "VAULT", "--assessment", visit, "--answers", correction, expect=1)
        self.on(desk, "review", "VAULT", visit, "--return", "--comment-file", words, "--question", "CSB-GV-01")
        self.synced(desk, office, laptop)
        review = self.show(laptop, visit)["reviews"][0]
        self.assertEqual((review["verdict"], review["text"], review["question"], review["author"]),
                         ("returned", "Доповніть, будь ласка 🙏", "CSB-GV-01", "Рецензентка"))
        # The reviewer's question is asked until the assessor answers it, in words that travel back.
        asked = [item["question"] for item in self.on(laptop, "check", "answers", "VAULT", visit).json["look_at"] if item["kind"] == "reviewer_asks"]
        self.assertEqual(asked, ["CSB-GV-01"])
        self.on(laptop, "review", "VAULT", visit, "--comment", "Так, наказ № 7", "--question", "CSB-GV-01")
        asked = [item["question"] for item in self.on(laptop, "check", "answers", "VAULT", visit).json["look_at"] if item["kind"] == "reviewer_asks"]
        self.assertEqual(asked, [])
        self.assertEqual(self.on(laptop, "assess", "VAULT", "--assessment", visit, "--answers", correction, "--finalise").json["state"], "finalised")

        # What changed since the first time is exactly the correction.
        self.synced(laptop, office, desk)
        record = self.show(desk, visit)["record"]
        self.assertEqual(record["answers"]["CSB-GV-01"]["value"], 3)
        self.assertEqual(record["answers"]["CSB-GV-02"], self.show(laptop, visit)["record"]["answers"]["CSB-GV-02"])
        revisions = [step["revision"] for step in self.on(desk, "history", "VAULT", visit, "--alone").json["steps"]]
        final = next(head for head in self.show(desk, visit)["heads"])
        first_final = [step for step in steps if step["record"] == visit][-1]["revision"]
        self.assertIn(first_final, revisions)
        self.assertIn("Так, наказ № 7", [each["text"] for each in self.show(desk, visit)["reviews"]])
        compared = self.on(desk, "diff", "VAULT", first_final, final).json
        self.assertTrue(all(each["before"] and each["after"] for each in compared["evidence"]))
        self.assertEqual(compared["now"]["revision"], final)
        changes = compared["changes"]
        self.assertEqual({change["path"] for change in changes} - {"finalised_ms", "answers/CSB-GV-01/answered_ms"},
                         {"answers/CSB-GV-01/" + field for field in ("basis", "note", "value")} & {change["path"] for change in changes})
        self.assertIn({"path": "answers/CSB-GV-01/value", "before": "2", "after": "3"}, changes)
        self.on(desk, "review", "VAULT", visit, "--approve", "--comment", "Thank you")

        # A second visit months later.
        self.assessed(laptop, site, "--finalise", answers=self.example_answers(visited_on="2027-05-20"))
        self.synced(laptop, desk, office, laptop, desk)
        for person in (office, laptop, desk):
            visits = {item["visited_on"]: item for item in self.show(person, site)["assessments"]}
            self.assertEqual(set(visits), {"2026-11-20", "2027-05-20"})
            self.assertEqual(visits["2026-11-20"]["verdict"], "approved")
            self.assertEqual(self.on(person, "site", "list", "VAULT").json["sites"][0]["latest"]["visited_on"], "2027-05-20")
            self.assertTrue(self.on(person, "verify", "VAULT").json["sound"])

    def test_by_usb_stick_in_any_order(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        first = self.site(laptop, name="First")
        stick = self.exported(laptop, "stick")
        second = self.site(laptop, name="Second")
        self.assessed(laptop, second, "--finalise")
        renamed = laptop.write("renamed.json", '{"name": "Second, renamed", "region": "UA-63"}')
        self.on(laptop, "site", "edit", "VAULT", second, "--from", renamed)
        self.assertEqual(self.show(laptop, second)["record"], {"name": "Second, renamed", "region": "UA-63"})
        later = [path for path in self.exported(laptop, "stick") if path not in stick]
        self.assertTrue(later)
        # The later stick alone is enough: it holds again what no receipt covers.
        self.on(office, "bundle", "import", "VAULT", *later)
        self.assertEqual({site["site"] for site in self.on(office, "site", "list", "VAULT").json["sites"]}, {first, second})
        self.on(office, "bundle", "import", "VAULT", *stick, *later)
        log = self.on(office, "log", "VAULT").json["imports"]
        self.assertEqual(len([item for item in log if item["outcome"] == "imported"]), len(set(stick + later)))
        self.assertEqual(self.status(laptop)["delivered"], 0)
        back = self.exported(office, "back")
        self.assertGreater(sum(report["new_receipts"] for report in self.on(laptop, "bundle", "import", "VAULT", *back).json["imports"]), 0)
        status = self.status(laptop)
        self.assertEqual((status["drafted"], status["sealed"], status["sent"]), (0, 0, 0))
        self.assertEqual({record["delivery"] for record in status["records"] if record["kind"] != "member"}, {"delivered"})
        self.assertEqual(self.on(laptop, "bundle", "export", "VAULT", "--out", self.folder / "stick").json["revisions"], 0)

    def test_edits_that_were_made_apart_are_shown_until_somebody_settles_them(self):
        office = self.founder()
        laptop, tablet = self.joined(office, "laptop", person="Ivan"), self.joined(office, "tablet", role="coordinator", person="Olha")
        site = self.site(laptop)
        visit = self.assessed(laptop, site, answers={"answers": {"CSB-GV-01": {"value": 1, "note": "seen"}}}).json["assessment"]
        self.synced(tablet, laptop, office, tablet, office, tablet)
        for person, level in ((laptop, 2), (tablet, 3)):
            answers = person.write("more.json", json.dumps({"answers": {"CSB-GV-01": {"value": level, "note": "seen"}}}))
            self.on(person, "assess", "VAULT", "--assessment", visit, "--answers", answers)
        self.synced(laptop, tablet, office, laptop, tablet, office)
        records = self.on(office, "conflict", "list", "VAULT").json["records"]
        self.assertEqual([record["record"] for record in records], [visit])
        conflict = {item["path"]: item for item in records[0]["conflicts"]}["answers/CSB-GV-01/value"]
        self.assertEqual({version["value"] for version in conflict["versions"]}, {"2", "3"})
        self.assertEqual({version["person"] for version in conflict["versions"]}, {"Ivan", "Olha"})
        self.assertEqual(conflict["before"], "1")
        for version in conflict["versions"]:
            self.assertEqual([(step["before"], step["after"], step["person"]) for step in version["steps"]], [("1", version["value"], version["person"])])
        text = self.run_ctl("conflict", "list", office.vault, "--passphrase-file", office.passphrase_file).out
        self.assertIn("  before: 1\n", text)
        self.assertRegex(text, r"by Ivan at \S+: 1 -> 2\n")
        take = next(version["revision"] for version in conflict["versions"] if version["value"] == "2")
        self.on(office, "conflict", "settle", "VAULT", visit, "answers/CSB-GV-01/basis", "--take", take, expect=1)
        self.on(office, "conflict", "settle", "VAULT", visit, conflict["path"], "--take", visit[:8] + "0" * 8, expect=1)
        for item in records[0]["conflicts"]:
            self.on(office, "conflict", "settle", "VAULT", visit, item["path"], "--take", take)
        self.assertEqual(self.on(office, "conflict", "list", "VAULT").json["records"], [])
        self.synced(office, laptop, tablet)
        for person in (office, laptop, tablet):
            shown = self.show(person, visit)
            self.assertEqual((shown["conflicts"], shown["record"]["answers"]["CSB-GV-01"]["value"]), ([], 2))

    def test_generated_data_is_sound_and_the_same_for_the_same_seed(self):
        listed = []
        for name in ("one", "two"):
            person = self.founder(name)
            self.on(person, "generate", "VAULT", "--sites", "20", "--assessments", "40", "--seed", "7")
            sites = self.on(person, "site", "list", "VAULT").json["sites"]
            listed.append([(site["name"], site["sector"], site["assessments"]) for site in sites])
            self.assertTrue(self.on(person, "verify", "VAULT").json["sound"])
        self.assertEqual(len(listed[0]), 20)
        self.assertEqual(sorted(listed[0]), sorted(listed[1]))


if __name__ == "__main__":
    ctl.main()
