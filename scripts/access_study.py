#!/usr/bin/python3
"""Daily read success of the town over broken modules, parts of the noise, noise, distance and backup channel, 20 seeds each.

Usage: scripts/access_study.py [--gridtwin build/release/bin/gridtwin] [--seeds 20] [--firmware | --clocks | --alarms] > table.md
Runs scenarios/first-light.yaml, its wide-area network built in and its results in summary, with one thing changed at a time and prints the tables of docs/models/access.md;
with --firmware those of a campaign, with and without it: of four days, seed 42, and of 76 h in which meters are found, six seeds;
with --clocks that of synchronisation on noisy lines, with and without it, 30 h, seeds 1, 2, 3 and 42;
with --alarms that of a storm of alarms, limiters of 1 kW at all homes, with and without further tries, the same seeds.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

import h5py

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEEDERS = ROOT / "scenarios" / "feeders"
TOWN = (ROOT / "scenarios" / "first-light.yaml").read_text()


def changed(*changes):
    text = TOWN.replace("feeders/ieee13", str(FEEDERS / "ieee13"))
    for old, new in (("model: simgrid", "model: builtin"), ("record: { level: meters }", "record: { level: summary }"), *changes):
        if text.count(old) != 1:
            raise SystemExit(f"first-light.yaml no longer holds, once: {old}")
        text = text.replace(old, new)
    return re.sub(r"expect:\n(  .*\n)*", "", text)


def run(gridtwin, text, seed):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "town.yaml"
        file.write_text(text.replace("seed: 42", f"seed: {seed}"))
        out = pathlib.Path(folder) / "town.h5"
        subprocess.run([gridtwin, "run", "--quiet", file, "--out", out], capture_output=True, check=True)
        with h5py.File(out) as day:
            return dict(zip(day["/kpi/name"].asstr()[:], day["/kpi/value"][:]))


def study(options, rows):
    """rows: (label, text); prints read success and what it cost."""
    print("| | read success, mean | least | most | requests | over the backup | power line, s | radio, s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for label, text in rows:
            days = list(pool.map(lambda seed: run(options.gridtwin, text, seed), range(1, options.seeds + 1)))
            success = [100.0 * day["read_success"] for day in days]
            mean = {key: statistics.mean(day[f"access.{key}"] for day in days)
                    for key in ("requests", "on_backup", "plc_airtime", "rf_airtime")}
            print(f"| {label} | {statistics.mean(success):.2f} % | {min(success):.2f} % | {max(success):.2f} % "
                  f"| {mean['requests']:.0f} | {mean['on_backup']:.0f} | {mean['plc_airtime']:.0f} | {mean['rf_airtime']:.0f} |",
                  flush=True)


def campaign(at, activate):
    order = f"  - {{ at: {at}, firmware: all, version: 2, octets: 100000, activate_at: {activate} }}\n"
    return ("events:\n", "events:\n" + order)


def firmware_study(options, rows):
    """rows: (label, changes); airtime is the campaign's alone: with it less without."""
    print("| | blocks to all | to one meter | questions | meters with it | last after, h | power line, h | radio, h | read success | without |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    days = ("duration: 24 h", "duration: 96 h")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for label, changes in rows:
            texts = (changed(days, *changes, campaign("8:00", "90 h")), changed(days, *changes))
            on, off = pool.map(lambda text: run(options.gridtwin, text, 42), texts)
            hours = {way: (on[f"access.{way}_airtime"] - off[f"access.{way}_airtime"]) / 3600.0 for way in ("plc", "rf")}
            print(f"| {label} | {on['firmware.blocks_to_all']:.0f} | {on['firmware.blocks_to_one']:.0f} | {on['firmware.questions']:.0f} "
                  f"| {on['firmware.with_image']:.0f} of {on['firmware.meters']:.0f} | {on['firmware.last_after'] / 3600.0:.1f} "
                  f"| {hours['plc']:.1f} | {hours['rf']:.1f} | {100.0 * on['read_success']:.2f} % | {100.0 * off['read_success']:.2f} % |", flush=True)


def discovery_study(options, changes):
    print("| seed | registrations | left without an answer | without the campaign | meters given up | without it | read success | without it |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    days = ("duration: 24 h", "duration: 76 h")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for seed in range(1, 7):
            texts = (changed(days, *changes, campaign("0 h", "70 h")), changed(days, *changes))
            on, off = pool.map(lambda text: run(options.gridtwin, text, seed), texts)
            print(f"| {seed} | {on['discovery.registered']:.0f} | {on['discovery.failed']:.0f} | {off['discovery.failed']:.0f} "
                  f"| {on['discovery.dropped']:.0f} | {off['discovery.dropped']:.0f} "
                  f"| {100.0 * on['read_success']:.2f} % | {100.0 * off['read_success']:.2f} % |", flush=True)


def by_seed(options, changes):
    """KPIs of the town with these changes, by seed."""
    seeds = (1, 2, 3, 42)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return zip(seeds, pool.map(lambda seed: run(options.gridtwin, changed(*changes), seed), seeds))


def clock_study(options, floors):
    """floors: (label, changes); the greatest true error of a meter's clock at the end."""
    print("| | seed | set messages | within the limit | left as they were | greatest error, s | without synchronisation, s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    longer = ("duration: 24 h", "duration: 30 h")
    never = ("concentrators: 4\n", "concentrators: 4\n  concentrator: { clock: { every: 0 s } }\n")
    for label, change in floors:
        for (seed, on), (_, off) in zip(by_seed(options, (longer, change)), by_seed(options, (longer, change, never))):
            print(f"| {label} | {seed} | {on['clock.sets']:.0f} | {on['clock.synced']:.0f} | {on['clock.failed']:.0f} "
                  f"| {on['clock.error_max']:.2f} | {off['clock.error_max']:.2f} |", flush=True)


ALARMS = ("power_lost", "power_restored", "voltage", "limiter", "tamper", "lockout", "relay")


def alarm_study(options, storm):
    print("| seed | tries | alarms | never heard | given up | replaced | tried again | limiter | never heard | restored | never heard | delay p95, s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    once = ("concentrators: 4\n", "concentrators: 4\n  alarm_retries: 0\n")
    for tries, changes in (("1", (storm, once)), ("4", (storm,))):
        for seed, day in by_seed(options, changes):
            count = lambda *kinds: sum(day[f"alarms.{kind}"] for kind in kinds)
            unheard = lambda *kinds: sum(day[f"alarms.{kind}"] - day[f"alarms.{kind}_seen"] for kind in kinds)
            print(f"| {seed} | {tries} | {count(*ALARMS):.0f} | {unheard(*ALARMS):.0f} | {day['alarms.given_up']:.0f} | {day['alarms.replaced']:.0f} "
                  f"| {day['alarms.repeated']:.0f} | {count('limiter'):.0f} | {unheard('limiter'):.0f} | {count('power_restored'):.0f} "
                  f"| {unheard('power_restored'):.0f} | {day['alarms.delay_p95']:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=str(ROOT / "build/release/bin/gridtwin"))
    parser.add_argument("--seeds", type=int, default=20)
    only_one = parser.add_mutually_exclusive_group()
    for study_of in ("firmware", "clocks", "alarms"):
        only_one.add_argument(f"--{study_of}", action="store_true")
    options = parser.parse_args()
    channel = lambda keys: ("plc: { modem: ce-nero }", f"plc: {{ modem: ce-nero, channel: {{ {keys} }} }}")
    noise = lambda dbuv: channel(f"noise_floor: {dbuv} dBuV")
    off = {"swing": "mains_swing: 0 dB", "impulses": "impulse_gap: 0 s", "sources": "sources: { share: 0 }"}
    only = lambda *parts: channel(", ".join(key for part, key in off.items() if part not in parts))
    sources = lambda percent: channel(f"sources: {{ share: {percent / 100} }}")
    by = lambda way: ("peak: 2 kW, meter: plc", f"peak: 2 kW, meter: {way}")
    plot = lambda m: ("generate: street,", f"generate: street, plot_width: {m} m,")
    faults = lambda percent, days: ("operator: {", f"meter: {{ faults: {{ failures_per_year: {percent} %, repair: {days} d }} }}\noperator: {{")
    loss = lambda db: channel(f"street_attenuation: {db} dB/km")
    if options.firmware:
        print("\n**Firmware** of 100,000 octets, ordered at 8:00 on the first of four days:\n")
        firmware_study(options, [(f"floor {dbuv} dBuV, {way}", (noise(dbuv), by(way))) for dbuv in (42, 62, 72) for way in ("plc", "plc+rf")])
        print("\n**Firmware while meters are found**, 20 dB between networks:\n")
        discovery_study(options, (channel("transformer_crossing: 20 dB"), ("concentrators: 4\n", "concentrators: 4\n  start: discover\n")))
        return
    if options.clocks:
        print("\n**Clocks** after 30 h, power line alone:\n")
        clock_study(options, [(f"floor {dbuv} dBuV", noise(dbuv)) for dbuv in (42, 82)])
        return
    if options.alarms:
        print("\n**A storm of alarms**, `meter: { limiters: [{ customers: homes, limit: 1 kW, warning: 2 min, hold: 10 min }] }`:\n")
        alarm_study(options, ("operator: {", "meter: { limiters: [{ customers: homes, limit: 1 kW, warning: 2 min, hold: 10 min }] }\noperator: {"))
        return
    print("\n**Broken modules**, failures of modules a year and mean time to their exchange:\n")
    study(options, [(f"{percent} %, {days} d, {way}", changed(faults(percent, days), by(way)))
                    for percent, days in ((0, 60), (0.5, 30), (1, 60), (2, 90)) for way in ("plc", "plc+rf")])
    print("\n**Parts of the noise**, the town as it is otherwise, power line alone but for the last two:\n")
    study(options, [("white noise alone", changed(only())), ("with the mains swing", changed(only("swing"))),
                    ("with impulses", changed(only("impulses"))), ("with sources", changed(only("sources"))),
                    ("all: the town as shipped", changed()), ("the same, no broken modules", changed(faults(0, 60))),
                    ("the same with radio behind it", changed(by("plc+rf"))),
                    ("the same, radio alone", changed(by("rf")))])
    print("\n**Sources**, at so many of the customers:\n")
    study(options, [(f"{percent} %, {way}", changed(sources(percent), by(way)))
                    for percent in (0.75, 2, 5, 10) for way in ("plc", "plc+rf")])
    print("\n**Noise**, power line alone and with radio behind it:\n")
    study(options, [(f"floor {dbuv} dBuV, {way}", changed(noise(dbuv), by(way)))
                    for dbuv in (42, 62, 72, 82, 92, 97, 102) for way in ("plc", "plc+rf")])
    print("\n**Distance**, plots so wide; the last six with a floor of 82 dBuV:\n")
    study(options, [(f"{m} m, {way}", changed(plot(m), by(way))) for m in (22, 66) for way in ("plc", "plc+rf")] +
          [(f"{m} m, 82 dBuV, {way}", changed(plot(m), noise(82), by(way))) for m in (22, 44, 66) for way in ("plc", "plc+rf")])
    print("\n**Attenuation** of street lines:\n")
    study(options, [(f"{db} dB/km, {way}", changed(loss(db), by(way)))
                    for db in (30, 90, 150, 210) for way in ("plc", "plc+rf")])


if __name__ == "__main__":
    main()
