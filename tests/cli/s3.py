"""A team exchanges through an S3 service that others wrote (OpenStack Swift), also where a machine's clock is a year off."""

import os
import pathlib
import random
import sys
import unittest

import ctl

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import peers

MIB = 1 << 20


class S3(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        try:
            self.peer = peers.start("swift")
            self.peer.__enter__()
        except SystemExit as ended:  # it has printed why
            raise unittest.SkipTest("no S3 service here") if ended.code == 77 else AssertionError("the S3 service did not start")
        self.addCleanup(self.peer.__exit__)
        self.credentials = self.folder / "credentials"
        self.credentials.write_text(f"{self.peer.user}\n{self.peer.secret}\n")

    def sync(self, person, expect=0, **more):
        environment = peers.clean_environment(**more)
        result = self.on(person, "sync", "VAULT", "--store", self.peer.url + "/field", "--store-credentials", self.credentials, expect=expect, env=environment)
        self.assertNotIn(self.peer.secret, result.out + result.err)
        return result

    def synced(self, *people):
        for person in people:
            self.sync(person)

    def states(self, person):
        return {record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def names(self, person):
        return sorted(site["name"] for site in self.on(person, "site", "list", "VAULT").json["sites"])

    def test_a_visit_its_evidence_and_its_review_travel_through_a_bucket(self):
        office = self.founder()
        laptop = self.joined(office, "laptop", person="Ivan")
        reader = self.joined(office, "reader", role="reviewer", person="Ruth")
        second = self.joined(office, "second", role="coordinator", person="Carl")
        self.synced(office, second, reader, laptop)
        site = self.site(laptop, name="Обласна лікарня")
        photo = self.folder / "plan.bin"
        photo.write_bytes(random.Random(3).randbytes(5 * MIB // 2))
        visit = self.assessed(laptop, site, "--attach", photo, "--question", "CSB-GV-01", "--finalise").json["assessment"]
        self.synced(laptop)
        self.assertEqual(self.states(laptop), {"sent"})
        self.synced(office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})
        self.synced(second, reader)
        for person in (office, second, reader):
            self.assertEqual(self.names(person), ["Обласна лікарня"])
        self.on(reader, "review", "VAULT", visit, "--return", "--comment", "Look again")
        self.synced(reader, second, office, laptop)
        reviews = self.on(laptop, "show", "VAULT", visit).json["reviews"]
        self.assertEqual([(review["verdict"], review["text"]) for review in reviews], [("returned", "Look again")])
        # The same once more changes nothing, and every vault is sound.
        self.synced(office, second, reader, laptop)
        for person in (office, second, reader, laptop):
            self.on(person, "verify", "VAULT")
        # A machine whose clock was set back by a year: the service refuses it, and both times are said with what to do.
        self.site(laptop, name="Водоканал")
        library = next((str(path) for path in pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
        if library is None:
            self.assertNotEqual(os.environ.get("CI"), "true", "libfaketime is not installed")
            self.skipTest("libfaketime is not installed: the wrong clock was not tried")
        told = self.sync(laptop, expect=1, LD_PRELOAD=library, FAKETIME="-365d", FAKETIME_DONT_FAKE_MONOTONIC="1").error
        self.assertRegex(told["message"], "clock says .*Set this machine's clock")
        self.assertNotEqual(self.states(laptop), {"delivered"})
        # With the clock right again the same goes out; nothing was lost or doubled meanwhile.
        self.synced(laptop, office, laptop)
        self.assertEqual(self.states(laptop), {"delivered"})
        self.assertEqual(self.names(office), ["Водоканал", "Обласна лікарня"])


if __name__ == "__main__":
    ctl.main()
