#!/usr/bin/env python3
"""A bundle of 20 parts over lines that die, wait, damage and say things twice, to a server that others wrote. Usage: store_links.py USE_STORE [netem]"""
import os
import shutil
import subprocess
import sys
import tempfile

import faulty_servers
import links
import peers
from peers import check

use_store = sys.argv[1]
MIB = 1 << 20
PARTS = 20


def use(case, peer, address, scheme="webdav", pin="", **more):
    environment = peers.clean_environment(FIELDSEAL_STORE_URL=f"{scheme}://{address}{pin}", FIELDSEAL_STORE_USER=peer.user, FIELDSEAL_STORE_SECRET=peer.secret,
                                          **{"FIELDSEAL_STORE_OBJECTS": str(PARTS), "FIELDSEAL_STORE_SIZE": str(MIB), **more})
    return subprocess.run([use_store, f"-tc={case}", "--no-version"], env=environment, capture_output=True, text=True, timeout=280).stdout


def clear(peer):
    direct = f"127.0.0.1:{peer.port}"
    out = use("get bundle", peer, direct)
    check("every part and the index are whole", f"whole {PARTS + 1}" in out, out)
    left = [path.name for path in peer.root.rglob("_up-*")]
    check("nothing half-sent stays behind", not left, str(left))
    use("remove bundle", peer, direct)


def run_dying(peer):
    # 20 MiB take some 13 seconds at this rate: the line dies four times at least.
    with links.Link(peer.port, life_s=3, rate=1536 * 1024) as link:
        attempts = 0
        out = ""
        while "sent" not in out and attempts < 20:
            attempts += 1
            out = use("put bundle", peer, link.address)
        check("20 MiB get through a line that dies every 3 seconds", "sent" in out and link.died >= 3, out)
        check("each death repeats at most the part under way", link.sent <= PARTS * MIB + (link.died + 1) * (MIB + 65536), f"{link.sent} bytes, {link.died} deaths")
        print(f"    {link.sent / MIB:.1f} MiB sent for {PARTS}, {link.died} deaths, {attempts} attempts")
    clear(peer)


def run_slow(peer):
    with links.Link(peer.port, delay_s=0.02) as link:
        out = use("put bundle", peer, link.address, FIELDSEAL_STORE_SIZE="20000")
        check("a line on which everything comes late delivers", "sent" in out, out)
        out = use("get bundle", peer, link.address, FIELDSEAL_STORE_SIZE="20000")
        check("also the other way", f"whole {PARTS + 1}" in out, out)
    use("remove bundle", peer, f"127.0.0.1:{peer.port}")


def run_twice(peer):
    with links.Link(peer.port, twice=True) as link:
        out = use("put bundle", peer, link.address, FIELDSEAL_STORE_SIZE="20000")
        check("a line that says everything twice delivers once", f"sent {PARTS + 1}" in out, out)
    out = use("get bundle", peer, f"127.0.0.1:{peer.port}", FIELDSEAL_STORE_SIZE="20000")
    check("and what was said again changed nothing", f"whole {PARTS + 1}" in out, out)
    use("remove bundle", peer, f"127.0.0.1:{peer.port}")


def run_damaging():
    """On an encrypted line damage is noticed by whoever receives it, and the connection ends."""
    with tempfile.TemporaryDirectory(prefix="fieldseal-peer-") as folder:
        pin = "#pin=" + faulty_servers.certificate(folder)
        with peers.start("rclone", "--cert", f"{folder}/cert", "--key", f"{folder}/key") as peer, links.Link(peer.port, damage_every=3 * MIB) as link:
            out, attempts = "", 0
            while "sent" not in out and attempts < 20:
                attempts += 1
                out = use("put bundle", peer, link.address, "webdavs", pin)
            check("20 MiB get through a line that damages", "sent" in out and link.damaged >= 3, f"{out} {link.damaged} damaged")
            out = use("get bundle", peer, f"127.0.0.1:{peer.port}", "webdavs", pin)
            check("and every part and the index are whole", f"whole {PARTS + 1}" in out, out)


# ---- the kernel's own faults -----------------------------------------------------------------------------------------


def run_netem():
    """In a network namespace of its own, whose loopback loses, delays and reorders packets. What is not installed fails in CI; what the kernel lacks no package brings."""
    for program in ("unshare", "ip", "tc"):
        shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") or peers.skip(f"{program} is not installed")
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    inside = subprocess.run(["unshare", *as_root, "--net", sys.executable, __file__, use_store, "inside"], capture_output=True, text=True, timeout=280)
    print(inside.stdout + inside.stderr, end="")
    if inside.returncode == 1 and "unshare" in inside.stderr:
        print("skipped: this system allows no network namespace")
        sys.exit(77)
    sys.exit(inside.returncode)


def run_inside():
    for words in ("ip link set lo up", "tc qdisc add dev lo root netem loss 2% delay 20ms 5ms reorder 10% 50%"):
        done = subprocess.run(words.split(), capture_output=True, text=True, env=os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
        if done.returncode != 0:
            print(f"skipped: the kernel has no netem: '{words}' says '{done.stderr.strip()}'. Loss, delay and reordering of packets were not tried; peers_links tries what lines do through a proxy")
            sys.exit(77)
    with peers.start("rclone") as peer:
        out = use("put bundle", peer, f"127.0.0.1:{peer.port}")
        check("20 MiB get through a line that loses, delays and reorders packets", f"sent {PARTS + 1}" in out, out)
        clear(peer)


if sys.argv[2:] == ["inside"]:
    run_inside()
elif sys.argv[2:] == ["netem"]:
    run_netem()
else:
    with peers.start("rclone") as rclone:
        run_dying(rclone)
        run_slow(rclone)
        run_twice(rclone)
    run_damaging()
