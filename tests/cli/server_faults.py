"""A team exchanges through a server that answers wrongly now and then: every whole sync ends in delivered, or in a clear state that continues
later. And what a sync costs in requests where nothing is new."""

import pathlib
import random
import sys
import threading

import ctl

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import faulty_servers

# What a server may say at any moment, and how a program may end on it: delivered after trying again, refused, or for now not to be had.
FAULTS = [401, 403, 404, 409, 412, 423, 429, 500, 503, 507, "html", "cut"]


class Server(ctl.CtlTest):
    def setUp(self):
        super().setUp()

        class Served(faulty_servers.FaultyWebdav):
            objects, plan, seen = {}, [None], []
            together = None

            def work(self, body):
                if self.together and self.command == "PROPFIND":
                    self.together.wait()
                super().work(body)

        self.server = Served
        self.url = f"webdav://127.0.0.1:{faulty_servers.start(Served)}"
        self.credentials = self.folder / "credentials"
        self.credentials.write_text("user\nword\n")

    def sync(self, person, expect=0):
        self.server.seen.clear()
        return self.on(person, "sync", "VAULT", "--store", self.url, "--store-credentials", self.credentials, expect=expect)

    def states(self, person):
        return {record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def team(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        return office, laptop

    def test_where_nothing_is_new_a_sync_only_looks_in_one_round_trip(self):
        office, laptop = self.team()
        self.site(laptop)
        for person in (laptop, office, laptop, office, laptop, office):
            self.sync(person)
        self.assertEqual(self.states(laptop), {"delivered"})
        for person in (laptop, office):
            # What comes in, and what was sent and may have vanished: the server answers none before it has been asked for both.
            self.server.together = threading.Barrier(2, timeout=60)
            self.sync(person)
            self.assertEqual(self.server.seen, [("PROPFIND", None)] * 2)
            self.assertFalse(self.server.together.broken)

    def test_any_answer_at_any_moment(self):
        office, laptop = self.team()
        chance = random.Random(5)
        ended = {}
        for fault in FAULTS:
            self.site(laptop, name=f"Site {fault}")
            for person in (laptop, office, laptop):
                self.server.plan[:] = [None] * chance.randrange(6) + [fault, None]
                result = self.sync(person, expect=None)
                self.assertIn(result.code, (0, 1, 5), result.err)
                if result.code != 0:
                    if result.err:
                        self.assertRegex(result.error["message"], "^[A-Z].*127.0.0.1.*\\.$")
                    else:
                        # What came is not whole; it is told for each bundle, and fetched again by the next sync.
                        self.assertTrue(any(bundle["reason"] for bundle in result.json["received"]), result.out)
                ended.setdefault(fault, set()).add(result.code)
        # What passes by itself is tried again at once; what somebody must do something about is said.
        for fault in (423, 429, 500, 503, "cut"):
            self.assertEqual(ended[fault], {0}, fault)
        for fault in (401, 403, 507, "html"):
            self.assertNotEqual(ended[fault], {0}, fault)
        self.server.plan[:] = [None]
        for person in (laptop, office, laptop):
            self.sync(person)
        self.assertEqual(self.states(laptop), {"delivered"})
        names = sorted(site["name"] for site in self.on(office, "site", "list", "VAULT").json["sites"])
        self.assertEqual(names, sorted(f"Site {fault}" for fault in FAULTS))


if __name__ == "__main__":
    ctl.main()
