"""Kannel (bearerbox and smsbox) as the utility's gateway: a command to a meter's number, as an operator's customer sends it."""
import http.server
import shutil
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import h5py

from served import *

BEARERBOX, SMSBOX = shutil.which("bearerbox", path="/usr/sbin:/usr/bin"), shutil.which("smsbox", path="/usr/sbin:/usr/bin")

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = gridtwin
admin-allow-ip = 127.0.0.1
smsbox-port = {box}
box-allow-ip = 127.0.0.1
dlr-storage = internal
log-file = "{folder}/bearerbox.log"
log-level = 0

group = smsc
smsc = smpp
smsc-id = gridtwin
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = gridtwin
smsc-password = gridtwin
system-type = VMA
address-range = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {send}
log-file = "{folder}/smsbox.log"
log-level = 0

group = sendsms-user
username = utility
password = utility
max-messages = 10

group = sms-service
keyword = default
catch-all = true
accepted-smsc = gridtwin
max-messages = 0
get-url = "http://127.0.0.1:{http}/answer?from=%p&to=%P&octets=%b"
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Web(http.server.ThreadingHTTPServer):
    """What Kannel asks of the utility's own server, as (path, {field: octets})."""

    def __init__(self):
        self.asked = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                fields = (field.partition("=") for field in query.split("&"))
                web.asked.append((path, {name: urllib.parse.unquote_to_bytes(value.replace("+", " "))
                                         for name, _, value in fields}))
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@unittest.skipUnless(BEARERBOX and SMSBOX, "kannel is not installed")
class KannelTest(ServedCase):
    def start(self, program, configuration):
        process = subprocess.Popen([program, configuration], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   cwd=self.folder)
        self.running.append(process)

    def wait_for(self, what, said, seconds=40):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = said()
            if found:
                return found
            time.sleep(0.1)
        logs = "".join(f"\n--- {log.name}\n" + log.read_text(errors="replace")[-3000:] for log in self.folder.glob("*.log"))
        self.fail(f"waited {seconds} s for {what}{logs}")

    def asks(self, url):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode(errors="replace")
        except (urllib.error.URLError, OSError) as error:
            return getattr(error, "code", None) and error.read().decode(errors="replace") or ""

    def test_a_command_reaches_the_meter_and_its_receipt_and_answer_come_back(self):
        file = self.scenario()
        recording = self.folder / "session.jsonl"
        process, smpp = self.serve(file, "--speed", "20x", "--record", recording)
        web = Web()
        admin, box, send = free_ports(3)
        http = web.server_address[1]
        configuration = self.folder / "kannel.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder, admin=admin, box=box, send=send, smpp=smpp,
                                                      http=http))
        self.start(BEARERBOX, configuration)
        status = f"http://127.0.0.1:{admin}/status.txt?password=gridtwin"
        self.wait_for("bearerbox to bind", lambda: "(online" in self.asks(status))
        self.start(SMSBOX, configuration)
        self.wait_for("smsbox", lambda: "smsbox:" in self.asks(status))

        code = self.sms_code(file, "farms/3", "off")
        receipt = urllib.parse.quote(f"http://127.0.0.1:{http}/receipt?kind=%d", safe="")
        order = (f"http://127.0.0.1:{send}/cgi-bin/sendsms?username=utility&password=utility&from={code['from']}"
                 f"&to={code['to']}&coding=1&text={code['url']}&dlr-mask=31&dlr-url={receipt}")
        self.wait_for("sendsms", lambda: "Accepted" in self.asks(order))
        kinds = lambda: [fields["kind"] for path, fields in list(web.asked) if path == "/receipt"]
        self.wait_for("the operator's word that it has the message", lambda: b"8" in kinds())
        self.wait_for("the receipt", lambda: b"1" in kinds())
        answers = lambda: [fields for path, fields in list(web.asked) if path == "/answer"]
        self.wait_for("the meter's answer", answers)
        self.assertEqual(answers()[0]["from"].decode().lstrip("+"), code["to"])
        self.assertEqual(answers()[0]["to"].decode(), code["from"])
        self.assertIn("answers 1\ndone (command 3)", self.opened(file, "farms/3", answers()[0]["octets"]))
        time.sleep(8)  # two steps of the power flow and more, at 20 times real time
        self.stop(process)
        web.shutdown()
        web.server_close()

        out = self.folder / "served.h5"
        with h5py.File(out) as results:
            names = results["/entities/meters/name"].asstr()[:].tolist()
            row = names.index("farms/3")
            enum = h5py.check_enum_dtype(results["/events"].dtype["kind"])
            opened = [e["at_ns"] for e in results["/events"][:] if e["kind"] == enum["relay_opened"] and e["row"] == row]
            self.assertEqual(len(opened), 1)
            meters = results["/series/meters"]
            power = meters["p_w"][:, row]
            self.assertGreater(power[0], 0)
            self.assertEqual(power[-1], 0, "its load is off the power flow")
        again = self.folder / "again.h5"
        replay = self.run_program("serve", file, "--replay", recording, "--out", again, "--quiet")
        self.assertEqual(replay.returncode, 0, replay.stderr)
        digests = {self.run_program("info", f, "--digest").stdout for f in (out, again)}
        self.assertEqual(len(digests), 1)


if __name__ == "__main__":
    unittest.main()
