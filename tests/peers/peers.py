"""Servers that others wrote, started for one test and stopped with it. Each has a configuration, a folder and loopback ports of its own;
nothing of the system's is touched. A peer that is not installed is skipped with the reason (exit code 77); in CI that is a failure."""
import base64
import hashlib
import hmac
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

USER, SECRET = "surveyor", "made:up-word"
MODULES = Path("/usr/lib/apache2/modules")
DAV_EXT = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def check(what, holds, output=""):
    print(("ok: " if holds else "FAILED: ") + what, flush=True)
    if not holds:
        print(output)
        sys.exit(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    """Without what a machine may have set for other programs' certificates."""
    environment = {k: v for k, v in os.environ.items() if k not in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")}
    environment.update(more)
    return environment


class Peer:
    """A server that runs from `with` to its end. `command(folder, port)` writes its configuration and says how it is started; what is in
    `root` it serves."""

    user, secret = USER, SECRET
    signal = signal.SIGTERM

    def __init__(self, command, url, ready=lambda peer: True):
        self.make_command, self.make_url, self.ready = command, url, ready

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="fieldseal-peer-")
        self.folder, self.port = Path(self.temporary.name), free_port()
        self.root = self.folder / "root"
        self.root.mkdir()
        command = self.make_command(self.folder, self.port)
        with open(self.folder / "log", "w") as log:
            # A group of its own: some servers start others.
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        self.url = self.make_url(self.port)
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and self.ready(self):
                    return self
            time.sleep(0.05)
        logs = self.logs()
        self.__exit__()
        check("the server started", False, logs)

    def logs(self):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*log")))

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, self.signal)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.temporary.cleanup()


# ---- WebDAV ---------------------------------------------------------------------------------------------------------
def rclone_command(*more):
    def command(folder, port):
        program = shutil.which("rclone") or skip("rclone is not installed")
        return [program, "serve", "webdav", str(folder / "root"), "--addr", f"127.0.0.1:{port}", "--user", USER, "--pass", SECRET, "--config", "/dev/null", *more]

    return command


def passwords(folder):
    shutil.which("openssl") or skip("openssl is not installed, which hashes the password")
    done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=SECRET, capture_output=True, text=True, check=True)
    (folder / "passwords").write_text(f"{USER}:{done.stdout.strip()}\n")
    return folder / "passwords"


def nginx_command(folder, port):
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin") or skip("nginx is not installed")
    DAV_EXT.exists() or skip("libnginx-mod-http-dav-ext is not installed")
    owner = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/tmp; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""{owner} pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;
load_module {DAV_EXT}; events {{ worker_connections 64; }}
http {{ access_log off; keepalive_requests 100000; {temporary}
 server {{ listen 127.0.0.1:{port}; root {folder}/root; client_max_body_size 0; auth_basic dav; auth_basic_user_file {passwords(folder)};
  location / {{ dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; }} }} }}
""")
    return [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def apache_command(folder, port):
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


def webdav(command):
    return Peer(command, lambda port: f"webdav://127.0.0.1:{port}")


# ---- S3 -------------------------------------------------------------------------------------------------------------
SWIFT_BACKEND = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
devices = {folder}/node
mount_check = false
workers = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
SWIFT_PROXY = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memory}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
SWIFT_RINGS = """import sys
from swift.common.ring import RingBuilder
for word in sys.argv[2:]:
    kind, port = word.split(":")
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1.0})
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""
# Swift reads /etc/swift whatever it is told, so it gets one of its own that nobody else sees. What the shell starts goes with it.
SWIFT_START = """mount --bind {folder}/etc /etc/swift
memcached -l 127.0.0.1 -p {memory} -u nobody -m 16 &
for kind in account container object; do swift-$kind-server /etc/swift/$kind-server.conf & done
exec swift-proxy-server /etc/swift/proxy-server.conf
"""


def swift_command(folder, port):
    for program in ("swift-proxy-server", "swift-account-server", "swift-container-server", "swift-object-server", "memcached", "unshare"):
        shutil.which(program) or skip(f"{program} is not installed")
    Path("/etc/swift").is_dir() or skip("Swift is not installed")
    etc = folder / "etc"
    etc.mkdir()
    (folder / "node" / "d1").mkdir(parents=True)
    (etc / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = made\nswift_hash_path_prefix = up\n[storage-policy:0]\nname = gold\ndefault = yes\n")
    memory = free_port()
    ports = {kind: free_port() for kind in ("account", "container", "object")}
    for kind, own in ports.items():
        (etc / f"{kind}-server.conf").write_text(SWIFT_BACKEND.format(port=own, folder=folder, kind=kind))
    # Debian's own Python, since that is where python3-swift goes.
    subprocess.run(["/usr/bin/python3", "-c", SWIFT_RINGS, str(etc)] + [f"{kind}:{own}" for kind, own in ports.items()], check=True)
    (etc / "proxy-server.conf").write_text(SWIFT_PROXY.format(port=port, memory=memory, user="surveyor", secret=SECRET))
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *as_root, "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", SWIFT_START.format(folder=folder, memory=memory)]


def s3rver_command(folder, port):
    program = os.environ.get("FIELDSEAL_S3RVER") or shutil.which("s3rver") or skip("s3rver is not installed")
    return [program, "-d", str(folder / "root"), "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "survey"]


def signed(peer, method, path):
    """The status of a request without a body, signed as S3 asks (AWS Signature Version 4); 0 where there is no answer."""
    host, empty = f"127.0.0.1:{peer.port}", hashlib.sha256(b"").hexdigest()
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical = f"{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{now}\n\n{names}\n{empty}"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + peer.secret).encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    headers = {"x-amz-content-sha256": empty, "x-amz-date": now,
               "Authorization": f"AWS4-HMAC-SHA256 Credential={peer.user}/{scope}, SignedHeaders={names}, Signature={signature}"}
    try:
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0


def put(peer, path, content):
    """The status of a PUT to a WebDAV server."""
    return request(peer, "PUT", path, content)


def request(peer, method, path, content=None):
    """The status of a request to a WebDAV server."""
    connection = http.client.HTTPConnection(f"127.0.0.1:{peer.port}", timeout=20)
    connection.request(method, path, content, {"Authorization": "Basic " + base64.b64encode(f"{peer.user}:{peer.secret}".encode()).decode()})
    return connection.getresponse().status


def bucket(command, user, secret, region=""):
    peer = Peer(command, lambda port: f"s3+http://127.0.0.1:{port}/survey{region}", lambda peer: signed(peer, "PUT", "/survey") in (200, 409))
    peer.user, peer.secret = user, secret
    return peer


def start(name, *more):
    """The peer of that name, for `with`."""
    if name == "swift":
        peer = bucket(swift_command, "test:surveyor", SECRET)
        peer.signal = signal.SIGKILL  # the first process of a namespace hears nothing else, and takes all others with it
        return peer
    if name == "s3rver":
        return bucket(s3rver_command, "S3RVER", "S3RVER")
    return webdav({"rclone": rclone_command(*more), "nginx": nginx_command, "apache": apache_command}[name])
