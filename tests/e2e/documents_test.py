"""What the documents print must work as printed: commands after `$ ` in ```console blocks."""
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(os.environ["GRIDTWIN"])
SOURCE = pathlib.Path(os.environ["GRIDTWIN_SOURCE"])


class DocumentsTest(unittest.TestCase):
    def test_commands_run_as_printed(self):
        documents = [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]
        commands = 0
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            (folder / "scenarios").symlink_to(SOURCE / "scenarios")
            environment = dict(os.environ, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}")
            for document in documents:
                for block in re.findall(r"```console\n(.*?)```", document.read_text(), flags=re.S):
                    for line in block.splitlines():
                        if not re.match(r"\$ gridtwin(-headend)? ", line):
                            continue
                        commands += 1
                        done = subprocess.run(shlex.split(line[2:]), cwd=folder, env=environment, timeout=300,
                                              capture_output=True, text=True)
                        self.assertEqual(done.returncode, 0, f"{document.name}: {line}\n{done.stderr}")
        self.assertGreater(commands, 3)

    def test_files_that_documents_link_to_exist(self):
        for document in [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]:
            for target in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text()):
                self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")


if __name__ == "__main__":
    unittest.main()
