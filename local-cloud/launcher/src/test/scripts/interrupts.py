"""Interrupts ./drover at random moments and counts what it leaves behind: processes, and files in /tmp and .local.

usage (as root, from the checkout's root, with nothing else of this checkout running):
  unshare -m sh -c 'mount -t tmpfs tmpfs /tmp && python3 local-cloud/launcher/src/test/scripts/interrupts.py COUNT SECONDS [SEED] [COMMAND…]'

Each round deletes some stamps of the set-up, so that pip, npm, Maven and the CDK are interrupted, too; waits up to SECONDS;
sends SIGINT to the script's process group as a terminal does; and looks when the script has ended. The tmpfs keeps others' files
in /tmp out of the count. COMMAND is "up" unless given. FORGET=0 in the environment keeps the set-up, so that every interrupt hits the command
itself. Exit code 0 if nothing was left in any round.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path.cwd()
LOCAL = ROOT / ".local"
MARKER = f"DROVER_INTERRUPTS={os.getpid()}"
STAMPS = ["venv-cloud", "venv-clients", "node", "cdk", "build"]


def marked_processes():
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and MARKER.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(f"{entry.name} {(entry / 'cmdline').read_bytes().decode(errors='replace')[:90]!r}")
        except OSError:
            continue
    return found


def leftovers():
    left = [f"process {process}" for process in marked_processes()]
    left += [str(path) for path in Path("/tmp").iterdir()]
    left += [str(path) for path in (LOCAL / "tmp").glob("*")]
    left += [str(path) for path in LOCAL.glob("demo-*")]
    left += [str(LOCAL / "cloud" / name) for name in ("run", "tmp", "data") if (LOCAL / "cloud" / name).exists()]
    return left


def forget_some(rng):
    probability = float(os.environ.get("FORGET", "0.2"))
    forgotten = [name for name in STAMPS if rng.random() < probability]
    for name in forgotten:
        (LOCAL / "stamps" / name).unlink(missing_ok=True)
    if rng.random() < 2 * probability:
        shutil.rmtree(LOCAL / "cdk.out", ignore_errors=True)
        forgotten.append("cdk.out")
    return forgotten


def main():
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    command = ["./drover", *(sys.argv[4:] or ["up"])]
    print(f"seed {seed}: {count} rounds of {' '.join(command)}, interrupted within {seconds} s", flush=True)
    rng = random.Random(seed)
    name, value = MARKER.split("=")
    dirty = finished = 0
    slowest = 0.0
    for number in range(1, count + 1):
        forgotten = forget_some(rng)
        delay = rng.uniform(0.05, seconds)
        script = subprocess.Popen(
            command, env={**os.environ, name: value}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        try:
            output, _ = script.communicate(timeout=delay)
        except subprocess.TimeoutExpired:
            begin = time.monotonic()
            os.killpg(script.pid, signal.SIGINT)
            output, _ = script.communicate()
            slowest = max(slowest, time.monotonic() - begin)
        lines = output.decode(errors="replace").strip().splitlines()
        if script.returncode == 0:
            finished += 1
            subprocess.run(["./drover", "down"], check=True, stdout=subprocess.DEVNULL)
        left = leftovers()
        dirty += bool(left)
        print(f"{number:3} after {delay:5.1f} s, exit code {script.returncode}, forgot {forgotten}, "
              f"last line {lines[-1] if lines else '':.60}: {left or 'nothing left'}", flush=True)
        for path in Path("/tmp").iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
    print(f"{count} rounds, {finished} of them done before the interrupt; {dirty} left something; "
          f"the slowest end took {slowest:.1f} s")
    sys.exit(1 if dirty else 0)


if __name__ == "__main__":
    main()
