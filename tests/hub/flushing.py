"""What the hub answers "created" is on the disk by then, and what the disk does not take is not created: seen by what it asks of the system (flush_shim), since
a hub that is killed loses nothing that a power cut would."""

import os

import served


class Flushing(served.HubTest):
    def setUp(self):
        super().setUp()
        self.flushes, self.fault = self.folder / "flushes", self.folder / "fault"
        environment = os.environ | {"LD_PRELOAD": served.PROGRAMS[2], "FIELDSEAL_FLUSHES": str(self.flushes), "FIELDSEAL_FLUSH_FAULT": str(self.fault)}
        self.hub = self.serve(environment=environment)
        self.objects = self.folder / "root/objects"
        self.box = self.hub.outbox("assessor")
        self.place = self.objects / self.box.strip("/")

    def steps(self, expected, *request, **headers):
        """What was done for a request, from its begin to its answer; paths below the root."""
        self.flushes.write_text("")
        self.status(expected, self.hub.ask(*request, **headers))
        return [line.replace(str(self.folder / "root") + "/", "") for line in self.flushes.read_text().splitlines()]

    def named(self, path):
        return str(path.relative_to(self.folder / "root"))

    def test_everything_is_flushed_before_the_answer(self):
        hub, box = self.hub, self.named(self.place)
        self.assertEqual(self.steps(201, "MKCOL", self.box, "assessor"), ["flush objects/outbox", "answer 201"])
        for status in (201, 204):
            flushed, *rest = self.steps(status, "PUT", self.box + ".up-1", "assessor", b"content")
            self.assertRegex(flushed, "^flush incoming/[0-9a-f]{32}$")
            self.assertEqual(rest, [f"rename {box}/.up-1", f"flush {box}", f"answer {status}"])
        self.assertEqual(self.steps(201, "MKCOL", self.box + "below", "assessor"), [f"flush {box}", "answer 201"])
        moved = self.steps(201, "MOVE", self.box + ".up-1", "assessor", Destination=self.box + "below/p-1", Overwrite="F")
        self.assertEqual(moved, [f"rename {box}/below/p-1", f"flush {box}/below", f"flush {box}", "answer 201"])
        flushed, *rest = self.steps(201, "COPY", self.box + "below/p-1", "assessor", Destination=self.box + "p-2")
        self.assertRegex(flushed, "^flush incoming/[0-9a-f]{32}$")
        self.assertEqual(rest, [f"rename {box}/p-2", f"flush {box}", "answer 201"])
        self.assertEqual(self.steps(204, "DELETE", self.box + "p-2", "assessor"), [f"flush {box}", "answer 204"])
        # The list of who may use the hub, too.
        following = hub.said["lists"]["next"]
        flushed, *rest = self.steps(201, "PUT", "/access/.up-0123456789abcdef", "owner", bytes.fromhex(following["bytes"]))
        self.assertRegex(flushed, "^flush incoming/")
        self.assertEqual(rest[-1], "answer 201")
        installed = self.steps(201, "MOVE", "/access/.up-0123456789abcdef", "owner", Destination="/access/" + following["name"], Overwrite="F")
        self.assertEqual(installed[:2], [f"rename objects/access/{following['name']}", "flush objects/access"])
        self.assertEqual(installed[-1], "answer 201")

    def listed(self, depth="infinity"):
        return self.hub.ask("PROPFIND", self.box, "assessor", Depth=depth).body.count(b"<D:response>") - 1

    def test_what_cannot_be_flushed_is_not_created_and_not_there(self):
        hub = self.hub
        self.status(201, hub.ask("MKCOL", self.box, "assessor"))
        self.status(201, hub.ask("MKCOL", self.box + "below", "assessor"))
        self.status(201, hub.ask("PUT", self.box + ".up-1", "assessor", b"whole"))
        # EIO, ENOSPC and EDQUOT of the file; EIO and ENOSPC of the folder that it is to lie in.
        for fault, status in (("file 5", 500), ("file 28", 507), ("file 122", 507), ("folder 5", 500), ("folder 28", 500)):
            self.fault.write_text(fault)
            self.status(status, hub.ask("PUT", self.box + "p-1", "assessor", b"content"), fault)
            self.status(404, hub.ask("GET", self.box + "p-1", "assessor"), fault)
            if fault.startswith("folder"):
                for method, path, more in (("MKCOL", "f-1", {}), ("MOVE", ".up-1", {"Destination": self.box + "p-2", "Overwrite": "F"}),
                                           ("MOVE", ".up-1", {"Destination": self.box + "below/p-2", "Overwrite": "F"})):
                    self.status(status, hub.ask(method, self.box + path, "assessor", **more), f"{fault} {method}")
            self.assertEqual(self.listed(), 2, fault)
            self.assertEqual(sorted(path.name for path in self.place.rglob("*")), [".up-1", "below"])
            self.assertEqual(list((self.folder / "root/incoming").iterdir()), [])
        # Once the disk takes things again, the same requests go through: nothing says that they did before.
        self.fault.unlink()
        self.status(201, hub.ask("PUT", self.box + "p-1", "assessor", b"content"))
        self.status(201, hub.ask("MOVE", self.box + ".up-1", "assessor", Destination=self.box + "p-2", Overwrite="F"))
        self.assertEqual(hub.ask("GET", self.box + "p-2", "assessor").body, b"whole")
        self.status(201, hub.ask("MKCOL", self.box + "f-1", "assessor"))

    def test_a_list_that_cannot_be_kept_is_not_in_force(self):
        hub, following = self.hub, self.hub.said["lists"]["next"]
        self.status(201, hub.ask("PUT", "/access/.up-0123456789abcdef", "owner", bytes.fromhex(following["bytes"])))
        install = ("MOVE", "/access/.up-0123456789abcdef", "owner")
        self.fault.write_text("folder 5")
        self.status(500, hub.ask(*install, Destination="/access/" + following["name"], Overwrite="F"))
        # It shuts the assessor out.
        self.status(207, hub.ask("PROPFIND", "/", "assessor", Depth="0"))
        self.fault.unlink()
        self.status(201, hub.ask(*install, Destination="/access/" + following["name"], Overwrite="F"))
        self.status(401, hub.ask("PROPFIND", "/", "assessor", Depth="0"))

    def test_what_was_not_created_does_not_count_to_its_box(self):
        environment = os.environ | {"LD_PRELOAD": served.PROGRAMS[2], "FIELDSEAL_FLUSH_FAULT": str(self.fault)}
        self.assertEqual(self.hub.stop(), 0)
        hub = self.serve(environment=environment, box_bytes=10, box_objects=2)
        box = hub.outbox("assessor")
        self.status(201, hub.ask("MKCOL", box, "assessor"))
        for fault in ("file 5", "folder 5"):
            self.fault.write_text(fault)
            for _ in range(3):
                self.status(500, hub.ask("PUT", box + "p-1", "assessor", b"x" * 8))
            self.status(500 if fault == "folder 5" else 201, hub.ask("MKCOL", box + "f-1", "assessor"))
            self.fault.unlink()
            if fault == "file 5":
                self.status(204, hub.ask("DELETE", box + "f-1", "assessor"))
        self.status(201, hub.ask("PUT", box + "p-1", "assessor", b"x" * 8))
        self.status(201, hub.ask("MKCOL", box + "f-1", "assessor"))
        self.status(507, hub.ask("MKCOL", box + "f-2", "assessor"))


if __name__ == "__main__":
    served.main()
