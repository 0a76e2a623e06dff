"""`gridtwin serve --dlms` and a DLMS/COSEM client with a password, by the TCP wrapper."""
import datetime
import json
import re
import struct
import subprocess
import unittest

import h5py
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from served import *

MANAGER, READER = 1, 2


class Meter:
    """A client's connection to one meter."""

    def __init__(self, port, row, client=READER):
        self.socket = connect(port)
        self.ports = (client, row + 17)

    def send(self, apdu):
        self.socket.sendall(struct.pack(">HHHH", 1, *self.ports, len(apdu)) + apdu)

    def receive(self):
        head = self.exactly(8)
        if head is None:
            return None
        version, source, destination, length = struct.unpack(">HHHH", head)
        assert (version, source, destination) == (1, self.ports[1], self.ports[0])
        return self.exactly(length)

    def exactly(self, count):
        octets = b""
        while len(octets) < count:
            more = self.socket.recv(count - len(octets))
            if not more:
                return None
            octets += more
        return octets

    def ask(self, apdu):
        self.send(apdu)
        return self.receive()

    def associate(self, password=b"12345678", most=200):
        """AARQ with low level security; GET, blocks and selective access proposed."""
        initiate = bytes.fromhex("01000000065F1F0400001014") + struct.pack(">H", most)
        low = bytes.fromhex("8A0207808B0760857405080201") + bytes([0xAC, 2 + len(password), 0x80, len(password)]) + password
        body = bytes.fromhex("A109060760857405080101") + low + bytes([0xBE, 2 + len(initiate), 4, len(initiate)]) + initiate
        aare = self.ask(bytes([0x60, len(body)]) + body)
        return aare[0] == 0x61 and bytes.fromhex("A203020100") in aare

    def get(self, class_id, name, attribute, access=b"\0"):
        """Value of an attribute, blocks joined, or the number of the refusal."""
        asked = struct.pack(">H", class_id) + bytes(name) + bytes([attribute]) + access
        answer = self.ask(b"\xC0\x01\xC1" + asked)
        if answer[:2] == b"\xC4\x01":
            return answer[4:] if answer[3] == 0 else answer[4]
        value, blocks = b"", 0
        while True:
            assert answer[:2] == b"\xC4\x02" and len(answer) <= 200, answer.hex()
            last, number, status = answer[3], struct.unpack(">I", answer[4:8])[0], answer[8]
            assert status == 0 and number == blocks + 1
            length, begin = (answer[9], 10) if answer[9] < 0x80 else (answer[10], 11)
            value += answer[begin:begin + length]
            blocks += 1
            if last:
                return value
            answer = self.ask(b"\xC0\x02\xC1" + struct.pack(">I", number))


class Manager(Meter):
    """The management client: HLS with GMAC, all its APDUs ciphered by suite 0 under the meter's keys."""

    TITLE = b"TST\0\0\0\0\1"
    CIPHERED = {0x01: 0x21, 0xC0: 0xC8, 0xC3: 0xCB}  # the initiate, GET, ACTION

    def __init__(self, port, row, keys):
        super().__init__(port, row, client=MANAGER)
        self.key, self.authentication = (bytes.fromhex(keys[k]) for k in ("encryption key", "authentication"))
        self.meter = bytes.fromhex(keys["system title"])
        self.counter = 0

    def sealed(self, control, counter, title, data, text):
        """Ciphertext and the tag's first 12 octets."""
        gcm = Cipher(algorithms.AES(self.key), modes.GCM(title + counter)).encryptor()
        gcm.authenticate_additional_data(bytes([control]) + self.authentication + data)
        return gcm.update(text) + gcm.finalize() + gcm.tag[:12]

    def next_counter(self):
        self.counter += 1
        return struct.pack(">I", self.counter)

    def protect(self, apdu):
        counter = self.next_counter()
        content = b"\x30" + counter + self.sealed(0x30, counter, self.TITLE, b"", apdu)
        length = bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])
        return bytes([self.CIPHERED[apdu[0]]]) + length + content

    def open(self, apdu):
        at = 2 if apdu[1] < 128 else 2 + (apdu[1] & 0x7F)
        assert apdu[at] == 0x30, apdu.hex()
        counter, text, tag = apdu[at + 1:at + 5], apdu[at + 5:-12], apdu[-12:]
        gcm = Cipher(algorithms.AES(self.key), modes.GCM(self.meter + counter, tag, 12)).decryptor()
        gcm.authenticate_additional_data(b"\x30" + self.authentication)
        return gcm.update(text) + gcm.finalize()

    def ask_ciphered(self, apdu):
        return self.open(self.ask(self.protect(apdu)))

    def clock(self):
        """What the meter's shows, in seconds."""
        told = self.ask_ciphered(bytes.fromhex("C001C100080000010000FF0200"))
        assert told[:6] == bytes.fromhex("C401C100090C"), told.hex()
        year, month, day, _, hour, minute, second = struct.unpack(">HBBBBBB", told[6:14])
        return (datetime.datetime(year, month, day, hour, minute, second) - datetime.datetime(2026, 1, 1)).total_seconds()

    def wait_for(self, seconds):
        """Until the meter's clock shows so much more."""
        end = self.clock() + seconds
        wait_until(lambda: self.clock() >= end)

    def associate(self):
        """Four passes; whether the meter took ours and gave its own."""
        challenge = b"a client's challenge"[:16]
        initiate = self.protect(bytes.fromhex("01000000065F1F040000101D0400"))
        part = lambda tag, content: bytes([tag, len(content)]) + content
        body = (bytes.fromhex("A109060760857405080103") + part(0xA6, part(4, self.TITLE)) +
                bytes.fromhex("8A0207808B0760857405080205") + part(0xAC, part(0x80, challenge)) +
                part(0xBE, part(4, initiate)))
        aare = self.ask(part(0x60, body))
        if aare[0] != 0x61 or bytes.fromhex("A203020100") not in aare:
            return False
        at = aare.index(b"\xAA", aare.index(bytes.fromhex("8907608574050802 05")))
        theirs = aare[at + 4:at + 4 + aare[at + 3]]
        counter = self.next_counter()
        proof = b"\x10" + counter + self.sealed(0x10, counter, self.TITLE, theirs, b"")
        answer = self.ask_ciphered(bytes.fromhex("C301C1000F0000280000FF01010911") + proof)
        if answer[:4] != bytes.fromhex("C701C100"):
            return False
        told = answer[-17:]
        return told[5:] == self.sealed(0x10, told[1:5], self.meter, challenge, b"")


class DlmsTest(ServedCase):
    def keys(self, file, meter):
        """What `gridtwin keys` prints, by its names."""
        run = self.run_program("keys", file, "--meter", meter)
        self.assertEqual(run.returncode, 0, run.stderr)
        return dict((line[:17].strip(), line[17:]) for line in run.stdout.splitlines())

    def serve_dlms(self, file, *options):
        process = subprocess.Popen([PROGRAM, "serve", str(file), "--dlms", "127.0.0.1:0", "--out",
                                    str(self.folder / "served.h5"), *map(str, options)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.running.append(process)
        told = re.search(r"DLMS at 127\.0\.0\.1:(\d+)", process.stdout.readline())
        self.assertTrue(told)
        return process, int(told[1])

    def test_a_client_reads_a_meter_as_it_stands(self):
        process, port = self.serve_dlms(self.scenario(), "--speed", "2000x")
        meter = Meter(port, 17)
        self.assertEqual(meter.ask(bytes.fromhex("C001C1000101002A0000FF0200"))[0], 0xD8, "no association yet")
        self.assertFalse(Meter(port, 17).associate(password=b"wrong"))
        self.assertTrue(meter.associate())
        self.assertEqual(meter.get(1, (0, 0, 42, 0, 0, 255), 2), b"\x09\x10GTW0000000000018")
        clock = meter.get(8, (0, 0, 1, 0, 0, 255), 2)
        self.assertEqual((clock[:2], struct.unpack(">HBB", clock[2:6])), (b"\x09\x0C", (2026, 1, 15)))
        self.assertEqual(meter.get(3, (1, 0, 1, 8, 0, 255), 3), bytes.fromhex("02020FFD161E"), "10^-3 Wh")
        self.assertEqual(meter.get(70, (0, 0, 96, 3, 10, 255), 2), b"\x03\x01", "connected")
        self.assertEqual(meter.get(3, (0, 0, 42, 0, 0, 255), 2), 3, "of another class it may not read it")
        self.assertEqual(meter.get(8, (0, 0, 1, 0, 0, 255), 3), 11, "object-unavailable")
        # Wait for some intervals; then all rows come in blocks of an APDU of 200 octets.
        profile = (1, 0, 99, 1, 0, 255)
        while struct.unpack(">I", meter.get(7, profile, 7)[1:])[0] < 4:
            pass
        imported = meter.get(3, (1, 0, 1, 8, 0, 255), 2)
        self.assertEqual(imported[0], 0x14)
        self.assertGreater(struct.unpack(">q", imported[1:])[0], 0)
        buffer = meter.get(7, profile, 2)
        rows = buffer[1]
        self.assertGreaterEqual(rows, 4)
        self.assertEqual(len(buffer), 2 + 31 * rows)
        times = [buffer[2 + 31 * r + 4:2 + 31 * r + 16] for r in range(rows)]
        self.assertEqual([t[5:7] for t in times[:4]], [b"\0\x0F", b"\0\x1E", b"\0\x2D", b"\1\0"], "quarter-hours")
        by_entry = b"\1\2" + bytes.fromhex("0204 06 00000002 06 00000003 12 0001 12 0000")
        self.assertEqual(meter.get(7, profile, 2, by_entry), b"\1\2" + buffer[2 + 31:2 + 3 * 31])
        column = bytes.fromhex("0204 12 0008 09 06 0000010000FF 0F 02 12 0000")
        by_range = b"\1\1" + b"\2\4" + column + b"\x09\x0C" + times[1] + b"\x09\x0C" + times[2] + b"\1\0"
        self.assertEqual(meter.get(7, profile, 2, by_range), b"\1\2" + buffer[2 + 31:2 + 3 * 31])
        # This client only reads.
        off = bytes.fromhex("C301C10046000060030AFF01010F00")
        self.assertEqual(meter.ask(off), bytes.fromhex("C701C10300"), "read-write-denied")
        self.assertEqual(meter.ask(bytes.fromhex("6203800100"))[0], 0x63, "released")
        self.assertEqual(meter.ask(off)[0], 0xD8)
        self.stop(process)

    def test_an_order_opens_the_relay_in_the_power_flow(self):
        file = self.scenario()
        process, port = self.serve_dlms(file, "--speed", "40x", "--record", self.folder / "session.jsonl")
        forger = Manager(port, 17, {**self.keys(file, "homes/18"), "encryption key": "00" * 16})
        self.assertNotEqual(forger.ask(forger.protect(bytes.fromhex("C301C10046000060030AFF01010F00")))[0], 0xCF)
        manager = Manager(port, 17, self.keys(file, "homes/18"))
        self.assertTrue(manager.associate())
        state = bytes.fromhex("C001C10046000060030AFF0200")
        self.assertEqual(manager.ask_ciphered(state), bytes.fromhex("C401C1000301"), "connected")
        manager.wait_for(61)  # a step of the power flow
        off = bytes.fromhex("C301C10046000060030AFF01010F00")
        self.assertEqual(manager.ask_ciphered(off)[:4], bytes.fromhex("C701C100"))
        wait_until(lambda: manager.ask_ciphered(state) == bytes.fromhex("C401C1000300"))  # disconnected
        manager.wait_for(121)  # two more steps
        self.assertEqual(manager.ask_ciphered(state), bytes.fromhex("C401C1000300"), "still")
        self.stop(process)
        out = self.folder / "served.h5"
        with h5py.File(out) as results:
            kinds = h5py.check_enum_dtype(results["/events"].dtype["kind"])
            opened = [e["row"] for e in results["/events"][:] if e["kind"] == kinds["relay_opened"]]
            self.assertEqual(opened, [17])
            power = results["/series/meters"]["p_w"][:, 17]
            self.assertGreater(power[0], 0)
            self.assertEqual(power[-1], 0, "its load is off the power flow")
        again = self.folder / "again.h5"
        replay = self.run_program("serve", file, "--replay", self.folder / "session.jsonl", "--out", again, "--quiet")
        self.assertEqual(replay.returncode, 0, replay.stderr)
        self.assertEqual(len({self.run_program("info", f, "--digest").stdout for f in (out, again)}), 1)

    def test_a_client_is_told_what_there_is_and_what_happened(self):
        file = self.scenario(("record:", "meter: { event_log: 8 }\nevents: [ { at: 60 s, tamper: homes/18, input: cover } ]\nrecord:"))
        process, port = self.serve_dlms(file, "--speed", "2000x")
        meter = Meter(port, 17)
        self.assertTrue(meter.associate())
        log = (0, 0, 99, 98, 0, 255)
        while struct.unpack(">I", meter.get(7, log, 7)[1:])[0] == 0:
            pass
        entries = meter.get(7, log, 2)
        self.assertGreaterEqual(entries[1], 1)
        self.assertEqual(entries[2:6], bytes.fromhex("0203090C"), "clock, event, value")
        self.assertEqual(entries[18], 0x11)
        time_told = entries[6:18]
        column = bytes.fromhex("0204 12 0008 09 06 0000010000FF 0F 02 12 0000")
        by_range = b"\1\1" + b"\2\4" + column + (b"\x09\x0C" + time_told) * 2 + b"\1\0"
        rows = lambda buffer: [buffer[at:at + 23] for at in range(2, len(buffer), 23)]
        self.assertEqual(rows(meter.get(7, log, 2, by_range)), [row for row in rows(entries) if row[4:16] == time_told])
        self.assertEqual(meter.get(7, log, 2, b"\1\2" + bytes.fromhex("0204 06 00000063 06 00000063 12 0001 12 0000")), b"\1\0")
        listed = meter.get(15, (0, 0, 40, 0, 0, 255), 2)
        names = [bytes(listed[i + 2:i + 8]) for i in range(len(listed) - 8) if listed[i:i + 2] == b"\x09\x06"]
        self.assertEqual(listed[0], 1)
        self.assertEqual(listed[1], len(names))
        self.assertEqual(names, sorted(names))
        for name in ((0, 0, 1, 0, 0, 255), (1, 0, 1, 8, 0, 255), (1, 0, 99, 1, 0, 255), log, (0, 0, 96, 3, 10, 255)):
            self.assertIn(bytes(name), names)
        self.assertNotIn(bytes((1, 0, 99, 2, 0, 255)), names, "no second profile")
        self.assertIn(bytes.fromhex("02041200461100090600 0060030AFF 0202 0104 02030F011601 00 02030F021601 00 02030F031601 00"
                                    "02030F041601 00 0102 02020F011600 02020F021600"), listed, "this client only reads")
        self.stop(process)

    def test_misuse_ends_the_connection_and_not_the_run(self):
        process, port = self.serve_dlms(self.scenario(), "--speed", "10x", "--patience", "0.2")
        for octets in (b"GET / HTTP/1.1\r\n\r\n", struct.pack(">HHHH", 1, 16, 17, 0), struct.pack(">HHHH", 1, 16, 17, 65535)):
            bad = Meter(port, 0)
            bad.socket.sendall(octets)
            self.assertIsNone(bad.receive())
        half = Meter(port, 0)
        half.socket.sendall(struct.pack(">HHH", 1, 16, 17))
        self.assertIsNone(half.receive(), "idle for ten times the patience")
        good = Meter(port, 0)
        self.assertTrue(good.associate())
        self.assertEqual(good.ask(b"\xFF")[0], 0xD8)
        self.assertEqual(good.get(70, (0, 0, 96, 3, 10, 255), 2), b"\x03\x01")
        self.stop(process)

    def test_a_recorded_order_opens_the_relay_again(self):
        file = self.scenario(("duration: 2 h", "duration: 10 min"))
        recording = self.folder / "session.jsonl"
        process, _ = self.serve_dlms(file, "--speed", "max", "--record", recording, "--quiet")
        self.assertEqual(process.wait(120), 0)
        head, end = recording.read_text().splitlines()
        order = json.dumps({"at_ns": 90_500_000_000, "connection": 1, "kind": "relay", "meter": 17, "close": False})
        recording.write_text("\n".join((head, order, end)) + "\n")
        out = self.folder / "again.h5"
        self.assertEqual(self.run_program("serve", file, "--replay", recording, "--out", out, "--quiet").returncode, 0)
        with h5py.File(out) as results:
            kinds = h5py.check_enum_dtype(results["/events"].dtype["kind"])
            opened = [(e["at_ns"], e["row"]) for e in results["/events"][:] if e["kind"] == kinds["relay_opened"]]
            self.assertEqual(opened, [(90_550_000_000, 17)], "after the operating delay")


if __name__ == "__main__":
    unittest.main()
