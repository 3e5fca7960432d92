"""From a gap to help and back: what is found weak, asked for, offered, pledged, handed over, and seen by the next visitor."""

import csv
import io
import json

import ctl


class Help(ctl.CtlTest):
    def synced(self, *people):
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        for person in people:
            self.on(person, "sync", "VAULT", "--store", f"folder:{store}")

    def add(self, person, kind, **members):
        return self.on(person, kind, "add", "VAULT", "--from", person.write(f"{kind}.json", json.dumps(members))).json[kind]

    def need(self, person, need):
        return next(line for line in self.on(person, "need", "list", "VAULT").json["needs"] if line["need"] == need)

    def visit(self, person, site, level, *words, day="2026-01-10"):
        return self.assessed(person, site, *words, answers={"visited_on": day, "answers": {"CSB-PR-26": {"value": level, "basis": "observed"}}}).json["assessment"]

    def test_a_gap_becomes_help_that_the_next_visitor_sees(self):
        office = self.founder()
        ivan = self.joined(office, "ivan", person="Ivan")
        olha = self.joined(office, "olha", person="Olha")
        desk = self.joined(office, "desk", role="reviewer", person="Marta")
        site = self.site(ivan, name="Hospital", sector="health", region="UA-63", criticality=3)
        visit = self.visit(ivan, site, 0)
        proposals = self.on(ivan, "finding", "propose", "VAULT", visit).json["proposals"]
        self.assertEqual([(p["question"], p["class"], p["category"]) for p in proposals], [("CSB-PR-26", "do_now", "equipment")])
        finding = self.add(ivan, "finding", assessment=visit, question="CSB-PR-26", text="Copies lie on the server they are copies of", urgency="now")
        self.assertEqual(self.on(ivan, "finding", "propose", "VAULT", visit).json["proposals"], [])
        need = self.add(ivan, "need", assessment=visit, findings=[finding], text="Offline disks", quantity=3, unit="disks", cost=10000, currency="EUR")
        self.on(ivan, "assess", "VAULT", "--assessment", visit, "--answers", ivan.write("more.json", "{\"answers\": {}}"), "--finalise")
        self.synced(ivan, office, ivan, desk)
        shown = self.on(ivan, "show", "VAULT", need).json
        self.assertEqual((shown["kind"], shown["delivery"], shown["state"]), ("need", "delivered", "wanted"))

        # The office ranks it, finds an offer, and takes a pledge.
        line = self.need(office, need)
        self.assertEqual((line["state"], line["question"], line["open"], line["cost_factor"]), ("wanted", "CSB-PR-26", 3, 2.0))
        self.assertAlmostEqual(line["value"], 2 * line["risk"] / 2)
        self.assertEqual(line["risk"], 100)
        self.assertEqual(self.on(office, "gap", "list", "VAULT").json["gaps"][0], {"question": "CSB-PR-26", "sites": 1, "critical": 1, "risk": 100.0})
        wrong = self.add(office, "offer", partner="Latvia", category="equipment", quantity=5, sectors=["energy"])
        offer = self.add(office, "offer", partner="Estonia", category="equipment", quantity=5, sectors=["health"], until="2099-12-31")
        self.assertEqual([o["offer"] for o in self.on(office, "need", "match", "VAULT", need).json["offers"]], [offer])
        self.assertEqual(self.on(office, "offer", "match", "VAULT", wrong).json["needs"], [])
        self.on(office, "pledge", "make", "VAULT", "--need", need, "--offer", offer, "--quantity", 4, expect=1)
        first = self.on(office, "pledge", "make", "VAULT", "--need", need, "--offer", offer, "--quantity", 1, "--on", "2026-02-01").json
        self.assertEqual((first["record"]["state"], first["need_state"]), ("pledged", "matched"))
        second = self.on(office, "pledge", "make", "VAULT", "--need", need, "--offer", offer, "--quantity", 2, "--proposed").json
        self.assertEqual(self.on(office, "pledge", "agree", "VAULT", second["pledge"]).json["need_state"], "pledged")
        self.assertEqual(self.on(office, "need", "rank", "VAULT").json["needs"], [])
        for pledge in (first, second):
            done = self.on(office, "pledge", "deliver", "VAULT", pledge["pledge"], "--on", "2026-03-01").json
        self.assertEqual(done["need_state"], "delivered")
        self.on(office, "pledge", "drop", "VAULT", first["pledge"], expect=1)

        # Somebody else goes there next; their laptop learns what to look at, and nothing else of the first visit.
        why = office.write("why", "Disks came in March")
        self.on(office, "assignment", "make", "VAULT", "--site", site, "--to", "Olha", "--due", "2026-04-30", "--template", "csb", "--why-file", why)
        self.synced(olha, office, olha, ivan)
        [assignment] = self.on(olha, "assignment", "list", "VAULT").json["assignments"]
        self.assertEqual((assignment["site_name"], assignment["record"]["due"], assignment["record"]["why"]), ("Hospital", "2026-04-30", "Disks came in March"))
        self.assertEqual({ask["kind"] for ask in assignment["record"]["ask"].values()}, {"finding", "need"})
        last = assignment["record"]["last"]
        self.assertEqual((assignment["last_visit"], last["visited_on"], last["template_id"]), ("2026-01-10", "2026-01-10", "csb"))
        self.assertEqual(last["answers"], {"CSB-PR-26": {"value": 0, "basis": "observed"}})
        self.assertEqual(self.on(olha, "finding", "list", "VAULT").json["findings"], [])
        self.assertEqual(self.on(ivan, "assignment", "list", "VAULT").json["assignments"], [])
        # Ivan hears what became of what he asked for.
        self.assertEqual(self.need(ivan, need)["state"], "delivered")
        again = self.visit(olha, site, 3, day="2098-04-20")
        follow_ups = {f["record"]: f for f in self.on(olha, "check", "list", "VAULT", again).json["follow_ups"]}
        self.assertEqual(follow_ups.keys(), {finding, need})
        self.assertEqual(follow_ups[finding]["suggested"], "solved")
        self.assertEqual((follow_ups[need]["quantity"], follow_ups[need]["on"]), (3, "2026-03-01"))
        self.on(olha, "check", "set", "VAULT", again, finding[:8], "--result", "solved")
        self.on(olha, "check", "set", "VAULT", again, need[:8], "--result", "in_part", "--seen", 1)
        self.on(olha, "check", "set", "VAULT", again, site, "--result", "solved", expect=1)
        self.synced(olha, office)
        line = self.need(office, need)
        self.assertEqual((line["state"], line["verified"]), ("delivered", 1))
        note = olha.write("note", "All three, locked away")
        self.on(olha, "check", "set", "VAULT", again, need[:8], "--result", "solved", "--seen", 3, "--note-file", note)
        self.on(olha, "assess", "VAULT", "--assessment", again, "--answers", olha.write("more.json", "{\"answers\": {}}"), "--finalise")
        self.synced(olha, office, olha, ivan, desk)
        for person in (office, desk):
            line = self.need(person, need)
            self.assertEqual((line["state"], line["verified"], line["last_check"]["note"]), ("verified", 3, "All three, locked away"))
            self.assertEqual({p["verified_at"] for p in line["pledges"]}, {again})
            [found] = self.on(person, "finding", "list", "VAULT").json["findings"]
            self.assertEqual((found["state"], found["last_check"]["assessment"]), ("closed", again))
            self.assertEqual(self.on(person, "finding", "list", "VAULT", "--open").json["findings"], [])
            self.assertEqual(self.on(person, "verify", "VAULT").json["findings"], [])
        self.assertEqual(self.on(olha, "show", "VAULT", again).json["delivery"], "delivered")
        [done] = self.on(office, "assignment", "list", "VAULT").json["assignments"]
        self.assertEqual((done["done_at"], done["overdue"]), (again, False))

        # Totals, and a table for a spreadsheet.
        for by, key in (("question", "CSB-PR-26"), ("sector", "health"), ("region", "UA-63"), ("category", "equipment"), ("partner", "Estonia")):
            [group] = self.on(office, "need", "group", "VAULT", "--by", by).json["groups"]
            self.assertEqual((group["key"], group["sites"], group["verified"], group["cost"]), (key, 1, 3, {"EUR": 10000}))
        table = self.folder / "needs.csv"
        self.on(office, "need", "export", "VAULT", "--out", table)
        [row] = csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")))
        self.assertEqual((row["need"], row["state"], row["partners"]), (need, "verified", "Estonia"))

    def test_each_role_writes_what_is_its_own(self):
        office = self.founder()
        ivan = self.joined(office, "ivan", person="Ivan")
        desk = self.joined(office, "desk", role="reviewer", person="Marta")
        site = self.site(ivan)
        visit = self.visit(ivan, site, 0)
        self.synced(desk, ivan, office, desk)
        form = lambda person, **members: ("--from", person.write("form.json", json.dumps(members)))
        refused = lambda person, *words: self.assertEqual(self.on(person, *words, expect=1).error["code"], "refused")
        refused(desk, "finding", "add", "VAULT", *form(desk, assessment=visit, text="x"))
        refused(desk, "need", "add", "VAULT", *form(desk, site=site, text="x"))
        refused(ivan, "need", "add", "VAULT", *form(ivan, site=site, text="of no visit"))
        refused(ivan, "offer", "add", "VAULT", *form(ivan, partner="x", category="power"))
        refused(ivan, "assignment", "make", "VAULT", "--site", site, "--to", "Ivan")
        need = self.add(office, "need", site=site, text="A generator", category="power")
        finding = self.add(office, "finding", assessment=visit, question="CSB-PR-26", text="Seen in the papers")
        self.on(office, "finding", "close", "VAULT", finding, expect=1)
        self.on(office, "finding", "close", "VAULT", finding, "--why", "Bought by the town", "--at", visit)
        self.assertEqual(self.on(office, "show", "VAULT", finding).json["closed_why"], "Bought by the town")
        self.on(office, "need", "withdraw", "VAULT", need, "--why", "Bought by the town")
        self.assertEqual(self.need(office, need)["state"], "withdrawn")
        offer = self.add(office, "offer", partner="Estonia", category="power")
        refused(office, "pledge", "make", "VAULT", "--need", need, "--offer", offer)
        wrong = self.on(office, "offer", "add", "VAULT", *form(office, category="power", until="soon", sectors="health", price=1), expect=1).error["message"]
        for place in ("/partner", "/until", "/sectors", "/price"):
            self.assertIn(place, wrong)

    def test_sites_come_from_tables_and_map_layers(self):
        office = self.founder()
        table = self.folder / "sites.csv"
        rows = "Назва;Область;Галузь;Широта;Довгота;ЄДРПОУ;has_ad\r\n"
        rows += "Лікарня № 1;Харківська;Охорона здоров'я;49,99;36,23;001;так\r\n"
        rows += "Лікарня № 2;Марсіанська;health;;;002;\r\n"
        rows += "Водоканал;Kyiv Oblast;water;50.4;;003;ні\r\n"
        rows += "Школа;UA-32;education;30.5;50.4;004;\r\n"
        rows += "\"Ратуша; стара\";м. Київ;local_government;50.45;30.52;005;перехрестя\r\n"
        rows += "Банк;м. Київ;finance;50.45;30.52;006;\r\n;;;;;;\r\nБанк ще раз;м. Київ;finance;;;006;\r\n"
        table.write_bytes(rows.encode("cp1251"))
        would = self.on(office, "site", "import", "VAULT", table, "--dry-run").json
        self.assertEqual((would["encoding"], would["separator"], would["rows"], would["added"]), ("windows-1251", ";", 7, 2))
        self.assertEqual({c["column"]: c["field"] for c in would["columns"]},
                         {"Назва": "name", "Область": "region", "Галузь": "sector", "Широта": "latitude", "Довгота": "longitude", "ЄДРПОУ": "external_id", "has_ad": "profile/has_ad"})
        refused = {(r["row"], r["column"]): r["reason"] for r in would["refused"]}
        self.assertEqual(refused.keys(), {(3, "Область"), (4, "Довгота"), (5, "Широта"), (6, "has_ad"), (9, "ЄДРПОУ")})
        self.assertEqual(self.on(office, "site", "list", "VAULT").json["sites"], [])
        self.on(office, "site", "import", "VAULT", table)
        self.assertEqual({s["name"] for s in self.on(office, "site", "list", "VAULT").json["sites"]}, {"Лікарня № 1", "Банк"})
        # Again, mended and with a byte order mark: known ones are updated, none is doubled.
        table.write_bytes(b"\xef\xbb\xbf" + "name,external_id,notes\nЛікарня № 1,001,Нові нотатки\nБанк,006,\nШкола,004,\n".encode())
        done = self.on(office, "site", "import", "VAULT", table).json
        self.assertEqual((done["added"], done["updated"], done["unchanged"], done["refused"]), (1, 1, 1, []))
        hospital = next(s for s in self.on(office, "site", "list", "VAULT").json["sites"] if s["name"] == "Лікарня № 1")
        shown = self.on(office, "show", "VAULT", hospital["site"]).json["record"]
        self.assertEqual((shown["notes"], shown["latitude"], shown["region"], shown["profile"]), ("Нові нотатки", "49.99", "UA-63", {"has_ad": "yes"}))
        # A map layer; a column is taken for something else.
        layer = self.folder / "sites.geojson"
        feature = lambda point, **more: {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": more}
        layer.write_text(json.dumps({"type": "FeatureCollection", "features": [feature([36.23, 49.99], title="Підстанція", kind="energy"), feature([1000, 0], title="Ніде", kind="energy")]}))
        done = self.on(office, "site", "import", "VAULT", layer, "--map", "kind=sector").json
        self.assertEqual((done["added"], [(r["row"], r["column"]) for r in done["refused"]]), (1, [(2, "longitude")]))
        self.on(office, "site", "import", "VAULT", layer, "--map", "title=", expect=2)
        ivan = self.joined(office, "ivan")
        self.assertEqual(self.on(ivan, "site", "import", "VAULT", table, expect=1).error["code"], "refused")


if __name__ == "__main__":
    ctl.main()
