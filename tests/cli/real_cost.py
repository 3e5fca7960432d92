"""Whatever the program itself sets a passphrase or a code for is stretched at the standard cost: 3 passes over 256 MiB.

The other tests of this folder run a program that does it cheaply; this one runs fieldsealctl as it is given to people.
"""

import sqlite3
import struct

import ctl

STANDARD = (3, 256 * 1024)


def slots(vault):
    database = sqlite3.connect(f"file:{vault}?mode=ro", uri=True)
    try:
        return database.execute("SELECT operations, memory_kib FROM slot").fetchall()
    finally:
        database.close()


def of_file(path):
    """The cost in a sealed file's header (docs/formats/invitation.md, kit.md)."""
    with open(path, "rb") as file:
        return struct.unpack(">II", file.read(17)[9:])


class RealCost(ctl.CtlTest):
    def test_everything_is_stretched_at_the_standard_cost(self):
        office = self.founder()
        laptop = self.joined(office, "laptop")
        for person in (office, laptop):
            self.assertEqual(slots(person.vault), [STANDARD, STANDARD])
        self.assertEqual(of_file(laptop.folder / "invitation.fsinvite"), STANDARD)
        kit = office.folder / "kit.fsrecovery"
        self.on(office, "kit", "make", "VAULT", "--out", kit)
        self.assertEqual(of_file(kit), STANDARD)
        self.on(office, "recovery", "new", "VAULT")
        self.on(office, "passphrase", "change", "VAULT", "--new-passphrase-file", laptop.passphrase_file)
        self.assertEqual(slots(office.vault), [STANDARD, STANDARD])


if __name__ == "__main__":
    ctl.main()
