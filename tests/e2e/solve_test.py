"""`gridtwin solve` and `check` of OpenDSS scripts from outside."""
import json
import os
import pathlib
import re
import subprocess
import unittest
import xml.dom.minidom

from program import IEEE13, PROGRAM, SOURCE, ProgramCase, gridtwin


class SolveTest(ProgramCase):
    def test_solve_tells_a_planner_what_the_file_asks_for(self):
        run = gridtwin("solve", IEEE13)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        for text in ("snapshot", "controls at rest", "lowest   0.9608 pu  611.3", "reg1 +9, reg2 +6, reg3 +9",
                     "3.25 % of load", "1 of 5 above 100 %"):
            self.assertIn(text, run.stdout)
        self.assertLess(len(run.stdout.splitlines()), 40)

    def test_solve_writes_tables_and_a_picture_and_nothing_when_quiet(self):
        csv, js, svg = (self.folder / name for name in ("v.csv", "r.json", "p.svg"))
        for _ in range(2):  # older results may go
            run = gridtwin("solve", IEEE13, "--csv", csv, "--json", js, "--plot", svg, "--quiet")
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
        piped = gridtwin("solve", IEEE13, "--json", "-")
        self.assertEqual(json.loads(piped.stdout)["power"], power)

    def test_solve_takes_a_day_and_says_how(self):
        csv = self.folder / "day.csv"
        run = gridtwin("solve", IEEE13, "--daily", "--step", "30min", "--csv", csv)
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
        self.assertEqual(gridtwin("solve", IEEE13, "--plot", svg, "-q").returncode, 0)
        drawn = svg.read_text()
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="'
        for option, text in (("--plot", "<keep me>"), ("--plot", "<html></html>"), ("--plot", head), ("--plot", head + '9"/>\n'),
                             ("--plot", drawn.replace("DejaVu", "Times", 1)), ("--plot", " " + drawn),
                             ("--csv", "bus,phase,vmag_pu,mine\n"), ("--csv", "step,time_s,mine\n"),
                             ("--json", '{\n "format": "GridTwin solve of mine"'), ("--json", "{}")):
            kept = self.folder / "kept"
            kept.write_text(text)
            run = gridtwin("solve", IEEE13, option, kept)
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
                run = gridtwin("solve", IEEE13, f"{option}={word}")
                self.assertEqual((run.returncode, run.stdout), (2, ""), f"{option}={word}")
                self.assertIn(option, run.stderr)
        run = gridtwin("solve", IEEE13, "--daily", "--step", "0.0000201165673s")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--step: a day has 4.295e+09 steps", run.stderr)
        self.assertEqual(gridtwin("solve", IEEE13, "--daily", "--step", "1e308h").returncode, 2)

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
        run = gridtwin("solve", IEEE13, "--tolerance", "0")
        self.assertEqual(run.returncode, 2)
        self.assertIn("--tolerance: 0 is not in the range 1e-13 to 0.01", run.stderr)

    def test_check_counts_what_an_opendss_file_holds(self):
        run = gridtwin("check", IEEE13)
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

    def test_solve_shows_steps_and_time_left_on_a_terminal(self):
        shown = self.shown_on_a_terminal("solve", IEEE13, "--daily", "--step", "1s", "--number", "20000")
        self.assertRegex(shown, r"solve 2 of 2: step \d+ of 20000, left \d+:\d\d")


if __name__ == "__main__":
    unittest.main()
