"""A team exchanges through a hub that it runs itself: nobody types an address or a secret; who is shut out is told so."""

import json
import os
import signal
import socket
import subprocess
import time
import unittest

import ctl


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hub(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "hub"
        self.port = free_port()
        self.hub = None
        self.addCleanup(self.stop)

    def start(self, *words):
        with open(self.folder / "hub.log", "ab") as log, open(self.folder / "hub.err", "ab") as errors:
            command = [ctl.PROGRAM, "hub", "--root", self.root, "--listen", f"127.0.0.1:{self.port}", "--free-mib", "1", *words]
            self.hub = subprocess.Popen([str(word) for word in command], stdout=log, stderr=errors, stdin=subprocess.DEVNULL)
        for _ in range(300):
            lines = [json.loads(line) for line in (self.folder / "hub.log").read_text().splitlines()]
            if lines and lines[-1].get("event") == "started":
                return lines[-1]
            if self.hub.poll() is not None:
                break
            time.sleep(0.1)
        self.fail((self.folder / "hub.err").read_text())

    def stop(self, how=signal.SIGTERM):
        if self.hub is None:
            return 0
        self.hub.send_signal(how)
        code = self.hub.wait(60)
        self.hub = None
        return code

    def founded(self):
        """The office with its hub running, and the hub's address kept for invitations."""
        office = self.founder()
        access = self.folder / "team.access"
        self.on(office, "hub", "access", "VAULT", "--out", access)
        self.address = self.start("--access", access)["address"]
        self.assertTrue(self.address.startswith(f"hub://127.0.0.1:{self.port}/#pin=sha256//"), self.address)
        self.on(office, "sync", "VAULT", "--store", self.address)
        return office

    def synced(self, *people, expect=0):
        for person in people:
            result = self.on(person, "sync", "VAULT", expect=expect)
        return result

    def deliveries(self, person):
        return {record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def device(self, office, name):
        return next(d["device"] for d in self.on(office, "team", "list", "VAULT").json["devices"] if d["name"] == name)

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
        self.run_ctl("hub", "--root", self.root, "--listen", f"127.0.0.1:{free_port()}", expect=1)
        self.assertEqual(self.stop(), 0)
        stranger = self.person("stranger")
        self.on(stranger, "deployment", "create", "VAULT", "--name", "Another", "--person", "Somebody")
        self.on(stranger, "hub", "access", "VAULT", "--out", self.folder / "another.access")
        said = self.run_ctl("hub", "--json", "--root", self.root, "--listen", listen, "--access", self.folder / "another.access", expect=1).error
        self.assertIn("another deployment", said["message"])

    def test_only_who_runs_the_team_says_who_may_use_it(self):
        office = self.founded()
        laptop = self.joined(office, "laptop")
        said = self.on(laptop, "hub", "access", "VAULT", "--out", self.folder / "mine", expect=1).error
        self.assertEqual(said["code"], "refused")
        self.assertFalse(os.path.exists(self.folder / "mine"))


if __name__ == "__main__":
    ctl.main()
