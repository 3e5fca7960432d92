"""Odd places and odd people: folders that cannot be written, names that file systems allow, sticks that get lost, notes and files of great size."""

import json
import os
import pathlib
import random
import shutil
import stat
import subprocess
import unittest

import ctl


class Places(ctl.CtlTest):
    def bound_by_permissions(self):
        """Options that run the program as somebody whom file permissions bind: root is not."""
        if os.getuid() != 0:
            return {}
        program = self.folder / "fieldsealctl"
        shutil.copy(ctl.PROGRAM, program)
        os.chmod(program, 0o755)
        os.chmod(self.folder, 0o755)
        self.addCleanup(setattr, ctl, "PROGRAM", ctl.PROGRAM)
        ctl.PROGRAM = str(program)

        def become_nobody():
            os.setgid(65534)
            os.setuid(65534)

        return {"preexec_fn": become_nobody}

    def test_a_vault_that_cannot_be_written_is_left_as_it_is(self):
        office = self.founder()
        site = self.site(office)
        vault = pathlib.Path(office.vault)
        form = office.write("form.json", json.dumps({"name": "Second"}))
        for path in office.folder.iterdir():
            os.chmod(path, 0o444)
        os.chmod(office.folder, 0o555)
        content = vault.read_bytes()
        files = sorted(path.name for path in office.folder.iterdir())
        nobody = self.bound_by_permissions()
        try:
            refused = self.on(office, "site", "add", "VAULT", "--from", form, expect=1, **nobody)
            self.assertEqual(refused.error["code"], "disk")
            self.assertIn(office.vault, refused.error["message"])
            self.assertEqual(vault.read_bytes(), content)
            self.assertEqual(sorted(path.name for path in office.folder.iterdir()), files)
        finally:
            os.chmod(office.folder, stat.S_IRWXU)
            os.chmod(vault, 0o600)
        self.assertEqual([entry["site"] for entry in self.on(office, "site", "list", "VAULT").json["sites"]], [site])

    def test_nothing_is_exported_into_what_is_no_folder_or_may_not_be_written(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.site(laptop)
        file = laptop.write("a file", b"kept")
        for place in (file, str(self.folder / "absent")):
            self.assertEqual(self.on(laptop, "bundle", "export", "VAULT", "--out", place, expect=5).error["code"], "unreachable")
        self.assertEqual(pathlib.Path(file).read_bytes(), b"kept")
        closed = self.folder / "closed"
        closed.mkdir()
        os.chmod(closed, 0o555)
        os.chmod(laptop.folder, 0o777)
        for path in laptop.folder.iterdir():
            os.chmod(path, 0o666)
        nobody = self.bound_by_permissions()
        self.assertEqual(self.on(laptop, "bundle", "export", "VAULT", "--out", closed, expect=1, **nobody).error["code"], "disk")
        refused = self.on(laptop, "sync", "VAULT", "--store", f"folder:{closed}", expect=None, **nobody)
        self.assertIn(refused.code, (1, 5), refused.err)
        self.assertEqual(list(closed.iterdir()), [])
        # Nothing is lost by it: the next stick holds everything.
        os.chmod(closed, 0o755)
        for bundle in self.exported(laptop, "stick"):
            self.on(office, "bundle", "import", "VAULT", bundle)
        self.assertEqual(len(self.on(office, "site", "list", "VAULT").json["sites"]), 1)

    def test_a_folder_and_a_file_may_have_any_name(self):
        folder = self.folder / "тека 🏥 'лапки' \u202e $(x)"
        folder.mkdir()
        office = ctl.Person(folder, "-офіс- \n e\u0301")
        self.on(office, "deployment", "create", "VAULT", "--name", "D", "--person", "P")
        laptop = self.joined(office, "laptop")
        # A name that is no text at all is stored as one that is, with its kind.
        photo = os.fsencode(str(laptop.folder)) + b"/\xff\xfe.jpg"
        with open(photo, "wb") as out:
            out.write(b"%PDF-1.7 " + os.urandom(1000))
        answers = laptop.write("answers.json", "{}")
        site = self.site(laptop)
        done = subprocess.run([ctl.PROGRAM, "assess", laptop.vault, "--site", site, "--template", "csb", "--answers", answers, "--attach", photo, "--json",
                               "--passphrase-file", laptop.passphrase_file], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        visit = json.loads(done.stdout)["assessment"]
        stick = folder / "стик \u202e"
        stick.mkdir()
        self.on(laptop, "bundle", "export", "VAULT", "--out", stick)
        for bundle in stick.iterdir():
            self.on(office, "bundle", "import", "VAULT", bundle)
        item = self.on(office, "show", "VAULT", visit).json["evidence"][0]
        self.assertEqual((item["file_name"], item["media_type"]), ("evidence.jpg", "application/pdf"))


class Terminal(ctl.CtlTest):
    def test_a_passphrase_that_others_may_read_is_worth_a_warning(self):
        office = self.founder()
        for mode, warned in ((0o600, False), (0o640, True), (0o604, True), (0o622, False)):
            os.chmod(office.passphrase_file, mode)
            told = self.run_ctl("site", "list", office.vault, "--passphrase-file", office.passphrase_file).err
            self.assertEqual("fieldsealctl: warning: " in told and office.passphrase_file in told, warned, (oct(mode), told))
        # There stderr is one JSON document, or nothing.
        os.chmod(office.passphrase_file, 0o644)
        self.assertEqual(self.on(office, "site", "list", "VAULT").err, "")

    def test_columns_line_up_whatever_the_script(self):
        office = self.founder()
        # Two cells for each of these, none for the accent that combines.
        widths = {"東京病院": 8, "Лікарня": 7, "cafe\u0301": 4, "ＡＢＣ": 6, "x": 1}
        for name in widths:
            self.site(office, name=name, sector="water")
        lines = self.run_ctl("site", "list", office.vault, "--passphrase-file", office.passphrase_file).out.splitlines()
        self.assertEqual(len(lines), len(widths))
        for line in lines:
            name = line.split()[1]
            before_sector = line[: line.index("water")]
            cells = len(before_sector) - len(name) + widths[name]
            self.assertEqual(cells, 12 + 2 + 8 + 2, line)
            self.assertEqual(line, line.rstrip())


class Sizes(ctl.CtlTest):
    def test_a_note_of_100000_characters_comes_through_whole(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        letters = random.Random(7)
        note = "".join(letters.choice("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя \n\t\"\\🏥") for _ in range(100_000))
        site = self.site(laptop, notes=note)
        visit = self.assessed(laptop, site, answers={"answers": {"CSB-GV-01": {"value": 1, "note": note}}}).json["assessment"]
        for bundle in self.exported(laptop, "stick"):
            self.on(office, "bundle", "import", "VAULT", bundle)
        self.assertEqual(self.on(office, "show", "VAULT", site).json["record"]["notes"], note)
        self.assertEqual(self.on(office, "show", "VAULT", visit).json["record"]["answers"]["CSB-GV-01"]["note"], note)

    @unittest.skipUnless(os.environ.get("FIELDSEAL_TEST_LARGE"), "500 MB of evidence: set FIELDSEAL_TEST_LARGE=1")
    def test_500_megabytes_of_evidence_come_through_whole(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        film = laptop.folder / "film.mp4"
        subprocess.run(["dd", "if=/dev/urandom", f"of={film}", "bs=1M", "count=500", "status=none"], check=True)
        assessed = self.assessed(laptop, self.site(laptop), "--attach", str(film), "--question", "CSB-GV-01").json
        for bundle in self.exported(laptop, "stick"):
            self.on(office, "bundle", "import", "VAULT", bundle)
        out = self.folder / "film.out"
        self.on(office, "evidence", "save", "VAULT", assessed["evidence"][0], "--out", out)
        subprocess.run(["cmp", film, out], check=True)


class Sticks(ctl.CtlTest):
    def test_the_first_is_lost_the_last_comes_first_the_rest_late_and_twice(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        sites, sticks = [], []
        for number in range(4):
            sites.append(self.site(laptop, name=f"Site {number}"))
            sticks += self.exported(laptop, f"stick-{number}")
        for stick in [sticks[3], sticks[1], sticks[2], sticks[1], sticks[3]]:
            self.on(office, "bundle", "import", "VAULT", stick)
        self.assertEqual({entry["site"] for entry in self.on(office, "site", "list", "VAULT").json["sites"]}, set(sites))
        self.assertEqual(self.on(office, "status", "VAULT").json["missing"], [])
        for bundle in self.exported(office, "back"):
            self.on(laptop, "bundle", "import", "VAULT", bundle)
        status = self.on(laptop, "status", "VAULT").json
        self.assertEqual((status["sealed"], status["sent"]), (0, 0))
        self.assertGreaterEqual(status["delivered"], 4)
        # The one that was thought lost turns up: nothing comes back, nothing doubles.
        self.on(office, "bundle", "import", "VAULT", sticks[0])
        self.assertEqual(len(self.on(office, "site", "list", "VAULT").json["sites"]), 4)
        self.assertTrue(self.on(office, "verify", "VAULT").json["sound"])


if __name__ == "__main__":
    ctl.main()
