"""A deployment over its life: revoked laptops, deputies, a new owner, a burnt machine, what lies in quarantine."""

import json
import pathlib
import shutil

import ctl


class Team(ctl.CtlTest):
    def synced(self, *people):
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        for person in people:
            self.on(person, "sync", "VAULT", "--store", f"folder:{store}")

    def status(self, person):
        return self.on(person, "status", "VAULT").json

    def sites(self, person):
        return {site["name"] for site in self.on(person, "site", "list", "VAULT").json["sites"]}

    def device(self, person):
        return self.status(person)["device"]

    def standing(self, person, device):
        return next(d["standing"] for d in self.on(person, "team", "list", "VAULT").json["devices"] if d["device"] == device)

    def test_a_lost_laptop_is_shut_out(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.site(laptop, name="before")
        self.synced(laptop, office, laptop)
        device = self.device(laptop)
        # Nothing irreversible without being told what is lost.
        told = self.on(office, "team", "revoke", "VAULT", device[:8], expect=2).error
        self.assertIn("quarantine", told["message"])
        self.assertEqual(self.standing(office, device), "active")
        self.on(office, "team", "revoke", "VAULT", device[:8], "--yes")
        self.assertEqual(self.standing(office, device), "revoked")
        self.site(laptop, name="after")
        self.synced(laptop, office)
        self.assertEqual(self.sites(office), {"before"})
        entry = self.status(office)["quarantine"][0]
        self.assertEqual((entry["reason"], entry["acceptable"]), ("revoked_device", True))
        self.synced(laptop)
        self.assertTrue(self.status(laptop)["revoked"])
        refused = self.on(laptop, "bundle", "export", "VAULT", "--out", self.folder, expect=1).error
        self.assertEqual(refused["code"], "refused")
        self.assertIn("revoked", self.run_ctl("status", laptop.vault, "--passphrase-file", laptop.passphrase_file).out)
        # It was in the right hands after all.
        self.on(office, "quarantine", "accept", "VAULT", entry["id"][:8])
        self.assertEqual(self.sites(office), {"before", "after"})
        self.assertEqual(self.status(office)["quarantine"], [])

    def test_a_reviewer_is_given_history_on_purpose(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        old = self.site(laptop, name="old")
        self.assessed(laptop, old)
        self.synced(laptop, office)
        invitation = ("invite", "VAULT", "--person", "Marta", "--out", str(self.folder / "not-written"))
        unsaid = ("invite", "VAULT", "--role", "reviewer", "--person", "Oksana", "--out", str(self.folder / "all"))
        self.assertIn("--history", self.on(office, *unsaid, expect=2).error["message"])
        self.assertEqual(self.status(office)["invitations"], [])
        self.assertEqual(self.on(office, *unsaid, "--history", "all").json["history"], "all")
        self.on(office, *invitation, "--role", "coordinator", "--history", "none", expect=1)
        self.on(office, *invitation, "--role", "assessor", "--history", "none", expect=2)
        desk = self.joined(office, "desk", role="reviewer", person="Marta", history="none")
        self.synced(desk, office)
        self.assessed(laptop, self.site(laptop, name="new"))
        self.synced(laptop, office, desk)
        visits = lambda: {s["name"]: s["assessments"] for s in self.on(desk, "site", "list", "VAULT").json["sites"]}
        self.assertEqual(visits(), {"old": 0, "new": 1})
        held = {d["name"]: d["history"] for d in self.on(office, "team", "list", "VAULT").json["devices"]}
        self.assertEqual(held["Marta"], "none")
        self.on(office, "team", "history", "VAULT", "Marta", expect=2)
        self.on(office, "team", "history", "VAULT", "Marta", "--give")
        self.on(office, "team", "history", "VAULT", "Marta", "--give", expect=1)
        self.synced(office, desk, office, desk)
        self.assertEqual(visits(), {"old": 1, "new": 1})

    def test_what_is_refused_can_be_thrown_away(self):
        office = self.founder()
        desk = self.joined(office, "desk", role="reviewer")
        site = self.site(desk, name="not a reviewer's to write", sector="health", criticality=2)
        self.synced(desk, office)
        entry = self.status(office)["quarantine"][0]
        # What it is stands there before anybody decides about it.
        shown = self.on(office, "quarantine", "show", "VAULT", entry["id"][:8]).json
        self.assertEqual({name: shown[name] for name in entry}, entry)
        self.assertEqual((shown["bundle"], shown["problem"], len(shown["items"])), (None, None, 1))
        item = shown["items"][0]
        self.assertEqual((item["type"], item["device"], item["more_revisions"]), ("log", entry["sender"], 0))
        refused = item["revisions"][0]
        self.assertEqual((refused["record"], refused["kind"], refused["first_of_record"], refused["taken"]), (site, "site", True, False))
        fields = {field["path"]: (field["value"], field["here"]) for field in refused["fields"]}
        self.assertEqual(fields["name"], ("not a reviewer's to write", None))
        self.assertEqual(fields["criticality"], (2, None))
        text = self.run_ctl("quarantine", "show", office.vault, entry["id"], "--passphrase-file", office.passphrase_file).out
        self.assertIn("site " + site[:8], text)
        self.assertIn("not a reviewer's to write", text)
        self.on(office, "quarantine", "show", "VAULT", "0123456789", expect=1)
        self.on(office, "quarantine", "drop", "VAULT", entry["id"], expect=2)
        self.on(office, "quarantine", "drop", "VAULT", entry["id"], "--yes")
        self.assertEqual(self.status(office)["quarantine"], [])
        self.on(office, "quarantine", "accept", "VAULT", entry["id"], expect=1)

    def test_an_invitation_is_cancelled(self):
        office = self.founder()
        late = self.joined(office, "late")
        invite = self.status(office)["invitations"][0]["invite"]
        self.on(office, "team", "cancel", "VAULT", invite[:8])
        self.synced(late, office)
        entry = self.status(office)["quarantine"][0]
        self.assertEqual(entry["reason"], "enrolment_refused")
        # The whole bundle lies there, and this office has the key to it.
        shown = self.on(office, "quarantine", "show", "VAULT", entry["id"]).json
        self.assertEqual(shown["bundle"]["number"], 1)
        enrolment = next(item for item in shown["items"] if item["type"] == "enrolment")
        self.assertEqual(enrolment["fingerprint"], self.status(late)["fingerprint"])
        self.assertEqual(enrolment["device"], entry["sender"])

    def test_a_deputy_and_a_new_owner(self):
        office = self.founder(person="Olena")
        second = self.joined(office, "second", role="coordinator", person="Petro")
        self.on(office, "team", "deputy", "VAULT", "Petro", expect=1)  # has not been heard of
        self.synced(second, office, second)
        self.on(office, "team", "deputy", "VAULT", "Petro")
        self.synced(office, second)
        laptop = self.joined(second, "laptop")
        self.site(laptop, name="by the deputy's assessor")
        self.synced(laptop, second, office)
        self.assertEqual(self.sites(office), {"by the deputy's assessor"})
        self.on(second, "team", "hand-over", "VAULT", "Petro", "--yes", expect=1)
        self.on(office, "team", "hand-over", "VAULT", "Petro", expect=2)
        self.on(office, "team", "hand-over", "VAULT", "Petro", "--yes")
        self.synced(office, second)
        self.on(second, "team", "deputy", "VAULT", "Olena", "--off")
        self.synced(second, office)
        self.on(office, "team", "renew-key", "VAULT", expect=1)

    def test_a_burnt_machine_is_replaced_from_the_kit(self):
        office = self.founder(person="Olena")
        laptop = self.joined(office, "laptop")
        kit = str(self.folder / "office.fskit")
        made = self.on(office, "kit", "make", "VAULT", "--out", kit).json
        self.assertRegex(made["code"], r"^[0-9]{40}$")
        self.site(laptop, name="a site")
        self.synced(laptop, office, laptop)
        lost = self.device(office)
        shutil.rmtree(office.folder)

        fresh = self.person("fresh")
        wrong = fresh.write("wrong", "0" * 40)
        self.on(fresh, "kit", "restore", "VAULT", "--kit", kit, "--code-file", wrong, expect=3)
        self.assertFalse(pathlib.Path(fresh.vault).exists())
        code = fresh.write("code", made["code"])
        self.on(fresh, "kit", "restore", "VAULT", "--kit", kit, "--code-file", code)
        self.synced(fresh)
        self.on(fresh, "team", "revoke", "VAULT", lost, "--out-of-use", "--yes")
        self.synced(fresh, laptop, fresh, laptop)
        self.assertEqual(self.sites(fresh), {"a site"})
        self.assertEqual(self.status(fresh)["missing"], [])
        self.assertEqual(self.status(laptop)["sealed"] + self.status(laptop)["sent"], 0)
        self.on(fresh, "verify", "VAULT")

    def test_an_old_copy_put_back_is_noticed(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.site(laptop, name="one")
        self.synced(laptop, office, laptop)
        copy = self.folder / "copy"
        shutil.copy(laptop.vault, copy)
        self.site(laptop, name="two")
        self.synced(laptop, office)
        shutil.copy(copy, laptop.vault)
        self.site(laptop, name="two, once more")
        self.synced(laptop, office)
        fork = self.status(office)["forks"][0]
        self.assertEqual(fork["device"], self.device(laptop))
        self.synced(laptop)
        self.assertIsNotNone(self.status(laptop)["old_copy"])
        self.on(office, "quarantine", "accept", "VAULT", fork["quarantine"])
        self.assertEqual(self.sites(office), {"one", "two", "two, once more"})
        self.assertEqual(self.status(office)["forks"], [])
        self.on(office, "verify", "VAULT")

    def test_after_an_old_copy_the_person_goes_on_with_a_new_vault(self):
        office = self.founder()
        laptop = self.joined(office, "laptop", person="Ivan")
        site = self.site(laptop, name="one")
        visit = self.assessed(laptop, site).json["assessment"]
        self.synced(laptop, office, laptop)
        copy = self.folder / "copy"
        shutil.copy(laptop.vault, copy)
        self.site(laptop, name="two, lost with the copy")
        self.synced(laptop, office)
        shutil.copy(copy, laptop.vault)
        begun = self.assessed(laptop, site).json["assessment"]
        self.synced(laptop, office, laptop)
        # Both are told, and told what to do next.
        status = lambda person: self.run_ctl("status", person.vault, "--passphrase-file", person.passphrase_file).out
        for words in ("This vault is an old copy", "Sync once more", "invite --device-of", "new vault", "Keep this vault"):
            self.assertIn(words, status(laptop))
        for words in ("goes on in two ways", "quarantine accept", "invite --device-of", "team revoke --out-of-use"):
            self.assertIn(words, status(office))

        # What was only on the copy comes in as the second branch, and is settled.
        for fork in self.status(office)["forks"]:
            self.on(office, "quarantine", "accept", "VAULT", fork["quarantine"])
        self.assertEqual(self.status(office)["forks"], [])
        self.assertEqual(self.sites(office), {"one", "two, lost with the copy"})

        # The same person on another device, in a new vault; then the old one is shut out.
        old = self.device(laptop)
        fresh = self.person("fresh")
        file = str(fresh.folder / "again.fsinvite")
        to = ("invite", "VAULT", "--device-of", "Ivan", "--out", file)
        self.on(office, *to, "--person", "Ivan", expect=2)
        self.on(office, "invite", "VAULT", "--device-of", "Nobody", "--out", file, expect=1)
        self.on(office, "invite", "VAULT", "--role", "assessor", "--out", file, expect=2)
        invited = self.on(office, *to).json
        self.on(fresh, "join", "VAULT", "--invite", file, "--code-file", fresh.write("code", invited["code"]))
        self.synced(fresh, office)
        self.on(office, "team", "revoke", "VAULT", old[:8], "--out-of-use", "--yes")
        self.synced(office, fresh, office, fresh, laptop)
        self.assertTrue(self.status(laptop)["revoked"])
        people = {d["device"]: d["person"] for d in self.on(office, "team", "list", "VAULT").json["devices"]}
        self.assertEqual(people[self.device(fresh)], people[old])

        # Sites and own visits are there, and go on: also the one that had begun on the copy only.
        self.assertEqual(self.sites(fresh), {"one", "two, lost with the copy"})
        for assessment, level in ((visit, 3), (begun, 1)):
            self.assertEqual(self.on(fresh, "show", "VAULT", assessment).json["record"]["answers"]["CSB-GV-01"]["value"], 2)
            answers = fresh.write("more.json", json.dumps({"answers": {"CSB-GV-01": {"value": level}}}))
            self.on(fresh, "assess", "VAULT", "--assessment", assessment, "--answers", answers)
        self.synced(fresh, office, fresh)
        self.assertEqual(self.status(office)["quarantine"], [])
        for assessment, level in ((visit, 3), (begun, 1)):
            self.assertEqual(self.on(office, "show", "VAULT", assessment).json["record"]["answers"]["CSB-GV-01"]["value"], level)
        self.assertIsNone(self.status(fresh)["old_copy"])
        self.assertEqual(self.status(fresh)["sealed"] + self.status(fresh)["sent"], 0)
        for person in (office, fresh):
            self.on(person, "verify", "VAULT")


if __name__ == "__main__":
    ctl.main()
