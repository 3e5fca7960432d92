"""Who may do what on the hub: every role on every path, tokens good and bad, and lists of access that come in."""

import json

import served

ROLES = ["owner", "deputy", "reviewer", "assessor", "newcomer"]
COORDINATES = {"owner", "deputy"}
READS = {"owner", "deputy", "reviewer"}  # a newcomer does not, whatever the role will be


class Access(served.HubTest):
    def setUp(self):
        super().setUp()
        self.hub = self.serve()

    def may(self, who, section, whose):
        """(read, write) as docs/formats/hub.md says."""
        own = who == whose
        if section == "outbox":
            return own or who in READS, own
        return own or who in COORDINATES, who in COORDINATES

    def prepare(self):
        """An object in everybody's boxes, put there by whoever may."""
        for whose in ROLES:
            for section, writer in (("outbox", whose), ("mailbox", "owner")):
                folder = getattr(self.hub, section)(whose)
                self.status(201, self.hub.ask("MKCOL", folder, writer))
                self.status(201, self.hub.ask("PUT", folder + "kept", writer, b"kept"))

    def test_every_role_on_every_box(self):
        self.prepare()
        checked = 0
        for who in ROLES:
            for whose in ROLES:
                for section in ("outbox", "mailbox"):
                    read, write = self.may(who, section, whose)
                    folder = getattr(self.hub, section)(whose)
                    other = self.hub.outbox(who, "from-" + section)
                    asked = [
                        ("GET", folder + "kept", read, {}), ("HEAD", folder + "kept", read, {}), ("GET", folder + "missing", read, {}),
                        ("PROPFIND", folder, read, {"Depth": "1"}), ("PROPFIND", folder + "kept", read, {"Depth": "0"}),
                        ("COPY", folder + "kept", read, {"Destination": other}),
                        ("PUT", folder + "new", write, {}), ("PUT", folder + "kept", write, {}), ("MKCOL", folder + "folder", write, {}),
                        ("MOVE", folder + "new", write, {"Destination": folder + "moved"}), ("DELETE", folder + "moved", write, {}),
                        ("DELETE", folder + "folder", write, {}), ("DELETE", folder + "missing", write, {}),
                        ("DELETE", folder, False, {}), ("MOVE", folder, False, {"Destination": other}),
                        ("PROPPATCH", folder + "kept", None, {}), ("LOCK", folder + "kept", None, {}),
                    ]
                    for method, path, allowed, headers in asked:
                        answer = self.hub.ask(method, path, who, b"x" if method == "PUT" else None, **headers)
                        what = f"{who} {method} {section} of {whose}"
                        if allowed is None:
                            self.status(405, answer, what)
                        elif allowed:
                            self.assertIn(answer.status, (200, 201, 204, 207, 404), f"{what} {answer}")
                        else:
                            self.status(403, answer, what)
                        checked += 1
        self.assertEqual(checked, 5 * 5 * 2 * 17)

    def test_moving_needs_both_ends(self):
        self.prepare()
        hub = self.hub
        for who, source, target, expected in (
            ("assessor", hub.outbox("assessor", "kept"), hub.outbox("reviewer", "stolen"), 403),
            ("assessor", hub.outbox("reviewer", "kept"), hub.outbox("assessor", "stolen"), 403),
            ("reviewer", hub.outbox("assessor", "kept"), hub.outbox("reviewer", "stolen"), 403),
            ("assessor", hub.mailbox("assessor", "kept"), hub.outbox("assessor", "taken"), 403),
            ("assessor", hub.outbox("assessor", "kept"), hub.mailbox("assessor", "taken"), 403),
            ("owner", hub.outbox("assessor", "kept"), hub.mailbox("assessor", "taken"), 403),
            ("owner", hub.mailbox("assessor", "kept"), hub.mailbox("reviewer", "given"), 201),
        ):
            answer = hub.ask("MOVE", source, who, Destination=target)
            self.status(expected, answer, f"{who} {source} {target}")

    def test_listings_show_what_may_be_seen(self):
        self.prepare()
        for who in ROLES:
            listing = self.hub.ask("PROPFIND", "/", who, Depth="infinity")
            text = self.status(207, listing).body.decode()
            for whose in ROLES:
                for section in ("outbox", "mailbox"):
                    read, _ = self.may(who, section, whose)
                    self.assertEqual(self.hub.people[whose][section] in text, read, f"{who} sees {section} of {whose}")
            self.assertEqual("/access/" in text, who in COORDINATES)
            self.assertNotIn("incoming", text)

    def test_top_folders_stay(self):
        for who in ROLES:
            for path in ("/", "/outbox/", "/mailbox/"):
                self.status(405, self.hub.ask("MKCOL", path, who), path)
                for method in ("PUT", "DELETE", "MOVE"):
                    self.status(403, self.hub.ask(method, path, who, Destination=self.hub.outbox(who, "x")), path)
            self.status(403, self.hub.ask("PUT", "/elsewhere", who, b"x"))
            self.status(403, self.hub.ask("GET", "/elsewhere", who))
            self.status(403, self.hub.ask("PUT", "/outbox/stray", who, b"x"))

    def test_tokens(self):
        hub = self.hub
        own = hub.outbox("assessor")
        good = hub.token("assessor")
        self.status(207, hub.ask("PROPFIND", "/", "assessor"))
        self.status(207, hub.ask("PROPFIND", "/", Authorization="bearer " + good))
        self.status(207, hub.ask("PROPFIND", "/", Authorization=served.basic("anybody", good)))
        # The same again is let in without another look, a changed one is not.
        for _ in range(3):
            self.status(207, hub.ask("PROPFIND", "/", "newcomer"))
        wrong = [None, "", "x", good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), good + "=", good + "A", "A" * 5000, hub.token("stranger")]
        for token in wrong:
            answer = hub.ask("PROPFIND", "/", Authorization="Bearer " + token) if token is not None else hub.ask("PROPFIND", "/")
            self.status(401, answer, repr(token))
            self.assertIn("WWW-Authenticate", answer.headers)
        for value in ("Basic", "Basic !!!", "Basic " + good, "Digest " + good, served.basic("a", "b"), "Bearer"):
            self.status(401, hub.ask("PUT", own + "x", body=b"x", Authorization=value), value)

    def test_health_needs_no_token_and_tells_nothing(self):
        answer = self.status(200, self.hub.ask("GET", "/healthz"))
        self.assertEqual(json.loads(answer.body), {"status": "ok"})
        self.status(401, self.hub.ask("PUT", "/healthz", body=b"x"))
        self.status(403, self.hub.ask("PUT", "/healthz", "owner", b"x"))

    def put_list(self, who, kind, name=None):
        made = self.hub.said["lists"][kind]
        path = "/access/.up-0123456789abcdef"
        put = self.hub.ask("PUT", path, who, bytes.fromhex(made["bytes"]))
        if put.status != 201:
            return put
        answer = self.hub.ask("MOVE", path, who, Destination="/access/" + (name or made["name"]), Overwrite="F")
        self.hub.ask("DELETE", path, who)
        return answer

    def test_a_newer_list_shuts_out_at_once_and_stays(self):
        hub = self.hub
        self.status(403, self.put_list("assessor", "next"))
        self.status(403, self.put_list("reviewer", "next"))
        self.status(403, self.put_list("owner", "forged"))
        self.status(400, self.put_list("owner", "next", "l-0000000000000099"))
        self.status(400, self.put_list("owner", "next", "other"))
        self.status(412, self.put_list("owner", "first"))
        self.status(403, hub.ask("PUT", "/access/" + hub.said["lists"]["next"]["name"], "owner", b"x"))
        self.status(207, hub.ask("PROPFIND", "/", "assessor"))
        connection = hub.connect()
        self.status(207, hub.ask("PROPFIND", "/", "assessor", connection=connection))
        self.status(201, self.put_list("deputy", "next"))
        self.status(401, hub.ask("PROPFIND", "/", "assessor", connection=connection))
        self.status(401, hub.ask("PROPFIND", "/", "assessor"))
        self.status(207, hub.ask("PROPFIND", "/", "newcomer"))
        # Never backwards, not after a restart with the old file either, which serve_hub gives each time.
        self.status(412, self.put_list("owner", "first"))
        listing = hub.ask("PROPFIND", "/access/", "owner", Depth="1").body.decode()
        self.assertIn(hub.said["lists"]["next"]["name"], listing)
        self.assertNotIn(hub.said["lists"]["first"]["name"], listing)
        version = hub.said["version"]
        self.assertEqual(hub.stop(), 0)
        self.hub = self.serve()
        self.assertEqual(self.hub.said["version"], version + 1)
        self.status(401, self.hub.ask("PROPFIND", "/", "assessor"))
        self.status(207, self.hub.ask("PROPFIND", "/", "owner"))

    def test_the_log_tells_no_secrets(self):
        hub = self.hub
        self.status(201, hub.ask("MKCOL", hub.outbox("assessor"), "assessor"))
        self.status(201, hub.ask("PUT", hub.outbox("assessor", "p-name-of-it"), "assessor", b"what it says"))
        self.status(401, hub.ask("GET", "/outbox/", token="wrong-token-of-somebody"))
        hub.stop()
        text = (self.folder / "root.log").read_text()
        # Each line is written when its connection is done with, and these are three of them.
        lines = sorted(hub.log(), key=lambda line: (line["status"], line["method"]))
        self.assertEqual([line["status"] for line in lines], [201, 201, 401])
        self.assertEqual(lines[1]["method"], "PUT")
        self.assertEqual(lines[1]["place"], "outbox")
        self.assertEqual(lines[1]["received"], 12)
        self.assertEqual(len(lines[1]["key"]), 8)
        self.assertEqual(lines[2]["key"], "")
        for secret in (hub.token("assessor"), "wrong-token", "what it says", "p-name-of-it", hub.people["assessor"]["outbox"]):
            self.assertNotIn(secret, text)


if __name__ == "__main__":
    served.main()
