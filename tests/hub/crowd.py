"""More connections than the hub has places, over TLS and from many addresses: nobody is crashed into, places become free, and an honest device syncs in between."""

import os
import resource
import socket
import ssl
import subprocess
import threading

import served

PLACES, OF_ADDRESS = 2000, 100


def context():
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


class Crowd(served.HubTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * PLACES
        if hard != resource.RLIM_INFINITY and hard < wanted:
            self.assertNotEqual(os.environ.get("CI"), "true", f"this system lets a program have {hard} files open only")
            self.skipTest(f"this system lets a program have {hard} files open only")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        # Of the time limits only the one that is meant to strike, so that a slow machine changes nothing.
        self.hub = self.serve(tls=1, connections=PLACES, connections_of_address=OF_ADDRESS, header_ms=600_000, idle_ms=600_000)
        self.context, self.links, self.lock = context(), [], threading.Lock()
        self.addCleanup(lambda: self.leave(self.links))

    def come(self, number, said, seconds=60):
        """A connection that says something and waits; None where the hub had no place within this time. A hundred have the same address."""
        link = socket.socket()
        try:
            link.settimeout(seconds)
            link.bind((f"127.0.{1 + number // OF_ADDRESS}.1", 0))
            link.connect(("127.0.0.1", self.hub.port))
            link = self.context.wrap_socket(link)
            link.sendall(said)
            if said.endswith(b"\r\n\r\n"):
                self.assertEqual(link.recv(65536)[:12], b"HTTP/1.1 207")
        except OSError:
            link.close()
            return None
        with self.lock:
            self.links.append(link)
        return link

    def come_many(self, numbers, said):
        numbers, came = iter(numbers), []

        def some():
            while True:
                with self.lock:
                    number = next(numbers, None)
                if number is None:
                    return
                came.append(self.come(number, said) is not None)

        threads = [threading.Thread(target=some) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(came)

    def leave(self, links):
        for link in list(links):
            link.close()
            self.links.remove(link)

    def closed(self):
        """How many of the connections the hub has closed; what was read of an answer is thrown away."""
        gone = 0
        for link in self.links:
            link.setblocking(False)
            try:
                while link.recv(65536):
                    pass
                gone += 1
            except (ssl.SSLWantReadError, BlockingIOError):
                pass
            except OSError:
                gone += 1
        return gone

    def begin_sync(self, who):
        """The store's contract, as a device at 127.0.0.1 keeps it with its own outbox; once for each."""
        url = f"webdavs://127.0.0.1:{self.hub.port}{self.hub.outbox(who).rstrip('/')}#pin={self.hub.said['pin']}"
        own = {"FIELDSEAL_STORE_URL": url, "FIELDSEAL_STORE_USER": "", "FIELDSEAL_STORE_SECRET": self.hub.token(who)}
        return subprocess.Popen([served.PROGRAMS[1], "-tc=contract", "--no-version"], env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def synced(self, device):
        out, _ = device.communicate(timeout=200)
        self.assertEqual(device.returncode, 0, out)

    def make_boxes(self):
        link = served.http.client.HTTPSConnection("127.0.0.1", self.hub.port, timeout=30, context=self.context)
        for who in ("assessor", "reviewer"):
            self.status(201, self.hub.ask("MKCOL", self.hub.outbox(who), who, connection=link))
        link.close()

    def question(self):
        return f"PROPFIND / HTTP/1.1\r\nHost: h\r\nDepth: 0\r\nAuthorization: Bearer {self.hub.token('reviewer')}\r\n\r\n".encode()

    def test_devices_that_say_nothing_give_way_where_it_is_crowded(self):
        self.make_boxes()
        # A device with many connections, silent between two requests: let alone for ten minutes while there is room.
        self.assertEqual(self.come_many(range(PLACES // 2), self.question()), PLACES // 2)
        self.synced(self.begin_sync("assessor"))
        self.assertEqual(self.closed(), 0)
        # With fewer places left than a quarter, after five seconds of silence.
        self.come_many(range(PLACES // 2, PLACES * 9 // 10), self.question())
        device = self.begin_sync("reviewer")
        self.assertTrue(served.eventually(lambda: self.closed() > PLACES // 8, 60), self.closed())
        self.synced(device)
        self.assertLess(self.hub.memory_kib(), 300_000)

    def test_where_every_place_is_taken_one_waits_until_another_leaves(self):
        self.make_boxes()
        half_a_question = b"GET / HTTP/1.1\r\nX: "
        self.assertEqual(self.come_many(range(PLACES), half_a_question), PLACES)
        # Whoever comes now waits for a place, and gives up sooner than one becomes free.
        for number in range(PLACES, PLACES + 3):
            self.assertIsNone(self.come(number, half_a_question, seconds=3))
        device = self.begin_sync("assessor")
        self.assertEqual(self.closed(), 0)
        self.assertIsNone(device.poll())
        self.leave(self.links[:PLACES // 10])
        self.synced(device)
        # The others are still there, and the hub serves on when they have gone.
        self.assertEqual(self.closed(), 0)
        self.assertLess(self.hub.memory_kib(), 300_000)
        self.leave(self.links)
        self.synced(self.begin_sync("reviewer"))


if __name__ == "__main__":
    served.main()
