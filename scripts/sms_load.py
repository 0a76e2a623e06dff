#!/usr/bin/python3
"""What a million short messages cost a whole run: meters read by SMS, and prepaid ones that the customer database commands.

Usage: scripts/sms_load.py [--gridtwin build/release/bin/gridtwin] [--feeders 364] [--per-meter 5] [--only NAME ...] > table.md
Feeders of 275 customers as first light has them (100,100 by default), every one with an SMS meter, for a day, power flow each 15 min,
results in summary, one thread:
  base            nobody is read and nothing commanded
  rounds          a round each 4 h: a read to each meter and its answer (SmsMeters)
  rounds, real    the same with every message as its octets (wire: real)
  orders          commands of the customer database to each meter, sealed, judged, executed and answered (SmsTerminals)
  1000 switches   so many meters are switched off, each at its own instant
and prints the table of docs/performance.md: processor and wall time, peak of memory, and what a message costs beyond the base.
"""
import argparse
import os
import pathlib
import re
import subprocess
import tempfile
import time

import h5py

import access_study

METERS = 275  # of a feeder
ENTRIES = 1000  # of a document (docs/models/crm.xsd)
COMMANDS = ('<top-up cents="500" token="{}"/>', "<balance/>", "<read-registers/>", '<read-profile first="1" count="4"/>', "<read-clock/>")
SWITCHES = ('<switch contacts="off"/>',)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<exchange xmlns="urn:gridtwin:crm:1" number="{}" created="2026-01-14T20:00:00Z">\n'


def town(feeders, every, more=""):
    text = access_study.changed(
        ("step: 60 s", f"step: 15 min\n  copies: {feeders}"), ("peak: 2 kW, meter: plc", "peak: 2 kW, meter: sms"),
        ("access:\n  concentrators: 4\n  plc: { modem: ce-nero }\n\n", ""), ("cell: gprs }", "cell: gprs }\n" + more),
        ("rate: 20 1/s", "loss: 0 %, rate: 200 1/s"), ("every: 4 h }", f"every: {every}, sms_spread: 2 h }}"))
    text = re.sub(r"events:\n(  .*\n)*", "", text)
    return text


def documents(options, folder, scenario, meters, kinds, per_meter):
    """Writes records of so many meters and commands to each; the list for crm.orders."""
    orders, codes = [], []
    while len(codes) < meters:
        records = subprocess.run([options.gridtwin, "crm-subscribers", scenario, "--from", str(len(codes))],
                                 capture_output=True, text=True, check=True).stdout
        found = re.findall(r'<meter code="(\d+)"', records)
        file = folder / f"records-{len(orders)}.xml"
        file.write_text(records)
        orders.append(f"    - {{ at: 0:10, file: {file.name} }}")
        if not found:
            raise SystemExit("there are fewer meters")
        codes += found
    commands = [(code, kinds[turn % len(kinds)]) for turn in range(per_meter) for code in codes[:meters]]
    for begin in range(0, len(commands), ENTRIES):
        entries = [f'  <command id="{begin + k + 1}" meter="{code}" valid-s="72000">{command.format(begin + k + 1)}</command>\n'
                   for k, (code, command) in enumerate(commands[begin:begin + ENTRIES])]
        number = begin // ENTRIES + 1
        file = folder / f"orders-{number}.xml"
        file.write_text(HEAD.format(1000000 + number) + "".join(entries) + "</exchange>\n")
        orders.append(f"    - {{ at: {1.0 + number * 10.0 / 3600.0:.4f} h, file: {file.name} }}")
    return orders


def measured(options, folder, text):
    scenario = folder / "town.yaml"
    scenario.write_text(text)
    begin = time.monotonic()
    process = subprocess.Popen([options.gridtwin, "run", "--quiet", "--threads", "1", *options.profile, scenario, "--out", folder / "town.h5"])
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        raise SystemExit(f"the run ended with {status}")
    with h5py.File(folder / "town.h5") as day:
        kpis = dict(zip(day["/kpi/name"].asstr()[:], day["/kpi/value"][:]))
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024.0, kpis


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=str(access_study.ROOT / "build/release/bin/gridtwin"))
    parser.add_argument("--feeders", type=int, default=364)
    parser.add_argument("--per-meter", type=int, default=5, help="orders")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--profile", action="store_const", const=["--profile"], default=[], help="and each federate's time")
    options = parser.parse_args()
    print("| | short messages | done | wall, s | processor, s | of a message, us | peak, MB | of a message, octets |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    base = None
    for name in ("base", "rounds", "rounds, real", "orders", "1000 switches"):
        if options.only and name not in options.only and name != "base":
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            text = town(options.feeders, "4 h" if name.startswith("rounds") else "20 h")
            if name == "rounds, real":
                text = text.replace("duration:", "wire: real\nduration:")
            commanded = name in ("orders", "1000 switches")
            if commanded:
                what = (options.feeders * METERS, COMMANDS, options.per_meter) if name == "orders" else (1000, SWITCHES, 1)
                scenario = folder / "meters.yaml"
                scenario.write_text(text)
                more = 'live: { top_up_number: "7799" }\ncrm:\n  processing: 1 ms\n  orders:\n' + "\n".join(documents(options, folder, scenario, *what)) + "\n"
                text = town(options.feeders, "20 h", more)
            wall, cpu, peak, kpis = measured(options, folder, text)
        messages = kpis["messages.sms.sent"]
        done = kpis["crm.done"] if commanded else kpis["sms.fate.done"]
        base = base or (cpu, peak, messages)
        more = max(messages - base[2], 1.0)
        each = "| " if name == "base" else f"| {1e6 * (cpu - base[0]) / more:.1f} "
        octets = "| " if name == "base" else f"| {2.0 ** 20 * (peak - base[1]) / more:.0f} "
        print(f"| {name} | {messages:.0f} | {done:.0f} | {wall:.1f} | {cpu:.1f} {each}| {peak:.0f} {octets}|", flush=True)


if __name__ == "__main__":
    main()
