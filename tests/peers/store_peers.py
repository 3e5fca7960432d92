#!/usr/bin/env python3
"""The store's contract on real WebDAV servers, and on a server that fails in every way. Usage: store_peers.py USE_STORE PEER

Each peer has a configuration, a folder and a loopback port of its own and is stopped by its process id. A peer that is
not installed is skipped with the reason (exit code 77); in CI that is a failure."""
import base64
import hashlib
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

use_store, peer = sys.argv[1:3]
USER, SECRET = "surveyor", "made:up-word"
MODULES = Path("/usr/lib/apache2/modules")
DAV_EXT = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def use(case, url, secret=SECRET, user=USER):
    environment = {k: v for k, v in os.environ.items() if k not in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")}
    environment.update(FIELDSEAL_STORE_URL=url, FIELDSEAL_STORE_USER=user, FIELDSEAL_STORE_SECRET=secret)
    done = subprocess.run([use_store, f"-tc={case}", "--no-version"], env=environment, capture_output=True, text=True, timeout=120)
    assert secret not in done.stdout + done.stderr, "a secret was printed"
    return done


def check(what, holds, output=""):
    print(("ok: " if holds else "FAILED: ") + what, flush=True)
    if not holds:
        print(output)
        sys.exit(1)


# ---- real servers ---------------------------------------------------------------------------------------------------
def rclone(folder, port):
    program = shutil.which("rclone") or skip("rclone is not installed")
    return [program, "serve", "webdav", str(folder / "root"), "--addr", f"127.0.0.1:{port}", "--user", USER, "--pass", SECRET, "--config", "/dev/null"]


def passwords(folder):
    shutil.which("openssl") or skip("openssl is not installed, which hashes the password")
    done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=SECRET, capture_output=True, text=True, check=True)
    (folder / "passwords").write_text(f"{USER}:{done.stdout.strip()}\n")
    return folder / "passwords"


def nginx(folder, port):
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin") or skip("nginx is not installed")
    DAV_EXT.exists() or skip("libnginx-mod-http-dav-ext is not installed")
    owner = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/tmp; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""{owner} pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;
load_module {DAV_EXT}; events {{ worker_connections 64; }}
http {{ access_log off; {temporary}
 server {{ listen 127.0.0.1:{port}; root {folder}/root; client_max_body_size 0; auth_basic dav; auth_basic_user_file {passwords(folder)};
  location / {{ dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; }} }} }}
""")
    return [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def apache(folder, port):
    program = shutil.which("apache2", path="/usr/sbin:/usr/bin") or skip("apache2-bin is not installed")
    (MODULES / "mod_dav_fs.so").exists() or skip("Apache's mod_dav_fs is not installed")
    names = "mpm_event authz_core authn_core authn_file authz_user auth_basic dav dav_fs".split()
    loads = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names)
    # Started by root, the server gives up being root; its folder goes to whom it becomes.
    owner = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    (folder / "lock").mkdir()
    (folder / "httpd.conf").write_text(f"""ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
Mutex file:{folder}/lock
{owner}
{loads}
DocumentRoot {folder}/root
DavLockDB {folder}/lock/locks
<Directory {folder}/root>
  Dav On
  AuthType Basic
  AuthName dav
  AuthUserFile {passwords(folder)}
  Require valid-user
</Directory>
""")
    if os.geteuid() == 0:
        folder.chmod(0o755)
        for path in (folder, folder / "root", folder / "lock"):
            shutil.chown(path, "www-data", "www-data")
    return [program, "-X", "-f", str(folder / "httpd.conf")]


def run_peer(start):
    with tempfile.TemporaryDirectory(prefix="fieldseal-peer-") as name:
        folder, port = Path(name), free_port()
        (folder / "root").mkdir()
        command = start(folder, port)
        with open(folder / "log", "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            for _ in range(100):
                if process.poll() is not None:
                    break
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            logs = "".join(path.read_text() for path in (folder / "log", folder / "error.log") if path.exists())
            check("the server started", process.poll() is None, logs)
            url = f"webdav://127.0.0.1:{port}"
            done = use("contract", url)
            check("it keeps the contract", done.returncode == 0, done.stdout + done.stderr)
            left = [path.name for path in (folder / "root").rglob(".up-*")]
            check("no temporary object stays behind", not left, str(left))
            check("a wrong secret is refused and said", "did not accept" in use("outcome", url, "wrong-word").stdout)
            out = use("outcome", url + "/missing").stdout
            check("a folder that is not there is named", "is not there" in out or "delivered" in out, out)
        finally:
            process.terminate()
            process.wait(30)


# ---- a server that fails --------------------------------------------------------------------------------------------
class Failing(http.server.BaseHTTPRequestHandler):
    """Keeps objects in memory; fails as `plan` says: a list of statuses, "html" or "cut" for the next requests, the
    last of them for good; None is a request served properly."""

    protocol_version = "HTTP/1.1"
    objects, plan, seen = {}, [None], []

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="application/octet-stream"):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        plan = type(self).plan
        fault = plan.pop(0) if len(plan) > 1 else plan[0]
        self.seen.append((self.command, fault))
        if fault == "cut":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "html":
            self.answer(200, b"<html>Please sign in</html>", "text/html")
        elif fault:
            self.answer(fault)
        elif self.command == "PUT":
            self.objects[self.path] = body
            self.answer(201)
        elif self.command == "MOVE":
            target = "/" + self.headers["Destination"].split("/", 3)[3]
            if self.path in self.objects:
                self.objects[target] = self.objects.pop(self.path)
            self.answer(201)
        elif self.command == "GET":
            found = self.objects.get(self.path)
            self.answer(404 if found is None else 200, found or b"")
        else:
            self.answer(204)

    do_GET = do_PUT = do_MOVE = do_DELETE = do_MKCOL = do_PROPFIND = serve


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
                    "/CN=elsewhere", "-keyout", f"{folder}/key", "-out", f"{folder}/cert"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", f"{folder}/key", "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return "sha256//" + base64.b64encode(hashlib.sha256(public).digest()).decode()


def start_failing(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def run_faults():
    url = f"webdav://127.0.0.1:{start_failing()}/base"

    def outcome(plan, case="outcome"):
        Failing.plan, Failing.objects, Failing.seen = plan, {}, []
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
    check("a redirect is not followed", len(Failing.seen) == 1, str(Failing.seen))
    out = outcome([None, None, None, None, "html"])
    check("a page in place of an object is no object", "code 5: " in out and "sign in" in out, out)
    out = outcome([None, None, "html"])
    check("a page in place of a receipt for an object is none", "code 5: " in out and "sign in" in out, out)
    out = outcome(["html"], "listing")
    check("a page in place of a list is no list", "code 5: " in out and "sign in" in out, out)
    out = outcome([None, None, None, 412, None])
    check("what exists already is left as it is", "lost" in out and ("DELETE", None) in Failing.seen, out + str(Failing.seen))

    if not shutil.which("openssl"):
        skip("openssl is not installed, which makes the certificates")
    with tempfile.TemporaryDirectory(prefix="fieldseal-peer-") as folder:
        pin = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/cert", f"{folder}/key")
        url = f"webdavs://127.0.0.1:{start_failing(context)}/base"
        out = outcome([None])
        check("a self-made certificate is not trusted", "code 5: " in out and "certificate" in out and not Failing.seen, out)
        plain, url = url, url + "#pin=" + pin
        check("its key, pinned, is", "delivered" in outcome([None]))
        url = plain + "#pin=sha256//" + base64.b64encode(bytes(32)).decode()
        out = outcome([None])
        check("another key is not", "code 5: " in out and "another key" in out and not Failing.seen, out)


run_faults() if peer == "faults" else run_peer({"rclone": rclone, "nginx": nginx, "apache": apache}[peer])
