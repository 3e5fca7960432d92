#!/usr/bin/env python3
"""The store's contract on real servers, and on servers that fail in every way. Usage: store_peers.py USE_STORE PEER"""
import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import faulty_servers
import links
import peers
from faulty_servers import FaultyS3, FaultyWebdav
from peers import check, skip

use_store, peer_name = sys.argv[1:3]


def use(case, url, secret=peers.SECRET, user=peers.USER, **more):
    environment = peers.clean_environment(FIELDSEAL_STORE_URL=url, FIELDSEAL_STORE_USER=user, FIELDSEAL_STORE_SECRET=secret, **more)
    done = subprocess.run([use_store, f"-tc={case}", "--no-version"], env=environment, capture_output=True, text=True, timeout=280)
    assert secret not in done.stdout + done.stderr, "a secret was printed"
    return done


def tried(peer, case, url=None, secret=None, **more):
    return use(case, url or peer.url, secret or peer.secret, peer.user, **more).stdout


# ---- real servers ---------------------------------------------------------------------------------------------------
def run_peer(name):
    with peers.start(name) as peer:
        done = use("contract", peer.url, peer.secret, peer.user)
        check("it keeps the contract", done.returncode == 0, done.stdout + done.stderr)
        left = [path.name for path in peer.root.rglob("_up-*")]
        check("no temporary object stays behind", not left, str(left))
        if name in ("swift", "s3rver"):
            out = tried(peer, "outcome", peer.url.replace("/survey", "/other"))
            check("a bucket that is not there is named", "code 1: " in out and "no bucket other" in out, out)
            run_pages(peer)
        else:
            out = tried(peer, "outcome", peer.url + "/missing")
            check("a folder that is not there is named", "is not there" in out or "delivered" in out, out)
            run_leftovers(peer)
        if name == "swift":
            out = tried(peer, "outcome", secret="wrong-word")
            check("a wrong secret is refused and said", "code 1: " in out and "did not accept the access key" in out, out)
            out = tried(peer, "outcome", peer.url + "?region=mars-1")
            check("another region is said", "code 1: " in out and "another region" in out, out)
            run_wrong_clock(peer)
        elif name != "s3rver":  # which accepts any signature
            out = tried(peer, "outcome", secret="wrong-word")
            check("a wrong secret is refused and said", "did not accept" in out, out)


def run_pages(peer):
    """More objects than a page of the listing has."""
    many = {"FIELDSEAL_STORE_OBJECTS": "1100", "FIELDSEAL_STORE_SIZE": "1"}
    out = tried(peer, "put bundle", **many)
    check("1,101 objects are put", "sent 1101" in out, out)
    out = tried(peer, "put bundle", **many)
    check("a list of two pages is read to its end", "sent 1\n" in out, out)
    out = tried(peer, "remove bundle", **many)
    check("and removed", "removed 11" in out and "objects: " in tried(peer, "listing"), out)


def run_leftovers(peer):
    """What a killed upload left goes with the next upload of the same object, and nothing else does."""
    small = {"FIELDSEAL_STORE_OBJECTS": "2", "FIELDSEAL_STORE_SIZE": "10"}
    folder = peer.root / "outbox" / "aa"
    own, others = folder / "_up-p-10001.0123456789abcdef", folder / "_up-p-77777.0123456789abcdef"
    for path in (own, others):
        status = peers.put(peer, "/outbox/aa/" + path.name, b"half")
        check("something half-sent lies there", status in (201, 204) and path.exists(), str(status))
    out = tried(peer, "put bundle", **small)
    check("what a killed upload left is removed, and what another is at is not", not own.exists() and others.exists(), out + str(list(folder.iterdir())))
    out = tried(peer, "get bundle", **small)
    check("and what was sent is whole", "whole 3" in out, out)


def other_time(offset):
    library = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None) or skip("libfaketime is not installed")
    return {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def run_wrong_clock(peer):
    out = tried(peer, "outcome", **other_time("-365d"))
    check("a clock that is off by a year is said with both times", "code 1: " in out and "clock says" in out and "Set this machine's clock" in out, out)
    out = tried(peer, "outcome")
    check("and with the right time it is delivered", "delivered" in out, out)


# ---- servers that fail ----------------------------------------------------------------------------------------------
def run_faults():
    stalled = {}

    def stall():  # takes a minute, in which nothing else has to wait
        FaultyStall.plan = ["stall", None]
        stalled["out"] = use("outcome", f"webdav://127.0.0.1:{faulty_servers.start(FaultyStall)}/base").stdout

    class FaultyStall(FaultyWebdav):
        objects, plan, seen = {}, [None], []

    waiting = threading.Thread(target=stall)
    waiting.start()
    run_webdav_faults()
    run_s3_faults()
    run_tls_faults()
    run_no_server()
    waiting.join()
    check("a server that stalls is given up after a minute, and tried again", "delivered" in stalled["out"], stalled["out"])


def run_webdav_faults():
    url = f"webdav://127.0.0.1:{faulty_servers.start(FaultyWebdav)}/base"

    def outcome(plan, case="outcome"):
        FaultyWebdav.plan, FaultyWebdav.objects, FaultyWebdav.seen = plan, {}, []
        return use(case, url).stdout

    check("a server that works delivers", "delivered" in outcome([None]))
    for status in (423, 429, 500, 502, 503, 504, "cut"):
        check(f"{status} now and then still delivers", "delivered" in outcome([status, None, status, None, None]))
    for status, code, words in ((401, 1, "did not accept"), (403, 1, "does not allow"), (404, 1, "is not there"), (409, 1, "is not there"),
                                (423, 5, "lock"), (429, 5, "left alone"), (500, 5, "fault of its own"), (503, 5, "fault of its own"),
                                (507, 5, "is full"), (302, 5, "sign in"), (511, 5, "sign in"), (418, 1, "status 418"), ("cut", 5, "cannot be reached")):
        out = outcome([status])
        check(f"{status} for good ends in a clear state", f"code {code}: " in out and words in out, out)
    outcome([302])
    check("a redirect is not followed", len(FaultyWebdav.seen) == 1, str(FaultyWebdav.seen))
    out = outcome([None, None, None, None, "html"])
    check("a page in place of an object is no object", "code 5: " in out and "sign in" in out, out)
    out = outcome([None, None, "html"])
    check("a page in place of a receipt for an object is none", "code 5: " in out and "sign in" in out, out)
    out = outcome(["html"], "listing")
    check("a page in place of a list is no list", "code 5: " in out and "sign in" in out, out)
    out = outcome([None, None, None, 412, None])
    check("what exists already is left as it is", "lost" in out and ("DELETE", None) in FaultyWebdav.seen, out + str(FaultyWebdav.seen))
    out = outcome([None, None, "cut", None])
    check("a broken upload goes again under another name and leaves nothing", "delivered" in out and len(FaultyWebdav.objects) == 1, str(FaultyWebdav.objects.keys()))
    out = outcome([None, None, None, "cut", None])
    check("so it is where the answer to the last step got lost", "delivered" in out and len(FaultyWebdav.objects) == 1, str(FaultyWebdav.objects.keys()))
    for status in (404, 409):
        out = outcome([None, None, status, None])
        check(f"{status} for an upload makes the folders anew", "delivered" in out and len(FaultyWebdav.objects) == 1, out)
    out = outcome([None], "listing")
    check("a list with nothing in it costs one request", "objects: 0" in out and len(FaultyWebdav.seen) == 1, out + str(FaultyWebdav.seen))
    FaultyWebdav.plan, FaultyWebdav.seen = ["stall"], []
    out = use("cancel", url).stdout
    check("a transfer that stalls is cancelled when it is asked next", "cancelled, asked 1 more" in out, out)


def run_s3_faults():
    url = f"s3+http://127.0.0.1:{faulty_servers.start(FaultyS3)}/survey/field"

    def outcome(plan, case="outcome"):
        FaultyS3.plan, FaultyS3.objects, FaultyS3.seen = plan, {}, []
        return use(case, url).stdout

    out = outcome([None])
    check("a service that works delivers, with one request for each object", "delivered" in out and [c for c, _ in FaultyS3.seen] == ["PUT", "GET"], out + str(FaultyS3.seen))
    check("below the prefix of the address", list(FaultyS3.objects) == ["/survey/field/outbox/aa/p-1"], str(FaultyS3.objects))
    for fault in ((503, "SlowDown"), (503, "ServiceUnavailable"), (500, "InternalError"), (400, "BadDigest"), (400, "RequestTimeout"), "cut"):
        check(f"{fault} now and then still delivers", "delivered" in outcome([fault, None, fault, None]))
    for fault, code, words in (((403, "SignatureDoesNotMatch"), 1, "did not accept the access key"), ((403, "InvalidAccessKeyId"), 1, "did not accept the access key"),
                               ((403, "AccessDenied"), 1, "does not allow"), ((404, "NoSuchBucket"), 1, "no bucket survey"), ((503, "SlowDown"), 5, "left alone"),
                               ((400, "BadDigest"), 5, "damaged on the way"), ((403, "QuotaExceeded"), 5, "is full"),
                               ((301, "PermanentRedirect"), 1, "another region"),
                               ((400, "AuthorizationHeaderMalformed", "<Region>eu-north-7</Region>"), 1, "another region (eu-north-7)"),
                               ((403, "RequestTimeTooSkewed", "<ServerTime>2031-02-03T04:05:06Z</ServerTime>"), 1, "2031-02-03T04:05:06Z"), ("html", 5, "sign in"), ("cut", 5, "cannot be reached")):
        out = outcome([fault])
        check(f"{fault} for good ends in a clear state", f"code {code}: " in out and words in out, out)
    out = outcome(["html"], "listing")
    check("a page in place of a list is no list", "code 5: " in out and "sign in" in out, out)
    out = outcome([None, "html"])
    check("a page in place of an object is no object", "code 5: " in out and "sign in" in out, out)


def run_tls_faults():
    shutil.which("openssl") or skip("openssl is not installed, which makes the certificates")
    with tempfile.TemporaryDirectory(prefix="fieldseal-peer-") as folder:
        pin = faulty_servers.certificate(folder)
        port = faulty_servers.start(FaultyWebdav, faulty_servers.tls(folder))

        def outcome(address):
            FaultyWebdav.plan, FaultyWebdav.objects, FaultyWebdav.seen = [None], {}, []
            return use("outcome", address).stdout

        plain = f"webdavs://127.0.0.1:{port}/base"
        out = outcome(plain)
        check("a self-made certificate is not trusted", "code 5: " in out and "certificate" in out and not FaultyWebdav.seen, out)
        check("its key, pinned, is", "delivered" in outcome(f"{plain}#pin={pin}"))
        FaultyWebdav.plan, FaultyWebdav.objects, FaultyWebdav.seen = [None], {}, []
        out = use("outcome", plain, **other_time("+730d")).stdout
        check("an expired certificate is not trusted", "code 5: " in out and "certificate" in out and not FaultyWebdav.seen, out)
        out = use("outcome", f"{plain}#pin={pin}", **other_time("+730d")).stdout
        check("its key, pinned, is: the date does not count", "delivered" in out, out)
        out = outcome(f"{plain}#pin=sha256//" + base64.b64encode(bytes(32)).decode())
        check("another key is not", "code 5: " in out and "another key" in out and not FaultyWebdav.seen, out)
        with links.Link(port, cut_first=2) as link:
            out = outcome(f"webdavs://{link.address}/base#pin={pin}")
            check("a handshake that is cut is tried again", "delivered" in out and link.died == 2, out)
        with links.Link(port, damage_every=5000) as link:
            out = outcome(f"webdavs://{link.address}/base#pin={pin}")
            check("what is damaged on an encrypted line never counts", "delivered" in out or "code 5: " in out, out)
        out = use("outcome", f"s3://127.0.0.1:{port}/survey").stdout
        check("an S3 service's certificate is checked alike", "code 5: " in out and "certificate" in out, out)
        s3 = f"s3://127.0.0.1:{faulty_servers.start(FaultyS3, faulty_servers.tls(folder))}/survey"
        FaultyS3.plan, FaultyS3.objects, FaultyS3.seen = [None], {}, []
        out = use("outcome", f"{s3}?region=eu-north-7#pin={pin}").stdout
        check("and its key pinned alike", "delivered" in out, out)


def run_no_server():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        out = use("outcome", f"webdav://127.0.0.1:{nobody.getsockname()[1]}/base").stdout
        check("a refused connection ends in a clear state", "code 5: " in out and "cannot be reached" in out, out)
    out = use("outcome", "webdavs://no-such-host.invalid/base").stdout
    check("so does a name that nobody knows", "code 5: " in out and "cannot be reached" in out, out)


run_faults() if peer_name == "faults" else run_peer(peer_name)
