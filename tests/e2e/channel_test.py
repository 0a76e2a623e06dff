"""`gridtwin channel` from outside: why a meter can or cannot be read."""
import os
import pathlib
import re
import subprocess
import unittest

import h5py

from program import FIRST_LIGHT, PROGRAM, SOURCE, ProgramCase, gridtwin


class ChannelTest(ProgramCase):
    def budget_lines(self, block):
        """Figures of one block of a link budget by their names, as printed."""
        return {m[1].strip(): float(m[2]) for m in re.finditer(r"^  ( *[a-z ]+?) +(-?[\d.]+)( |$)", block, flags=re.M)}

    def test_channel_prints_parts_that_sum_up(self):
        run = gridtwin("channel", FIRST_LIGHT, "--from", "homes/60", "--to", "dc-1", "--load", "110 kW")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        head, *hops, total = run.stdout.split("\n\n")
        self.assertRegex(head, r"^homes/60 to dc-1 at 20:00, the loudest hour: \d hops?\nload 110.0 kW: as asked for")
        whole = self.budget_lines(total)
        self.assertEqual(len(hops), whole["hops"])
        self.assertGreater(len(hops), 1, "homes/60 stands at the street's end")
        ends = [re.match(r"hop \d of \d: (\S+) to (\S+)\n", hop).groups() for hop in hops]
        self.assertEqual((ends[0][0], ends[-1][1]), ("homes/60", "dc-1"))
        self.assertEqual([a[1] for a in ends[:-1]], [b[0] for b in ends[1:]])
        transmissions = 0.0
        for hop in hops:
            f = self.budget_lines(hop)
            self.assertAlmostEqual(f["attenuation"], f["cable"] + f["taps"] + f["phase crossing"] + f["transformers"]
                                   + f["shadowing"] + f.get("bound", 0.0), delta=0.04)
            self.assertAlmostEqual(f["signal"], f["transmit level"] - f["attenuation"], delta=0.02)
            self.assertAlmostEqual(f["noise"], f["floor"] + f["day swing"] + f["load"], delta=0.02)
            self.assertAlmostEqual(f["load"], 8.129, delta=0.006, msg="10 lg(1 + 110 / 20)")
            self.assertEqual((f["floor"], f["day swing"]), (42.0, 12.0))
            self.assertAlmostEqual(f["margin"], f["signal"] - 32.04, delta=0.02)
            gain = 6.0 + 3.0 * [2.4, 1.2, 0.6, 0.3].index(f["rate"])
            self.assertAlmostEqual(f["signal to noise"], f["signal"] - f["noise"] + gain, delta=0.03)
            metres, taps = re.search(r"cable .* ([\d.]+) m\n +taps .* (\d+) passed", hop).groups()
            self.assertAlmostEqual(f["taps"], 4.0 * int(taps), delta=0.01)
            self.assertTrue(0.030 * float(metres) - 0.01 <= f["cable"] <= 0.040 * float(metres) + 0.01)
            # a full frame and its acknowledgement, 88 octets, and two turnarounds of 10 ms
            slower = (88 * 0.008 / f["rate"] + 0.020) / (88 * 0.008 / 2.4 + 0.020)
            self.assertAlmostEqual(slower / ((1 - f["frame errors"] / 100) * (1 - f["acknowledgements"] / 100)),
                                   f["transmissions"], delta=0.002 * slower)
            transmissions += f["transmissions"]
        self.assertAlmostEqual(whole["transmissions"], transmissions, delta=0.003)
        # by hand, a clean hop: 34 + 10 + 74 + 10 octets at 2400 bit/s and four turnarounds of 10 ms
        self.assertGreaterEqual(whole["expected time"], len(hops) * 0.4667 - 0.001)

    def test_channel_lists_a_concentrators_meters_worst_first(self):
        run = gridtwin("channel", FIRST_LIGHT, "--to", "1", "--at", "20:00")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        rows = re.findall(r"^(homes/\d+) +(\d) +([\d.]+) +([\d.]+) +([\d.]+) ", run.stdout, flags=re.M)
        self.assertEqual(len(rows), 60)
        self.assertIn("dc-1 at 20:00: 60 meters, 0 on no path", run.stdout)
        etx = [float(row[4]) for row in rows]
        self.assertEqual(etx, sorted(etx, reverse=True))
        one = gridtwin("channel", FIRST_LIGHT, "--from", rows[0][0], "--at", "20:00").stdout
        whole = self.budget_lines(one.split("\n\n")[-1])
        self.assertEqual((int(whole["hops"]), whole["margin"], whole["transmissions"]),
                         (int(rows[0][1]), float(rows[0][2]), etx[0]))

    def test_channel_shows_the_routes_that_a_run_uses(self):
        out = self.folder / "day.h5"
        self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out).returncode, 0)
        with h5py.File(out) as file:
            names = file["/entities/meters/name"].asstr()[:]
            routes = file["/routes"][:]
        seen = alike = 0
        for at_ns in sorted(set(routes["at_ns"]))[-4:]:  # written where they changed
            minute = int(at_ns) // 60_000_000_000
            for c in range(4):
                table = gridtwin("channel", FIRST_LIGHT, "--to", f"dc-{c + 1}", "--at", f"{minute // 60:02}:{minute % 60:02}")
                shown = {m[1]: (int(m[2]), float(m[3])) for m in
                         re.finditer(r"^(homes/\d+) +(\d) +[\d.]+ +[\d.]+ +([\d.]+) ", table.stdout, flags=re.M)}
                for route in routes[(routes["at_ns"] == at_ns) & (routes["concentrator"] == c)]:
                    hops, etx = shown[names[route["meter"]]]
                    seen += 1
                    alike += hops == route["hops"] and abs(etx - route["etx"]) < 0.02
        self.assertGreater(seen, 20)
        # a run renews them once noise has moved by 3 dB, and has the losses of the lines as load
        self.assertGreaterEqual(alike, 0.9 * seen)

    def test_channel_says_why_a_meter_has_no_route_and_check_warns_of_it(self):
        # cables of 300 dB/km and taps of 30 dB: nobody is heard over three poles
        channel = "channel: { tap: 30 dB, shadowing: 2 dB, street_attenuation: 300 dB/km }"
        file = self.scenario(("modem: ce-nero }", "modem: ce-nero, " + channel + " }"))
        check = gridtwin("check", file)
        self.assertEqual(check.returncode, 0, "a warning, no mistake")
        self.assertRegex(check.stdout, r"\.yaml:15:5: warning: \d+ meters are on no path .* quietest hour: homes/\d+, .* and \d+ more ")
        self.assertNotIn("warning", gridtwin("check", FIRST_LIGHT).stdout)
        run = gridtwin("channel", file, "--from", "homes/30")
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        self.assertIn("homes/30 to dc-1 at 20:00, the loudest hour: no route", run.stdout)
        self.assertIn("a link, but is on no path itself", run.stdout)
        self.assertRegex(run.stdout, r"homes/27 .* too poor: [\d.]+ % of tries right")
        row = re.search(r"^dc-1 +[\d.]+ +([\d.]+) +\d+ +([\d.]+) +([\d.]+) +([\d.]+) +(-?[\d.]+) +(-?[\d.]+) .* "
                        r"([\d.]+) dB below the sensitivity$", run.stdout, flags=re.M)
        *losses, signal_dbuv, below_db = map(float, row.groups())
        self.assertAlmostEqual(signal_dbuv, 120.0 - sum(losses), delta=0.04)
        self.assertAlmostEqual(below_db, 32.04 - signal_dbuv, delta=0.02)
        self.assertRegex(run.stdout, r"no path: its best chain breaks from homes/\d+ to (homes/\d+|dc-1), [\d.]+ dB are lacking")
        table = gridtwin("channel", file, "--to", "dc-1")
        self.assertEqual(table.returncode, 0)
        self.assertLess(table.stdout.index("homes/30 "), table.stdout.index("homes/1 "), "those on no path come first")

    def test_check_notes_concentrators_that_share_a_medium(self):
        near = self.scenario(("modem: ce-nero }", "modem: ce-nero, channel: { transformer_crossing: 40 dB } }"))
        # by hand: 120 dBuV less twice 40 dB, over the 32.04 dBuV that CE-Nero hears
        self.assertRegex(gridtwin("check", near).stdout, r"s\.yaml:\d+:\d+: note: 4 concentrators hear each other over two "
                         r"transformers, 8\.0 dB over the sensitivity of ce-nero: they share one medium of 244 modems, which takes 0\.1 MB")
        self.assertNotIn("hear each other", gridtwin("check", FIRST_LIGHT).stdout)

    def test_channel_explains_the_way_to_a_neighbouring_concentrator(self):
        town = SOURCE / "scenarios" / "new-town.yaml"
        near = self.folder / "near.yaml"  # the power lines hear each other well
        near.write_text(town.read_text().replace("crossing: 30 dB", "crossing: 10 dB").replace("feeders/", f"{SOURCE}/scenarios/feeders/"))
        for file, over, head in ((near, "plc", r"homes/194 to dc-3 at 20:00, the loudest hour: (\d) hops?\n"),
                                 (town, "rf", r"homes/194 to dc-3 by radio: (\d) hops?\n")):
            own = gridtwin("channel", file, "--from", "homes/194", "--over", over)
            own_way = self.budget_lines(own.stdout.split("\n\n")[-1])
            run = gridtwin("channel", file, "--from", "homes/194", "--to", "dc-3", "--over", over)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            first, *hops, total, beside = run.stdout.split("\n\n")
            self.assertEqual(len(hops), int(re.match(head, first + "\n")[1]))
            self.assertRegex(hops[-1], r"^hop \d of \d: \S+ to dc-3\n")
            self.assertEqual(self.budget_lines(total)["hops"], len(hops))
            told = re.fullmatch(r"to dc-4, which it belongs to as built: (\d) hops?, margin ([\d.]+) dB, ([\d.]+) transmissions "
                                r"expected, ([\d.]+) % of polls answered\n", beside)
            self.assertEqual([float(figure) for figure in told.groups()],
                             [own_way["hops"], own_way["margin"], own_way["transmissions"], own_way["answered"]])
            self.assertEqual(own.stdout, gridtwin("channel", file, "--from", "homes/194", "--to", "dc-4", "--over", over).stdout)
        run = gridtwin("channel", town, "--from", "homes/194", "--to", "dc-3")  # 60 dB over two transformers
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        self.assertIn("homes/194 to dc-3 at 20:00, the loudest hour: no route", run.stdout)
        self.assertRegex(run.stdout.split("\n\n")[-1], r"^to dc-4, which it belongs to as built: ")

    def test_channel_refuses_names_that_lead_nowhere(self):
        for words, text in ((["--from", "hommes/17"], "there is no meter 'hommes/17'; expected homes/1 to homes/240, farms/1 to "
                             "farms/20; did you mean 'homes/17'?"),
                            (["--to", "dc1"], "there is no concentrator 'dc1'; expected dc-1 to dc-4, or 1 to 4; did you mean 'dc-1'?"),
                            (["--to", "5"], "there is no concentrator '5'"), (["--to", "0"], "there is no concentrator '0'"),
                            ([], "--to: which concentrator?"),
                            (["--from", "farms/3"], "farms/3 is read by SMS: it has no way to a concentrator"),
                            (["--from", "homes/17", "--to", "dc-2"], "homes/17 does not belong to dc-2 and shares no medium with it; expected dc-1, which it belongs to"),
                            (["--to", "1", "--at", "24:00"], "'24:00' is no time of the day"),
                            (["--to", "1", "--load", "15"], "--load: '15'"), (["--to", "1", "--load=-1 kW"], "'-1 kW' is no load")):
            run = gridtwin("channel", FIRST_LIGHT, *words)
            self.assertEqual((run.returncode, run.stdout), (2, ""), words)
            self.assertIn(text, run.stderr)

    def test_channel_explains_the_radio_too(self):
        noisy = SOURCE / "scenarios" / "noisy-street.yaml"
        shown = (SOURCE / "docs" / "models" / "rf.md").read_text()
        run = gridtwin("channel", noisy, "--from", "flats/59", "--over", "rf")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn(run.stdout, shown)
        whole = self.budget_lines(run.stdout.split("\n\n")[-1])
        transmissions = 0.0
        for hop in run.stdout.split("\n\n")[1:-1]:
            f = self.budget_lines(hop)
            self.assertAlmostEqual(f["attenuation"], f["at one metre"] + f["distance"] + f["walls"] + f["shadowing"] + f["rounding"],
                                   delta=0.04)
            self.assertAlmostEqual(f["signal"], f["transmit power"] - f["attenuation"], delta=0.02)
            self.assertAlmostEqual(f["margin"], f["signal"] + 110.0, delta=0.02)
            self.assertAlmostEqual(f["signal to noise"], f["signal"] - f["noise"] + 1.94, delta=0.02)
            transmissions += f["transmissions"]
        self.assertAlmostEqual(whole["transmissions"], transmissions, delta=0.003)
        both = gridtwin("channel", noisy, "--to", "dc-1").stdout
        self.assertIn("dc-1 at 20:00, the loudest hour: 60 meters", both)
        self.assertIn("dc-1 by radio: 60 meters, 0 on no path", both)
        self.assertIn("farms/7 to dc-2 by radio", gridtwin("channel", noisy, "--from", "farms/7").stdout)
        # walls of 60 dB: nobody is heard
        deaf = self.folder / "deaf.yaml"
        deaf.write_text(noisy.read_text().replace("radio: ce-intro", "radio: ce-intro, propagation: { indoor_share: 1, wall: 60 dB }")
                        .replace("feeders/", f"{SOURCE}/scenarios/feeders/"))
        run = gridtwin("channel", deaf, "--from", "farms/7")
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        self.assertIn("farms/7 to dc-2 by radio: no route", run.stdout)
        self.assertRegex(run.stdout, r"no path: its best chain breaks from farms/\d+ to \S+, [\d.]+ dB are lacking")
        self.assertRegex(gridtwin("check", deaf).stdout, r"deaf\.yaml:16:5: warning: 30 meters are on no path")
        for words, text in ((["--from", "farms/7", "--over", "plc"], "farms/7 has no power-line modem; expected --over rf"),
                            (["--from", "farms/7", "--at", "03:00"], "--at: the noise of the radio depends on neither")):
            run = gridtwin("channel", noisy, *words)
            self.assertEqual((run.returncode, run.stdout), (2, ""), words)
            self.assertIn(text, run.stderr)

    def test_a_backup_channel_brings_readings_back(self):
        noisy = SOURCE / "scenarios" / "noisy-street.yaml"
        read = re.compile(r"read_success is ([\d.]+) %")
        both = gridtwin("run", noisy, "--out", self.folder / "both.h5")
        self.assertEqual(both.returncode, 0, both.stderr)
        self.assertGreaterEqual(float(read.search(both.stdout)[1]), 99.0)
        alone = self.folder / "alone.yaml"
        alone.write_text(noisy.read_text().replace("plc+rf", "plc").replace("feeders/", f"{SOURCE}/scenarios/feeders/"))
        run = gridtwin("run", alone, "--out", self.folder / "alone.h5")
        self.assertEqual(run.returncode, 1, "read_success misses its bound")
        self.assertLess(float(read.search(run.stdout + run.stderr)[1]), 95.0)

    def test_channel_prints_what_its_documentation_shows(self):
        shown = (SOURCE / "docs" / "models" / "plc.md").read_text()
        run = gridtwin("channel", FIRST_LIGHT, "--from", "homes/52", "--to", "dc-1")
        self.assertIn(f"{run.stdout}$ gridtwin", shown)
        # seven tenths answer directly in the evening, the rest over one repeater
        hops = [int(hop) for c in range(1, 5)
                for hop in re.findall(r"^homes/\d+ +(\d) ", gridtwin("channel", FIRST_LIGHT, "--to", c).stdout, flags=re.M)]
        self.assertEqual((len(hops), min(hops), max(hops)), (240, 1, 2))
        self.assertAlmostEqual(hops.count(1) / len(hops), 0.70, delta=0.05)

    def test_help_of_channel_shows_examples_that_work(self):
        text = gridtwin("channel", "--help").stdout
        examples = re.findall(r"^  (gridtwin channel scenarios/.*)$", text, flags=re.M)
        self.assertGreater(len(examples), 3)
        (self.folder / "scenarios").symlink_to(SOURCE / "scenarios")
        environment = dict(os.environ, PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}")
        for example in examples:
            done = subprocess.run(["bash", "-c", example], cwd=self.folder, env=environment, capture_output=True, text=True,
                                  timeout=300)
            self.assertEqual(done.returncode, 0, f"{example}\n{done.stderr}")


if __name__ == "__main__":
    unittest.main()
