"""A team exchanges through a hub that it runs itself: nobody types an address or a secret; who is shut out is told so."""

import http.client
import json
import os
import resource
import ssl
import subprocess
import time

import ctl
import with_hub


class Hub(with_hub.WithHub):
    def test_a_whole_team_through_the_hub(self):
        office = self.founded()
        laptop = self.joined(office, "laptop", person="Ivan")
        reader = self.joined(office, "reader", role="reviewer", person="Ruth")
        second = self.joined(office, "second", role="coordinator", person="Carl")
        # The hub hears of the invitations with the next sync of the office; until then it says what is the matter.
        told = self.synced(laptop, expect=1).error
        self.assertIn("does not let this device in", told["message"])
        self.synced(office, laptop, reader, second, office)
        site = self.site(laptop, name="Обласна лікарня")
        assessment = self.assessed(laptop, site, "--finalise").json["assessment"]
        self.synced(laptop, office, laptop)
        self.assertEqual(self.deliveries(laptop), {"delivered"})
        self.synced(second, reader)
        self.on(reader, "review", "VAULT", assessment, "--return", "--comment", "Look again")
        self.synced(reader, second, office, laptop)
        reviews = self.on(laptop, "show", "VAULT", assessment).json["reviews"]
        self.assertEqual([(review["verdict"], review["text"]) for review in reviews], [("returned", "Look again")])
        # One server restart in between, and a second start without the list.
        self.assertEqual(self.stop(), 0)
        again = self.start()
        self.assertEqual(again["address"], self.address)
        self.assessed(laptop, site)
        self.synced(laptop, office, laptop)
        for path in (self.root / "objects").rglob("*"):
            if path.is_file():
                self.assertNotIn("лікарня".encode(), path.read_bytes())
                self.assertEqual(path.stat().st_mode & 0o077, 0)
        log = (self.folder / "hub.log").read_text()
        for secret in ("Ivan", "лікарня", "Bearer"):
            self.assertNotIn(secret, log)

    def test_whoever_is_shut_out_is_told_so_at_once(self):
        office = self.founded()
        laptop = self.joined(office, "laptop", person="Ivan")
        other = self.joined(office, "other", person="Olha")
        self.synced(office, laptop, other, office)
        self.site(laptop)
        self.on(office, "team", "revoke", "VAULT", self.device(office, "Ivan"), "--yes")
        self.synced(office)
        told = self.synced(laptop, expect=1).error
        self.assertEqual(told["code"], "refused")
        self.assertIn("taken out of the team", told["message"])
        self.synced(other, office)

    def test_tokens_for_other_clients(self):
        office = self.founded()
        laptop = self.joined(office, "laptop")
        self.synced(office)
        token = self.folder / "token"
        self.on(laptop, "hub", "token", "VAULT", "--out", token)
        self.assertEqual(token.stat().st_mode & 0o777, 0o600)
        printed = self.on(laptop, "hub", "token", "VAULT", "--hub", self.address).json["token"]
        self.assertEqual(printed, token.read_text())
        credentials = laptop.write("credentials", "\n" + printed + "\n")
        self.on(laptop, "sync", "VAULT", "--store", self.address.replace("hub://", "webdavs://"), "--store-credentials", credentials)
        self.on(laptop, "hub", "token", "VAULT", "--hub", "folder:/tmp", expect=2)

    def test_what_cannot_start_says_why(self):
        office = self.founder()
        listen = f"127.0.0.1:{self.port}"
        root = self.folder / "new"
        said = self.run_ctl("hub", "--json", "--root", root, "--listen", listen, expect=1).error
        self.assertIn("does not know yet who may use it", said["message"])
        for words in (["--root", root], ["--listen", listen], ["--root", root, "--listen", "here"], ["--root", root, "--listen", listen, "--certificate", "x"]):
            self.run_ctl("hub", *words, expect=2)
        self.assertIn("127.0.0.1", self.run_ctl("hub", "--json", "--root", root, "--listen", f"0.0.0.0:{self.port}", "--no-tls", expect=1).error["message"])
        access = self.folder / "team.access"
        self.on(office, "hub", "access", "VAULT", "--out", access)
        broken = bytearray(access.read_bytes())
        broken[-1] ^= 1
        (self.folder / "broken").write_bytes(broken)
        self.run_ctl("hub", "--root", root, "--listen", listen, "--access", self.folder / "broken", expect=4)
        self.start("--access", access)
        self.run_ctl("hub", "--root", self.root, "--listen", f"127.0.0.1:{ctl.free_port()}", expect=1)
        self.assertEqual(self.stop(), 0)
        stranger = self.person("stranger")
        self.on(stranger, "deployment", "create", "VAULT", "--name", "Another", "--person", "Somebody")
        self.on(stranger, "hub", "access", "VAULT", "--out", self.folder / "another.access")
        said = self.run_ctl("hub", "--json", "--root", self.root, "--listen", listen, "--access", self.folder / "another.access", expect=1).error
        self.assertIn("another deployment", said["message"])

    def propfinds(self, person):
        """What a sync of this person asks the hub for, as its log tells; nothing else may be asked."""
        log = self.folder / "hub.log"
        before = len(log.read_text().splitlines())
        self.synced(person)
        # The log's line is written behind the answer.
        seen, size = [], -1
        while len(seen) != size:
            size = len(seen)
            time.sleep(0.3)
            seen = [json.loads(line) for line in log.read_text().splitlines()[before:]]
        self.assertEqual({(line["method"], line["status"]) for line in seen}, {("PROPFIND", 207)})
        return sorted(line["place"] for line in seen)

    def test_with_many_devices_too_a_sync_looks_in_one_round_trip(self):
        office = self.founded()
        laptops = [self.joined(office, f"laptop{number:02}", person=f"Person {number}") for number in range(20)]
        second = self.joined(office, "second", role="coordinator", person="Carl")
        self.synced(office)
        for number, laptop in enumerate(laptops):
            self.site(laptop, name=f"Site {number}")
        self.synced(*laptops, office, second, *laptops, office, second)
        for laptop in laptops:
            self.assertEqual(self.deliveries(laptop), {"delivered"})
        for coordinator in (office, second):
            sites = self.on(coordinator, "site", "list", "VAULT").json["sites"]
            self.assertEqual(sorted(site["name"] for site in sites), sorted(f"Site {number}" for number in range(20)))
        self.synced(office, second, laptops[0], office, second, laptops[0])
        # Eight questions at most are under way together: so many are one round trip. The owner's question for the list of who may use the hub comes before.
        self.assertEqual(self.propfinds(office), ["access", "mailbox", "outbox"])
        self.assertEqual(self.propfinds(second), ["mailbox", "outbox"])
        self.assertEqual(self.propfinds(laptops[0]), ["mailbox", "outbox"])

    def asked(self):
        """The hub's status for a question that needs no token."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        link = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        link.request("GET", "/healthz")
        status = link.getresponse().status
        link.close()
        return status

    def log_goes_on(self, log, fill, empty):
        """What the log holds after it could not be written for a while: half a line, then how many are missing, then whole lines."""
        self.assertIn(self.asked(), (200, 503))
        self.assertTrue(ctl.eventually(lambda: json.loads(log.read_text().splitlines()[-1]).get("place") == "health"))
        before = len(log.read_text().splitlines())
        fill()
        for _ in range(3):
            self.assertIn(self.asked(), (200, 503))
        time.sleep(0.5)  # the last one is logged behind its answer
        half = log.read_text()
        self.assertFalse(half.endswith("\n"), half)
        self.assertEqual(len(half.splitlines()), before + 1)
        empty()
        for _ in range(2):
            self.assertIn(self.asked(), (200, 503))
        self.assertTrue(ctl.eventually(lambda: len(log.read_text().splitlines()) >= before + 4), log.read_text())
        lines = log.read_text().splitlines()
        self.assertTrue(log.read_text().startswith(half))
        gap, *later = [json.loads(line) for line in lines[before + 1:]]
        self.assertEqual((gap["event"], gap["lines_lost"]), ("log_gap", 3))
        self.assertEqual([line["place"] for line in later], ["health"] * 2)

    def limited(self, log):
        """So that the log may grow by half a line only, as on a disk that is full; no right to mount one is needed."""
        files = lambda size: (lambda: resource.prlimit(self.hub.pid, resource.RLIMIT_FSIZE, (size(), resource.RLIM_INFINITY)))
        return files(lambda: log.stat().st_size + 40), files(lambda: resource.RLIM_INFINITY)

    def test_the_log_goes_on_after_its_disk_was_full(self):
        office = self.founder()
        access = self.folder / "team.access"
        self.on(office, "hub", "access", "VAULT", "--out", access)
        # On stdout, which is a file here.
        self.start("--access", access)
        self.log_goes_on(self.folder / "hub.log", *self.limited(self.folder / "hub.log"))
        self.stop()
        # In a file, on a small disk where one may be mounted.
        disk = self.folder / "disk"
        disk.mkdir()
        log, ballast = disk / "own.log", disk / "ballast"
        mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode == 0
        if mounted:
            self.addCleanup(lambda: subprocess.run(["umount", disk], check=True))
            self.addCleanup(self.stop)
        self.launch("--log", log)
        self.assertTrue(ctl.eventually(lambda: log.exists() and '"started"' in log.read_text()), "the hub did not start")
        if not mounted:
            self.log_goes_on(log, *self.limited(log))
            return

        def fill():
            # The disk has whole pages: what is left of the log's last one is filled too, by lines of the hub.
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
            while log.read_text().endswith("\n"):
                self.asked()
                time.sleep(0.05)

        fill()
        self.assertIn(self.asked(), (200, 503))
        half = log.read_text()
        ballast.unlink()
        for _ in range(2):
            self.assertIn(self.asked(), (200, 503))
        self.assertTrue(ctl.eventually(lambda: log.read_text()[len(half):].count("\n") >= 4), log.read_text())
        self.assertTrue(log.read_text().startswith(half + "\n"))
        later = [json.loads(line) for line in log.read_text()[len(half) + 1:].splitlines()]
        self.assertEqual(later[0]["event"], "log_gap")
        self.assertEqual({line.get("place") for line in later[1:]}, {"health"})

    def test_only_who_runs_the_team_says_who_may_use_it(self):
        office = self.founded()
        laptop = self.joined(office, "laptop")
        said = self.on(laptop, "hub", "access", "VAULT", "--out", self.folder / "mine", expect=1).error
        self.assertEqual(said["code"], "refused")
        self.assertFalse(os.path.exists(self.folder / "mine"))


if __name__ == "__main__":
    ctl.main()
