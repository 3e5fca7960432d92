"""Words in all texts, with where they stand; what was erased is not found."""

import json

import ctl


class Search(ctl.CtlTest):
    def test_words_are_found_where_they_stand(self):
        office = self.founder()
        ivan = self.joined(office, "ivan", person="Ivan")
        site = self.site(ivan, name="Лікарня № 5", settlement="Кам’янець", sector="health")
        visit = self.assessed(ivan, site, answers={"visited_on": "2026-01-10", "answers": {"CSB-PR-26": {"value": 0, "basis": "observed", "note": "Резервні копії\nу серверній"}}}).json["assessment"]
        self.on(ivan, "finding", "add", "VAULT", "--from", ivan.write("f.json", json.dumps({"assessment": visit, "question": "CSB-PR-26", "text": "Copies lie on the server"})))

        result = self.on(ivan, "search", "VAULT", "КОПІ", "резервн").json
        self.assertEqual(result["query"], "КОПІ резервн")
        self.assertEqual([(group["kind"], group["total"]) for group in result["groups"]], [("assessment", 1)])
        found = result["groups"][0]["found"][0]
        self.assertEqual((found["record"], found["site"], found["title"], found["visited_on"]), (visit, site, "Лікарня № 5", "2026-01-10"))
        self.assertEqual((found["question"], found["path"], found["text"]), ("CSB-PR-26", "answers/CSB-PR-26/note", "Резервні копії у серверній"))
        self.assertEqual(found["found"], ["Резервні", "копії"])

        # All texts of a site together, and any apostrophe.
        self.assertEqual([group["kind"] for group in self.on(ivan, "search", "VAULT", "лікарня", "кам'янець").json["groups"]], ["site"])
        self.assertEqual(self.on(ivan, "search", "VAULT", "server").json["groups"][0]["found"][0]["question"], "CSB-PR-26")
        self.assertEqual(self.on(ivan, "search", "VAULT", "ерверній").json["groups"], [])
        self.on(ivan, "search", "VAULT", ".,", expect=2)

    def test_notes_of_pledges_and_reasons_of_assignments_are_found(self):
        office = self.founder()
        self.joined(office, "ivan", person="Ivan")
        site = self.site(office, name="Лікарня № 5")

        def form(**members):
            return "--from", office.write("form.json", json.dumps(members))

        need = self.on(office, "need", "add", "VAULT", *form(site=site, text="Disks", category="equipment")).json["need"]
        offer = self.on(office, "offer", "add", "VAULT", *form(partner="Estonia", text="Anything", category="equipment")).json["offer"]
        note = office.write("note", "Через митницю у Львові")
        pledge = self.on(office, "pledge", "make", "VAULT", "--need", need, "--offer", offer, "--note-file", note).json["pledge"]
        self.on(office, "assignment", "make", "VAULT", "--site", site, "--to", "Ivan", "--why-file", office.write("why", "Насосна стояла два дні"))
        for words, kind, path in (("итницю", None, None), ("львові митницю", "pledge", "note"), ("насосна", "assignment", "why")):
            groups = self.on(office, "search", "VAULT", *words.split()).json["groups"]
            if kind is None:
                # Not a beginning of what stands there.
                self.assertEqual(groups, [])
                continue
            self.assertEqual([group["kind"] for group in groups], [kind])
            found = groups[0]["found"][0]
            self.assertEqual((found["site"], found["title"], found["path"]), (site, "Лікарня № 5", path))
        self.assertEqual(self.on(office, "search", "VAULT", "митницю").json["groups"][0]["found"][0]["record"], pledge)


if __name__ == "__main__":
    ctl.main()
