"""A hub for a made-up team (serve_hub), on a loopback port and a folder of its own, and ways to talk to it."""

import base64
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAMS = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:200]!r}"


class Served:
    """One process; `limits` as serve_hub takes them."""

    def __init__(self, root, port=None, environment=None, **limits):
        self.root, self.port = root, port or free_port()
        words = [PROGRAMS[0], str(root), f"127.0.0.1:{self.port}", *(f"{name.replace('_', '-')}={value}" for name, value in limits.items())]
        self.log_file = open(str(root) + ".log", "ab")
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log_file, env=environment)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(pathlib.Path(str(root) + ".log").read_text())
        self.said = json.loads(line)
        self.people = self.said["people"]

    def token(self, who):
        return self.people[who]["token"]

    def outbox(self, who, name=""):
        return f"/outbox/{self.people[who]['outbox']}/{name}"

    def mailbox(self, who, name=""):
        return f"/mailbox/{self.people[who]['mailbox']}/{name}"

    def connect(self, timeout=30):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, path, who=None, body=None, connection=None, token=None, **headers):
        """One request; headers' names with '_' for '-'."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if token or who:
            fields["Authorization"] = "Bearer " + (token or self.token(who))
        own = connection or self.connect()
        try:
            own.request(method, path, body, fields)
            answer = own.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            if connection is None:
                own.close()

    def raw(self, text, timeout=30):
        """All that is answered to these bytes, until the hub closes or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as link:
            link.sendall(text)
            got = b""
            try:
                while piece := link.recv(65536):
                    got += piece
                    if b"\r\n\r\n" in got:
                        break
            except (TimeoutError, ConnectionResetError):
                pass
            return got

    def log(self):
        lines = pathlib.Path(str(self.root) + ".log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def memory_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.log_file.close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()
        self.process.stdin.close()
        self.log_file.close()


class HubTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="fieldseal-hub-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def serve(self, **limits):
        hub = Served(self.folder / "root", **limits)
        self.addCleanup(lambda: hub.process.poll() is None and hub.kill())
        return hub

    def status(self, expected, answer, what=""):
        self.assertEqual(answer.status, expected, f"{what} {answer}")
        return answer


def basic(user, token):
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


def eventually(holds, seconds=30):
    """Whether it comes to hold within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def main():
    """The programs that the tests start are given first: serve_hub, then what a file needs besides."""
    while len(sys.argv) > 1 and sys.argv[1].startswith("/"):
        PROGRAMS.append(sys.argv.pop(1))
    sys.modules["served"].PROGRAMS[:] = PROGRAMS
    done = unittest.main(verbosity=2, exit=False).result
    # Nothing tried is nothing passed: ctest says "skipped", and unittest has said why.
    if done.wasSuccessful() and done.testsRun == len(done.skipped):
        sys.exit(77)
    sys.exit(not done.wasSuccessful())
