#!/usr/bin/env python3
"""Arrows point one way: compares every target's links and every file's includes with the house.

ARROWS is the drawing of docs/architecture.md in words. A folder may link what its arrow names and
what that reaches; it may include what it links, directly or through others.
"""
import re
import sys
from pathlib import Path

ARROWS = {
    "sim/core": [],
    "models/topology": ["sim/core"],
    "models/wire": ["sim/core"],
    "models/wire/cipher": ["models/wire"],
    "models/wire/dlms": ["models/wire"],
    "models/wire/dlms_link": ["models/wire/cipher"],
    "models/wire/sms": ["models/wire/cipher"],
    "models/wire/apdu": ["models/wire/dlms", "models/wire/dlms_link", "models/wire/sms"],
    "models/wire/secured": ["models/wire/apdu"],
    "models/wire/smpp": ["sim/core"],
    "models/wire/crm": ["sim/core"],
    "models/wire/radius": ["sim/core"],
    "models/grid": ["models/topology"],
    "models/grid/protection": ["models/grid"],
    "models/grid/dss": ["models/grid", "models/grid/protection"],
    "models/load": ["sim/core"],
    "models/medium": ["sim/core"],
    "models/plc": ["models/topology", "models/medium"],
    "models/rf": ["models/topology", "models/medium"],
    "models/meter": ["models/wire"],
    "models/concentrator": ["models/wire"],
    "models/sms": ["models/wire"],
    "models/crm": ["models/wire/sms", "models/wire/crm"],
    "models/wan": ["models/wire", "models/wire/radius"],
    "models/cis": ["models/headend/ports", "models/wire/sms"],
    "models/headend/ports": ["sim/core"],
    "models/headend/alarms": ["models/headend/ports"],
    "models/headend/billing": ["models/headend/ports"],
    "models/headend/losses": ["models/headend/ports"],
    "models/headend/outage": ["models/headend/ports"],
    "models/headend/prepayment": ["models/headend/ports"],
    "models/headend/vee": ["models/headend/ports"],
    "models/headend": ["models/headend/alarms", "models/headend/billing", "models/headend/losses", "models/headend/outage", "models/headend/prepayment", "models/headend/vee"],
    "models/headend/recording": ["models/headend"],
    "sim/engine": ["sim/core"],
    "sim/plot": ["sim/core"],
    "sim/results": ["sim/core", "sim/plot"],
    "sim/study": ["models/grid/dss", "models/grid/protection", "sim/plot"],
    "sim/scenario": ["models/topology", "models/wire", "models/grid", "models/grid/dss", "models/load",
                     "models/plc", "models/rf", "models/meter", "models/concentrator", "models/sms", "models/wire/sms", "models/wan",
                     "models/headend", "models/wire/crm"],
    "sim/twin": ["sim/scenario", "sim/engine", "sim/results", "models/wire/secured", "models/crm",
                 "models/headend/recording"],
    "sim/live": ["sim/twin", "models/wire/smpp", "models/wire/dlms", "models/wire/dlms_link"],
    "sim/app": ["sim/live", "sim/study"],
}


def reach(folder, links, seen=None):
    seen = set() if seen is None else seen
    for other in links[folder]:
        if other not in seen:
            seen.add(other)
            reach(other, links, seen)
    return seen


def folder_of(path, folders):
    """The innermost known folder that holds `path`."""
    parts = path.split("/")
    for n in range(len(parts), 0, -1):
        if "/".join(parts[:n]) in folders:
            return "/".join(parts[:n])
    return None


def main(root):
    problems = []
    target_folder, links = {}, {}
    found = sorted(p.parent for top in ("sim", "models") for p in (root / top).rglob("CMakeLists.txt"))
    listed = {}
    for folder in found:
        text = (folder / "CMakeLists.txt").read_text()
        name = folder.relative_to(root).as_posix()
        for call in re.finditer(r"(?:gridtwin_library|add_executable|target_link_libraries)\(([^)]*)\)", text):
            words = call.group(1).split()
            if words:
                target_folder.setdefault(words[0], name)
                listed.setdefault(name, set()).update(w for w in words if w.startswith("gridtwin_"))
    for name, targets in listed.items():
        if name not in ARROWS:
            problems.append(f"{name}: not in the drawing")
            continue
        links[name] = [target_folder[t] for t in targets if t in target_folder and target_folder[t] != name]
        allowed = reach(name, ARROWS)
        problems += [f"{name}: links {o}, against the arrows" for o in links[name] if o not in allowed]
    for name in ARROWS:
        if name not in links:
            problems.append(f"{name}: in the drawing, but no such target")
    if problems:
        return problems
    for name in links:
        may = reach(name, links) | {name}
        for file in sorted((root / name).iterdir()):
            if file.suffix not in (".hpp", ".cpp"):
                continue
            for number, line in enumerate(file.read_text().splitlines(), 1):
                include = re.match(r'\s*#include "([^"]+)"', line)
                if not include or not include.group(1).startswith(("sim/", "models/", "viz/", "tests/")):
                    continue
                other = folder_of(include.group(1).rsplit("/", 1)[0], ARROWS)
                if other not in may:
                    problems.append(f"{file.relative_to(root)}:{number}: includes {include.group(1)}, "
                                    f"which {name} does not link")
    return problems


if __name__ == "__main__":
    found_problems = main(Path(sys.argv[1]))
    print("\n".join(found_problems) or "every arrow points one way")
    sys.exit(1 if found_problems else 0)
