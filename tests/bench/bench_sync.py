#!/usr/bin/env python3
"""Carries the same sealed-looking bytes to the same server, by turns with rclone. Usage: bench_sync.py BENCH_STORE [BUNDLES [MIB]]

Two loads: MIB MiB of evidence in bundles of eight parts, and BUNDLES small bundles, each a part and an index. All programs read files
and are timed from start to end; rclone runs with its defaults (4 transfers) and with 8, as many as ours has at most. rclone paces itself: a
request every 10 ms at most. curl does not, and puts each file with one request under its last name, over 8 connections that are kept: the bare
uploading of the same files."""
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers"))
import peers

bench_store = sys.argv[1]
bundles = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
mib = int(sys.argv[3]) if len(sys.argv) > 3 else 1024
rounds = int(os.environ.get("FIELDSEAL_BENCH_ROUNDS", "3"))


def small(root):
    chance = random.Random(1)
    for bundle in range(bundles):
        (root / f"p-{bundle:08}-0").write_bytes(chance.randbytes(2048))
        (root / f"i-{bundle:08}").write_bytes(chance.randbytes(76))


def evidence(root):
    chance = random.Random(2)
    for part in range(mib):
        (root / f"p-{part // 8:08}-{part % 8}").write_bytes(chance.randbytes(1 << 20))
        if part % 8 == 7 or part == mib - 1:
            (root / f"i-{part // 8:08}").write_bytes(chance.randbytes(400))


def rclone_words(peer, transfers):
    if peer.url.startswith("webdav"):
        hidden = subprocess.run(["rclone", "obscure", "-"], input=peer.secret, capture_output=True, text=True, check=True).stdout.strip()
        remote = [":webdav:", "--webdav-url", f"http://127.0.0.1:{peer.port}", "--webdav-user", peer.user, "--webdav-pass", hidden]
    else:
        remote = [":s3:survey", "--s3-provider", "Other", "--s3-endpoint", f"http://127.0.0.1:{peer.port}", "--s3-access-key-id", peer.user,
                  "--s3-secret-access-key", peer.secret, "--s3-region", "us-east-1", "--s3-no-check-bucket"]
    return remote, ["--config", "/dev/null", "--transfers", str(transfers)]


def curl_words(peer, folder, list_file):
    """One curl that uploads everything below the folder; what it needs is in a file, as the secret is."""
    s3 = not peer.url.startswith("webdav")
    # Both may contain a colon.
    base = f"http://{quote(peer.user, '')}:{quote(peer.secret, '')}@127.0.0.1:{peer.port}" + ("/survey" if s3 else "")
    options = ["fail", "silent", "show-error", 'noproxy = "*"']
    if s3:
        options += ['aws-sigv4 = "aws:amz:us-east-1:s3"', 'request = "PUT"', 'header = "Content-Type: application/octet-stream"']
    else:
        options.append('header = "Expect:"')  # which curl 7.88 would sign
    with open(list_file, "w") as out:
        for number, path in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
            # curl hashes what it sends as data, and reads that beforehand; an S3 service wants the hash named besides.
            named = hashlib.sha256(path.read_bytes()).hexdigest() if s3 else ""
            what = [f'data-binary = "@{path}"', f'header = "x-amz-content-sha256: {named}"'] if s3 else [f'upload-file = "{path}"']
            # Each file's options stand between two "next".
            out.write(("next\n" if number else "") + "\n".join([*options, *what, 'output = "/dev/null"', f'url = "{base}/{path.relative_to(folder)}"']) + "\n")
    list_file.chmod(0o600)
    return ["curl", "--disable", "--parallel", "--parallel-max", "8", "--config", str(list_file)]


def make_folders(peer, folder):
    """curl makes none; the others do, while they are measured."""
    if peer.url.startswith("webdav"):
        for path in sorted(path for path in folder.rglob("*") if path.is_dir()):
            peers.request(peer, "MKCOL", f"/{path.relative_to(folder)}/")


def timed(words, peer):
    environment = peers.clean_environment(FIELDSEAL_STORE_URL=peer.url, FIELDSEAL_STORE_USER=peer.user, FIELDSEAL_STORE_SECRET=peer.secret)
    start = time.monotonic()
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    took = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"{words[0]} failed: {done.stderr[-2000:]}")
    return took


def emptied(peer, count):
    """What lies on the server goes, by the server itself, which may remember what it has; and is counted first."""
    remote, options = rclone_words(peer, 16)
    own = {"check": True, "capture_output": True, "text": True, "env": peers.clean_environment()}
    if peer.url.startswith("webdav"):
        found = sum(1 for path in peer.root.rglob("*") if path.is_file())
        subprocess.run(["rclone", "purge", ":webdav:outbox", *remote[1:], *options], **own)
    else:
        listed = subprocess.run(["rclone", "lsf", "-R", "--files-only", *remote, *options], **own).stdout
        found = len(listed.splitlines())
        subprocess.run(["rclone", "delete", *remote, *options, "--checkers", "16"], **own)
    if found != count:
        sys.exit(f"{found} objects lie on the server instead of {count}")


def measure(name, what, folder):
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    with peers.start(name) as peer:
        remote, _ = rclone_words(peer, 4)
        programs = {
            "ours": lambda: timed([bench_store, str(folder), "put"], peer),
            "rclone": lambda: timed(["rclone", "copy", str(folder), *remote, *rclone_words(peer, 4)[1]], peer),
            "rclone, 8": lambda: timed(["rclone", "copy", str(folder), *remote, *rclone_words(peer, 8)[1]], peer),
            "curl": lambda: timed(curl_words(peer, folder, peer.folder / "uploads"), peer),
        }
        times = {program: [] for program in programs}
        for _ in range(rounds):
            for program, run in programs.items():
                if program == "curl":
                    make_folders(peer, folder)
                times[program].append(run())
                emptied(peer, count)
        medians = {program: statistics.median(values) for program, values in times.items()}
        ratio, bare = medians["ours"] / medians["rclone"], medians["ours"] / medians["curl"]
        print(f"| {what}, {name} | {medians['ours']:.1f} s | {medians['rclone']:.1f} s | {medians['rclone, 8']:.1f} s | {medians['curl']:.1f} s | {bare:.2f} | {ratio:.2f} | 1.2 | {'yes' if ratio <= 1.2 else 'no'} |", flush=True)


def main():
    print("| what | ours | rclone | rclone, 8 at a time | curl, 8 at a time | ratio to curl | ratio to rclone | aim | met |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="fieldseal-bench-") as temporary:
        for what, make in ((f"{mib} MiB of evidence", evidence), (f"{bundles} small bundles", small)):
            root = Path(temporary) / "files" / "outbox" / "aa"
            root.mkdir(parents=True)
            make(root)
            for name in os.environ.get("FIELDSEAL_BENCH_PEERS", "rclone nginx swift").split():
                measure(name, what, Path(temporary) / "files")
            shutil.rmtree(Path(temporary) / "files")


main()
