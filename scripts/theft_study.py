#!/usr/bin/python3
"""Theft: whom the head-end suspects against who steals, at three levels of noise, over the days.

Usage: scripts/theft_study.py [--gridtwin build/release/bin/gridtwin] [--seeds 10] > table.md
Runs a town of 400 homes below ten transformers, 4 % of them thieves who begin within the first half day, by one of four ways, and prints the
tables of docs/studies/theft.md.
"""
import argparse
import concurrent.futures
import os
import statistics

from access_study import FEEDERS, ROOT, run

TOWN = """gridtwin: 1
name: Theft
start: 2026-01-15T00:00:00
time_zone: Asia/Baku
duration: {days} d
seed: 42
grid:
  feeder: {feeder}
  step: 5 min
  low_voltage: {{ generate: street, customers_per_transformer: 40 }}
customers:
  - {{ name: homes, count: 400, at: residential loads, profile: residential, peak: 2 kW, meter: plc }}
access:
  concentrators: 10
  plc: {{ modem: ce-nero{channel} }}
  concentrator: {{ balance: {{ accuracy: {accuracy} }}{clock} }}
wan: {{ model: builtin }}
meter:
  tampering: {{ thieves: {thieves}, inputs: [{inputs}], until: 12 h }}{drift}
headend:
  losses: {{ {losses} }}
record: {{ level: summary }}
"""
WAYS = ("bypass", "magnet", "neutral_return", "reversed_phase")
LEVELS = (
    ("low: class 0.2 at the busbars", {"accuracy": "0.2 %"}),
    ("middle: class 1, noise floor of 82 dBuV", {"accuracy": "1 %", "channel": ", channel: { noise_floor: 82 dBuV }"}),
    ("high: class 3, noise floor of 92 dBuV", {"accuracy": "3 %", "channel": ", channel: { noise_floor: 92 dBuV }"}),
)


def town(days=8, thieves="4 %", inputs=WAYS, **noise):
    keys = {"channel": "", "clock": "", "drift": "", "losses": "", **noise}
    return TOWN.format(days=days, feeder=FEEDERS / "ieee13" / "ieee13.dss", thieves=thieves, inputs=", ".join(inputs), **keys)


def study(options, rows):
    """rows: (label, text)"""
    print("| | thieves | right | wrong | missed | precision | recall | F1 | F1, worst seed | read success |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for label, text in rows:
            runs = list(pool.map(lambda seed: run(options.gridtwin, text, seed), range(1, options.seeds + 1)))
            total = {key: sum(one[f"theft.{key}"] for one in runs) for key in ("thieves", "right", "wrong", "missed")}
            right, wrong, missed = total["right"], total["wrong"], total["missed"]
            precision = f"{right / (right + wrong):.2f}" if right + wrong else "-"
            recall = f"{right / (right + missed):.2f}" if right + missed else "-"
            f1 = f"{2 * right / (2 * right + wrong + missed):.2f}" if right + wrong + missed else "-"
            worst = [one["theft.f1"] for one in runs if one["theft.f1"] == one["theft.f1"]]
            print(f"| {label} | {total['thieves']:.0f} | {right:.0f} | {wrong:.0f} | {missed:.0f} | {precision} | {recall} | {f1} "
                  f"| {min(worst):.2f} |" if worst else f"| {label} | {total['thieves']:.0f} | {right:.0f} | {wrong:.0f} | {missed:.0f} | - | - | - | - |",
                  f"{100 * statistics.mean(one['read_success'] for one in runs):.1f} % |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=ROOT / "build" / "release" / "bin" / "gridtwin")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    study(options, [(f"{label}, {days} days", town(days=days, **noise)) for label, noise in LEVELS for days in (2, 4, 8)])
    print()
    study(options, [(f"low, 8 days, {way} alone", town(inputs=(way,), **LEVELS[0][1])) for way in WAYS])
    print()
    study(options, [(f"{label}, 8 days, nobody steals", town(thieves="0 %", **noise)) for label, noise in LEVELS])


if __name__ == "__main__":
    main()
