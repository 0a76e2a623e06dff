"""Result files as their users open them: h5py, xarray, and the code printed in docs/results.md."""
import hashlib
import os
import pathlib
import re
import signal
import struct
import subprocess
import tempfile
import unittest

import h5py
import numpy
import xarray

SAMPLE = os.environ["RESULTS_SAMPLE"]
PAGE = pathlib.Path(os.environ["RESULTS_PAGE"])


def number(n):
    return struct.pack("<Q", n)


def text(s):
    data = s.encode() if isinstance(s, str) else s
    return number(len(data)) + data


def type_name(dtype):
    if dtype.names:
        return "{" + "".join(f"{n}:{type_name(dtype[n])}," for n in dtype.names) + "}"
    if h5py.check_enum_dtype(dtype):
        return "e1"
    return f"{dtype.kind}{dtype.itemsize}"


def is_wall(name, separator):
    return any(part.startswith("wall_") for part in name.split(separator))


def digest(path):
    """The digest as docs/results.md describes it, without a line of GridTwin's code."""
    sha = hashlib.sha256()
    with h5py.File(path) as file:
        def add(path, item):
            if path in ("/meta", "/checkpoint") or is_wall(path, "/"):
                return
            if path == "/kpi":
                names = item["name"].asstr()[:]
                for column in sorted(item):
                    sha.update(text(f"/kpi/{column}"))
                    values = item[column]
                    is_text = h5py.check_string_dtype(values.dtype)
                    values = values.asstr()[:] if is_text else values[:]
                    for name, value in zip(names, values):
                        if not is_wall(name, "."):
                            sha.update(text(value) if is_text else struct.pack("<d", value))
            elif isinstance(item, h5py.Group):
                for child in sorted(item):
                    add(path.rstrip("/") + "/" + child, item[child])
            else:
                is_text = h5py.check_string_dtype(item.dtype)
                sha.update(text(path) + text("str" if is_text else type_name(item.dtype)))
                sha.update(number(item.ndim) + b"".join(number(n) for n in item.shape))
                if is_text:
                    for value in item.asstr()[:]:
                        sha.update(text(value))
                else:
                    assert item.dtype.names is None or item.dtype.itemsize == sum(
                        item.dtype[n].itemsize for n in item.dtype.names)
                    sha.update(item[...].tobytes())
        add("/", file)
    return sha.hexdigest()


class Page(unittest.TestCase):
    def test_says_what_the_value_of_every_kind_of_event_means(self):
        table = PAGE.read_text().split("### What value means in /events")[1].split("\n## ")[0]
        told = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))))
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([SAMPLE, "file", folder + "/r.h5"], check=True)
            with h5py.File(folder + "/r.h5") as file:
                kinds = h5py.check_enum_dtype(file["/events"].dtype["kind"])
        self.assertEqual(told, set(kinds))


class OpenResults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = os.path.join(cls.folder.name, "results.h5")
        subprocess.run([SAMPLE, "file", cls.file], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_h5py_reads_every_object(self):
        objects = []
        with h5py.File(self.file) as file:
            def read(name, item):
                objects.append("/" + name)
                if isinstance(item, h5py.Dataset):
                    item[...]
                for key in item.attrs:
                    item.attrs[key]
            file.visititems(read)
            meta = file["/meta"].attrs
            self.assertEqual(meta["schema_version"], 1)
            self.assertEqual(meta["complete"], 1)
            self.assertEqual(meta["seed"], 42)
            self.assertEqual(meta["scenario_text"], "gridtwin: 1\nname: Sample town\n")
            events = file["/events"]
            kinds = h5py.check_enum_dtype(events.dtype["kind"])
            self.assertEqual(kinds["switch_opened"], 0)
            self.assertEqual(events[0]["at_ns"], 14 * 3600 * 10**9)
            self.assertEqual(len(file["/entities/meters/name"]), 240)
            self.assertEqual(file["/entities/meters/x_m"].attrs["unit"], "m")
        for path in ("/entities/buses/base_v", "/series/feeder/source_p_w", "/series/nodes/u_pu",
                     "/events", "/messages", "/routes", "/belief", "/kpi/value"):
            self.assertIn(path, objects)

    def test_xarray_has_dimensions_coordinates_and_times(self):
        nodes = xarray.open_dataset(self.file, group="/series/nodes", engine="h5netcdf")
        self.assertEqual(nodes.u_pu.dims, ("time", "node"))
        self.assertEqual(nodes.u_pu.shape, (1441, 39))
        self.assertEqual(nodes.u_pu.dtype, numpy.float32)
        self.assertEqual(nodes.u_pu.attrs["units"], "pu")
        self.assertEqual(nodes.time.dtype, numpy.dtype("datetime64[ns]"))
        self.assertEqual(nodes.time.values[0], numpy.datetime64("2026-01-14T20:00:00"))  # UTC
        self.assertEqual(nodes.time.values[-1], numpy.datetime64("2026-01-15T20:00:00"))
        self.assertEqual(list(nodes.node.values[:2]), ["650.1", "650.2"])
        dark = nodes.u_pu.sel(node="675.1", time=slice("2026-01-15T10:00", "2026-01-15T11:29"))
        self.assertEqual(float(dark.max()), 0.0)
        feeder = xarray.open_dataset(self.file, group="/series/feeder", engine="h5netcdf")
        self.assertEqual(feeder.source_p_w.dims, ("time",))
        gap = (feeder.source_p_w - feeder.load_p_w - feeder.loss_p_w) / feeder.source_p_w
        self.assertLess(float(abs(gap).max()), 1e-6)

    def test_digest_is_what_the_page_says(self):
        program = subprocess.run([SAMPLE, "digest", self.file], check=True, capture_output=True)
        self.assertEqual(program.stdout.decode().strip(), digest(self.file))

    def test_the_pages_code_runs_as_printed(self):
        blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
        self.assertGreaterEqual(len(blocks), 2)
        for block in blocks:
            done = subprocess.run(["/usr/bin/python3", "-W", "error::DeprecationWarning", "-c", block],
                                  cwd=self.folder.name, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            for line in block.splitlines():  # what the page says is printed, is
                if "# prints " in line:
                    self.assertIn(line.split("# prints ")[1], done.stdout)

    def test_a_killed_run_opens(self):
        path = os.path.join(self.folder.name, "killed.h5")
        with subprocess.Popen([SAMPLE, "killed", path], stdout=subprocess.PIPE) as child:
            self.assertEqual(child.stdout.readline(), b"flushed 1000\n")
            child.send_signal(signal.SIGKILL)
        self.assertEqual(child.returncode, -signal.SIGKILL)
        nodes = xarray.open_dataset(path, group="/series/nodes", engine="h5netcdf")
        rows = nodes.sizes["time"]
        self.assertGreaterEqual(rows, 1000)
        expected = numpy.arange(rows, dtype=numpy.float32)
        numpy.testing.assert_array_equal(nodes.u_pu.sel(node="a"), expected)
        numpy.testing.assert_array_equal(nodes.u_pu.sel(node="b"), expected + numpy.float32(0.5))
        with h5py.File(path) as file:
            self.assertEqual(file["/meta"].attrs["complete"], 0)
            self.assertEqual(file["/meta"].attrs["reason"], "still running, or killed")
            numpy.testing.assert_array_equal(file["/events"]["at_ns"][:1000],
                                             numpy.arange(1000) * 10**9)


if __name__ == "__main__":
    unittest.main()
