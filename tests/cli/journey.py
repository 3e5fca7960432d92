"""The main job through the binary: three people, a stick or a shared folder, a return, an approval, a second visit, and what travels badly."""

import json
import os
import pathlib
import random
import shutil
import stat
import subprocess
import tempfile
import unittest

import ctl

ANY_UNICODE = "Їжак ґанок \"q\" \\ / 'апо’строф' שלום مرحبا e\u0301 東京 🏥👩‍⚕️ \u200b\u00a0№ 5"


class Journey(ctl.CtlTest):
    """What both ways of travelling share: who() travels, and everybody sees what everybody should."""

    def everybody(self):
        self.office = self.founder(person="Olena")
        self.laptop = self.joined(self.office, "laptop", person="Ihor")
        self.desk = self.joined(self.office, "desk", role="reviewer", person="Marta")

    def show(self, person, record):
        return self.on(person, "show", "VAULT", record).json

    def status(self, person):
        return self.on(person, "status", "VAULT").json

    def walk(self, travel):
        """The main job of PRODUCT.md; `travel(a, b)` brings what a has to b."""
        self.everybody()
        office, laptop, desk = self.office, self.laptop, self.desk
        example = json.loads(self.run_ctl("site", "example").out)
        site = self.site(laptop, **example)
        answers = json.loads(self.run_ctl("template", "example", "csb").out)
        photo = os.urandom(300_001)
        visit = self.assessed(laptop, site, "--attach", laptop.write("стійка.jpg", photo), "--question", "CSB-GV-01", answers=answers).json["assessment"]
        self.assertEqual(self.show(laptop, visit)["state"], "open")
        self.on(laptop, "assess", "VAULT", "--assessment", visit, "--answers", laptop.write("none.json", "{}"), "--finalise")
        before = self.status(laptop)
        self.assertEqual((before["drafted"], before["delivered"]), (0, 0))
        # A finalised assessment stays as it is, whoever asks.
        more = laptop.write("more.json", json.dumps({"answers": {"CSB-GV-01": {"value": 3, "basis": "tested", "note": "Restored before our eyes."}}}))
        refused = self.on(laptop, "assess", "VAULT", "--assessment", visit, "--answers", more, expect=1)
        self.assertEqual(refused.error["code"], "refused")

        travel(laptop, office)
        seen = self.show(office, visit)
        mine = self.show(laptop, visit)
        self.assertEqual(seen["record"], mine["record"])
        self.assertEqual(seen["score"], mine["score"])
        self.assertEqual(self.show(office, site)["record"], example)
        self.assertEqual(self.status(laptop)["delivered"], 0)
        travel(office, laptop)
        after = self.status(laptop)
        self.assertEqual((after["sealed"], after["sent"]), (0, 0))
        self.assertEqual({record["delivery"] for record in after["records"]} - {"none"}, {"delivered"})
        self.assertEqual(self.show(laptop, visit)["delivery"], "delivered")

        travel(desk, office)
        travel(office, desk)
        self.assertEqual(self.show(desk, visit)["record"], mine["record"])
        evidence = self.show(desk, visit)["evidence"][0]
        out = desk.folder / "photo"
        self.on(desk, "evidence", "save", "VAULT", evidence["evidence"], "--out", out)
        self.assertEqual(out.read_bytes(), photo)
        self.assertEqual(evidence["file_name"], "стійка.jpg")
        steps = self.on(desk, "history", "VAULT", site).json["steps"]
        self.assertEqual({step["kind"] for step in steps}, {"site", "assessment", "evidence"})
        self.assertEqual({step["person"] for step in steps}, {"Ihor"})
        self.assertTrue(all(step["signed"] for step in steps))

        # An assessor judges nobody; a return needs words.
        self.on(laptop, "review", "VAULT", visit, "--approve", expect=1)
        self.on(desk, "review", "VAULT", visit, "--return", expect=1)
        self.on(desk, "review", "VAULT", visit, "--return", "--comment", "What did the test show?", "--question", "CSB-GV-01")
        travel(desk, office)
        travel(office, laptop)
        told = self.show(laptop, visit)["reviews"]
        self.assertEqual([(r["verdict"], r["text"], r["author"], r["question"]) for r in told],
                         [("returned", "What did the test show?", "Marta", "CSB-GV-01")])
        self.on(laptop, "assess", "VAULT", "--assessment", visit, "--answers", more, "--finalise")
        travel(laptop, office)
        travel(office, desk)
        steps = self.on(desk, "history", "VAULT", visit, "--alone").json["steps"]
        changes = {c["path"]: c for c in self.on(desk, "diff", "VAULT", steps[0]["revision"], steps[-1]["revision"]).json["changes"]}
        self.assertEqual(changes["answers/CSB-GV-01/note"]["after"], "Restored before our eyes.")
        self.on(desk, "review", "VAULT", visit, "--approve")
        travel(desk, office)
        travel(office, laptop)
        for person in (office, laptop, desk):
            self.assertEqual(self.on(person, "site", "list", "VAULT").json["sites"][0]["latest"]["verdict"], "approved")

        answers["visited_on"] = "2027-05-20"
        answers["answers"]["CSB-GV-01"] = {"value": 3, "basis": "observed"}
        second = self.assessed(laptop, site, "--finalise", answers=answers).json["assessment"]
        travel(laptop, office)
        travel(office, desk)
        visits = self.show(desk, site)["assessments"]
        self.assertEqual({v["assessment"] for v in visits}, {visit, second})
        latest = self.on(desk, "site", "list", "VAULT").json["sites"][0]["latest"]
        self.assertEqual((latest["assessment"], latest["visited_on"]), (second, "2027-05-20"))
        # Two visits are two records, and compare all the same.
        last = self.on(desk, "history", "VAULT", second, "--alone").json["steps"][-1]["revision"]
        between = {c["path"] for c in self.on(desk, "diff", "VAULT", steps[-1]["revision"], last).json["changes"]}
        self.assertIn("visited_on", between)
        for person in (office, laptop, desk):
            report = self.on(person, "verify", "VAULT").json
            self.assertTrue(report["sound"], report)
            self.assertEqual(self.status(person)["missing"], [])
            self.assertEqual(self.status(person)["quarantine"], [])


class Folder(Journey):
    def test_through_a_shared_folder(self):
        store = "folder:" + str(self.folder / "store")
        (self.folder / "store").mkdir()

        def travel(sender, receiver):
            self.on(sender, "sync", "VAULT", "--store", store)
            self.on(receiver, "sync", "VAULT", "--store", store)

        self.walk(travel)
        for path in (self.folder / "store").rglob("*"):
            for word in ("Міська лікарня", "City hospital", "Restored before", "Ihor", "Marta", "стійка"):
                self.assertNotIn(word, path.name)
                if path.is_file() and len(word) > 5:
                    self.assertNotIn(word.encode(), path.read_bytes())

    def test_two_people_edit_apart_and_one_settles_it(self):
        store = "folder:" + str(self.folder / "store")
        (self.folder / "store").mkdir()
        self.everybody()
        office, laptop = self.office, self.laptop

        def sync(*people):
            for person in people:
                self.on(person, "sync", "VAULT", "--store", store)

        visit = self.assessed(laptop, self.site(laptop), answers={"answers": {"CSB-GV-01": {"value": 1}, "CSB-GV-02": {"value": 1}}}).json["assessment"]
        sync(laptop, office)
        # Different fields go together; the same field is a conflict that shows both.
        for person, other, note in ((laptop, "CSB-GV-02", "seen on site"), (office, "CSB-GV-03", "by telephone")):
            form = {"answers": {"CSB-GV-01": {"value": 1, "note": note}, other: {"value": 2}}}
            self.on(person, "assess", "VAULT", "--assessment", visit, "--answers", person.write("form.json", json.dumps(form)))
        sync(laptop, office, laptop)
        for person in (laptop, office):
            record = self.show(person, visit)["record"]["answers"]
            self.assertEqual((record["CSB-GV-02"]["value"], record["CSB-GV-03"]["value"]), (2, 2))
            conflicts = self.on(person, "conflict", "list", "VAULT").json["records"]
            self.assertEqual([entry["record"] for entry in conflicts], [visit])
            note = [c for c in conflicts[0]["conflicts"] if c["path"] == "answers/CSB-GV-01/note"]
            self.assertEqual({v["value"] for v in note[0]["versions"]}, {"seen on site", "by telephone"})
            self.assertEqual({v["person"] for v in note[0]["versions"]}, {"Ihor", "Olena"})
        # One after the other: settling one may leave others, such as when it was answered.
        for conflict in conflicts[0]["conflicts"]:
            taken = [v for v in conflict["versions"] if v["person"] == "Ihor"][0]
            self.on(office, "conflict", "settle", "VAULT", visit, conflict["path"], "--take", taken["revision"])
        self.on(office, "conflict", "settle", "VAULT", visit, "answers/CSB-GV-01/note", "--take", taken["revision"], expect=1)
        sync(office, laptop)
        for person in (laptop, office):
            self.assertEqual(self.on(person, "conflict", "list", "VAULT").json["records"], [])
            self.assertEqual(self.show(person, visit)["record"]["answers"]["CSB-GV-01"]["note"], "seen on site")


class Stick(Journey):
    def test_on_a_stick(self):
        def travel(sender, receiver):
            stick = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            self.on(sender, "bundle", "export", "VAULT", "--out", stick)
            for file in stick.iterdir():
                self.assertEqual(file.suffix, ".fsbundle")
            files = sorted(stick.iterdir())
            if not files:
                return
            # At an office's stick each device finds some that are for others: refused, and no harm.
            result = self.on(receiver, "bundle", "import", "VAULT", *files, expect=None)
            reports = result.json["imports"]
            self.assertIn(result.code, (0, 1), result.err)
            self.assertTrue(any(r["outcome"] in ("imported", "already_imported") for r in reports), reports)
            for report in reports:
                if report["outcome"] == "refused":
                    self.assertEqual(report["failure"], "not_for_us")

        self.walk(travel)

    def test_lost_late_and_repeated_sticks(self):
        self.everybody()
        office, laptop = self.office, self.laptop
        sticks = []
        sites = []
        for i in range(4):
            sites.append(self.site(laptop, name=f"Site {i}"))
            sticks += self.exported(laptop, f"stick-{i}")
        # The last comes first, the first is lost, the others come late and twice.
        order = [sticks[-1]] + sticks[1:-1] + sticks[1:]
        for stick in order:
            self.on(office, "bundle", "import", "VAULT", stick)
        self.assertEqual({s["site"] for s in self.on(office, "site", "list", "VAULT").json["sites"]}, set(sites))
        self.assertEqual(self.status(office)["missing"], [])
        # An old stick after everything is delivered brings nothing back.
        for file in self.exported(office, "back"):
            self.on(laptop, "bundle", "import", "VAULT", file, expect=None)
        self.assertEqual(self.status(laptop)["delivered"], len([r for r in self.status(laptop)["records"] if r["delivery"] != "none"]))
        self.on(office, "bundle", "import", "VAULT", sticks[0])
        self.assertEqual(len(self.on(office, "site", "list", "VAULT").json["sites"]), 4)
        self.assertTrue(self.on(office, "verify", "VAULT").json["sound"])


class Texts(Journey):
    def test_names_with_any_unicode(self):
        folder = self.folder / "тека 🏥 \u202e"
        folder.mkdir()
        office = ctl.Person(folder, "офіс")
        self.on(office, "deployment", "create", "VAULT", "--name", ANY_UNICODE, "--person", ANY_UNICODE)
        laptop = self.joined(office, "laptop", person=ANY_UNICODE + " ассесор")
        self.assertEqual(self.status(laptop)["deployment"], ANY_UNICODE)
        site = self.site(laptop, name=ANY_UNICODE, address=ANY_UNICODE)
        visit = self.assessed(laptop, site, "--attach", laptop.write(ANY_UNICODE.replace("/", "_") + ".jpg", b"\xff\xd8\xff"), "--finalise").json["assessment"]
        for bundle in self.exported(laptop, "стик"):
            self.on(office, "bundle", "import", "VAULT", bundle)
        self.assertEqual(self.show(office, site)["record"]["name"], ANY_UNICODE)
        self.assertEqual(self.show(office, visit)["assessor"], ANY_UNICODE + " ассесор")
        self.assertEqual(self.show(office, visit)["evidence"][0]["file_name"], ANY_UNICODE.replace("/", "_") + ".jpg")

    def test_a_note_of_100000_characters_comes_through_whole(self):
        self.everybody()
        random.seed(7)
        note = "".join(random.choice("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя \n🏥") for _ in range(100_000))
        site = self.site(self.laptop, notes=note)
        visit = self.assessed(self.laptop, site, answers={"answers": {"CSB-GV-01": {"value": 1, "note": note}}}).json["assessment"]
        for bundle in self.exported(self.laptop, "stick"):
            self.on(self.office, "bundle", "import", "VAULT", bundle)
        self.assertEqual(self.show(self.office, site)["record"]["notes"], note)
        self.assertEqual(self.show(self.office, visit)["record"]["answers"]["CSB-GV-01"]["note"], note)

    def test_generated_data_is_the_same_for_the_same_seed(self):
        names = []
        for name in ("one", "two"):
            office = self.founder(name)
            self.on(office, "generate", "VAULT", "--sites", "30", "--assessments", "40", "--seed", "5")
            sites = self.on(office, "site", "list", "VAULT").json["sites"]
            self.assertEqual((len(sites), sum(s["assessments"] for s in sites)), (30, 40))
            names.append([s["name"] for s in sites])
            self.assertTrue(self.on(office, "verify", "VAULT").json["sound"])
        self.assertEqual(names[0], names[1])


class Places(Journey):
    def unprivileged(self):
        """Runs the program as a user whom file permissions bind."""
        if os.getuid() != 0:
            return {}
        program = self.folder / "fieldsealctl"
        shutil.copy(ctl.PROGRAM, program)
        os.chmod(program, 0o755)
        os.chmod(self.folder, 0o755)
        self.addCleanup(setattr, ctl, "PROGRAM", ctl.PROGRAM)
        ctl.PROGRAM = str(program)

        def become_nobody():
            os.setgid(65534)
            os.setuid(65534)

        return {"preexec_fn": become_nobody}

    def test_a_vault_that_cannot_be_written_is_left_as_it_is(self):
        office = self.founder()
        site = self.site(office)
        somebody = self.unprivileged()
        vault = pathlib.Path(office.vault)
        form = office.write("form.json", json.dumps({"name": "Second"}))
        os.chmod(vault, 0o444)
        os.chmod(office.folder, 0o555)
        content = vault.read_bytes()
        files = sorted(path.name for path in office.folder.iterdir())
        try:
            refused = self.on(office, "site", "add", "VAULT", "--from", form, expect=1, **somebody)
            self.assertEqual(refused.error["code"], "disk")
            self.assertIn("written", refused.error["message"])
            self.assertEqual(vault.read_bytes(), content)
            self.assertEqual(sorted(path.name for path in office.folder.iterdir()), files)
        finally:
            os.chmod(office.folder, stat.S_IRWXU)
            os.chmod(vault, 0o600)
        self.assertEqual([s["site"] for s in self.on(office, "site", "list", "VAULT").json["sites"]], [site])

    def test_folders_that_cannot_be_written_or_are_none(self):
        office = self.founder()
        self.on(office, "bundle", "export", "VAULT", "--out", office.write("a file", b""), expect=1)
        somebody = self.unprivileged()
        if not somebody:
            self.skipTest("needs another user")
        os.chmod(office.folder, 0o777)
        for path in office.folder.iterdir():
            os.chmod(path, 0o666)
        closed = self.folder / "closed"
        closed.mkdir(mode=0o755)
        self.joined(office, "laptop")
        os.chmod(office.vault, 0o666)
        self.on(office, "bundle", "export", "VAULT", "--out", closed, expect=1, **somebody)
        refused = self.on(office, "sync", "VAULT", "--store", "folder:" + str(closed), expect=None, **somebody)
        self.assertIn(refused.code, (1, 5), refused.err)
        self.assertEqual(list(closed.iterdir()), [])

    @unittest.skipUnless(os.environ.get("FIELDSEAL_TEST_LARGE"), "500 MB of evidence: set FIELDSEAL_TEST_LARGE=1")
    def test_500_megabytes_of_evidence_come_through_whole(self):
        self.everybody()
        film = self.laptop.folder / "film.mp4"
        subprocess.run(["dd", "if=/dev/urandom", f"of={film}", "bs=1M", "count=500", "status=none"], check=True)
        assessed = self.assessed(self.laptop, self.site(self.laptop), "--attach", film, "--question", "CSB-GV-01").json
        for bundle in self.exported(self.laptop, "stick"):
            self.on(self.office, "bundle", "import", "VAULT", bundle)
        out = self.folder / "film.out"
        self.on(self.office, "evidence", "save", "VAULT", assessed["evidence"][0], "--out", out)
        subprocess.run(["cmp", film, out], check=True)


if __name__ == "__main__":
    ctl.main()
