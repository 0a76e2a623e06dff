"""`gridtwin serve` and an SMPP client: sessions, messages, misuse, recording and replay."""
import struct
import threading
import time
import unittest

import h5py

from served import *


class ServeTest(ServedCase):
    def command(self, file, *words):
        code = self.sms_code(file, "farms/3", *words)
        return code["from"], code["to"], bytes.fromhex(code["hex"])

    def test_a_command_opens_the_relay_and_a_replay_gives_the_same_results(self):
        file = self.scenario()
        recording = self.folder / "session.jsonl"
        process, port = self.serve(file, "--speed", "20x", "--record", recording)
        client = Client(port)
        self.assertEqual(client.bind(), OK)
        short, number, octets = self.command(file, "off")
        status, first = client.submit(short, number, octets)
        self.assertEqual(status, OK)
        self.assertEqual(client.query(first, short)[1], OK)
        heard = [client.next_delivery(), client.next_delivery()]
        receipts = [h for h in heard if h[2] & 0x3C == 0x04]
        answers = [h for h in heard if h[2] & 0x3C == 0]
        self.assertEqual([len(receipts), len(answers)], [1, 1])
        self.assertIn(f"id:{first} ".encode(), receipts[0][3])
        self.assertIn(b"stat:DELIVRD", receipts[0][3])
        self.assertEqual(answers[0][:2], (number, short))
        self.assertIn("answers 1\ndone (command 3)", self.opened(file, "farms/3", answers[0][3]))
        state = client.query(first, short)[3]
        self.assertEqual(state.split(b"\0")[2][:1], b"\x02", "DELIVERED")
        # Registers, more than one part of a profile, and a copy: answered again, executed once.
        client.submit(short, number, octets)
        self.assertIn("done (command 3)", self.opened(file, "farms/3", self.next_answer(client)))
        client.submit(*self.command(file, "read", "--counter", "2"))
        self.assertIn("relay open", self.opened(file, "farms/3", self.next_answer(client)))
        time.sleep(0.5)
        self.stop(process)
        out = self.folder / "served.h5"
        with h5py.File(out) as served:
            kinds = h5py.check_enum_dtype(served["/events"].dtype["kind"])
            rows = served["/entities/meters/name"].asstr()[:].tolist()
            opened = [e for e in served["/events"][:] if e["kind"] == kinds["relay_opened"]]
            self.assertEqual([rows[e["row"]] for e in opened], ["farms/3"], "once")
            self.assertEqual(served["/meta"].attrs["complete"], 0)
        again = self.folder / "again.h5"
        replay = self.run_program("serve", file, "--replay", recording, "--out", again, "--quiet")
        self.assertEqual(replay.returncode, 0, replay.stderr)
        digests = {self.run_program("info", f, "--digest").stdout for f in (out, again)}
        self.assertEqual(len(digests), 1)
        other = self.run_program("serve", file, "--replay", recording, "--seed", "7")
        self.assertEqual(other.returncode, 2)
        self.assertRegex(other.stderr, r"session.jsonl:1:\d+: this was recorded with seed 42; expected seed 7")

    def next_answer(self, client):
        while True:
            _, _, esm_class, content = client.next_delivery()
            if esm_class & 0x3C == 0:
                return content

    def test_without_inputs_a_served_run_is_the_run(self):
        file = self.scenario(("duration: 2 h", "duration: 20 min"))
        process, _ = self.serve(file, "--speed", "max", "--quiet")
        self.assertEqual(process.wait(120), 0)
        self.assertEqual(self.run_program("run", file, "--quiet", "--out", self.folder / "run.h5").returncode, 0)
        digests = {self.run_program("info", self.folder / f, "--digest").stdout for f in ("served.h5", "run.h5")}
        self.assertEqual(len(digests), 1)

    def test_the_end_is_where_the_clock_stands(self):
        file = self.scenario()
        recording = self.folder / "session.jsonl"
        process, _ = self.serve(file, "--speed", "10x", "--record", recording, "--quiet")
        time.sleep(1)  # the next step of the power flow is at 60 s
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        stopped = re.search(r"stopped at 00:00:([0-9.]+):", err)
        self.assertTrue(stopped, err)
        self.assertGreater(float(stopped[1]), 5)
        again = self.folder / "again.h5"
        replay = self.run_program("serve", file, "--replay", recording, "--out", again, "--quiet")
        self.assertEqual(replay.returncode, 0, replay.stderr)
        self.assertIn(f"ended at 00:00:{stopped[1]}:", replay.stdout)
        digests = {self.run_program("info", f, "--digest").stdout for f in (self.folder / "served.h5", again)}
        self.assertEqual(len(digests), 1)

    def test_sessions_keep_the_rules(self):
        file = self.scenario()
        process, port = self.serve(file, "--speed", "10x")
        self.assertEqual(Client(port).bind(system_id="nobody"), WRONG_SYSTEM_ID)
        wrong = Client(port)
        self.assertEqual(wrong.bind(password="wrong"), WRONG_PASSWORD)
        self.assertIsNone(wrong.receive(), "and closed")
        early = Client(port)
        short, number, octets = self.command(file, "clock")
        self.assertEqual(early.submit(short, number, octets)[0], NOT_BOUND)
        receiver, transmitter = Client(port), Client(port)
        self.assertEqual(receiver.bind(BIND_RECEIVER), OK)
        self.assertEqual(receiver.submit(short, number, octets)[0], NOT_BOUND)
        self.assertEqual(transmitter.bind(BIND_TRANSMITTER), OK)
        self.assertEqual(transmitter.bind(), ALREADY_BOUND)
        self.assertEqual(transmitter.ask(ENQUIRE_LINK)[:2], (ENQUIRE_LINK | RESPONSE, OK))
        self.assertEqual(transmitter.submit(short, "4711", octets)[0], WRONG_DESTINATION)
        self.assertEqual(transmitter.submit(short, "994000000000", octets)[0], WRONG_DESTINATION, "read over PLC")
        self.assertEqual(transmitter.submit(short, number, bytes(141))[0], WRONG_LENGTH)
        self.assertEqual(transmitter.submit(short, number, octets, validity="tomorrow")[0], WRONG_EXPIRY)
        self.assertEqual(transmitter.query("4711", short)[1], QUERY_FAILED)
        self.assertEqual(transmitter.ask(0x103, bytes(9))[1] != OK, True, "data_sm")
        self.assertEqual(transmitter.ask(0x777)[:2], (GENERIC_NACK, WRONG_COMMAND))
        # Forged, for another meter, from another number: taken, and refused by the meter in silence.
        self.assertEqual(transmitter.submit(short, number, octets[:-1] + b"!")[0], OK)
        self.assertEqual(transmitter.submit("1234", number, octets)[0], OK)
        self.assertEqual(transmitter.submit(short, "+" + number, octets, receipt=0)[0], OK)
        told = [receiver.next_delivery() for _ in range(3)]
        self.assertEqual(sorted(t[2] & 0x3C for t in told), [0, 4, 4], "an answer to the true one, receipts of the others")
        self.assertEqual(transmitter.ask(UNBIND)[:2], (UNBIND | RESPONSE, OK))
        self.assertIsNone(transmitter.receive())
        self.assertIn("SMS meters: 1 accepted, 0 again, 2 refused, wrong_sender 1, bad_tag 1\n", self.stop(process))

    def test_misuse_ends_connections_and_not_the_run(self):
        file = self.scenario()
        process, port = self.serve(file, "--speed", "10x", "--patience", "1")
        good = Client(port)
        self.assertEqual(good.bind(), OK)
        # Lengths that cannot be, octets that are no protocol, a PDU that never ends.
        for octets in (struct.pack(">IIII", 7, 4, 0, 1), struct.pack(">IIII", 0xFFFFFFFF, 4, 0, 1), b"GET / HTTP/1.1\r\n\r\n"):
            bad = Client(port)
            bad.socket.sendall(octets)
            pdu = bad.receive()
            self.assertEqual(pdu[:2], (GENERIC_NACK, WRONG_COMMAND_LENGTH))
            self.assertIsNone(bad.receive())
        malformed = Client(port)
        self.assertEqual(malformed.bind(), OK)
        self.assertNotEqual(malformed.ask(SUBMIT_SM, b"no message at all")[1], OK)
        self.assertEqual(malformed.ask(ENQUIRE_LINK)[1], OK, "the session lives on")
        # Two requests of one number at once: nobody could tell whose answer it is.
        twice = Client(port)
        self.assertEqual(twice.bind(), OK)
        short, number, octets = self.command(file, "clock")
        body = (text("") + b"\0\0" + text(short) + b"\1\1" + text(number) + bytes(3) + text("") * 2 +
                bytes([0, 0, 4, 0, len(octets)]) + octets)
        twice.socket.sendall(b"".join(struct.pack(">IIII", 16 + len(b), c, 0, 9) + b
                                      for c, b in ((SUBMIT_SM, body), (QUERY_SM, text("1") + b"\0\0" + text(short)))))
        self.assertEqual(twice.receive()[0], GENERIC_NACK)
        self.assertIsNone(twice.receive())
        # Nothing said, and half of a PDU: closed in time. So is who does not answer enquire_link.
        silent, half, deaf = Client(port), Client(port), Client(port)
        half.socket.sendall(struct.pack(">II", 64, 4))
        self.assertEqual(deaf.bind(BIND_TRANSMITTER), OK)
        began = time.monotonic()
        self.assertIsNone(silent.receive())
        self.assertIsNone(half.receive())
        self.assertEqual(deaf.receive()[0], ENQUIRE_LINK)
        self.assertIsNone(deaf.receive())
        self.assertLess(time.monotonic() - began, 10)
        # A flood that nobody reads the answers of.
        flood = connect(port, timeout=1)
        many = struct.pack(">IIII", 16, 0x777, 0, 1) * 5000
        sent = 0
        try:
            while sent < 100_000_000:
                sent += flood.send(many)
        except OSError:
            pass
        self.assertLess(sent, 100_000_000, "held back, or closed")
        # More connections than there may be.
        crowd = [connect(port) for _ in range(80)]
        time.sleep(0.3)
        closed = 0
        for one in crowd:
            one.settimeout(0.01)
            try:
                closed += one.recv(1) == b""
            except OSError:
                pass
        self.assertGreaterEqual(closed, 10)
        for one in (*crowd, flood):
            one.close()
        good = self.client_when_there_is_room(port)
        self.assertEqual(good.submit(*self.command(file, "clock"))[0], OK)
        self.assertIsNotNone(self.next_answer(good))
        self.assertIn("too many", self.stop(process))

    def client_when_there_is_room(self, port):
        """The server may not have seen yet that others are gone."""
        until = time.monotonic() + 10
        while True:
            client = Client(port)
            try:
                self.assertEqual(client.bind(), OK)
                return client
            except (TypeError, OSError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def test_a_client_that_is_busy_does_not_hold_up_the_others(self):
        file = self.scenario()
        process, port = self.serve(file, "--speed", "20x")
        busy = Client(port)
        self.assertEqual(busy.bind(), OK)
        offered = []

        def say_not_now():
            try:
                while (pdu := busy.receive()) is not None:
                    delivery = pdu[0] == DELIVER_SM
                    offered.extend([pdu[2]] if delivery else [])
                    busy.send(pdu[0] | RESPONSE, b"\0" if delivery else b"", pdu[2], 0x64 if delivery else 0)
            except OSError:
                pass  # the test is over

        threading.Thread(target=say_not_now, daemon=True).start()
        client = Client(port)
        self.assertEqual(client.bind(), OK)
        for counter in range(1, 4):
            self.assertEqual(client.submit(*self.command(file, "clock", "--counter", str(counter)), receipt=0)[0], OK)
        for counter in range(1, 4):
            client.next_delivery()
        self.assertTrue(offered, "the other one was asked, too")
        self.stop(process)

    def test_a_full_queue_is_said(self):
        file = self.scenario(("rate: 20 1/s", "rate: 0.05 1/s, queue_limit: 3"))
        process, port = self.serve(file, "--speed", "1x")
        client = Client(port)
        self.assertEqual(client.bind(), OK)
        short, number, octets = self.command(file, "clock")
        statuses = [client.submit(short, number, octets)[0] for _ in range(5)]
        self.assertEqual(statuses, [OK, OK, OK, QUEUE_FULL, QUEUE_FULL])
        self.stop(process)

    def test_who_submits_faster_than_the_operator_allows_is_throttled(self):
        file = self.scenario(("rate: 20 1/s", "rate: 20 1/s, submit_limit: 0.02 1/s"))
        process, port = self.serve(file, "--speed", "20x")
        client = Client(port)
        self.assertEqual(client.bind(), OK)
        short, number, octets = self.command(file, "clock")
        submit = lambda: client.submit(short, number, octets, receipt=0)[0]
        self.assertEqual([submit() for _ in range(3)], [OK, THROTTLED, THROTTLED])
        time.sleep(3.0)  # 60 simulated seconds: one more is within the limit
        self.assertEqual([submit() for _ in range(2)], [OK, THROTTLED])
        status, _ = client.submit(short, "994999999999", octets)
        self.assertEqual(status, WRONG_DESTINATION)
        self.assertIn("messages 2 taken, 1 refused, 3 throttled;", self.stop(process))

    def test_an_operator_that_is_down_says_so(self):
        file = self.scenario(("record:", "events: [ { at: 1 s, operator_down: all } ]\nrecord:"))
        process, port = self.serve(file, "--speed", "10x")
        client = Client(port)
        self.assertEqual(client.bind(), OK)
        time.sleep(0.5)
        self.assertEqual(client.submit(*self.command(file, "clock"))[0], SYSTEM_ERROR)
        self.stop(process)

    def test_bad_options_are_told_at_once(self):
        file = self.scenario()
        both = str(self.folder / "both.h5")
        for options, mistake in ((["--smpp", "0.0.0.0:0"], "--smpp: '0.0.0.0:0' can be reached from other machines"),
                                 (["--smpp", "127.0.0.1"], "'127.0.0.1' has no port"),
                                 (["--smpp", "example.com:1"], "'example.com' is no address"),
                                 (["--smpp", "127.0.0.1:0", "--speed", "fast"], "'fast' is no speed"),
                                 ([], "nobody can connect"),
                                 (["--replay", "x", "--smpp", "127.0.0.1:0"], "a replay has no clients"),
                                 (["--replay", str(self.folder / "none")], "the recording cannot be read"),
                                 (["--smpp", "127.0.0.1:0", "--record", str(file)], "town.yaml: this is no recording, and would be lost"),
                                 (["--smpp", "127.0.0.1:0", "--record", both, "--out", both], "this is the result, too")):
            run = self.run_program("serve", file, *options)
            self.assertEqual(run.returncode, 2, options)
            self.assertIn(mistake, run.stderr)
        for command in (["keys"], ["sms-code", "clock"]):
            run = self.run_program(command[0], file, *command[1:], "--meter", "farm/3")
            self.assertEqual(run.returncode, 2)
            self.assertIn("--meter: there is no meter 'farm/3'; expected homes/1 to homes/240, farms/1 to farms/20; did you mean "
                          "'farms/3'?", run.stderr)
        broken = self.folder / "broken.jsonl"
        broken.write_text('{"gridtwin":"recording","format":1,"scenario_sha256":"","seed":42}\n{"at_ns":1}\nx\n')
        out = self.folder / "broken.h5"
        run = self.run_program("serve", file, "--replay", broken, "--out", out)
        self.assertEqual(run.returncode, 2)
        self.assertFalse(out.exists())
        self.assertNotIn("json.exception", run.stderr)
        self.assertIn("broken.jsonl:2:1: 'kind' is missing", run.stderr)
        self.assertIn("broken.jsonl:3:1: this is no line of a recording", run.stderr)

    def test_a_recording_of_a_meter_that_is_not_there_is_told_before_the_run(self):
        file = self.scenario(("duration: 2 h", "duration: 20 min"))
        recording = self.folder / "session.jsonl"
        process, _ = self.serve(file, "--speed", "max", "--quiet", "--record", recording)
        self.assertEqual(process.wait(120), 0)
        head, end = recording.read_text().splitlines()
        order = '{"at_ns":5,"close":false,"connection":1,"kind":"relay","meter":4711}'
        recording.write_text("\n".join((head, order, end)) + "\n")
        out = self.folder / "again.h5"
        run = self.run_program("serve", file, "--replay", recording, "--out", out)
        self.assertEqual(run.returncode, 2)
        self.assertRegex(run.stderr, r"session.jsonl:2:64: 'meter' is 4711; expected a whole number from 0 to \d+\n")
        self.assertFalse(out.exists())
        # Nor need an input stand where a window began.
        amid = order.replace('"at_ns":5', '"at_ns":30000000').replace("4711", "16")
        recording.write_text("\n".join((head, amid, end)) + "\n")
        run = self.run_program("serve", file, "--replay", recording, "--out", out, "--quiet")
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(out) as replayed:
            kinds = h5py.check_enum_dtype(replayed["/events"].dtype["kind"])
            opened = [e["row"] for e in replayed["/events"][:] if e["kind"] == kinds["relay_opened"]]
            self.assertEqual(opened, [16])


if __name__ == "__main__":
    unittest.main()
