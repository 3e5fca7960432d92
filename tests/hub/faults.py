"""The hub is killed while clients upload, its disk is full, boxes are full: nothing that was answered "created" is lost, nothing half is seen."""

import hashlib
import http.client
import os
import pathlib
import random
import re
import resource
import ssl
import subprocess
import threading
import time

import served


def names_in(listing):
    return set(re.findall(r"<D:href>[^<]*/(p-[0-9a-f]+)</D:href>", listing.body.decode()))


class Faults(served.HubTest):
    def test_killed_at_random_moments(self):
        chance = random.Random(11)
        acknowledged, tried = {}, {}
        lock = threading.Lock()
        port = None
        for round_number in range(6):
            hub = served.Served(self.folder / "root", port)
            port = hub.port
            self.addCleanup(lambda hub=hub: hub.process.poll() is None and hub.kill())
            hub.ask("MKCOL", hub.outbox("assessor"), "assessor")

            def upload(seed):
                bytes_of = random.Random(seed)
                connection = hub.connect(5)
                while True:
                    content = bytes_of.randbytes(bytes_of.choice((100, 5_000, 300_000)))
                    name = "p-" + hashlib.sha256(content).hexdigest()
                    temporary = hub.outbox("assessor", f".up-{seed}")
                    with lock:
                        tried[name] = content
                    try:
                        if hub.ask("PUT", temporary, "assessor", content, connection=connection).status not in (201, 204):
                            return
                        moved = hub.ask("MOVE", temporary, "assessor", connection=connection, Destination=hub.outbox("assessor", name), Overwrite="F")
                        if moved.status == 201:
                            with lock:
                                acknowledged[name] = content
                    except (OSError, served.http.client.HTTPException):
                        return

            threads = [threading.Thread(target=upload, args=(round_number * 10 + n,)) for n in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.3, 1.2))
            hub.kill()
            for thread in threads:
                thread.join()
        self.assertGreater(len(acknowledged), 20)
        hub = served.Served(self.folder / "root", port)
        self.addCleanup(lambda: hub.process.poll() is None and hub.kill())
        self.assertEqual(list((self.folder / "root/incoming").iterdir()), [])
        listed = names_in(hub.ask("PROPFIND", hub.outbox("assessor"), "assessor", Depth="1"))
        self.assertEqual(set(acknowledged) - listed, set())
        for name in listed:
            self.assertEqual(hub.ask("GET", hub.outbox("assessor", name), "assessor").body, tried[name])

    def test_uploads_that_break_off_leave_nothing(self):
        hub = self.serve()
        self.status(201, hub.ask("MKCOL", hub.outbox("assessor"), "assessor"))
        for cut in (0, 1, 1000, 99_999):
            connection = hub.connect()
            connection.putrequest("PUT", hub.outbox("assessor", "half"))
            connection.putheader("Authorization", "Bearer " + hub.token("assessor"))
            connection.putheader("Content-Length", "100000")
            connection.endheaders()
            connection.send(b"x" * cut)
            connection.close()
        self.assertTrue(served.eventually(lambda: not list((self.folder / "root/incoming").iterdir())))
        self.status(404, hub.ask("GET", hub.outbox("assessor", "half"), "assessor"))

    def test_boxes_have_an_end(self):
        hub = self.serve(box_bytes=10_000, box_objects=5)
        box = hub.outbox("assessor")
        self.status(201, hub.ask("MKCOL", box, "assessor"))
        self.status(201, hub.ask("PUT", box + "a", "assessor", b"x" * 6000))
        self.status(507, hub.ask("PUT", box + "b", "assessor", b"x" * 6000))
        self.status(507, hub.ask("COPY", box + "a", "assessor", Destination=box + "b"))
        self.status(204, hub.ask("PUT", box + "a", "assessor", b"x" * 4000))
        self.status(201, hub.ask("PUT", box + "b", "assessor", b"x" * 6000))
        self.status(204, hub.ask("DELETE", box + "b", "assessor"))
        for name in "cdef":
            self.status(201, hub.ask("PUT", box + name, "assessor", b""))
        self.status(507, hub.ask("PUT", box + "g", "assessor", b""))
        self.status(507, hub.ask("MKCOL", box + "g", "assessor"))
        # Another's box is another's, and what was counted is counted after a restart.
        self.status(201, hub.ask("MKCOL", hub.outbox("reviewer"), "reviewer"))
        self.status(201, hub.ask("PUT", hub.outbox("reviewer", "a"), "reviewer", b"x" * 9000))
        hub.stop()
        hub = self.serve(box_bytes=10_000, box_objects=5)
        self.status(507, hub.ask("PUT", hub.outbox("assessor", "g"), "assessor", b""))
        self.status(204, hub.ask("DELETE", hub.outbox("assessor", "c"), "assessor"))
        self.status(201, hub.ask("PUT", hub.outbox("assessor", "g"), "assessor", b""))

    def test_what_is_large_leaves_room_for_what_is_small(self):
        hub = self.serve(box_bytes=4 << 20)
        box = hub.outbox("assessor")
        self.status(201, hub.ask("MKCOL", box, "assessor"))
        large, small = b"x" * (1 << 20), b"x" * (64 << 10)
        for name in "abc":
            self.status(201, hub.ask("PUT", box + name, "assessor", large))
        self.status(507, hub.ask("PUT", box + "d", "assessor", large))
        self.status(507, hub.ask("PUT", box + "d", "assessor", large[: 600_000]))
        for number in range(16):
            self.status(201, hub.ask("PUT", box + f"s{number}", "assessor", small))
        self.status(507, hub.ask("PUT", box + "t", "assessor", b"x"))

    def test_what_broken_uploads_left_goes_after_two_days_and_counts_until_then(self):
        hub = self.serve(box_objects=8)
        box = hub.outbox("assessor")
        self.status(201, hub.ask("MKCOL", box, "assessor"))
        self.status(201, hub.ask("MKCOL", box + "below", "assessor"))
        # As clients of hub:// and of webdavs:// name them; what only looks alike is somebody's own.
        stale = [".up-p-1.0123456789abcdef", "_up-p-1.0123456789abcdef", "below/_up-i-2.fedcba9876543210"]
        others = ["_up-plans.txt", "_up-p-1.0123456789abcdeg", "p-1"]
        fresh = "_up-p-3.0123456789abcdef"
        folder = self.folder / "root/objects/outbox" / hub.people["assessor"]["outbox"]
        for name in (*stale, *others, fresh):
            self.status(201, hub.ask("PUT", box + name, "assessor", b"half"))
        self.status(507, hub.ask("PUT", box + "more", "assessor", b"x"))
        old = time.time() - 3 * 24 * 3600
        for name in (*stale, *others):
            os.utime(folder / name, (old, old))
        self.assertEqual(hub.stop(), 0)
        hub = self.serve(box_objects=8)
        left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        self.assertEqual(left, {*others, fresh})
        for name in "abc":
            self.status(201, hub.ask("PUT", hub.outbox("assessor", name), "assessor", b"x"))
        self.status(507, hub.ask("PUT", hub.outbox("assessor", "d"), "assessor", b"x"))

    def test_a_disk_that_keeps_its_reserve(self):
        hub = self.serve(free_bytes=1 << 60)
        self.status(201, hub.ask("MKCOL", hub.outbox("assessor"), "assessor"))
        self.status(507, hub.ask("PUT", hub.outbox("assessor", "a"), "assessor", b"x"))
        self.status(503, hub.ask("GET", "/healthz"))

    def test_a_full_disk(self):
        root = self.folder / "root"
        root.mkdir()
        mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", root], capture_output=True).returncode == 0
        if mounted:
            self.addCleanup(lambda: subprocess.run(["umount", root], check=True))
            hub = self.serve()
        else:
            # No right to mount: no file of the process may grow beyond this.
            hub = self.serve()
            resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, (500_000, 500_000))
        box = hub.outbox("assessor")
        self.status(201, hub.ask("MKCOL", box, "assessor"))
        kept = {}
        full = False
        for number in range(6):
            content = os.urandom(600_000 if not mounted or number else 400_000)
            answer = hub.ask("PUT", box + str(number), "assessor", content)
            self.assertIn(answer.status, (201, 507), answer)
            full = full or answer.status == 507
            if answer.status == 201:
                kept[str(number)] = content
        self.assertTrue(full)
        self.status(201, hub.ask("PUT", box + "small", "assessor", b"x"))
        self.status(204, hub.ask("DELETE", box + "small", "assessor"))
        for name, content in kept.items():
            self.assertEqual(hub.ask("GET", box + name, "assessor").body, content)
        self.assertEqual(list((root / "incoming").iterdir()), [])
        self.assertEqual(hub.stop(), 0)

    def test_it_stops_when_what_is_under_way_has_ended(self):
        hub = self.serve()
        self.status(201, hub.ask("MKCOL", hub.outbox("assessor"), "assessor"))
        connection = hub.connect()
        connection.putrequest("PUT", hub.outbox("assessor", "late"))
        connection.putheader("Authorization", "Bearer " + hub.token("assessor"))
        connection.putheader("Content-Length", "10")
        connection.endheaders()
        connection.send(b"12345")
        time.sleep(0.5)
        hub.process.stdin.close()
        time.sleep(0.5)
        self.assertIsNone(hub.process.poll())
        with self.assertRaises(OSError):
            hub.connect(2).request("GET", "/healthz")
        connection.send(b"67890")
        self.assertEqual(connection.getresponse().status, 201)
        connection.close()
        self.assertEqual(hub.process.wait(30), 0)

    def test_one_hub_on_one_folder(self):
        hub = self.serve()
        with self.assertRaises(RuntimeError) as told:
            served.Served(hub.root)
        self.assertIn("Another hub works on", str(told.exception))

    def test_a_clock_off_by_years(self):
        library = next((str(path) for path in pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
        if library is None:
            self.assertNotEqual(os.environ.get("CI"), "true", "libfaketime is not installed")
            self.skipTest("libfaketime is not installed")
        pin = None
        # The certificate is made in a past or a future that has it expired, or not begun, for the others; its key counts.
        for offset, who in (("-3650d", "assessor"), ("+7300d", "reviewer")):
            environment = os.environ | {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            hub = self.serve(tls=1, environment=environment)
            self.assertIn(pin, (None, hub.said["pin"]))
            pin = hub.said["pin"]
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            link = http.client.HTTPSConnection("127.0.0.1", hub.port, timeout=30, context=context)
            self.status(201, hub.ask("MKCOL", hub.outbox(who), who, connection=link))
            link.close()
            url = f"webdavs://127.0.0.1:{hub.port}{hub.outbox(who).rstrip('/')}#pin={pin}"
            own = {"FIELDSEAL_STORE_URL": url, "FIELDSEAL_STORE_USER": "", "FIELDSEAL_STORE_SECRET": hub.token(who)}
            done = subprocess.run([served.PROGRAMS[1], "-tc=contract", "--no-version"], env=os.environ | own, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(hub.stop(), 0)


if __name__ == "__main__":
    served.main()
