"""Runs fieldsealctl as a person or a script would, each test in a temporary folder of its own."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return json.loads(self.err)["error"]


class Person:
    """A vault and the passphrase that opens it."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        self.vault = str(self.folder / "vault.fsvault")
        self.passphrase = "correct horse " + name + " батарея"
        self.passphrase_file = self.write("passphrase", self.passphrase + "\n")

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)


def eventually(holds, seconds=30):
    """Whether it comes to hold within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve_webdav(test, root, user, secret):
    """rclone's WebDAV server on a folder, until the test ends; its port."""
    program = shutil.which("rclone")
    if program is None:
        if os.environ.get("CI") == "true":
            test.fail("rclone is not installed")
        test.skipTest("rclone is not installed")
    root.mkdir()
    port = free_port()
    command = [program, "serve", "webdav", root, "--addr", f"127.0.0.1:{port}", "--user", user, "--pass", secret, "--config", "/dev/null"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    test.addCleanup(server.wait)
    test.addCleanup(server.terminate)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    return port


class CtlTest(unittest.TestCase):
    """Has a folder, and run()."""

    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="fieldseal-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def run_ctl(self, *words, expect=0, **more):
        done = subprocess.run([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=more.pop("stdin", subprocess.DEVNULL),
                              start_new_session=True, **more)
        result = Result(done)
        if expect is not None:
            self.assertEqual(result.code, expect, f"{words}\n{result.out}\n{result.err}")
        return result

    def on(self, person, *words, expect=0, **more):
        """A command on a person's vault, with --json; VAULT stands for its path."""
        words = [person.vault if word == "VAULT" else word for word in words]
        return self.run_ctl(*words, "--passphrase-file", person.passphrase_file, "--json", expect=expect, **more)

    def person(self, name):
        return Person(self.folder, name)

    def founder(self, name="office", deployment="Trial", person="Coordinator"):
        made = self.person(name)
        self.on(made, "deployment", "create", "VAULT", "--name", deployment, "--person", person)
        return made

    def joined(self, owner, name, role="assessor", person="Assessor", history="all"):
        made = self.person(name)
        invitation = str(made.folder / "invitation.fsinvite")
        invited = self.on(owner, "invite", "VAULT", "--role", role, "--person", person, "--out", invitation, *(["--history", history] if role == "reviewer" else [])).json
        code = made.write("code", invited["code"])
        self.on(made, "join", "VAULT", "--invite", invitation, "--code-file", code)
        return made

    def site(self, person, **members):
        form = {"name": "Hospital"} | members
        return self.on(person, "site", "add", "VAULT", "--from", person.write("site.json", json.dumps(form))).json["site"]

    def assessed(self, person, site, *words, answers=None, expect=0):
        form = answers if answers is not None else {"answers": {"CSB-GV-01": {"value": 2}}}
        path = person.write("answers.json", json.dumps(form))
        return self.on(person, "assess", "VAULT", "--site", site, "--template", "csb", "--answers", path, *words, expect=expect)

    def exported(self, person, to):
        folder = self.folder / to
        folder.mkdir(exist_ok=True)
        self.on(person, "bundle", "export", "VAULT", "--out", folder)
        return sorted(str(path) for path in folder.iterdir())


def main():
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    # The test program is __main__, and imports this module by name.
    sys.modules["ctl"].PROGRAM = PROGRAM
    done = unittest.main(verbosity=2, exit=False).result
    # Nothing tried is nothing passed: ctest says "skipped", and unittest has said why.
    if done.wasSuccessful() and done.testsRun == len(done.skipped):
        sys.exit(77)
    sys.exit(not done.wasSuccessful())
