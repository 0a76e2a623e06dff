"""A served scenario, and a plain SMPP 3.4 client, for the tests of live mode."""
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["GRIDTWIN"]
SOURCE = pathlib.Path(os.environ["GRIDTWIN_SOURCE"])

# Commands and statuses of SMPP 3.4, chapter 5.
GENERIC_NACK, BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x80000000, 1, 2, 9
QUERY_SM, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, RESPONSE = 3, 4, 5, 6, 0x15, 0x80000000
OK, WRONG_LENGTH, WRONG_COMMAND_LENGTH, WRONG_COMMAND, NOT_BOUND, ALREADY_BOUND = 0, 1, 2, 3, 4, 5
WRONG_DESTINATION, WRONG_PASSWORD, WRONG_SYSTEM_ID, WRONG_EXPIRY, QUERY_FAILED, THROTTLED = 0xB, 0xE, 0xF, 0x62, 0x67, 0x58
QUEUE_FULL, SYSTEM_ERROR = 0x14, 8


def text(value):
    return value.encode() + b"\0"


OPENED = []  # connections of a test, closed behind it


def connect(port, timeout=20):
    OPENED.append(socket.create_connection(("127.0.0.1", port), timeout=timeout))
    return OPENED[-1]


def wait_until(happened, most_s=60):
    """Of what the simulated world does at its own pace."""
    end = time.monotonic() + most_s
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {most_s} s")
        time.sleep(0.02)


class Client:
    """One connection; what the server asks in between (enquire_link, deliver_sm) is answered and kept."""

    def __init__(self, port):
        self.socket = connect(port)
        self.sequence = 0
        self.octets = b""
        self.delivered = []

    def send(self, command, body=b"", sequence=None, status=0):
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        self.socket.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)
        return sequence

    def receive(self):
        """(command, status, sequence, body), or None when the server has closed."""
        while len(self.octets) < 4 or len(self.octets) < struct.unpack(">I", self.octets[:4])[0]:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.octets += more
        length, command, status, sequence = struct.unpack(">IIII", self.octets[:16])
        body, self.octets = self.octets[16:length], self.octets[length:]
        return command, status, sequence, body

    def answer_to(self, sequence):
        while True:
            pdu = self.receive()
            if pdu is None:
                return None
            if pdu[0] in (ENQUIRE_LINK, DELIVER_SM):
                self.send(pdu[0] | RESPONSE, b"" if pdu[0] == ENQUIRE_LINK else b"\0", pdu[2])
                if pdu[0] == DELIVER_SM:
                    self.delivered.append(deliver(pdu[3]))
            elif pdu[2] == sequence:
                return pdu

    def ask(self, command, body=b""):
        return self.answer_to(self.send(command, body))

    def bind(self, command=BIND_TRANSCEIVER, system_id="gridtwin", password="gridtwin"):
        return self.ask(command, text(system_id) + text(password) + text("") + bytes([0x34, 0, 0]) + text(""))[1]

    def submit(self, source, destination, octets, receipt=1, esm_class=0, validity=""):
        body = (text("") + b"\0\0" + text(source) + b"\1\1" + text(destination) + bytes([esm_class, 0, 0]) + text("") +
                text(validity) + bytes([receipt, 0, 4, 0, len(octets)]) + octets)
        _, status, _, answer = self.ask(SUBMIT_SM, body)
        return status, answer.rstrip(b"\0").decode()

    def query(self, number, source):
        return self.ask(QUERY_SM, text(number) + b"\0\0" + text(source))

    def next_delivery(self):
        while not self.delivered:
            pdu = self.receive()
            if pdu is None:
                raise ConnectionError("closed")
            if pdu[0] in (ENQUIRE_LINK, DELIVER_SM):
                self.send(pdu[0] | RESPONSE, b"" if pdu[0] == ENQUIRE_LINK else b"\0", pdu[2])
            if pdu[0] == DELIVER_SM:
                self.delivered.append(deliver(pdu[3]))
        return self.delivered.pop(0)


def deliver(body):
    """Of a deliver_sm: source, destination, esm_class, content."""
    def string(at):
        end = body.index(b"\0", at)
        return body[at:end].decode(), end + 1

    _, at = string(0)
    source, at = string(at + 2)
    destination, at = string(at + 2)
    esm_class = body[at]
    _, at = string(at + 3)
    _, at = string(at)
    length = body[at + 4]
    return source, destination, esm_class, body[at + 5:at + 5 + length]


class ServedCase(unittest.TestCase):
    """Runs `gridtwin serve` on a short, quick variant of first light without loss or long delays."""

    CHANGES = [("duration: 24 h", "duration: 2 h"), ("model: simgrid", "model: builtin"),
               ("delay: { median: 5 s, p95: 30 s }", "delay: { median: 2 s, p95: 4 s, tail: 0 % }, loss: 0 %"),
               ("record: { level: meters }", "record: { level: meters, every: 60 s }")]

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        (self.folder / "feeders").symlink_to(SOURCE / "scenarios" / "feeders")
        self.running = []

    def tearDown(self):
        while OPENED:
            OPENED.pop().close()
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()
        self.scratch.cleanup()

    def scenario(self, *changes):
        told = (SOURCE / "scenarios" / "first-light.yaml").read_text()
        told = told[:told.index("events:")] + told[told.index("record:"):told.index("expect:")]
        for old, new in [*self.CHANGES, *changes]:
            self.assertIn(old, told, "first-light.yaml has changed")
            told = told.replace(old, new)
        file = self.folder / "town.yaml"
        file.write_text(told)
        return file

    def serve(self, file, *options):
        """The process and its SMPP port."""
        process = subprocess.Popen([PROGRAM, "serve", str(file), "--smpp", "127.0.0.1:0", "--out",
                                    str(self.folder / "served.h5"), *map(str, options)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.running.append(process)
        line = process.stdout.readline()
        told = re.search(r"SMPP 3\.4 at 127\.0\.0\.1:(\d+)", line)
        if not told:
            self.fail(line + process.stderr.read())
        return process, int(told[1])

    def stop(self, process):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGINT, err)
        return out

    def run_program(self, *words):
        return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120)

    def sms_code(self, file, meter, *words):
        """What `gridtwin sms-code` prints, by its first word."""
        run = self.run_program("sms-code", file, "--meter", meter, *words)
        self.assertEqual(run.returncode, 0, run.stderr)
        return dict(line.split(maxsplit=1) for line in run.stdout.splitlines())

    def opened(self, file, meter, octets):
        run = self.run_program("sms-code", file, "--meter", meter, "--open", octets.hex())
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout
