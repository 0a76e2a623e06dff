"""`gridtwin run`, `check` of scenarios and `info` from outside: results, exit codes, files, signals."""
import pathlib
import re
import signal
import subprocess
import time
import unittest

import h5py
import xarray

from program import FIRST_LIGHT, IEEE13, PROGRAM, SOURCE, ProgramCase, gridtwin


class RunTest(ProgramCase):
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

    def test_simgrid_and_the_built_in_network_agree_within_15_points_where_a_cell_is_overloaded(self):
        # Concentrators that begin at once: in a cell of 120 bit/s a round's uploads outlast their timeouts, in one of 200 not (wan_study.py).
        for up, seed, apart in ((200, 1, 0.0), (120, 2, 0.15), (100, 1, 0.15), (100, 4, 0.15)):
            file = self.scenario(("concentrators: 4", "concentrators: 4\n  poll_spread: 0 s"), ("level: meters", "level: summary"),
                                 ("cell: gprs", f"technologies: [{{ name: small, up: {up} bit/s }}], cell: small"),
                                 ("at_least: 98 %", "at_least: 0 %"), ("model: simgrid", "model: MODEL"))
            text, success = file.read_text(), []
            for model in ("simgrid", "builtin"):
                out = self.folder / f"{model}.h5"
                file.write_text(text.replace("MODEL", model))
                run = gridtwin("run", file, "--quiet", "--seed", str(seed), "--out", out)
                self.assertEqual(run.returncode, 0, run.stderr)
                with h5py.File(out) as h5:
                    success.append(dict(zip(h5["/kpi/name"].asstr()[:], h5["/kpi/value"][:]))["read_success"])
            self.assertLessEqual(abs(success[0] - success[1]), apart + 1e-9, (up, seed, success))
            self.assertEqual(min(success) < 0.97, up < 200, "overloaded, or not")

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

    def test_a_power_flow_that_does_not_converge_ends_with_1_and_names_the_network(self):
        out = self.folder / "day.h5"
        run = gridtwin("run", self.scenario(("generate: street,", "generate: street, plot_width: 1 km,")), "--quiet", "--out", out)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertRegex(run.stderr, r"s\.yaml:10:\d+: the power flow of feeder 1 does not converge at 00:00:00: low voltage below \d+ still moves by "
                                     r".* pu after \d+ iterations; try a lower load")
        self.assertNotIn("internal error", run.stderr)
        info = gridtwin("info", out)
        self.assertIn("PARTIAL: a power flow does not converge", info.stdout)

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

    def test_what_the_database_is_told_costs_no_other_file(self):
        for name in ("subscribers", "orders"):
            (self.folder / f"prepaid-farms-{name}.xml").write_bytes((FIRST_LIGHT.parent / f"prepaid-farms-{name}.xml").read_bytes())
        farms = (FIRST_LIGHT.parent / "prepaid-farms.yaml").read_text()
        file, day = self.folder / "farms.yaml", self.folder / "day.h5"

        def run(told, orders="prepaid-farms-orders.xml", out=day):
            file.write_text(farms.replace("prepaid-farms-told.xml", told).replace("prepaid-farms-orders.xml", orders))
            before = {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
            done = gridtwin("run", file, "--quiet", "--out", out)
            if done.returncode == 2:
                self.assertEqual(before, {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()})
            return done

        def refused(name, what, *words):
            done = run(*words)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 2), done.stderr)
            self.assertIn(f"{self.folder / name}: {what}, and would be lost; expected crm.out FILE that ", done.stderr)

        refused("day.h5", "this is the result", "day.h5")
        refused("told-2.h5", "this is the result", "told.h5", "prepaid-farms-orders.xml", self.folder / "told-2.h5")
        (self.folder / "told-2.xml").write_bytes((self.folder / "prepaid-farms-orders.xml").read_bytes())
        (self.folder / "sub").mkdir()
        (self.folder / "sub/told-2.xml").write_bytes((self.folder / "prepaid-farms-orders.xml").read_bytes())
        refused("sub/told-2.xml", "this is a document of crm.orders", "told.xml", "sub/told-2.xml", self.folder / "sub/day.h5")
        for told, orders, lost in (("farms.yaml", "told-2.xml", "the scenario 'farms.yaml'"),
                                   ("told-2.xml", "told-2.xml", "the document of crm.orders 'told-2.xml'"),
                                   ("told.xml", "told-2.xml", "the document of crm.orders 'told-2.xml'")):
            line = next(n for n, text in enumerate(farms.splitlines(), 1) if text.startswith("  out: "))
            for done in (run(told, orders), gridtwin("check", file)):
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr.splitlines()[0], f"{file}:{line}:8: 'crm.out' is '{told}': {lost} would be lost; "
                                 "expected a name that differs, also with -2, -3, ... behind it")
        (self.folder / "notes-3.xml").write_text("<notes/>")
        refused("notes-3.xml", "this is not what a run told a customer database", "notes.xml")
        for name in ("subscribers", "orders"):  # another scenario's
            told = f"other-{name}.xml"
            (self.folder / told).write_bytes((self.folder / f"prepaid-farms-{name}.xml").read_bytes())
            refused(told, "this is not what a run told a customer database", told)
        self.assertEqual(run("nobody/told.xml").returncode, 2)
        (self.folder / "told-2.xml").unlink()  # somebody's orders
        for _ in range(2):
            done = run("told.xml")
            self.assertEqual(done.returncode, 0, "what was told before may go: " + done.stderr)

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

    def test_check_warns_of_a_firmware_that_takes_longer_than_there_is(self):
        def order(octets):
            return self.scenario(("events:\n", "events:\n  - { at: 8:00, firmware: all, version: 2, "
                                  f"octets: {octets}, activate_at: 20:00 }}\n"))
        check = gridtwin("check", order(16000000))
        self.assertEqual(check.returncode, 0, "a warning, no mistake")
        self.assertRegex(check.stdout, r"\.yaml:\d+:\d+: warning: 285715 blocks of firmware, 20 s apart, take 1587\.3 h, "
                                       r"activate_at is 12\.0 h after the order\n")
        strict = gridtwin("check", "--quiet", "--strict", order(16000000))
        self.assertEqual(strict.returncode, 2)
        self.assertIn("warning: 285715 blocks", strict.stderr)
        self.assertNotIn("warning", gridtwin("check", order(120000)).stdout, "2143 blocks, 11.9 h")

    def test_scenarios_of_other_files_meet_their_expectations(self):
        for name in ("prepaid-farms", "platform-town"):
            run = gridtwin("run", "--quiet", FIRST_LIGHT.parent / f"{name}.yaml", "--out", self.folder / f"{name}.h5")
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_the_database_knows_the_meters_that_there_are(self):
        farms = FIRST_LIGHT.parent / "prepaid-farms.yaml"
        self.assertEqual(gridtwin("crm-subscribers", farms).stdout, (farms.parent / "prepaid-farms-subscribers.xml").read_text())

    def test_the_scenarios_that_come_along_have_no_warnings(self):
        for scenario in FIRST_LIGHT.parent.glob("*.yaml"):
            check = gridtwin("check", "--strict", scenario)
            self.assertEqual((check.returncode, check.stderr), (0, ""), scenario.name)

    def test_expectations_take_units(self):
        file = self.scenario(("- { kpi: messages.balanced", "- { kpi: latency.plc.p50, at_most: 5 s }\n"
                              "  - { kpi: energy.source, at_least: 50 MWh, at_most: 70 MWh }\n  - { kpi: messages.balanced"))
        self.assertEqual(gridtwin("run", file, "--quiet", "--out", self.folder / "day.h5").returncode, 0)

    def test_what_standard_output_does_not_take_is_no_success(self):
        out = self.folder / "day.h5"
        self.assertEqual(gridtwin("run", FIRST_LIGHT, "--quiet", "--out", out).returncode, 0)
        for words in (["solve", IEEE13], ["solve", IEEE13, "--csv", "-"], ["solve", IEEE13, "--json", "-"],
                      ["check", IEEE13], ["check", FIRST_LIGHT], ["check", "--keys"], ["info", out],
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


class HeadEndRecordingTest(ProgramCase):
    def test_what_cannot_be_recorded_or_told_is_refused_and_nothing_written(self):
        scenario = self.scenario()
        foreign = self.folder / "notes.txt"
        foreign.write_text("mine")
        done = gridtwin("run", scenario, "--out", "a.h5", "--record-headend", foreign, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no recording of a head-end", done.stderr)
        self.assertEqual(foreign.read_text(), "mine")
        done = gridtwin("run", scenario, "--out", "a.h5", "--headend-from", foreign, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        done = gridtwin("run", scenario, "--out", "a.h5", "--record-headend", "a.h5", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("this is the result, too", done.stderr)
        self.assertFalse((self.folder / "a.h5").exists())

    def test_a_replay_says_whether_it_is_the_same(self):
        replay = pathlib.Path(PROGRAM).parent / "gridtwin-headend"
        recording = self.folder / "a.rec"
        done = gridtwin("run", self.scenario(), "--out", self.folder / "a.h5", "--record-headend", recording)
        self.assertEqual(done.returncode, 0, done.stderr)
        same = subprocess.run([replay, recording], capture_output=True, text=True)
        self.assertEqual(same.returncode, 0)
        self.assertIn("all the same", same.stdout)
        recording.write_bytes(recording.read_bytes()[:-1])
        damaged = subprocess.run([replay, recording], capture_output=True, text=True)
        self.assertEqual(damaged.returncode, 2)
        self.assertIn("not whole", damaged.stderr)
        self.assertEqual(subprocess.run([replay], capture_output=True).returncode, 2)


if __name__ == "__main__":
    unittest.main()
