"""Listeners on this machine, for what the program sends out: they keep what came."""

import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET6
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.0/8"


class Listener(ThreadingHTTPServer):
    """`answers` says how: a status, or a function that takes the open request."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, answers=200, host="127.0.0.1"):
        self.address_family = AF_INET6 if ":" in host else self.address_family
        super().__init__((host, 0), Request)
        self.answers = answers
        self.got = []

    def url(self, path="/hook", host=None, scheme="http"):
        return f"{scheme}://{host or '127.0.0.1'}:{self.server_port}{path}"

    def handle_error(self, request, client_address):
        """A client that breaks off is what some tests are about."""


class Request(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append(Got(self.command, self.path, self.headers, body))
        answers = self.server.answers
        if callable(answers):
            answers(self)
        else:
            self.reply(answers)

    do_GET = do_POST = do_HEAD = answer  # noqa: N815  # as http.server calls them

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing of it on the test's output."""


class Got:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


@contextmanager
def listening(answers=200, host="127.0.0.1", tls=None):
    """A server that runs meanwhile; `tls` is a pair of files, certificate and key."""
    listener = Listener(answers, host)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def certificate(folder, *names):
    """A certificate for these names that trusts itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([*map(named, names)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def named(name):
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
