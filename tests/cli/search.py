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


if __name__ == "__main__":
    ctl.main()
