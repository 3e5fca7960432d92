"""A team exchanges through a WebDAV server that others wrote (rclone), also where every connection dies on the way."""

import pathlib
import random
import subprocess
import sys
import time

import ctl

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import links

USER, SECRET = "surveyor", "made:up-word"
MIB = 1 << 20


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
        link = links.Link(self.port, life_bytes=3 * MIB // 2)
        self.addCleanup(link.listener.close)
        self.synced(laptop, address=link.address)
        self.assertGreaterEqual(link.died, 3)
        # Each death repeats at most the part of 1 MiB that was under way.
        self.assertLess(link.sent, 6 * MIB + link.died * MIB + MIB)
        self.synced(office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})

    def test_a_client_that_is_killed_again_and_again_loses_nothing_and_leaves_nothing(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        site = self.site(laptop, name="Водоканал")
        photo = self.folder / "photo.bin"
        photo.write_bytes(random.Random(8).randbytes(6 * MIB))
        self.assessed(laptop, site, "--attach", photo, "--question", "CSB-GV-01", "--finalise")
        chance = random.Random(9)
        killed = 0
        with links.Link(self.port, rate=2 * MIB) as link:
            for _ in range(6):
                before = link.sent
                client = subprocess.Popen([ctl.PROGRAM, "sync", laptop.vault, "--passphrase-file", laptop.passphrase_file, "--store",
                                           f"webdav://{link.address}", "--store-credentials", self.credentials], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                # A random while after it began to send, so that opening the vault does not count.
                while client.poll() is None and link.sent == before:
                    time.sleep(0.01)
                time.sleep(chance.uniform(0, 1))
                if client.poll() is None:
                    killed += 1
                client.kill()
                client.wait()
            # Each death repeats at most what was under way: some parts and their small messages.
            self.assertLess(link.sent, 6 * MIB + killed * 3 * MIB + 2 * MIB)
        self.assertGreaterEqual(killed, 2)
        self.synced(laptop)
        left = [path.name for path in self.root.rglob(".*") if path.is_file()]
        self.assertEqual(left, [])
        self.synced(office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})
        self.assertEqual([s["name"] for s in self.on(office, "site", "list", "VAULT").json["sites"]], ["Водоканал"])

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
