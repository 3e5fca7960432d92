"""sync --watch: by itself until it is told to stop; sync --remember: a store that the vault keeps."""

import json
import queue
import shutil
import signal
import subprocess
import threading
import unittest

import ctl

USER, SECRET = "surveyor", "made:up-word"


class Watcher:
    """A running `sync --watch`, and the lines that it prints."""

    def __init__(self, test, person, *words):
        command = [ctl.PROGRAM, "sync", person.vault, "--watch", "--json", "--passphrase-file", person.passphrase_file, *map(str, words)]
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        test.addCleanup(self.program.stdout.close)
        test.addCleanup(self.program.wait)
        test.addCleanup(self.program.kill)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.program.stdout:
            self.lines.put(json.loads(line))

    def event(self, state, timeout=60):
        while True:
            event = self.lines.get(timeout=timeout)
            if event["state"] == state:
                return event

    def stop(self, with_signal=signal.SIGTERM):
        self.program.send_signal(with_signal)
        return self.program.wait(timeout=10)


class Watch(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.shared = self.folder / "shared"
        self.office = self.founder()
        self.laptop = self.joined(self.office, "laptop")
        self.site(self.laptop)

    def states(self, person):
        return {record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def test_a_folder_that_appears_later_is_used_and_a_signal_ends_it_cleanly(self):
        self.shared.mkdir()
        watcher = Watcher(self, self.laptop, "--store", self.shared, "--remember")
        event = watcher.event("up_to_date")
        self.assertGreaterEqual(event["sent_bundles"], 1)
        # The vault belongs to the watcher meanwhile.
        self.on(self.laptop, "status", "VAULT", expect=1)
        self.assertEqual(watcher.stop(signal.SIGINT), 0)
        self.assertEqual(self.states(self.laptop), {"sent"})
        self.on(self.office, "sync", "VAULT", "--store", self.shared)
        self.on(self.laptop, "sync", "VAULT")
        self.assertEqual(self.states(self.laptop), {"delivered"})
        shutil.rmtree(self.shared)
        watcher = Watcher(self, self.laptop)
        event = watcher.event("waiting")
        self.assertEqual(event["trouble"], "away")
        self.assertIn("is not there", event["message"])
        self.assertIsNotNone(event["next_try_at"])
        self.assertEqual(watcher.stop(), 0)

    def test_credentials_are_kept_sealed_and_wrong_ones_need_a_person(self):
        port = ctl.serve_webdav(self, self.shared, USER, SECRET)
        url = f"webdav://127.0.0.1:{port}"
        credentials = self.folder / "credentials"
        credentials.write_text(f"{USER}\n{SECRET}\n")
        self.on(self.laptop, "sync", "VAULT", "--store", url, "--store-credentials", credentials, "--remember")
        credentials.unlink()
        self.on(self.laptop, "sync", "VAULT")
        # Another address gets nothing of what is kept.
        told = self.on(self.laptop, "sync", "VAULT", "--store", f"{url}/other", expect=1).error
        self.assertIn("did not accept", told["message"])
        self.on(self.laptop, "sync", "VAULT", "--store-credentials", credentials, expect=2)
        for path in self.laptop.folder.iterdir():
            self.assertNotIn(SECRET.encode(), path.read_bytes(), path)
        credentials.write_text(f"{USER}\nanother word\n")
        watcher = Watcher(self, self.laptop, "--store", url, "--store-credentials", credentials, "--remember")
        event = watcher.event("attention")
        self.assertEqual(event["trouble"], "credentials")
        self.assertEqual(watcher.program.wait(timeout=20), 1)

    def test_without_a_store_it_says_what_to_do(self):
        told = self.on(self.office, "sync", "VAULT", expect=2).error
        self.assertIn("--store", told["message"])
        told = self.on(self.office, "sync", "VAULT", "--watch", expect=2).error
        self.assertIn("--store", told["message"])


if __name__ == "__main__":
    ctl.main()
