"""The gridtwin program from outside, for the tests of its commands."""
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["GRIDTWIN"]
SOURCE = pathlib.Path(os.environ["GRIDTWIN_SOURCE"])
FIRST_LIGHT = SOURCE / "scenarios" / "first-light.yaml"
IEEE13 = SOURCE / "scenarios" / "feeders" / "ieee13" / "ieee13.dss"


def gridtwin(*words, **options):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300, **options)


class ProgramCase(unittest.TestCase):
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
