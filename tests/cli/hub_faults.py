"""fieldsealctl against fieldsealctl's own hub over TLS, where the hub is killed, its box is full, or the line dies: each ends in delivered, with nothing lost, doubled or left behind."""

import pathlib
import random
import signal
import subprocess
import sys
import time

import ctl
import with_hub

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import links

MIB = 1 << 20


class HubFaults(with_hub.WithHub):
    def setUp(self):
        super().setUp()
        self.office = self.founded()
        self.laptop = self.joined(self.office, "laptop", person="Ivan")
        self.synced(self.office, self.laptop, self.office)

    def visited(self, name, *sizes):
        """A site's finalised assessment with evidence of these sizes; its evidence by name."""
        site = self.site(self.laptop, name=name)
        words, self.contents = [], getattr(self, "contents", {})
        for number, size in enumerate(sizes):
            path = self.folder / f"{name} {number}.bin"
            path.write_bytes(random.Random(f"{name}{number}").randbytes(size))
            self.contents[path.name] = path
            words += ["--attach", path, "--question", "CSB-GV-01"]
        return self.assessed(self.laptop, site, *words, "--finalise").json["assessment"]

    def by_way_of(self, link):
        """The hub's address with the line's in place of its own: the key in it stays."""
        return self.address.replace(f"127.0.0.1:{self.port}", link.address)

    def delivered(self, visits):
        """Everything is there once and whole on both sides, and nothing half-sent lies on the hub."""
        self.synced(self.laptop, self.office, self.laptop)
        self.assertEqual(self.deliveries(self.laptop), {"delivered"})
        sites = self.on(self.office, "site", "list", "VAULT").json["sites"]
        self.assertEqual(sorted(site["name"] for site in sites), sorted(visits))
        saved = self.folder / "saved"
        for visit in visits.values():
            shown = self.on(self.office, "show", "VAULT", visit).json["evidence"]
            mine = self.on(self.laptop, "show", "VAULT", visit).json["evidence"]
            self.assertEqual(sorted(one["evidence"] for one in shown), sorted(one["evidence"] for one in mine))
            for one in shown:
                self.on(self.office, "evidence", "save", "VAULT", one["evidence"], "--out", saved)
                self.assertEqual(saved.read_bytes(), self.contents[one["file_name"]].read_bytes())
                saved.unlink()
        self.assertEqual(len(self.contents), sum(len(self.on(self.office, "show", "VAULT", visit).json["evidence"]) for visit in visits.values()))
        for person in (self.office, self.laptop):
            self.on(person, "verify", "VAULT")
        status = self.on(self.office, "status", "VAULT").json
        self.assertEqual(status["quarantine"], [])
        # What was delivered has left the outboxes, half-sent parts among it; in mailboxes lie whole bundles of one part.
        files = [path for path in self.root.rglob("*") if path.is_file() and path.relative_to(self.root).parts[0] in ("incoming", "objects")]
        self.assertEqual([path for path in files if "mailbox" not in path.parts and "access" not in path.parts], [])
        kinds = [path.name[:2] for path in files if "mailbox" in path.parts]
        self.assertEqual((kinds.count("i-"), len(kinds)), (kinds.count("p-"), 2 * kinds.count("p-")))

    def test_a_hub_that_is_killed_again_and_again(self):
        visits = {name: self.visited(name, 3 * MIB, 700_000, 2 * MIB) for name in ("Лікарня", "Водоканал")}
        chance = random.Random(21)
        killed = {"sending": 0, "receiving": 0}
        with links.Link(self.port, rate=4 * MIB) as link:
            address = self.by_way_of(link)
            for person, doing in ((self.laptop, "sending"), (self.office, "receiving")):
                for _ in range(12):
                    before = link.sent + link.received
                    words = [ctl.PROGRAM, "sync", person.vault, "--passphrase-file", person.passphrase_file, "--store", address]
                    client = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
                    # A random while after bytes began to pass, so that the moments lie within the transfer; and again while the client tries again.
                    while client.poll() is None:
                        while client.poll() is None and link.sent + link.received < before + 100_000:
                            time.sleep(0.01)
                        time.sleep(chance.uniform(0, 0.8))
                        if client.poll() is None and killed[doing] < 4:
                            self.stop(signal.SIGKILL)
                            killed[doing] += 1
                            self.assertEqual(self.start()["address"], self.address)
                            before = link.sent + link.received
                        elif client.poll() is None:
                            client.wait(60)
                    if client.returncode == 0:
                        break
                    self.assertEqual(client.returncode, 5)
                self.assertEqual(client.returncode, 0, doing)
        self.assertGreaterEqual(killed["sending"], 3)
        self.assertGreaterEqual(killed["receiving"], 2)
        self.delivered(visits)

    def test_a_box_that_is_full_lets_answers_through_and_goes_on_when_it_is_larger(self):
        self.stop()
        self.start("--box-mib", "3")
        self.assertTrue(ctl.eventually(lambda: "never gets through. Give --box-mib 162 or more" in (self.folder / "hub.err").read_text()))
        visits = {"Лікарня": self.visited("Лікарня", 5 * MIB)}
        told = self.synced(self.laptop, expect=5).error
        self.assertIn("full", told["message"])
        # The answers overtook the evidence, and later ones do too, though the box is as full as it gets.
        for name in ("Водоканал", "Тепломережа"):
            visits[name] = self.visited(name)
            self.synced(self.laptop, expect=5)
            self.synced(self.office)
            names = {site["name"] for site in self.on(self.office, "site", "list", "VAULT").json["sites"]}
            self.assertEqual(names, set(visits))
        self.assertNotEqual(self.deliveries(self.laptop), {"delivered"})
        self.stop()
        self.start("--box-mib", "64")
        self.delivered(visits)

    def test_a_line_that_dies_every_three_seconds_carries_20_mib(self):
        visits = {"Лікарня": self.visited("Лікарня", 20 * MIB)}
        with links.Link(self.port, life_s=3, rate=5 * MIB // 2) as link:
            address = self.by_way_of(link)
            for _ in range(10):
                if self.on(self.laptop, "sync", "VAULT", "--store", address, expect=None).code == 0:
                    break
            self.assertGreaterEqual(link.died, 2)
            # Each death repeats at most what was under way.
            self.assertLess(link.sent, 20 * MIB + (link.died + 1) * 2 * MIB + MIB)
            died = link.died
            for _ in range(10):
                if self.on(self.office, "sync", "VAULT", "--store", address, expect=None).code == 0:
                    break
            self.assertGreater(link.died, died)
        self.delivered(visits)


if __name__ == "__main__":
    ctl.main()
