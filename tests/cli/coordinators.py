"""Two coordinators, two reviewers and three assessors on one store, in any order: everybody ends with the same state."""

import json
import random
import unittest

import ctl

USER, SECRET = "surveyor", "made:up-word"


class Coordinators(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.first = self.founder()
        self.second = self.joined(self.first, "second", "coordinator", "Petro")
        self.assessors = [self.joined(self.first, f"laptop{i}", "assessor", f"Assessor {i}") for i in range(3)]
        self.reviewers = [self.joined(self.first, f"reviewer{i}", "reviewer", f"Reviewer {i}") for i in range(2)]
        self.everybody = [self.first, self.second, *self.assessors, *self.reviewers]

    def sync(self, person):
        return self.on(person, "sync", "VAULT", "--store", self.url, *self.options).json

    def moved(self, report):
        return report["sent"]["bundles"] > 0 or any(each["outcome"] == "imported" for each in report["received"])

    def round(self, dice):
        order = list(self.everybody)
        dice.shuffle(order)
        return any([self.moved(self.sync(person)) for person in order])

    def records(self, person):
        return {record["record"]: record["delivery"] for record in self.on(person, "status", "VAULT").json["records"]}

    def picture(self, person):
        """All sites, and each one's whole history: what was written by whom."""
        sites = self.on(person, "site", "list", "VAULT").json["sites"]
        pictures = {}
        for site in sites:
            steps = self.on(person, "history", "VAULT", site["site"]).json["steps"]
            pictures[site["site"]] = (site["name"], sorted(step["revision"] for step in steps))
        return pictures

    def play(self, seed):
        dice = random.Random(seed)
        visits = []
        for i, laptop in enumerate(self.assessors):
            site = self.site(laptop, name=f"Hospital {i}")
            visits.append((laptop, site, self.assessed(laptop, site, "--finalise").json["assessment"]))
            if dice.random() < 0.5:
                self.sync(laptop)
        for _ in range(dice.randrange(2, 6)):
            self.sync(dice.choice(self.everybody))
        for _ in range(8):
            if not self.round(dice):
                break
        # Reviews go back, each through whichever coordinator comes first.
        for reviewer, (_, _, visit) in zip(self.reviewers, visits):
            self.on(reviewer, "review", "VAULT", visit, "--approve", "--comment", "Good work")
        for _ in range(10):
            if not self.round(dice):
                break
        else:
            self.fail("it does not come to rest")
        wanted = self.picture(self.first)
        self.assertEqual(len(wanted), 3)
        for person in [self.second, *self.reviewers]:
            self.assertEqual(self.picture(person), wanted)
        for laptop, site, _ in visits:
            self.assertEqual(set(self.records(laptop).values()), {"delivered"})
            self.assertEqual(self.picture(laptop)[site], wanted[site])
        for reviewer in self.reviewers:
            self.assertEqual(set(self.records(reviewer).values()), {"delivered"})
        for person in self.everybody:
            self.assertEqual(self.on(person, "quarantine", "list", "VAULT").json["quarantine"], [])
            self.on(person, "verify", "VAULT")

    def test_through_a_folder(self):
        folder = self.folder / "shared"
        folder.mkdir()
        self.url, self.options = f"folder:{folder}", []
        self.play(1)

    def test_through_webdav(self):
        port = ctl.serve_webdav(self, self.folder / "server", USER, SECRET)
        credentials = self.folder / "credentials"
        credentials.write_text(f"{USER}\n{SECRET}\n")
        self.url, self.options = f"webdav://127.0.0.1:{port}", ["--store-credentials", credentials]
        self.play(2)


if __name__ == "__main__":
    ctl.main()
