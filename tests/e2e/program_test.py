"""The gridtwin program from outside: commands, exit codes, files, signals."""
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import tempfile
import time
import unittest
import xml.dom.minidom

import h5py
import xarray

PROGRAM = os.environ["GRIDTWIN"]
SOURCE = pathlib.Path(os.environ["GRIDTWIN_SOURCE"])
FIRST_LIGHT = SOURCE / "scenarios" / "first-light.yaml"


def gridtwin(*words, **options):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300, **options)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        (self.folder / "feeders").symlink_to(SOURCE / "scenarios" / "feeders")

    def tearDown(self):
        self.scratch.cleanup()

    def scenario(self, *changes, name="s.yaml"):
        text = FIRST_LIGHT.read_text()
        for old, new in changes:
            self.assertIn(old, text, "first-light.yaml has changed")
            text = text.replace(old, new)
        file = self.folder / name
        file.write_text(text)
        return file

    def test_first_light_runs_through_every_layer_and_meets_its_expectations(self):
        out = self.folder / "day.h5"
        run = gridtwin("run", FIRST_LIGHT, "--out", out)
        self.assertEqual(run.returncode, 0, run.stderr)
        for text in ("read_success", "balance closes", "expectation met", "1: sent = delivered + lost + in flight"):
            self.assertIn(text, run.stdout)
        self.assertIn("left", run.stderr, "progress as plain lines where there is no terminal")
        self.assertNotIn("\r", run.stderr)
        info = gridtwin("info", out)
        self.assertEqual(info.returncode, 0)
        self.assertIn("complete", info.stdout)

    def test_results_open_in_h5py_and_xarray(self):
        out = self.folder / "day.h5"
        self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out).returncode, 0)
        with h5py.File(out) as file:
            self.assertEqual(file["/meta"].attrs["complete"], 1)
            channels = file["/entities/meters/channel"].asstr()[:]
            self.assertEqual(sum(channels == "plc"), 240)
            losses = {m["reason"] for m in file["/messages"][:]}
            self.assertGreater(len(losses), 1, "messages are lost for reasons")
        with xarray.open_dataset(out, group="/series/nodes", engine="h5netcdf") as nodes:
            self.assertEqual(nodes.u_pu.dims, ("time", "node"))
            self.assertEqual(str(nodes.time.values[0])[:16], "2026-01-14T20:00", "decoded, UTC")
            open_at = nodes.u_pu.sel(node="675.1", time="2026-01-15T10:30:00")
            self.assertEqual(float(open_at), 0.0, "dead while the line is open: 14:30 in Baku")

    def test_quiet_says_nothing(self):
        run = gridtwin("run", FIRST_LIGHT, "--quiet", "--out", self.folder / "day.h5")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_digest_is_the_same_for_any_threads_and_differs_by_seed(self):
        digests = []
        for options in (["--threads", "1"], ["--threads", "2"], ["--threads", "2"], ["--seed", "7"]):
            out = self.folder / "day.h5"
            self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out, *options).returncode, 0)
            digests.append(gridtwin("info", out, "--digest").stdout)
        self.assertRegex(digests[0], r"^[0-9a-f]{64}\n$")
        self.assertEqual(len(set(digests[:3])), 1)
        self.assertNotEqual(digests[3], digests[0])

    def test_simgrid_and_the_built_in_network_tell_the_same_story(self):
        kpis = {}
        for model in ("simgrid", "builtin"):
            out = self.folder / f"{model}.h5"
            file = self.scenario(("model: simgrid", f"model: {model}"))
            self.assertEqual(gridtwin("run", file, "--quiet", "--out", out).returncode, 0)
            with h5py.File(out) as h5:
                kpis[model] = {k: v for k, v in zip(h5["/kpi/name"].asstr()[:], h5["/kpi/value"][:])}
        simgrid, builtin = kpis["simgrid"], kpis["builtin"]
        self.assertEqual(simgrid["read_success"], builtin["read_success"])
        self.assertAlmostEqual(simgrid["latency.wan.p50"], builtin["latency.wan.p50"],
                               delta=0.05 * builtin["latency.wan.p50"])
        # Fair shares against first in, first out: bursts differ, single messages do not.
        self.assertAlmostEqual(simgrid["latency.wan.p95"], builtin["latency.wan.p95"],
                               delta=0.25 * builtin["latency.wan.p95"])
        for figure in ("sent", "delivered", "lost"):
            self.assertAlmostEqual(simgrid[f"messages.wan.{figure}"], builtin[f"messages.wan.{figure}"],
                                   delta=0.02 * builtin["messages.wan.sent"])
        self.assertAlmostEqual(simgrid["energy.source"], builtin["energy.source"], delta=1e-5 * builtin["energy.source"])

    def test_a_broken_expectation_ends_with_1_and_says_where_and_why(self):
        file = self.scenario(("at_least: 98 %", "at_least: 101 %"))
        run = gridtwin("run", file, "--quiet", "--out", self.folder / "day.h5")
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stderr, r"s\.yaml:\d+:\d+: read_success is .*, at least 101 % was expected \(because ")

    def test_bad_input_ends_with_2_and_touches_no_file(self):
        out = self.folder / "day.h5"
        out.write_bytes(b"precious")
        file = self.scenario(("step: 60 s", "stepp: 60 s"), ("seed: 42", "seed: many"))
        for command in (("check", file), ("run", file, "--out", out)):
            done = gridtwin(*command)
            self.assertEqual(done.returncode, 2)
            self.assertIn("did you mean 'step'?", done.stderr)
            self.assertIn("'many' is not a whole number", done.stderr)
            self.assertIn("2 mistakes found", done.stderr)
        self.assertEqual(out.read_bytes(), b"precious")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["day.h5", "feeders", "s.yaml"])

    def test_mistakes_of_the_feeder_are_found_with_their_place(self):
        (self.folder / "bad.dss").write_text("New Circuit.c basekv=4.16\nNew Line.l1 bus1=a bus2=b lenght=1\n"
                                             "New Lode.x bus1=b kW=1\n")
        run = gridtwin("check", self.scenario(("feeders/ieee13/ieee13.dss", "bad.dss")))
        self.assertEqual(run.returncode, 2)
        self.assertRegex(run.stderr, r"bad\.dss:2:\d+: .*did you mean 'length'\?")
        self.assertRegex(run.stderr, r"bad\.dss:3:\d+: .*")

    def test_words_that_are_no_commands_end_with_2(self):
        for words in (["rnu", FIRST_LIGHT], ["run"], ["run", FIRST_LIGHT, "--thread"], ["info", "missing.h5"],
                      ["run", FIRST_LIGHT, "--out", "/no/such/folder/x.h5"], ["run", FIRST_LIGHT, "--threads", "0"]):
            self.assertEqual(gridtwin(*words, cwd=self.folder).returncode, 2, words)

    def test_an_internal_error_ends_with_3_and_names_entity_and_time(self):
        # a source at five times its voltage makes a constant impedance draw 25 times its power: no profile row holds it
        (self.folder / "heavy.dss").write_text(
            "New Circuit.c basekv=13.8 bus1=a pu=5\nNew Line.l1 bus1=a bus2=b length=1 units=km r1=0.01 x1=0.01 r0=0.01 x0=0.01\n"
            "New Load.big bus1=b phases=3 kV=13.8 kW=2000 kvar=0 model=2\nSet VoltageBases=[13.8]\nCalcV\n")
        text = self.scenario(("feeders/ieee13/ieee13.dss", "heavy.dss")).read_text()
        text = re.sub(r"customers:.*?\n\n", "", text, flags=re.S)
        text = re.sub(r"events:.*?\n\n", "", text, flags=re.S)
        file = self.folder / "heavy.yaml"
        file.write_text(text.replace("  concentrators: 4\n", ""))
        run = gridtwin("run", file, "--out", self.folder / "day.h5")
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertRegex(run.stderr, r"internal error: .*meter 0.* \d\d:\d\d:\d\d")
        with h5py.File(self.folder / "day.h5") as file:
            self.assertEqual(file["/meta"].attrs["complete"], 0)

    def test_nothing_but_results_is_overwritten(self):
        file = self.scenario()
        notes = self.folder / "notes.txt"
        notes.write_text("precious")
        before = file.read_bytes()
        for out in (file, notes, self.folder):
            self.assertEqual(gridtwin("run", file, "--out", out).returncode, 2, out)
        self.assertEqual((file.read_bytes(), notes.read_text()), (before, "precious"))
        day = self.folder / "day.h5"
        for _ in range(2):
            self.assertEqual(gridtwin("run", file, "--quiet", "--out", day).returncode, 0, "an older result may go")
        self.assertEqual(gridtwin("info", day, "--picture", day).returncode, 2)
        self.assertEqual(gridtwin("info", day, "--quiet").returncode, 0, "the result is still there")

    def test_odd_words_are_refused(self):
        for words in (["--seed", "-1"], ["--seed", "18446744073709551616"], ["--seed", "many"]):
            self.assertEqual(gridtwin("run", FIRST_LIGHT, "--out", self.folder / "x.h5", *words).returncode, 2, words)

    def test_mistakes_that_once_passed(self):
        cases = {
            "a second document": "\n---\nfoo: 1\n",
            "an instant beyond all time": "\nevents: [{ at: 1e300 d, disconnect: homes/17 }]\n",
            "nobody": "\nevents: [{ at: 10:00, disconnect: \"\" }]\n",
            "a year without clocks": "\nstart: 3000-01-15T00:00:00\n",
            "bounds that exclude each other": "\nexpect: [{ kpi: read_success, at_least: 98 %, at_most: 50 % }]\n",
            "a text with a NUL": "\nname: \"a\\0b\"\n",
            "no feeder": "\ngrid: { feeder: \"\" }\n",
        }
        for what, addition in cases.items():
            text = FIRST_LIGHT.read_text()
            key = addition.strip().split(":")[0]
            text = re.sub(rf"^{key}:.*?(?=^\S|\Z)", "", text, flags=re.S | re.M) if key.isalpha() else text
            file = self.folder / "odd.yaml"
            file.write_text(text + addition)
            done = gridtwin("check", file)
            self.assertEqual(done.returncode, 2, f"{what}: {done.stdout}{done.stderr}")
            self.assertRegex(done.stderr, r"odd\.yaml:\d+:\d+: ", what)

    def test_expectations_take_units(self):
        file = self.scenario(("- { kpi: messages.balanced", "- { kpi: latency.plc.p50, at_most: 5 s }\n"
                              "  - { kpi: energy.source, at_least: 50 MWh, at_most: 70 MWh }\n  - { kpi: messages.balanced"))
        self.assertEqual(gridtwin("run", file, "--quiet", "--out", self.folder / "day.h5").returncode, 0)

    IEEE13 = SOURCE / "scenarios" / "feeders" / "ieee13" / "ieee13.dss"

    def test_solve_tells_a_planner_what_the_file_asks_for(self):
        run = gridtwin("solve", self.IEEE13)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        for text in ("snapshot", "controls at rest", "lowest   0.9608 pu  611.3", "reg1 +9, reg2 +6, reg3 +9",
                     "3.25 % of load", "1 of 5 above 100 %"):
            self.assertIn(text, run.stdout)
        self.assertLess(len(run.stdout.splitlines()), 40)

    def test_solve_writes_tables_and_a_picture_and_nothing_when_quiet(self):
        csv, js, svg = (self.folder / name for name in ("v.csv", "r.json", "p.svg"))
        for _ in range(2):  # older results may go
            run = gridtwin("solve", self.IEEE13, "--csv", csv, "--json", js, "--plot", svg, "--quiet")
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        rows = csv.read_text().splitlines()
        self.assertEqual(rows[0], "bus,phase,vmag_pu,vang_deg")
        result = json.loads(js.read_text())
        self.assertEqual(len(rows) - 1, len(result["nodes"]))
        by_name = {f"{n['bus']}.{n['phase']}": n for n in result["nodes"]}
        for row in rows[1:]:
            bus, phase, u_pu, angle_deg = row.split(",")
            self.assertAlmostEqual(float(u_pu), by_name[f"{bus}.{phase}"]["u_pu"], delta=1e-9)
            self.assertAlmostEqual(float(angle_deg), by_name[f"{bus}.{phase}"]["angle_deg"], delta=1e-6)
        power = result["power"]
        self.assertAlmostEqual(power["source"]["p_w"], power["load"]["p_w"] + power["losses"]["p_w"], delta=0.1)
        xml.dom.minidom.parse(str(svg))
        piped = gridtwin("solve", self.IEEE13, "--json", "-")
        self.assertEqual(json.loads(piped.stdout)["power"], power)

    def test_what_standard_output_does_not_take_is_no_success(self):
        out = self.folder / "day.h5"
        self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out).returncode, 0)
        for words in (["solve", self.IEEE13], ["solve", self.IEEE13, "--csv", "-"], ["solve", self.IEEE13, "--json", "-"],
                      ["check", self.IEEE13], ["check", FIRST_LIGHT], ["check", "--keys"], ["info", out],
                      ["info", out, "--digest"], ["channel", FIRST_LIGHT, "--to", "dc-1"],
                      ["run", FIRST_LIGHT, "--out", out], ["--help"], ["--version"]):
            with self.subTest(words), open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *map(str, words)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=300)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.endswith("standard output cannot be written: No space left on device\n"), done.stderr)
                self.assertNotIn("internal error", done.stderr)

    def test_a_closed_standard_output_costs_no_results(self):
        out = self.folder / "day.h5"
        done = subprocess.run(["sh", "-c", '"$@" >&-', "sh", PROGRAM, "run", FIRST_LIGHT, "--out", out],
                              stderr=subprocess.PIPE, text=True, timeout=300)
        self.assertEqual(done.returncode, 2)
        self.assertIn("standard output cannot be written: Bad file descriptor", done.stderr)
        self.assertEqual(gridtwin("info", out).returncode, 0)

    def test_solve_takes_a_day_and_says_how(self):
        csv = self.folder / "day.csv"
        run = gridtwin("solve", self.IEEE13, "--daily", "--step", "30min", "--csv", csv)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("daily, 48 steps of 30 min", run.stdout)
        self.assertIn("nothing has a shape", run.stdout)
        self.assertEqual(len(csv.read_text().splitlines()), 49)

    def test_solve_ends_with_1_when_there_is_no_solution_and_writes_nothing(self):
        (self.folder / "heavy.dss").write_text(
            "New Circuit.c basekv=4.16 bus1=a\nNew Line.l1 bus1=a bus2=b r1=1 x1=0 r0=1 x0=0 length=1\n"
            "New Load.big bus1=b phases=3 kV=4.16 kW=20000 kvar=0 vminpu=0.01 vlowpu=0.005\nSolve\n")
        run = gridtwin("solve", self.folder / "heavy.dss", "--csv", self.folder / "v.csv", "--plot", self.folder / "p.svg")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertRegex(run.stderr, r"heavy\.dss:4:1: the power flow does not converge: after \d+ iterations node b\.\d")
        self.assertIn("what to try", run.stderr)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["feeders", "heavy.dss"])

    def test_solve_refuses_mistakes_and_to_overwrite_inputs(self):
        file = self.folder / "bad.dss"
        file.write_text("New Circuit.c basekv=4.16\nSolve\nNew Laod.x bus1=b kW=1\n")
        for command in ("solve", "check"):
            run = gridtwin(command, file)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertRegex(run.stderr, r"bad\.dss:3:\d+: .*did you mean 'Load'\?")
        good = self.folder / "good.dss"
        good.write_text("New Circuit.c basekv=4.16\n")
        before = good.read_bytes()
        for option in ("--csv", "--json", "--plot"):
            self.assertEqual(gridtwin("solve", good, option, good).returncode, 2, option)
            self.assertEqual(gridtwin("solve", good, option, self.folder / "no" / "x").returncode, 2, option)
        self.assertEqual(gridtwin("solve", good, "--csv", self.folder / "x", "--json", self.folder / "x").returncode, 2)
        self.assertEqual(gridtwin("solve", good, "--step", "1h").returncode, 2, "without --daily")
        self.assertEqual(gridtwin("solve", good, "--daily", "--step", "1 parsec").returncode, 2)
        self.assertEqual(gridtwin("solve", good, "--vmin", "1.1").returncode, 2)
        self.assertEqual(gridtwin("solve", self.folder / "missing.dss").returncode, 2)
        self.assertEqual(good.read_bytes(), before)

    def test_solve_never_writes_two_results_to_one_file_or_over_the_script(self):
        file = self.folder / "good.dss"
        file.write_text("New Circuit.c basekv=4.16\n")
        (self.folder / "link.dss").symlink_to("good.dss")
        (self.folder / "here").symlink_to(".")
        (self.folder / "lost.csv").symlink_to("not-there.csv")
        before = sorted(p.name for p in self.folder.iterdir())

        def told(*words):
            run = gridtwin("solve", "good.dss", *words, cwd=self.folder)
            self.assertEqual((run.returncode, run.stdout), (2, ""), words)
            self.assertEqual(sorted(p.name for p in self.folder.iterdir()), before)
            return run.stderr
        for other in ("./a.csv", "here/a.csv", self.folder / "a.csv"):
            self.assertIn("--csv, --json: two results cannot go to one place", told("--csv", "a.csv", "--json", other))
        self.assertIn("--json, --plot: two results", told("--json", "a", "--plot", "here/here/a"))
        self.assertIn("--csv, --json: two results", told("--csv", "-", "--json", "-"))
        for script in ("./good.dss", "link.dss", "here/good.dss"):
            self.assertIn("--plot: '" + script + "' is the file to be solved", told("--plot", script))
        self.assertIn("lost.csv: the link leads to no file", told("--csv", "lost.csv"))

    def test_solve_replaces_older_results_of_its_own_and_nothing_alike(self):
        svg = self.folder / "p.svg"
        self.assertEqual(gridtwin("solve", self.IEEE13, "--plot", svg, "-q").returncode, 0)
        drawn = svg.read_text()
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="'
        for option, text in (("--plot", "<keep me>"), ("--plot", "<html></html>"), ("--plot", head), ("--plot", head + '9"/>\n'),
                             ("--plot", drawn.replace("DejaVu", "Times", 1)), ("--plot", " " + drawn),
                             ("--csv", "bus,phase,vmag_pu,mine\n"), ("--csv", "step,time_s,mine\n"),
                             ("--json", '{\n "format": "GridTwin solve of mine"'), ("--json", "{}")):
            kept = self.folder / "kept"
            kept.write_text(text)
            run = gridtwin("solve", self.IEEE13, option, kept)
            self.assertEqual(run.returncode, 2, text[:200])
            self.assertRegex(run.stderr, r"kept: this is no .*, and would be lost; expected " + option)
            self.assertEqual(kept.read_text(), text)

    def test_solve_tells_mistakes_of_options_and_file_at_once(self):
        (self.folder / "bad.dss").write_text("New Circuit.c basekv=4.16\nNew Laod.x bus1=b kW=1\n")
        run = gridtwin("solve", "bad.dss", "--csv", "no/v.csv", "--json", "none/r.json", "--step", "1h", "--vmin", "1.1",
                       cwd=self.folder)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        for text in ("--step: only a daily run", "--vmin: limits 1.1 to 1.05 hold nothing", "no/v.csv: folder 'no' does not exist",
                     "none/r.json: folder 'none' does not exist", "bad.dss:2:5: ", "5 mistakes found"):
            self.assertIn(text, run.stderr)

    def test_solve_takes_finite_numbers_only(self):
        for option in ("--tolerance", "--vmin", "--vmax"):
            for word in ("nan", "-nan", "inf"):
                run = gridtwin("solve", self.IEEE13, f"{option}={word}")
                self.assertEqual((run.returncode, run.stdout), (2, ""), f"{option}={word}")
                self.assertIn(option, run.stderr)
        run = gridtwin("solve", self.IEEE13, "--daily", "--step", "0.0000201165673s")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--step: a day has 4.295e+09 steps", run.stderr)
        self.assertEqual(gridtwin("solve", self.IEEE13, "--daily", "--step", "1e308h").returncode, 2)

    def test_a_script_that_cannot_be_read_says_why(self):
        self.assertIn("this is a directory; expected an OpenDSS script", gridtwin("solve", self.folder).stderr)
        self.assertIn("this is no regular file", gridtwin("solve", "/dev/null").stderr)
        self.assertIn("no such file", gridtwin("solve", self.folder / "none.dss").stderr)
        (self.folder / "none.err").touch()
        self.assertNotIn("did you mean", gridtwin("solve", self.folder / "none.dss").stderr)
        (self.folder / "nine.dss").touch()
        self.assertIn("did you mean 'nine.dss'?", gridtwin("solve", self.folder / "none.dss").stderr)
        for command in ("check", "run"):
            self.assertIn("this is a directory; expected ", gridtwin(command, self.folder).stderr)

    def test_commands_agree_on_what_a_file_is(self):
        script = self.folder / "one.txt"
        script.write_text("New Circuit.c basekv=4.16\nSolve\n")
        self.assertEqual(gridtwin("solve", script, "--quiet").returncode, 0)
        self.assertIn("circuit c, 60 Hz, 1 bus\n", gridtwin("check", script).stdout)
        scenario = self.scenario(name="town.txt")
        self.assertIn("1 feeder of 16 buses", gridtwin("check", scenario).stdout)
        self.assertIn("this is a scenario; expected an OpenDSS script", gridtwin("solve", scenario).stderr)

    def test_a_tolerance_out_of_range_is_told_the_range(self):
        run = gridtwin("solve", self.IEEE13, "--tolerance", "0")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--tolerance: 0 is not in the range 1e-13 to 0.01", run.stderr)

    def test_check_counts_what_an_opendss_file_holds(self):
        run = gridtwin("check", self.IEEE13)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("12 lines, 5 transformers, 15 loads, 2 capacitors, 3 regulators", run.stdout)
        odd = self.folder / "odd.dss"
        odd.write_text("New Circuit.c basekv=4.16\nNew UPFC.u bus1=sourcebus\n")
        self.assertRegex(gridtwin("check", odd).stderr, r"odd\.dss:2:\d+: element class 'upfc' is not modelled")
        run = gridtwin("check", odd, "--ignore", "UPFC")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"left out: .*odd\.dss:2:\d+: ")

    def test_help_of_solve_shows_examples_that_work(self):
        text = gridtwin("solve", "--help").stdout
        examples = re.findall(r"^  (gridtwin solve scenarios/.*)$", text, flags=re.M)
        self.assertGreater(len(examples), 4)
        (self.folder / "scenarios").symlink_to(SOURCE / "scenarios")
        environment = dict(os.environ, PATH=f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}")
        for example in examples:
            done = subprocess.run(["bash", "-o", "pipefail", "-c", example], cwd=self.folder, env=environment,
                                  capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 0, f"{example}\n{done.stderr}")

    def stop(self, number):
        out = self.folder / "day.h5"
        file = self.scenario(("duration: 24 h", "duration: 90 d"))
        run = subprocess.Popen([PROGRAM, "run", str(file), "--out", str(out)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        run.send_signal(number)
        _, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 128 + number)
        self.assertIn("is partial", err)
        with h5py.File(out) as h5:
            self.assertEqual(h5["/meta"].attrs["complete"], 0)
            self.assertGreater(h5["/series/feeder/time"].shape[0], 1)
        self.assertIn("PARTIAL: stopped at", gridtwin("info", out).stdout)

    def test_ctrl_c_leaves_a_readable_partial_file(self):
        self.stop(signal.SIGINT)

    def test_sigterm_leaves_a_readable_partial_file(self):
        self.stop(signal.SIGTERM)

    def test_a_terminal_gets_a_progress_bar(self):
        file = self.scenario(("duration: 24 h", "duration: 6 d"), ("at_least: 98 %", "at_least: 0 %"))
        shown = self.shown_on_a_terminal("run", file, "--out", self.folder / "day.h5")
        self.assertRegex(shown, r"\[#*\.*\] +\d+ %  simulated .*  \d+ s/s  left \d+:\d\d")

    def test_solve_shows_steps_and_time_left_on_a_terminal(self):
        shown = self.shown_on_a_terminal("solve", self.IEEE13, "--daily", "--step", "1s", "--number", "20000")
        self.assertRegex(shown, r"solve 2 of 2: step \d+ of 20000, left \d+:\d\d")

    def shown_on_a_terminal(self, *words):
        master, slave = pty.openpty()
        run = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        shown = b""
        while True:
            try:
                block = os.read(master, 65536)
            except OSError:
                break
            if not block:
                break
            shown += block
        self.assertEqual(run.wait(60), 0)
        os.close(master)
        return shown.decode()

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
        self.assertRegex(check.stdout, r"\.yaml:15:5: warning: \d+ meters are on no path .* quietest hour: homes/\d+, .* \.\.\. ")
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

    def test_check_warns_of_concentrators_that_hear_each_other(self):
        near = self.scenario(("modem: ce-nero }", "modem: ce-nero, channel: { transformer_crossing: 40 dB } }"))
        # by hand: 120 dBuV less twice 40 dB, over the 32.04 dBuV that CE-Nero hears
        self.assertRegex(gridtwin("check", near).stdout, r"s\.yaml:\d+:\d+: warning: 4 concentrators hear each other over two "
                         r"transformers, 8\.0 dB over the sensitivity of ce-nero")
        self.assertNotIn("hear each other", gridtwin("check", FIRST_LIGHT).stdout)

    def test_channel_refuses_names_that_lead_nowhere(self):
        for words, text in ((["--from", "hommes/17"], "there is no meter 'hommes/17'; expected homes/1 to homes/240, farms/1 to "
                             "farms/20; did you mean 'homes/17'?"),
                            (["--to", "dc1"], "there is no concentrator 'dc1'; expected dc-1 to dc-4, or 1 to 4; did you mean 'dc-1'?"),
                            (["--to", "5"], "there is no concentrator '5'"), (["--to", "0"], "there is no concentrator '0'"),
                            ([], "--to: which concentrator?"),
                            (["--from", "farms/3"], "farms/3 is read by SMS: it has no way to a concentrator"),
                            (["--from", "homes/17", "--to", "dc-2"], "homes/17 does not belong to dc-2"),
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
        run = gridtwin("run", noisy, "--quiet", "--out", self.folder / "both.h5")
        self.assertEqual(run.returncode, 0, run.stderr)
        alone = self.folder / "alone.yaml"
        alone.write_text(noisy.read_text().replace("plc+rf", "plc").replace("feeders/", f"{SOURCE}/scenarios/feeders/"))
        run = gridtwin("run", alone, "--quiet", "--out", self.folder / "alone.h5")
        self.assertEqual(run.returncode, 1, "read_success misses its bound")

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

    def test_help_teaches(self):
        for words, text in ((["--help"], "Exit codes"), (["run", "--help"], "Example: gridtwin run"),
                            (["check", "--help"], "did you mean"), (["info", "--help"], "--picture")):
            done = gridtwin(*words)
            self.assertEqual(done.returncode, 0)
            self.assertIn(text, done.stdout)

    def test_the_picture_is_drawn(self):
        out, svg = self.folder / "day.h5", self.folder / "day.svg"
        self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out).returncode, 0)
        self.assertEqual(gridtwin("info", out, "--picture", svg, "--quiet").returncode, 0)
        self.assertIn("The town", svg.read_text())


if __name__ == "__main__":
    unittest.main()
