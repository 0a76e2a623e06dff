#!/usr/bin/python3
"""Outages: the device that the head-end names against the line that opened, over the noise that loses last gasps.

Usage: scripts/outage_study.py [--gridtwin build/release/bin/gridtwin] [--seeds 10] > table.md
Runs a town of 360 homes below twelve transformers for half a day, in which one line opens at 6:00 and closes at 7:30, for each line with two customers
or more below it, and prints the table of docs/studies/outages.md.
"""
import argparse
import concurrent.futures
import os
import statistics

from access_study import FEEDERS, ROOT, run

TOWN = """gridtwin: 1
name: Outage
start: 2026-01-15T00:00:00
time_zone: Asia/Baku
duration: 12 h
seed: 42
grid:
  feeder: {feeder}
  step: 5 min
  low_voltage: {{ generate: street, customers_per_transformer: 30 }}
customers:
  - {{ name: homes, count: 360, at: residential loads, profile: residential, peak: 1.5 kW, meter: plc }}
access:
  concentrators: 12
  plc: {{ modem: ce-nero, channel: {{ noise_floor: {floor} dBuV }} }}
wan: {{ model: builtin }}
headend: {{ outage_management: {{}} }}
events:
  - {{ at: 6:00, open: line.{line} }}
  - {{ at: 7:30, close: line.{line} }}
record: {{ level: summary }}
"""
LINES = ("650632", "632633", "632645", "632670", "670671", "671692", "692675")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=ROOT / "build" / "release" / "bin" / "gridtwin")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    print("| noise floor | last gasps and losses heard | openings | named rightly | places named besides | median delay, s | pings an outage |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    feeder = FEEDERS / "ieee13" / "ieee13.dss"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for floor in (42, 82, 92, 95, 98):
            jobs = [(TOWN.format(feeder=feeder, floor=floor, line=line), seed) for line in LINES for seed in range(1, options.seeds + 1)]
            days = list(pool.map(lambda job: run(options.gridtwin, *job), jobs))
            total = {key: sum(day[key] for day in days) for key in
                     ("oms.opened", "oms.right", "oms.other", "oms.pings", "alarms.power_lost", "alarms.power_lost_seen")}
            delays = [day["oms.delay_p50"] for day in days if day["oms.delay_p50"] == day["oms.delay_p50"] and day["oms.right"] > 0]
            print(f"| {floor} dBuV | {100 * total['alarms.power_lost_seen'] / total['alarms.power_lost']:.0f} % | {total['oms.opened']:.0f} "
                  f"| {total['oms.right']:.0f} ({100 * total['oms.right'] / total['oms.opened']:.0f} %) | {total['oms.other']:.0f} "
                  f"| {statistics.median(delays):.0f} | {total['oms.pings'] / total['oms.opened']:.1f} |", flush=True)


if __name__ == "__main__":
    main()
