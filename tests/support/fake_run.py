#!/usr/bin/env python3
"""Stands for `fitd train|detect --job ... --progress-fd=3` and `fitd models|forecast` in tests of the server: says what the file
FAKE_RUN_SCRIPT names, line by line, so that a test decides how a run goes without fitting anything.

Script lines: `say JSON`, `wait PATH` (until it exists), `raw TEXT`, `err TEXT`, `exit N`, `signal N`, `ignore N`, `spin` (for ever).
"""
import os
import signal
import sys
import time


def arguments():
    return dict(a[2:].split("=", 1) for a in sys.argv[2:] if a.startswith("--") and "=" in a)


def speak(line):
    try:
        os.write(3, line.encode() + b"\n")
    except BrokenPipeError:
        sys.exit(75)


def train(options):
    folder = options["log-dir"]
    with open(os.path.join(folder, "fitd.log"), "a") as log:
        log.write(f"2026-01-01T00:00:00.000Z info pid={os.getpid()} args {' '.join(sys.argv[1:])}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with open(os.environ["FAKE_RUN_SCRIPT"]) as script:
        for line in script.read().splitlines():
            verb, _, rest = line.partition(" ")
            if verb == "say":
                speak(rest)
            elif verb == "raw":
                os.write(3, rest.encode("latin-1", "replace") + b"\n")
            elif verb == "err":
                print(rest, file=sys.stderr, flush=True)
            elif verb == "wait":
                deadline = time.monotonic() + 60
                while not os.path.exists(rest) and time.monotonic() < deadline:
                    time.sleep(0.005)
            elif verb == "ignore":
                signal.signal(int(rest), signal.SIG_IGN)
            elif verb == "signal":
                os.kill(os.getpid(), int(rest))
            elif verb == "exit":
                sys.exit(int(rest))
            elif verb == "spin":
                while True:
                    signal.pause()


if sys.argv[1] in ("train", "detect"):
    train(arguments())
elif sys.argv[1] in ("models", "forecast", "plot"):
    if "--targets" in sys.argv:
        print('{"target": "a", "status": "fitted", "n": 3, "reason": ""}')
        sys.exit(0)
    if "target" not in arguments():
        print("target,time,ensemble\na,2024-01-01,1")
        sys.exit(0)
    target = arguments()["target"]
    if target == "none":
        print("fitd: there is no target none", file=sys.stderr)
        sys.exit(66)
    if target == "slow":
        signal.pause()
    print('{"command": "%s", "target": "%s"}' % (sys.argv[1], target))
