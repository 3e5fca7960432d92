"""bench_hub.py SERVE_HUB: the hub's memory with nobody there, with 1,000 idle connections over TLS, and with 50 clients that upload and fetch; as rows
of a table. Loopback only."""

import os
import pathlib
import ssl
import tempfile
import threading
import time

import served

IDLE, BUSY, SECONDS = 1000, 50, 10
OBJECT = os.urandom(1 << 20)


def context():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def busy(hub, number, until, counts):
    link = served.http.client.HTTPSConnection("127.0.0.1", hub.port, timeout=60, context=context())
    path = hub.outbox("assessor", f"object-{number}")
    while time.monotonic() < until:
        try:
            if hub.ask("PUT", path, "assessor", OBJECT, connection=link).status in (201, 204):
                counts[0] += 1
            if hub.ask("GET", path, "assessor", connection=link).body == OBJECT:
                counts[1] += 1
        except (OSError, served.http.client.HTTPException):
            counts[2] += 1
            link.close()
    link.close()


def main():
    served.PROGRAMS.append(served.sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="fieldseal-hub-") as name:
        hub = served.Served(pathlib.Path(name) / "root", tls=1, connections_of_address=5000, uploads=100, header_ms=600_000, idle_ms=600_000)
        try:
            link = served.http.client.HTTPSConnection("127.0.0.1", hub.port, context=context())
            hub.ask("MKCOL", hub.outbox("assessor"), "assessor", connection=link)
            link.close()
            print(f"| hub, nobody there | {hub.memory_kib() // 1024} MiB | | | | |")
            idle = []
            for _ in range(IDLE):
                link = served.http.client.HTTPSConnection("127.0.0.1", hub.port, timeout=60, context=context())
                hub.ask("PROPFIND", "/", "assessor", connection=link, Depth="0")
                idle.append(link)
            print(f"| hub, {IDLE:,} idle clients over TLS | {hub.memory_kib() // 1024} MiB | | | | |")
            figures = []
            for _ in range(3):
                counts = [0, 0, 0]
                until = time.monotonic() + SECONDS
                threads = [threading.Thread(target=busy, args=(hub, n, until, counts)) for n in range(BUSY)]
                for thread in threads:
                    thread.start()
                most = 0
                while any(thread.is_alive() for thread in threads):
                    most = max(most, hub.memory_kib())
                    time.sleep(0.1)
                figures.append((most // 1024, counts))
            for number, (most, counts) in enumerate(figures, 1):
                moved = (counts[0] + counts[1]) / SECONDS
                print(f"| hub, {BUSY} busy clients besides, {SECONDS} s, time {number} | {most} MiB; {moved:.0f} MiB/s both ways, {counts[2]} failed | | | | |")
            for link in idle:
                link.close()
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
