#!/usr/bin/python3
"""How fast one SMPP client can fill the memory of a served run, and what of it is a message's.

Usage: scripts/live_flood.py [--gridtwin build/release/bin/gridtwin] [--seconds 20] [--window 90] [--rate "20 1/s"]
Serves scenarios/first-light.yaml without operator.submit_limit, submits short messages as fast as they are answered, `window` at once,
to an operator of that rate, and prints the figures of docs/reliability.md: messages answered and taken a second, and what the program's resident memory grows by.
"""
import argparse
import os
import pathlib
import signal
import struct
import sys
import time

import access_study


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("the program has ended")


def flood(served, client, body, window, pid, seconds):
    """Prints a row each fifth of the time."""
    header = struct.Struct(">IIII")
    begin = last = time.monotonic()
    answered = taken = 0
    memory = resident(pid)
    print("| s | answered a second | taken a second | MB a second | octets of one that is taken |")
    print("| --- | --- | --- | --- | --- |")
    while last - begin < seconds:
        client.socket.sendall(b"".join(header.pack(16 + len(body), served.SUBMIT_SM, 0, k + 1) + body for k in range(window)))
        missing = window
        while missing > 0:
            command, status, _, _ = client.receive()
            if command == served.SUBMIT_SM | served.RESPONSE:
                missing -= 1
                taken += status == served.OK
        answered += window
        now = time.monotonic()
        if now - last >= seconds / 5.0:
            grown = resident(pid)
            each = f"{(grown - memory) / taken:.0f}" if taken else ""
            print(f"| {now - begin:.0f} | {answered / (now - last):.0f} | {taken / (now - last):.0f} | {(grown - memory) / (now - last) / 1e6:.1f} "
                  f"| {each} |", flush=True)
            last, memory, answered, taken = now, grown, 0, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=str(access_study.ROOT / "build/release/bin/gridtwin"))
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--window", type=int, default=90)
    parser.add_argument("--rate", default="20 1/s", help="operator.rate")
    options = parser.parse_args()
    os.environ.update(GRIDTWIN=options.gridtwin, GRIDTWIN_SOURCE=str(access_study.ROOT))
    sys.path.insert(0, str(access_study.ROOT / "tests/live"))
    import served  # the tests' client

    case = served.ServedCase()
    case.setUp()
    try:
        file = case.scenario(("duration: 2 h", "duration: 24 h"), ("rate: 20 1/s", f"rate: {options.rate}"))
        process, port = case.serve(file, "--speed", "1x")
        client = served.Client(port)
        client.bind(served.BIND_TRANSMITTER)
        code = case.sms_code(file, "farms/3", "balance")
        octets = bytes.fromhex(code["hex"])
        body = (served.text("") + b"\0\0" + served.text(code["from"]) + b"\1\1" + served.text(code["to"]) + bytes(3) + served.text("") +
                served.text("") + bytes([0, 0, 4, 0, len(octets)]) + octets)
        flood(served, client, body, options.window, process.pid, options.seconds)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=600)[0]
        print("\n" + told[told.index("clients: "):], end="")
    finally:
        case.tearDown()


if __name__ == "__main__":
    main()
