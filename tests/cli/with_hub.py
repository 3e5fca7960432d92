"""fieldsealctl's own hub, on loopback, for the tests that exchange through it."""

import json
import signal
import subprocess
import time

import ctl


class WithHub(ctl.CtlTest):
    """Has a hub of its own, which start() starts on an empty folder."""

    def setUp(self):
        super().setUp()
        self.root = self.folder / "hub"
        self.port = ctl.free_port()
        self.hub = None
        self.addCleanup(self.stop)

    def launch(self, *words):
        with open(self.folder / "hub.log", "ab") as log, open(self.folder / "hub.err", "ab") as errors:
            command = [ctl.PROGRAM, "hub", "--root", self.root, "--listen", f"127.0.0.1:{self.port}", "--free-mib", "1", *words]
            self.hub = subprocess.Popen([str(word) for word in command], stdout=log, stderr=errors, stdin=subprocess.DEVNULL)

    def start(self, *words):
        log = self.folder / "hub.log"
        before = len(log.read_text().splitlines()) if log.exists() else 0
        self.launch(*words)
        for _ in range(300):
            for line in log.read_text().splitlines()[before:]:
                if json.loads(line).get("event") == "started":
                    return json.loads(line)
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
