"""Questionnaires in all their versions: listed, shown, checked as files, compared."""

import json
import os
import pathlib
import tempfile

import ctl


class Questionnaires(ctl.CtlTest):
    def ask(self, *words, expect=0):
        done = self.run_ctl("template", *words, "--json", expect=expect)
        return json.loads(done.out)

    def test_all_versions_are_listed_and_shown(self):
        listed = self.ask("list")["templates"]
        versions = [item["version"] for item in listed if item["id"] == "csb"]
        self.assertEqual(versions, sorted(versions, key=lambda text: [int(part) for part in text.split(".")], reverse=True))
        self.assertLessEqual({"1.0.0", "1.1.0", "1.2.0"}, set(versions))
        self.assertEqual(len({item["hash"] for item in listed}), len(listed))
        self.assertEqual(self.ask("show", "csb")["version"], versions[0])
        old = self.ask("show", "csb@1.0.0")
        self.assertEqual((old["version"], old["template"]["version"]), ("1.0.0", "1.0.0"))
        self.assertNotIn("checks", old["template"])
        text = self.run_ctl("template", "show", "csb@1.2.0").out
        self.assertIn("CSB-EN-02", text)
        self.assertIn("[number, ≥ 0.5 / 1 / 3 d]", text)
        self.assertNotIn("CSB-EN-02", self.run_ctl("template", "show", "csb@1.1.0").out)
        self.run_ctl("template", "show", "csb@9.9", expect=1)

    def test_numbers_are_told_with_their_unit(self):
        office = self.founder()
        site = self.site(office, sector="health")
        visit = self.assessed(office, site, answers={"answers": {"CSB-EN-02": {"number": "0.75", "basis": "stated"}}}).json["assessment"]
        numbers = self.on(office, "show", "VAULT", visit).json["numbers"]
        self.assertEqual([(item["question"], item["number"], item["unit"], item["level"]) for item in numbers], [("CSB-EN-02", "0.75", "d", 1)])
        text = self.run_ctl("show", office.vault, visit, "--passphrase-file", office.passphrase_file).out
        self.assertIn("Number CSB-EN-02  0.75 d  level 1  Days of fuel", text)
        self.on(office, "finalise", "VAULT", visit)
        steps = [step for step in self.on(office, "history", "VAULT", visit).json["steps"] if step["kind"] == "assessment"]
        changes = self.on(office, "diff", "VAULT", steps[0]["revision"], steps[-1]["revision"]).json["changes"]
        units = {change["path"]: change.get("unit") for change in changes}
        self.assertEqual(units["answers/CSB-EN-02/value"], "d")
        self.assertIsNone(units["answers/CSB-EN-02/basis"])

    def test_two_versions_are_compared_both_ways(self):
        changes = self.ask("compare", "csb@1.1.0", "csb@1.2.0")
        self.assertFalse(changes["same"])
        kinds = {item["id"]: item["change"] for item in changes["questions"]}
        self.assertEqual(kinds["CSB-EN-01"], "added")
        self.assertEqual(kinds["CSB-GV-08"], "changed")
        moved = next(item for item in changes["questions"] if item["id"] == "CSB-PR-31")["parts"]
        self.assertEqual([(part["part"], part["before"]["en"]) for part in moved], [("section", "Protect")])
        back = {item["id"]: item["change"] for item in self.ask("compare", "csb@1.2.0", "csb@1.1.0")["questions"]}
        self.assertEqual(back["CSB-EN-01"], "removed")
        self.assertTrue(self.ask("compare", "csb", "csb@1.2.0")["same"])
        text = self.run_ctl("template", "compare", "csb@1.1.0", "csb@1.2.0").out
        self.assertIn("added  CSB-EN-04", text)
        self.assertIn("Nothing differs", self.run_ctl("template", "compare", "csb@1.0.0", "csb@1.0.0").out)

    def synced(self, *people):
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        for person in people:
            self.on(person, "sync", "VAULT", "--store", f"folder:{store}")

    def next_version(self, person, version, **members):
        """The program's newest one under another version, with another weight of its first question."""
        whole = self.ask("show", "csb")["template"]
        whole["version"] = version
        whole["sections"][0]["questions"][0]["weight"] = 1
        whole.update(members)
        return person.write(f"csb-{version}.json", json.dumps(whole, ensure_ascii=False))

    def test_a_coordinator_publishes_and_the_field_answers_with_it(self):
        office = self.founder()
        ivan, marta = self.joined(office, "ivan", person="Ivan"), self.joined(office, "marta", role="reviewer", person="Marta")
        newest = self.ask("show", "csb")["version"]
        site = self.site(ivan, sector="health")
        old = self.assessed(ivan, site).json["assessment"]
        self.synced(ivan, marta, office, ivan, marta)
        file = self.next_version(office, "9.0.0")

        # What follows is told first; nothing is done without --yes.
        told = self.on(office, "template", "publish", "VAULT", file, expect=2).error["message"]
        for words in ("cannot be taken back", "1 assessments here keep", newest, "--yes"):
            self.assertIn(words, told)
        text = self.run_ctl("template", "publish", office.vault, file, "--passphrase-file", office.passphrase_file, expect=2).out
        self.assertIn(f"csb {newest} -> 9.0.0", text)
        self.assertIn("changed  CSB-GV-01", text)
        self.assertIn("weight", text)
        done = self.on(office, "template", "publish", "VAULT", file, "--yes").json
        self.assertEqual((done["published"]["version"], done["before"]["version"], done["assessments_that_keep_theirs"]), ("9.0.0", newest, 1))
        self.assertEqual([item["id"] for item in done["changes"]["questions"]], ["CSB-GV-01"])

        # Not twice, not with other contents, not downwards, not what is no questionnaire.
        same = office.write("same.json", pathlib.Path(file).read_bytes())
        changed = self.next_version(office, "9.0.0", description={"en": "x", "uk": "x"})
        for other, words in ((same, "same contents"), (changed, "other contents"), (self.next_version(office, "8.1"), "not higher")):
            self.assertIn(words, self.on(office, "template", "publish", "VAULT", other, "--yes", expect=1).error["message"])
        broken = office.write("broken.json", '{"format": ')
        self.assertFalse(self.on(office, "template", "publish", "VAULT", broken, "--yes", expect=1).json["valid"])
        # Nobody else.
        for person in (ivan, marta):
            own = self.next_version(person, "9.5")
            self.assertIn("coordinator", self.on(person, "template", "publish", "VAULT", own, "--yes", expect=1).error["message"])

        # By the folder to everybody: new ones take it, what was begun keeps its own.
        self.synced(office, ivan, marta)
        fresh = self.assessed(ivan, site, "--finalise").json["assessment"]
        self.synced(ivan, office, marta, ivan)
        for person in (ivan, office, marta):
            self.assertEqual(self.on(person, "show", "VAULT", fresh).json["template"]["version"], "9.0.0")
            self.assertEqual(self.on(person, "show", "VAULT", old).json["template"]["version"], newest)
            self.assertIsNotNone(self.on(person, "show", "VAULT", fresh).json["score"])
        self.assertEqual(self.on(office, "quarantine", "list", "VAULT").json["quarantine"], [])

    def test_a_file_is_checked_and_compared(self):
        whole = self.ask("show", "csb")["template"]
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "own.json")

            def write(content):
                with open(file, "w", encoding="utf-8") as out:
                    out.write(content)

            write(json.dumps(whole))
            good = self.ask("check", file)
            self.assertEqual((good["valid"], good["problems"], good["questionnaire"]["id"]), (True, [], "csb"))
            whole["sections"][0]["questions"][0]["weight"] = 1
            write(json.dumps(whole))
            changed = self.ask("compare", "csb", file)["questions"]
            self.assertEqual([(item["id"], item["parts"][0]["part"]) for item in changed], [("CSB-GV-01", "weight")])
            whole["sections"][0]["questions"][0]["weight"] = 9
            del whole["sections"][0]["questions"][1]["levels"][0]["uk"]
            write(json.dumps(whole))
            bad = self.ask("check", file, expect=1)
            self.assertFalse(bad["valid"])
            places = [problem["place"] for problem in bad["problems"]]
            self.assertEqual(len(places), 2)
            self.assertTrue(places[0].startswith("/sections/0/questions/0"), places)
            self.assertTrue(all(problem["reason"] for problem in bad["problems"]))
            write('{"format": ')
            broken = self.ask("check", file, expect=1)["problems"]
            self.assertTrue(broken[0]["place"].startswith("line 1"), broken)


if __name__ == "__main__":
    ctl.main()
