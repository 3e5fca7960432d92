"""A line between a client and a server on this machine that does what lines do: dies, is slow, waits, damages, says things twice."""
import random
import socket
import threading
import time


class Link:
    """Passes bytes on to `port`. Each of these is off unless given:
    life_s: a connection dies so long after it began; life_bytes: or after so many went out through it; rate: bytes a second, in each direction; delay_s: each piece comes so much later;
    damage_every: one bit of the piece in which so many bytes have passed is turned, once per so many; twice: what a client said is said
    again to the server when the connection has ended; cut_first: so many connections die at their first byte; stall_after: after so many
    bytes nothing passes any more, and nothing is closed."""

    def __init__(self, port, life_s=None, life_bytes=None, rate=None, delay_s=0, damage_every=None, twice=False, cut_first=0, stall_after=None, seed=1):
        self.port, self.life_s, self.life_bytes, self.rate, self.delay_s = port, life_s, life_bytes, rate, delay_s
        self.damage_every, self.twice, self.cut_first, self.stall_after = damage_every, twice, cut_first, stall_after
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.sent = self.received = self.died = self.damaged = self.repeated = self.connections = 0
        self.free_at = {True: 0.0, False: 0.0}
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                near.close()
                continue
            if self.connections <= self.cut_first:
                threading.Thread(target=self.cut, args=(near, far), daemon=True).start()
                continue
            if self.life_s:
                timer = threading.Timer(self.life_s, self.kill, (near, far))
                timer.daemon = True
                timer.start()
            said = [] if self.twice else None
            threading.Thread(target=self.carry, args=(near, far, True, said), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, False, None), daemon=True).start()

    def cut(self, near, far):
        near.recv(1)
        self.kill(near, far)

    def kill(self, near, far):
        for end in (near, far):
            try:
                end.shutdown(socket.SHUT_RDWR)
                if end is near:  # which was still alive
                    with self.lock:
                        self.died += 1
            except OSError:
                pass

    def wait_turn(self, outwards, length):
        """All connections share the line."""
        if self.delay_s:
            time.sleep(self.delay_s)
        if self.rate:
            with self.lock:
                now = time.monotonic()
                self.free_at[outwards] = max(self.free_at[outwards], now) + length / self.rate
                until = self.free_at[outwards]
            time.sleep(max(0, until - now))

    def carry(self, source, target, outwards, said):
        passed = 0
        try:
            while data := source.recv(16384 if self.rate else 65536):
                with self.lock:
                    self.sent += len(data) if outwards else 0
                    self.received += 0 if outwards else len(data)
                if outwards and self.life_bytes and passed + len(data) > self.life_bytes:
                    with self.lock:
                        self.died += 1
                    break
                if self.stall_after is not None and outwards and passed + len(data) > self.stall_after:
                    time.sleep(3600)
                self.wait_turn(outwards, len(data))
                if self.damage_every and (passed + len(data)) // self.damage_every > passed // self.damage_every:
                    data = bytearray(data)
                    data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
                    self.damaged += 1
                passed += len(data)
                if said is not None:
                    said.append(bytes(data))
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()
        if said:
            self.say_again(said)

    def say_again(self, said):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as again:
                again.sendall(b"".join(said))
                again.shutdown(socket.SHUT_WR)
                while again.recv(65536):
                    pass
            self.repeated += 1
        except OSError:
            pass
