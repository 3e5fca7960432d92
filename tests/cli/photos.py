"""Photos as evidence: what readers get says nothing of place or camera, and only coordinators (and who took it) can open the original."""

import hashlib
import pathlib
import struct
import subprocess

import ctl

CAMERA = b"Kestrel Pocket 7"
PLACE = b"48.4567N 35.0462E"


def picture(form, size="640x480"):
    return subprocess.run(["convert", "-size", size, "gradient:red-blue", form + ":-"], check=True, capture_output=True).stdout


def exif(orientation=1):
    """TIFF, big-endian: Make, Orientation, and a GPS directory with a latitude and a name of the place."""
    make, place = CAMERA + b"\0", PLACE + b"\0"
    first_end = 8 + 2 + 3 * 12 + 4
    gps = first_end + len(make)
    latitude = gps + 2 + 2 * 12 + 4
    return (b"MM\0*" + struct.pack(">IH", 8, 3)
            + struct.pack(">HHII", 0x010F, 2, len(make), first_end)
            + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
            + struct.pack(">HHII", 0x8825, 4, 1, gps)
            + struct.pack(">I", 0) + make
            + struct.pack(">H", 2)
            + struct.pack(">HHII", 0x0002, 5, 3, latitude)
            + struct.pack(">HHII", 0x001D, 2, len(place), latitude + 24)
            + struct.pack(">I", 0) + struct.pack(">6I", 48, 1, 27, 1, 24, 1) + place)


def camera_photo(orientation=1, size="640x480"):
    jpeg = picture("jpeg", size)
    body = b"Exif\0\0" + exif(orientation)
    return jpeg[:2] + struct.pack(">HH", 0xFFE1, len(body) + 2) + body + jpeg[2:]


def blake2b(content):
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def pixel(path, x, y):
    text = subprocess.run(["convert", str(path), "-format", f"%[fx:int(255*p{{{x},{y}}}.r)] %[fx:int(255*p{{{x},{y}}}.g)] %[fx:int(255*p{{{x},{y}}}.b)]", "info:"],
                          check=True, capture_output=True, text=True).stdout
    return [int(value) for value in text.split()]


def size_of(path):
    return subprocess.run(["identify", "-format", "%wx%h", str(path)], check=True, capture_output=True, text=True).stdout


class Photos(ctl.CtlTest):
    def setUp(self):
        super().setUp()
        self.office = self.founder()
        self.laptop = self.joined(self.office, "laptop")
        self.visit = self.assessed(self.laptop, self.site(self.laptop)).json["assessment"]
        self.photo = camera_photo()
        self.assertIn(CAMERA, self.photo)
        self.file = self.laptop.write("IMG_0042.JPG", self.photo)

    def attach(self, file, *words, expect=0):
        return self.on(self.laptop, "attach", "VAULT", self.visit, file, *words, expect=expect)

    def synced(self, *people):
        store = self.folder / "store"
        store.mkdir(exist_ok=True)
        for person in people:
            self.on(person, "sync", "VAULT", "--store", f"folder:{store}", expect=None)

    def saved(self, person, evidence, *words, expect=0):
        out = person.folder / f"saved-{len(list(person.folder.iterdir()))}"
        result = self.on(person, "evidence", "save", "VAULT", evidence, "--out", out, *words, expect=expect)
        if expect == 0:
            self.assertEqual(result.json["blake2b_256"], blake2b(out.read_bytes()))
        return out

    def evidence_of(self, person):
        return self.on(person, "show", "VAULT", self.visit).json["evidence"]

    def test_readers_get_the_copy_and_coordinators_the_original(self):
        desk = self.joined(self.office, "desk", role="reviewer", person="Reviewer")
        attached = self.attach(self.file, "--question", "CSB-GV-01", "--redact", "0.25,0.25,0.5,0.5").json
        self.assertTrue(attached["cleaned"]["removed_location"])
        self.assertTrue(attached["cleaned"]["removed_camera"])
        self.assertEqual(attached["cleaned"]["redacted"], [{"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}])
        self.assertEqual((attached["original"]["coordinators_devices"], attached["original"]["of_which_have_the_key"], attached["original"]["opens_here"]), (1, 1, True))
        evidence = attached["evidence"]
        # On the device that took it both are there, before anything was sent.
        self.assertEqual(self.saved(self.laptop, evidence, "--original").read_bytes(), self.photo)
        self.synced(self.laptop, desk, self.office, self.laptop, desk, self.office, desk)
        self.assertEqual(self.on(self.laptop, "show", "VAULT", self.visit).json["delivery"], "delivered")

        there = self.evidence_of(desk)[0]
        self.assertEqual(there["bytes_here"], there["bytes"])
        self.assertFalse(there["original"]["opens_here"])
        self.assertEqual(there["original"]["commitment"], attached["original"]["commitment"])
        copy = self.saved(desk, evidence)
        for secret in (CAMERA, PLACE, b"Exif"):
            self.assertNotIn(secret, copy.read_bytes())
        self.assertEqual(blake2b(copy.read_bytes()), attached["blake2b_256"])
        self.assertEqual(size_of(copy), "640x480")
        self.assertLess(max(pixel(copy, 320, 240)), 12)
        self.assertGreater(max(pixel(copy, 20, 20)), 100)
        refused = self.on(desk, "evidence", "save", "VAULT", evidence, "--out", desk.folder / "no", "--original", expect=1)
        self.assertEqual(refused.error["code"], "refused")
        self.assertFalse((desk.folder / "no").exists())

        self.assertTrue(self.evidence_of(self.office)[0]["original"]["opens_here"])
        original = self.saved(self.office, evidence, "--original")
        self.assertEqual(original.read_bytes(), self.photo)
        for person in (self.office, self.laptop, desk):
            self.assertTrue(self.on(person, "verify", "VAULT").json["sound"])
        # Nothing of it lies about in what travelled.
        for path in (self.folder / "store").rglob("*"):
            self.assertFalse(path.is_file() and CAMERA in path.read_bytes())

    def test_a_coordinator_who_joins_later_is_given_the_keys(self):
        evidence = self.attach(self.file).json["evidence"]
        self.synced(self.laptop, self.office)
        second = self.joined(self.office, "second", role="coordinator", person="Second")
        self.synced(second, self.office, second)
        self.saved(second, evidence, "--original", expect=1)
        self.on(second, "evidence", "share-originals", "VAULT")
        self.on(self.laptop, "evidence", "share-originals", "VAULT", expect=1)
        self.assertEqual(self.on(self.office, "evidence", "share-originals", "VAULT").json["photos"], 1)
        self.assertEqual(self.on(self.office, "evidence", "share-originals", "VAULT").json["photos"], 0)
        self.synced(self.office, second)
        self.assertEqual(self.saved(second, evidence, "--original").read_bytes(), self.photo)
        # New photos are sealed to both once the laptop knows both.
        self.synced(self.laptop)
        later = self.attach(self.laptop.write("later.jpg", camera_photo(size="320x240"))).json
        self.assertEqual((later["original"]["coordinators_devices"], later["original"]["of_which_have_the_key"]), (2, 2))

    def test_turned_made_smaller_and_stored_once(self):
        turned = self.attach(self.laptop.write("tall.jpg", camera_photo(orientation=6)), "--rotate", "90", "--max-side", "200").json
        # Upright it is 480 x 640; a quarter turn more makes it lie again.
        self.assertEqual((turned["cleaned"]["width"], turned["cleaned"]["height"], turned["cleaned"]["quarter_turns"]), (200, 150, 1))
        self.assertEqual(size_of(self.saved(self.laptop, turned["evidence"])), "200x150")
        first = self.attach(self.file).json
        again = self.attach(self.laptop.write("copy of it.jpg", self.photo)).json
        self.assertNotEqual(first["evidence"], again["evidence"])
        self.assertEqual(first["blake2b_256"], again["blake2b_256"])
        self.assertEqual(first["original"]["sealed_blake2b_256"], again["original"]["sealed_blake2b_256"])
        self.assertEqual(self.on(self.laptop, "verify", "VAULT").json["evidence"], 4)
        self.assertEqual(self.saved(self.laptop, again["evidence"], "--original").read_bytes(), self.photo)
        # Blacked out it is another copy.
        other = self.attach(self.file, "--redact", "0,0,0.1,0.1", "--redact", "0.9,0.9,0.1,0.1").json
        self.assertNotEqual(first["blake2b_256"], other["blake2b_256"])
        self.assertEqual(len(other["cleaned"]["redacted"]), 2)

    def test_as_it_is_only_where_somebody_says_so(self):
        kept = self.attach(self.file, "--keep-metadata").json
        self.assertIsNone(kept["cleaned"])
        self.assertEqual(self.saved(self.laptop, kept["evidence"]).read_bytes(), self.photo)
        document = self.attach(self.laptop.write("order.pdf", b"%PDF-1.7 order")).json
        self.assertIsNone(document["cleaned"])
        self.assertIsNone(document["original"])
        self.saved(self.laptop, document["evidence"], "--original", expect=1)
        for name, content in (("phone.heic", b"\0\0\0\x18ftypheic" + bytes(100)), ("renamed.dat", b"\0\0\0\x18ftypmif1" + bytes(100)), ("a.webp", b"RIFF\0\0\0\0WEBPVP8 "),
                              ("cut.jpg", self.photo[:len(self.photo) // 2])):
            refused = self.attach(self.laptop.write(name, content), expect=None)
            self.assertIn(refused.code, (1, 4), name)
            self.assertEqual(self.attach(self.laptop.folder / name, "--keep-metadata").json["bytes"], len(content))
        huge = self.laptop.folder / "huge.png"
        with open(huge, "wb") as out:
            out.write(b"\x89PNG\r\n\x1a\n")
            out.truncate(65 << 20)
        self.assertIn("up to 64 MiB", self.attach(huge, expect=1).error["message"])
        # With assess it is the same, file by file.
        site = self.site(self.laptop)
        both = self.assessed(self.laptop, site, "--attach", self.file, "--attach", self.file, "--keep-metadata").json
        shown = {item["evidence"]: item["cleaned"] for item in self.on(self.laptop, "show", "VAULT", both["assessment"]).json["evidence"]}
        self.assertIsNotNone(shown[both["evidence"][0]])
        self.assertIsNone(shown[both["evidence"][1]])
        self.assessed(self.laptop, site, "--keep-metadata", expect=2)

    def test_wrong_usage(self):
        for words in (("--redact", "0.5"), ("--redact", "0.5,0.5,0.6,0.1"), ("--redact", "0,0,0,0.1"), ("--redact", "a,b,c,d"), ("--rotate", "45"), ("--max-side", "0")):
            self.attach(self.file, *words, expect=2)
        self.attach(self.laptop.write("notes.txt", "notes"), "--rotate", "90", expect=2)
        self.attach(self.file, "--question", "NO-SUCH", expect=1)
        self.assertEqual(self.evidence_of(self.laptop), [])


if __name__ == "__main__":
    ctl.main()
