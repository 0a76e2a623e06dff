"""`gridtwin serve --dlms` and a DLMS/COSEM client with a password, by the TCP wrapper."""
import json
import re
import struct
import subprocess
import unittest

import h5py

from served import *

READER = 2


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


class DlmsTest(ServedCase):
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
