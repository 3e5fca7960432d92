"""Servers that fail as they are told: a WebDAV server and an S3 service that keep objects in memory."""
import base64
import hashlib
import http.server
import socket
import ssl
import subprocess
import threading
import time


class Faulty(http.server.BaseHTTPRequestHandler):
    """Fails as `plan` says: a list of statuses, "html", "cut", "stall" or (status, S3 code) for the next requests, the last of them for
    good; None is a request served properly."""

    protocol_version = "HTTP/1.1"
    objects, plan, seen = {}, [None], []

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="application/octet-stream", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
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
        elif fault == "stall":
            time.sleep(3600)
        elif fault == "html":
            self.answer(200, b"<html>Please sign in</html>", "text/html")
        elif isinstance(fault, tuple):
            self.answer(fault[0], f"<?xml version='1.0'?><Error><Code>{fault[1]}</Code><Message>m</Message>{fault[2] if len(fault) > 2 else ''}</Error>".encode(), "application/xml")
        elif fault:
            self.answer(fault)
        else:
            self.work(body)

    do_GET = do_PUT = do_MOVE = do_DELETE = do_MKCOL = do_PROPFIND = serve


class FaultyWebdav(Faulty):
    def work(self, body):
        if self.command == "PUT":
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
        elif self.command == "PROPFIND":
            below = [p for p in self.objects if p.startswith(self.path) and "/" not in p[len(self.path):]]
            self.answer(207, ("<D:multistatus xmlns:D='DAV:'>" + "".join(f"<D:response><D:href>{p}</D:href><D:propstat><D:prop><D:getcontentlength>{len(self.objects[p])}</D:getcontentlength></D:prop></D:propstat></D:response>" for p in below) + "</D:multistatus>").encode(), "application/xml")
        elif self.command == "DELETE":
            self.answer(404 if self.objects.pop(self.path, None) is None else 204)
        else:
            self.answer(204)


class FaultyS3(Faulty):
    objects, plan, seen = {}, [None], []

    def work(self, body):
        path = self.path.split("?")[0]
        if self.command == "PUT":
            self.objects[path] = body
            self.answer(200, ETag='"%s"' % hashlib.md5(body).hexdigest())
        elif self.command == "GET" and "?" in self.path:
            self.answer(200, b"<ListBucketResult></ListBucketResult>", "application/xml")
        elif self.command == "GET":
            found = self.objects.get(path)
            if found is None:
                self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
            else:
                self.answer(200, found, ETag='"x"')
        else:
            self.objects.pop(path, None)
            self.answer(204)

    do_GET = do_PUT = do_DELETE = Faulty.serve


def start(handler, context=None):
    """The port of a server that lives as long as this program."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def certificate(folder, days="1"):
    """A self-made certificate for another name, in `folder`/cert and `folder`/key; says its pin."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", days, "-subj",
                    "/CN=elsewhere", "-keyout", f"{folder}/key", "-out", f"{folder}/cert"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", f"{folder}/key", "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return "sha256//" + base64.b64encode(hashlib.sha256(public).digest()).decode()


def tls(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/cert", f"{folder}/key")
    return context
