"""WebDAV clients that others wrote, with a device's token, and the store's contract: litmus, rclone, cadaver, and our own."""

import os
import re
import shutil
import subprocess

import served


def program(test, name):
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            test.fail(f"{name} is not installed")
        test.skipTest(f"{name} is not installed")
    return found


class Clients(served.HubTest):
    def setUp(self):
        super().setUp()
        self.hub = self.serve()
        self.status(201, self.hub.ask("MKCOL", self.hub.outbox("assessor"), "assessor"))
        self.url = f"http://127.0.0.1:{self.hub.port}{self.hub.outbox('assessor')}"

    def run_client(self, *words, **more):
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = os.environ | {"HOME": str(home)} | more.pop("env", {})
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, cwd=home, env=environment, **more)

    def test_the_stores_contract(self):
        url = self.url.replace("http://", "webdav://").rstrip("/")
        for user in ("", "anybody"):
            for left in self.names(""):
                self.hub.ask("DELETE", self.hub.outbox("assessor", left), "assessor")
            environment = {"FIELDSEAL_STORE_URL": url, "FIELDSEAL_STORE_USER": user, "FIELDSEAL_STORE_SECRET": self.hub.token("assessor")}
            done = self.run_client(served.PROGRAMS[1], "-tc=contract", "--no-version", env=environment)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertNotIn(self.hub.token("assessor"), done.stdout + done.stderr)
        self.assertEqual([name for name in self.names("") if name.startswith(".")], [])

    def names(self, folder):
        listing = self.hub.ask("PROPFIND", self.hub.outbox("assessor", folder), "assessor", Depth="1").body.decode()
        box = self.hub.outbox("assessor", folder)
        return [name for name in re.findall(r"<D:href>" + re.escape(box) + r"([^<]+?)/?</D:href>", listing) if name]

    def test_litmus(self):
        litmus = program(self, "litmus")
        # What it runs of the class of servers that this is; what is left out is listed in docs/hub.md.
        for suite, left_out in (("basic", set()), ("http", set()), ("copymove", set()), ("props", {"propset", "propget", "propmanyns"})):
            done = self.run_client(litmus, "-k", self.url, "anybody", self.hub.token("assessor"), env={"TESTS": suite})
            results = dict(re.findall(r"^ *\d+\. (\w+)\.+ (\w+)", done.stdout.replace("\r", "\n"), re.MULTILINE))
            self.assertGreater(len(results), 3, done.stdout)
            failed = {name for name, result in results.items() if result not in ("pass", "SKIPPED", "WARNING")}
            self.assertEqual(failed - left_out, set(), done.stdout)

    def test_rclone(self):
        rclone = program(self, "rclone")
        source = self.folder / "source"
        (source / "below").mkdir(parents=True)
        for number in range(12):
            (source / f"file {number} — ї").write_bytes(os.urandom(1000 * number))
        (source / "below" / "large").write_bytes(os.urandom(1 << 20))
        base = [rclone, "--config", "/dev/null", "--webdav-url", self.url, "--webdav-bearer-token", self.hub.token("assessor"), "--retries", "1"]
        done = self.run_client(*base, "copy", source, ":webdav:")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_client(*base, "check", "--download", source, ":webdav:")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_client(*base, "move", ":webdav:below", ":webdav:elsewhere")
        self.assertEqual(done.returncode, 0, done.stderr)
        fetched = self.folder / "fetched"
        done = self.run_client(*base, "copy", ":webdav:", fetched)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((fetched / "elsewhere/large").read_bytes(), (source / "below/large").read_bytes())
        done = self.run_client(*base, "purge", ":webdav:elsewhere")
        self.assertEqual(done.returncode, 0, done.stderr)
        other = [*base[:4], self.url.replace(self.hub.people["assessor"]["outbox"], self.hub.people["reviewer"]["outbox"]), *base[5:]]
        self.assertNotEqual(self.run_client(*other, "ls", ":webdav:").returncode, 0)

    def test_cadaver(self):
        cadaver = program(self, "cadaver")
        home = self.folder / "home"
        home.mkdir()
        netrc = home / ".netrc"
        netrc.write_text(f"machine 127.0.0.1\nlogin anybody\npassword {self.hub.token('assessor')}\n")
        netrc.chmod(0o600)
        (home / "here").write_text("from here")
        done = self.run_client(cadaver, self.url, input="put here\nmkcol folder\nmove here folder/there\nls folder\nget folder/there back\nquit\n")
        self.assertEqual((home / "back").read_text(), "from here", done.stdout + done.stderr)
        self.assertIn("there", done.stdout)

    def test_ranges_and_tags(self):
        hub, path = self.hub, self.hub.outbox("assessor", "object")
        content = bytes(range(256)) * 40
        tag = self.status(201, hub.ask("PUT", path, "assessor", content)).headers["ETag"]
        for asked, expected in (("bytes=0-9", content[:10]), ("bytes=100-", content[100:]), ("bytes=-5", content[-5:]), ("bytes=10200-99999", content[10200:]), ("bytes=-99999", content)):
            answer = self.status(206, hub.ask("GET", path, "assessor", Range=asked), asked)
            self.assertEqual(answer.body, expected)
            first = len(content) - len(expected) if not asked.startswith("bytes=0-") else 0
            self.assertEqual(answer.headers["Content-Range"], f"bytes {first}-{first + len(expected) - 1}/{len(content)}")
        self.status(416, hub.ask("GET", path, "assessor", Range="bytes=99999-"))
        for odd in ("bytes=5-2", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=-"):
            self.assertEqual(self.status(200, hub.ask("GET", path, "assessor", Range=odd), odd).body, content)
        self.assertEqual(hub.ask("GET", path, "assessor", Range="bytes=0-1", If_Range='"other"').status, 200)
        self.status(304, hub.ask("GET", path, "assessor", If_None_Match=tag))
        self.status(412, hub.ask("PUT", path, "assessor", b"x", If_None_Match="*"))
        self.status(412, hub.ask("PUT", path, "assessor", b"x", If_Match='"other"'))
        self.status(412, hub.ask("DELETE", path, "assessor", If_Match='"other"'))
        self.assertEqual(hub.ask("GET", path, "assessor").body, content)
        self.status(204, hub.ask("PUT", path, "assessor", b"x", If_Match=tag))
        head = self.status(200, hub.ask("HEAD", path, "assessor"))
        self.assertEqual((head.body, head.headers["Content-Length"]), (b"", "1"))
        self.status(201, hub.ask("PUT", hub.outbox("assessor", "fresh"), "assessor", b"", If_None_Match="*"))
        options = self.status(200, hub.ask("OPTIONS", path, "assessor"))
        self.assertEqual(options.headers["DAV"], "1")
        self.status(204, hub.ask("MOVE", path, "assessor", Destination=hub.outbox("assessor", "fresh")))
        self.status(502, hub.ask("MOVE", hub.outbox("assessor", "fresh"), "assessor", Destination="http://elsewhere" + path))


class Encrypted(served.HubTest):
    def test_tls_with_its_own_certificate(self):
        openssl = program(self, "openssl")
        hub = self.serve(tls=1)
        key = self.folder / "root/tls/key.pem"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        pin = hub.said["pin"]
        self.assertEqual(hub.said["address"], f"hub://127.0.0.1:{hub.port}/#pin={pin}")
        public = subprocess.run([openssl, "pkey", "-in", key, "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout
        digest = subprocess.run([openssl, "dgst", "-sha256", "-binary"], input=public, capture_output=True, check=True).stdout
        self.assertEqual(pin, "sha256//" + served.base64.b64encode(digest).decode())
        for version, works in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
            done = subprocess.run([openssl, "s_client", "-connect", f"127.0.0.1:{hub.port}", version, "-cipher", "ALL:@SECLEVEL=0"] if version != "-tls1_3" else
                                  [openssl, "s_client", "-connect", f"127.0.0.1:{hub.port}", version], input=b"", capture_output=True, timeout=20)
            self.assertEqual(b"Cipher is (NONE)" not in done.stdout and b"New, TLSv1." in done.stdout, works, done.stdout + done.stderr)
        # The same store's address, through our own client, with the certificate pinned: the contract over TLS.
        for base, code in ((hub.said["webdav"], 0), (hub.said["webdav"].replace("sha256//", "sha256//AAAA")[:-4] + "AAA=", 1)):
            place, fragment = base.split("#")
            url = place.rstrip("/") + hub.outbox("assessor").rstrip("/") + "#" + fragment
            context = served.http.client.ssl._create_unverified_context()
            link = served.http.client.HTTPSConnection("127.0.0.1", hub.port, context=context)
            hub.ask("MKCOL", hub.outbox("assessor"), "assessor", connection=link)
            link.close()
            environment = {**os.environ, "FIELDSEAL_STORE_URL": url, "FIELDSEAL_STORE_USER": "", "FIELDSEAL_STORE_SECRET": hub.token("assessor")}
            done = subprocess.run([served.PROGRAMS[1], "-tc=contract", "--no-version"], capture_output=True, text=True, timeout=120, env=environment)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        # The same after a restart.
        hub.stop()
        self.assertEqual(self.serve(tls=1).said["pin"], pin)


if __name__ == "__main__":
    served.main()
