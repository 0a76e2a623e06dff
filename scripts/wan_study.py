#!/usr/bin/python3
"""Read success of a town whose concentrators share a cell that is too small, over SimGrid and over the built-in network.

Usage: scripts/wan_study.py [--gridtwin build/release/bin/gridtwin] [--seeds 5] > table.md
Runs scenarios/first-light.yaml without events, its four concentrators in one cell, all beginning their rounds at once or spread over
five minutes, and prints the table of docs/models/wan.md.
"""
import argparse
import concurrent.futures
import os
import re
import statistics

import access_study

UP = (200, 120, 100, 80, 60)  # bit/s
SPREADS = ("0 s", "5 min")


def town(model, up, spread):
    text = access_study.changed(("concentrators: 4\n", f"concentrators: 4\n  poll_spread: {spread}\n"),
                                ("cell: gprs", f"technologies: [{{ name: small, up: {up} bit/s }}], cell: small"))
    text = re.sub(r"events:\n(  .*\n)*", "", text)
    return text.replace("model: builtin", f"model: {model}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gridtwin", default=str(access_study.ROOT / "build/release/bin/gridtwin"))
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print("| up, bit/s | rounds begin within | read success, built in | SimGrid | difference of a seed, points: mean | greatest "
          "| sent again, built in | SimGrid |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for up in UP:
            for spread in SPREADS:
                days = {model: list(pool.map(lambda seed: access_study.run(options.gridtwin, town(model, up, spread), seed),
                                             range(1, options.seeds + 1))) for model in ("builtin", "simgrid")}
                success = {model: [100.0 * day["read_success"] for day in of] for model, of in days.items()}
                apart = [abs(a - b) for a, b in zip(success["builtin"], success["simgrid"])]
                span = lambda model: f"{min(success[model]):.1f} to {max(success[model]):.1f} %"
                again = lambda model: statistics.mean(day["uplink.resent"] for day in days[model])
                print(f"| {up} | {spread} | {span('builtin')} | {span('simgrid')} | {statistics.mean(apart):.1f} | {max(apart):.1f} "
                      f"| {again('builtin'):.0f} | {again('simgrid'):.0f} |", flush=True)


if __name__ == "__main__":
    main()
