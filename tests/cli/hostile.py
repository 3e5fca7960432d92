"""What can go wrong from outside: damaged, foreign and huge bundles, wrong keys and names, a store that is away, two programs, eyes on the process list."""

import json
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import time

import ctl


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1:]


class Keys(ctl.CtlTest):
    def test_a_wrong_passphrase_is_3_and_no_vault_is_4(self):
        office = self.founder()
        wrong = office.write("wrong", "not it")
        self.assertEqual(self.run_ctl("status", office.vault, "--passphrase-file", wrong, "--json", expect=3).error["code"], "locked")
        self.run_ctl("status", office.write("empty.fsvault", b""), "--passphrase-file", wrong, expect=4)
        self.run_ctl("status", office.write("noise.fsvault", os.urandom(100_000)), "--passphrase-file", wrong, expect=4)
        self.run_ctl("status", office.write("text.fsvault", "hello"), "--passphrase-file", wrong, expect=4)
        absent = self.run_ctl("status", office.vault + "x", "--passphrase-file", wrong, "--json", expect=1)
        self.assertEqual(absent.error["code"], "not_found")

    def test_a_passphrase_comes_from_a_file_a_descriptor_or_a_terminal(self):
        office = self.founder()
        # One line end goes, two are a mistake of whoever wrote the file, not ours to mend.
        self.run_ctl("verify", office.vault, "--passphrase-file", office.write("bare", office.passphrase))
        self.run_ctl("verify", office.vault, "--passphrase-file", office.write("two", office.passphrase + "\n\n"), expect=3)
        self.run_ctl("verify", office.vault, "--passphrase-file", office.write("none", "\n"), expect=1)
        reading, writing = os.pipe()
        os.write(writing, office.passphrase.encode() + b"\n")
        os.close(writing)
        self.run_ctl("verify", office.vault, "--passphrase-fd", reading, pass_fds=[reading])
        os.close(reading)
        # Without a terminal nobody can be asked.
        self.run_ctl("verify", office.vault, expect=2)
        code, shown = self.on_terminal([office.passphrase], "verify", office.vault)
        self.assertEqual(code, 0, shown)
        self.assertIn("Passphrase:", shown)
        self.assertNotIn(office.passphrase, shown)

    def test_a_new_passphrase_is_asked_for_twice(self):
        vault = str(self.folder / "typed.fsvault")
        words = ("deployment", "create", vault, "--name", "D", "--person", "P")
        code, shown = self.on_terminal(["one passphrase", "another"], *words)
        self.assertEqual(code, 2, shown)
        self.assertFalse(os.path.exists(vault))
        code, shown = self.on_terminal(["one passphrase", "one passphrase"], *words)
        self.assertEqual(code, 0, shown)
        self.assertNotIn("one passphrase", shown)

    def on_terminal(self, lines, *words):
        """Types each line when it is asked for; gives exit code and all that was shown."""
        child, terminal = pty.fork()
        if child == 0:
            os.execv(ctl.PROGRAM, [ctl.PROGRAM, *words])
        shown = b""
        waiting = list(lines)
        answered = 0
        while True:
            try:
                got = os.read(terminal, 4096)
            except OSError:
                break
            if not got:
                break
            shown += got
            if waiting and len(re.findall(rb"(?:passphrase|Passphrase|Again): ", shown)) > answered:
                answered += 1
                os.write(terminal, waiting.pop(0).encode() + b"\n")
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()

    def test_a_code_that_does_not_open_the_invitation_leaves_nothing_behind(self):
        office = self.founder()
        invitation = str(self.folder / "a.fsinvite")
        invited = self.on(office, "invite", "VAULT", "--role", "assessor", "--person", "A", "--out", invitation).json
        self.assertRegex(invited["code"], r"^[0-9]{20}$")
        guest = self.person("guest")
        for code in ("0" * 20, "12345", "", "x" * 20):
            self.on(guest, "join", "VAULT", "--invite", invitation, "--code-file", guest.write("code", code), expect=3)
        good = guest.write("code", invited["code"][:10] + " - " + invited["code"][10:] + "\n")
        broken = guest.write("broken", flipped(pathlib.Path(invitation).read_bytes(), 2))
        self.on(guest, "join", "VAULT", "--invite", broken, "--code-file", good, expect=4)
        self.assertEqual(sorted(path.name for path in guest.folder.iterdir()), ["broken", "code", "passphrase"])
        self.on(guest, "join", "VAULT", "--invite", invitation, "--code-file", good)
        # The file is there already, whoever's it is.
        self.on(guest, "join", "VAULT", "--invite", invitation, "--code-file", good, expect=1)
        self.on(office, "invite", "VAULT", "--role", "assessor", "--person", "A", "--out", invitation, expect=1)

    def test_the_recovery_code_opens_a_vault_whose_passphrase_is_forgotten(self):
        office = self.person("office")
        code = str(office.folder / "recovery")
        made = self.on(office, "deployment", "create", "VAULT", "--name", "D", "--person", "P", "--recovery-code-file", code)
        self.assertNotIn("recovery_code", made.json)
        self.assertRegex(pathlib.Path(code).read_text(), r"^[0-9]{40}\n$")
        self.assertEqual(os.stat(code).st_mode & 0o777, 0o600)
        fresh = office.write("fresh", "a new passphrase")
        self.run_ctl("passphrase", "change", office.vault, "--with-recovery-code-file", code, "--new-passphrase-file", fresh)
        self.on(office, "status", "VAULT", expect=3)
        self.run_ctl("status", office.vault, "--passphrase-file", fresh)
        renewed = self.run_ctl("recovery", "new", office.vault, "--passphrase-file", fresh, "--json").json
        self.assertRegex(renewed["recovery_code"], r"^[0-9]{40}$")
        self.run_ctl("passphrase", "change", office.vault, "--with-recovery-code-file", code, "--new-passphrase-file", fresh, expect=3)
        self.run_ctl("passphrase", "change", office.vault, "--with-recovery-code-file", office.write("code", renewed["recovery_code"]),
                     "--new-passphrase-file", office.passphrase_file)
        self.on(office, "status", "VAULT")


class Words(ctl.CtlTest):
    def test_wrong_usage_is_2(self):
        for words in ([], ["frobnicate"], ["site"], ["site", "add"], ["status"], ["status", "a", "b"], ["status", "a", "--no-such-option"],
                      ["generate", "a", "--sites", "many", "--assessments", "1", "--seed", "1"],
                      ["invite", "a", "--role", "king", "--person", "P", "--out", "f"], ["status", "a", "--passphrase", "secret"],
                      ["status", "a", "--passphrase-file", "f", "--passphrase-fd", "3"]):
            result = self.run_ctl(*words, expect=2)
            self.assertTrue(result.err.startswith("fieldsealctl: "), words)
            self.assertEqual(result.out, "", words)
        self.assertEqual(self.run_ctl("status", "--json", expect=2).error["code"], "usage")

    def test_unknown_ids_are_1_and_what_is_no_id_is_2(self):
        office = self.founder()
        site = self.site(office)
        for words in (["show", "VAULT", "00000000"], ["history", "VAULT", "f" * 32], ["diff", "VAULT", "0" * 64, "0" * 64],
                      ["review", "VAULT", "0000", "--approve"], ["evidence", "save", "VAULT", "0000", "--out", str(self.folder / "x")],
                      ["template", "show", "nothing"]):
            if words[0] == "template":
                self.assertEqual(self.run_ctl(*words, "--json", expect=1).error["code"], "not_found")
            else:
                self.assertEqual(self.on(office, *words, expect=1).error["code"], "not_found", words)
        for words in (["show", "VAULT", "abc"], ["show", "VAULT", "zzzz"], ["show", "VAULT", site + "00"]):
            self.assertEqual(self.on(office, *words, expect=2).error["code"], "usage", words)
        self.assessed(office, "00000000", expect=1)
        self.assessed(office, site, "--question", "CSB-GV-01", expect=2)
        self.assessed(office, site, "--attach", str(self.folder / "absent.jpg"), expect=1)
        self.assessed(office, site, "--attach", office.passphrase_file, "--question", "NO-SUCH", expect=1)
        self.assessed(office, site, answers={"answers": {"CSB-GV-01": {"value": 7}}}, expect=1)
        # None of these has begun an assessment.
        self.assertEqual(self.on(office, "show", "VAULT", site).json["assessments"], [])

    def test_a_form_with_mistakes_names_them_and_adds_nothing(self):
        office = self.founder()
        for form, part in (('{"name": "x", "sector": "helath"}', "/sector: is not a sector"), ('{"name": "x", "profile": {"has_it": "yes"}}', "/profile/has_it"),
                           ('{"nmae": "x"}', "/nmae: is not a member"), ('{"name": ', "line 1"), ("", "line 1"), ("\xff", "")):
            path = office.write("form.json", form)
            result = self.on(office, "site", "add", "VAULT", "--from", path, expect=1)
            self.assertIn(part, result.error["message"])
            self.assertIn("form.json", result.error["message"])
        self.assertEqual(self.on(office, "site", "list", "VAULT").json["sites"], [])

    def test_the_examples_of_the_documentation_are_taken_as_they_stand(self):
        text = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
        forms = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
        site = [form for form in forms if "name" in form]
        answers = [form for form in forms if "answers" in form]
        self.assertEqual((len(site), len(answers)), (1, 1))
        office = self.founder()
        added = self.site(office, **site[0])
        assessment = self.assessed(office, added, "--finalise", answers=answers[0]).json["assessment"]
        self.assertEqual(self.on(office, "show", "VAULT", added).json["record"], site[0])
        shown = self.on(office, "show", "VAULT", assessment).json["record"]
        for answer in shown["answers"].values():
            self.assertGreater(answer.pop("answered_ms"), 0)
        self.assertEqual(shown["answers"], answers[0]["answers"])
        self.assertEqual(shown["summary"], answers[0]["summary"])

    def test_a_terminal_is_not_told_to_do_anything(self):
        office = self.founder()
        site = self.site(office, name="Name\u001b[2J\u202eevil\u0007")
        for words in (("site", "list", office.vault), ("show", office.vault, site), ("status", office.vault)):
            text = self.run_ctl(*words, "--passphrase-file", office.passphrase_file).out
            self.assertIn("Name", text)
            for mark in "\u001b\u202e\u0007":
                self.assertNotIn(mark, text)
        self.assertEqual(self.on(office, "site", "list", "VAULT").json["sites"][0]["name"], "Name\u001b[2J\u202eevil\u0007")


class Bundles(ctl.CtlTest):
    def outcome(self, person, path, expect):
        report = self.on(person, "bundle", "import", "VAULT", path, expect=expect).json["imports"][0]
        return report["outcome"], report["failure"]

    def test_what_is_not_a_sound_bundle_is_refused_and_nothing_of_it_taken_in(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.assessed(laptop, self.site(laptop, name="Only once"))
        bundle = pathlib.Path(self.exported(laptop, "stick")[0])
        sound = bundle.read_bytes()
        cases = {"empty": b"", "one byte": sound[:1], "half": sound[: len(sound) // 2], "last byte gone": sound[:-1], "appended": sound + b"\0",
                 "first bit": flipped(sound, 0), "header": flipped(sound, 40), "middle": flipped(sound, len(sound) // 2),
                 "last bit": flipped(sound, len(sound) - 1), "noise": os.urandom(50_000), "doubled": sound + sound}
        for name, content in cases.items():
            with self.subTest(name):
                outcome, failure = self.outcome(office, office.write("bad.fsbundle", content), None)
                self.assertEqual(outcome, "refused")
                code = self.on(office, "bundle", "import", "VAULT", str(office.folder / "bad.fsbundle"), expect=None).code
                # A bit of the header may just as well make it somebody else's, or one of a newer version.
                self.assertEqual(code, 1 if failure in ("not_for_us", "newer_version") else 4, failure)
                if name not in ("header", "first bit"):
                    self.assertEqual(code, 4, failure)
        self.assertEqual(self.on(office, "site", "list", "VAULT").json["sites"], [])
        # A damaged one does not keep a sound one out, and the worst decides the exit code.
        mixed = self.on(office, "bundle", "import", "VAULT", str(office.folder / "bad.fsbundle"), str(bundle), expect=4).json["imports"]
        self.assertEqual([report["outcome"] for report in mixed], ["refused", "imported"])
        self.assertEqual(len(self.on(office, "site", "list", "VAULT").json["sites"]), 1)
        self.assertEqual(self.outcome(office, str(bundle), 0), ("already_imported", None))
        self.assertEqual(self.outcome(office, office.write("renamed", sound), 0), ("already_imported", None))
        self.assertTrue(self.on(office, "verify", "VAULT").json["sound"])

    def test_a_bundle_of_another_deployment_is_1(self):
        office = self.founder()
        stranger = self.founder("stranger", deployment="Another")
        bundle = self.exported(self.joined(stranger, "elsewhere"), "stick")[0]
        self.assertEqual(self.outcome(office, bundle, 1), ("refused", "not_for_us"))
        # Nor does an assessor read what another sent to the team.
        first, second = self.joined(office, "first"), self.joined(office, "second")
        self.site(first)
        self.assertEqual(self.outcome(second, self.exported(first, "other")[0], 1), ("refused", "not_for_us"))

    def test_ten_gigabytes_are_refused_without_being_read(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        self.site(laptop)
        bundle = pathlib.Path(self.exported(laptop, "stick")[0])
        for start in (b"", bundle.read_bytes()):
            huge = self.folder / "huge.fsbundle"
            huge.write_bytes(start)
            os.truncate(huge, 10 << 30)
            # With a fifth of that in address space: whoever tries to hold it all fails.
            result = self.on(office, "bundle", "import", "VAULT", str(huge), expect=None,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)))
            self.assertIn(result.code, (1, 4), result.err)
            self.assertNotIn("memory", result.err)
            huge.unlink()

    def test_a_file_that_cannot_be_read_is_1(self):
        office = self.founder()
        self.assertEqual(self.on(office, "bundle", "import", "VAULT", str(self.folder / "absent"), expect=1).error["code"], "not_found")
        self.on(office, "bundle", "import", "VAULT", str(self.folder), expect=1)

    def test_a_store_that_is_away_is_5(self):
        office = self.founder()
        gone = self.on(office, "sync", "VAULT", "--store", "folder:" + str(self.folder / "unplugged"), expect=5)
        self.assertEqual(gone.error["code"], "unreachable")
        self.assertFalse((self.folder / "unplugged").exists())
        self.on(office, "sync", "VAULT", "--store", "gopher://x", expect=2)


class Machine(ctl.CtlTest):
    def test_sixty_megabytes_of_evidence_come_through_whole(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        content = os.urandom(60_000_000)
        film = laptop.write("film.mp4", content)
        assessed = self.assessed(laptop, self.site(laptop), "--attach", film, "--question", "CSB-GV-01", "--finalise").json
        for bundle in self.exported(laptop, "stick"):
            self.on(office, "bundle", "import", "VAULT", bundle)
        out = self.folder / "film.out"
        self.on(office, "evidence", "save", "VAULT", assessed["evidence"][0], "--out", out)
        self.assertTrue(out.read_bytes() == content, "the film differs")
        # Never over a file that is there.
        self.on(office, "evidence", "save", "VAULT", assessed["evidence"][0], "--out", out, expect=1)

    def test_two_programs_do_not_open_one_vault(self):
        office = self.founder()
        words = [ctl.PROGRAM, "generate", office.vault, "--sites", "20000", "--assessments", "20000", "--seed", "1", "--passphrase-file",
                 office.passphrase_file]
        long_work = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # Only once it has the file open: whoever comes first gets it, and the other one is refused.
            held = False
            while not held and long_work.poll() is None:
                time.sleep(0.2)
                held = any(os.path.realpath(entry.path) == os.path.realpath(office.vault) for entry in os.scandir(f"/proc/{long_work.pid}/fd"))
            self.assertTrue(held, "the first program never held the vault")
            time.sleep(1)
            refused = self.on(office, "status", "VAULT", expect=None)
            self.assertEqual((refused.code, refused.error["code"]), (1, "in_use"))
            # Ctrl+C: the work ends in order, says so, and the vault is sound.
            long_work.send_signal(signal.SIGINT)
            complaint = long_work.communicate(timeout=120)[1].decode()
        finally:
            long_work.kill()
            long_work.wait()
        self.assertEqual(long_work.returncode, 1, complaint)
        self.assertIn("ancelled", complaint)
        self.assertTrue(self.on(office, "verify", "VAULT").json["sound"])

    def test_nothing_secret_shows_on_the_machine(self):
        office = self.founder()
        secrets = [office.passphrase, "Лікарня Потаємна", "a note that nobody sees"]
        site = self.site(office, name=secrets[1], notes=secrets[2])
        temporary = self.folder / "tmp"
        temporary.mkdir()
        answers = office.write("answers.json", json.dumps({"summary": secrets[2], "answers": {"CSB-GV-01": {"value": 3, "note": secrets[2]}}}))
        running = subprocess.Popen([ctl.PROGRAM, "assess", office.vault, "--site", site, "--template", "csb", "--answers", answers, "--attach",
                                    office.write("photo", secrets[2].encode() * 100_000), "--finalise", "--passphrase-file", office.passphrase_file],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"TMPDIR": str(temporary)}, cwd=temporary)
        watched = 0
        while running.poll() is None:
            for name in ("cmdline", "environ", "comm"):
                try:
                    shown = pathlib.Path(f"/proc/{running.pid}/{name}").read_bytes()
                except OSError:
                    continue
                watched += 1
                for secret in secrets:
                    self.assertNotIn(secret.encode(), shown)
            time.sleep(0.01)
        out, err = running.communicate()
        self.assertEqual(running.returncode, 0, err)
        self.assertGreater(watched, 0)
        for secret in secrets:
            self.assertNotIn(secret.encode(), out + err)
        self.assertEqual(list(temporary.iterdir()), [])
        # Beside the inputs that were written here, nothing holds them: not the vault, not what SQLite may leave beside it.
        inputs = {"passphrase", "site.json", "answers.json", "photo"}
        for path in office.folder.iterdir():
            if path.name not in inputs:
                for secret in secrets:
                    self.assertNotIn(secret.encode(), path.read_bytes(), path.name)
        # Errors about a record do not name it either.
        for words in (["sync", "VAULT", "--store", str(self.folder / "away")], ["review", "VAULT", site, "--approve"], ["reopen", "VAULT"],
                      ["assess", "VAULT", "--assessment", site, "--answers", answers]):
            failed = self.on(office, *words, expect=None)
            self.assertNotEqual(failed.code, 0)
            for secret in secrets:
                self.assertNotIn(secret, failed.err)

    def test_a_full_output_is_noticed(self):
        office = self.founder()
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ctl.PROGRAM, "status", office.vault, "--passphrase-file", office.passphrase_file, "--json"], stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not be written", done.stderr.decode())


if __name__ == "__main__":
    ctl.main()
