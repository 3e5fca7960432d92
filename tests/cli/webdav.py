"""A team exchanges through a WebDAV server that others wrote (rclone), also where every connection dies on the way."""

import random
import socket
import threading
import unittest

import ctl

USER, SECRET = "surveyor", "made:up-word"
MIB = 1 << 20


class DyingLink:
    """Passes bytes on to a port; each connection dies once so many have gone out through it."""

    def __init__(self, port, life):
        self.port, self.life, self.sent, self.died = port, life, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.carry, args=(near, far, self.life), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, None), daemon=True).start()

    def carry(self, source, target, life):
        try:
            while data := source.recv(65536):
                if life is not None:
                    self.sent += len(data)
                    life -= len(data)
                    if life < 0:
                        self.died += 1
                        break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()


class Webdav(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "server"
        self.port = ctl.serve_webdav(self, self.root, USER, SECRET)
        self.credentials = self.folder / "credentials"
        self.credentials.write_text(f"{USER}\n{SECRET}\n")

    def synced(self, *people, address=None, expect=0):
        url = f"webdav://{address or '127.0.0.1:%d' % self.port}"
        for person in people:
            result = self.on(person, "sync", "VAULT", "--store", url, "--store-credentials", self.credentials, expect=expect)
            self.assertNotIn(SECRET, result.out + result.err)
        return result

    def states(self, person):
        return {record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def test_an_assessment_is_delivered_and_nothing_clear_lies_on_the_server(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        site = self.site(laptop, name="Обласна лікарня")
        self.assessed(laptop, site, "--finalise")
        self.synced(laptop, office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})
        self.assertEqual([s["name"] for s in self.on(office, "site", "list", "VAULT").json["sites"]], ["Обласна лікарня"])
        objects = [path for path in self.root.rglob("*") if path.is_file()]
        self.assertTrue(objects)
        for path in objects:
            self.assertNotIn("лікарня".encode(), path.read_bytes())
            self.assertLessEqual(path.stat().st_size, MIB)
            self.assertFalse(path.name.startswith("."), path)

    def test_a_link_that_dies_again_and_again_repeats_little(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        site = self.site(laptop)
        photo = self.folder / "photo.bin"
        photo.write_bytes(random.Random(7).randbytes(6 * MIB))
        self.assessed(laptop, site, "--attach", photo, "--question", "CSB-GV-01", "--finalise")
        link = DyingLink(self.port, 3 * MIB // 2)
        self.addCleanup(link.listener.close)
        self.synced(laptop, address=link.address)
        self.assertGreaterEqual(link.died, 3)
        # Each death repeats at most the part of 1 MiB that was under way.
        self.assertLess(link.sent, 6 * MIB + link.died * MIB + MIB)
        self.synced(office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})

    def test_what_goes_wrong_is_said_and_nothing_is_lost(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.site(laptop)
        nobody = f"127.0.0.1:{ctl.free_port()}"
        told = self.synced(laptop, address=nobody, expect=5).error
        self.assertIn("cannot be reached", told["message"])
        kept = self.credentials.read_text()
        self.credentials.write_text(USER + "\nanother word\n")
        told = self.synced(laptop, expect=1).error
        self.assertIn("did not accept", told["message"])
        self.credentials.write_text("only one line")
        self.synced(laptop, expect=2)
        self.credentials.write_text(kept)
        self.synced(laptop, office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})


if __name__ == "__main__":
    ctl.main()
