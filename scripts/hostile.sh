#!/usr/bin/env bash
# What images that are hard to analyse cost the service, one process for each: CPU, peak memory, the database, the biggest
# answers of the API, and how long a cancel takes. Prints a Markdown table (docs/security.md says what is promised).
#   bash scripts/hostile.sh [FOLDER OF ARCHIVES]     default: those of tests/Shared/Hostile
#   ONE=1 bash scripts/hostile.sh ...                one process for all of them: what it takes after each, pages looked at
# A row that breaks a promise (20 s CPU, 512 MiB, an answer of 20 MB, 5 s to cancel) ends with a mark, and the script with 1.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
run=$(mktemp -d "${TMPDIR:-/tmp}/insight-hostile.XXXXXX")
program=$root/artifacts/bin/Web/release/ImageInsight.Web.dll
folder=${1:-}
if [ -z "${SKIP_BUILD:-}" ]; then
  dotnet build -c Release -v q src/Web >&2
  dotnet build -c Release -v q tests/Benchmarks >&2
fi
if [ -z "$folder" ]; then
  folder=$run/images
  dotnet artifacts/bin/Benchmarks/release/ImageInsight.Benchmarks.dll hostile "$folder" >&2
fi
python3 - "$program" "$folder" "$run" <<'P'
import http.client, json, os, pathlib, shutil, signal, socket, subprocess, sys, time, urllib.error, urllib.request

program, folder, run = sys.argv[1:4]
ticks = os.sysconf("SC_CLK_TCK")
ANSWERS = ["", "/findings", "/findings?format=csv", "/findings?format=sarif", "/findings?format=markdown", "/dockerfile",
           "/packages?take=1000", "/tree?depth=8", "/base"]
failed = False


def call(base, path, method="GET", body=None, timeout=300):
    request = urllib.request.Request(base + path, data=body, method=method)
    if body is not None:
        request.add_header("Content-Type", "application/octet-stream")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.read()


def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / ticks


def peak(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0


def start(data):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    env = dict(os.environ, ASPNETCORE_ENVIRONMENT="Production", Insight__DataDirectory=data, ConnectionStrings__Insight="")
    process = subprocess.Popen(["dotnet", program, "--urls", base], env=env, cwd=os.path.dirname(program),
                               stdout=open(data + ".log", "w"), stderr=subprocess.STDOUT)
    for _ in range(600):
        try:
            if call(base, "/health/ready", timeout=5)[0] == 200:
                return process, base
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("The service does not become ready: " + open(data + ".log").read())


def wait(base, id, states, seconds):
    end = time.time() + seconds
    while time.time() < end:
        analysis = json.loads(call(base, "/api/analyses/" + id)[1])
        if analysis["state"] in states:
            return analysis
        time.sleep(0.05)
    return analysis


if os.environ.get("ONE"):
    data = os.path.join(run, "data")
    os.makedirs(data)
    process, base = start(data)
    try:
        print("| image | ended | memory, MiB | peak so far, MiB |\n|---|---|--:|--:|", flush=True)
        for file in sorted(pathlib.Path(folder).iterdir()):
            answer = call(base, "/api/images/upload?name=" + file.stem, "PUT", file.read_bytes())[1]
            id = json.loads(answer)["id"]
            analysis = wait(base, id, ("done", "failed"), 300)
            for path in (f"/api/analyses/{id}/packages", f"/api/analyses/{id}/findings", f"/images/{id}"):
                call(base, path)
            resident = int(open(f"/proc/{process.pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            print(f"| {file.stem} | {analysis['state']} | {resident:.0f} | {peak(process.pid):.0f} |", flush=True)
        failed = peak(process.pid) > 512
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        shutil.rmtree(run)
    sys.exit(1 if failed else 0)
print("| image | MB sent | ended | CPU, s | peak, MiB | with pages, MiB | database, MB | biggest answer, MB | cancel, s | |")
print("|---|--:|---|--:|--:|--:|--:|--:|--:|---|", flush=True)
for file in sorted(pathlib.Path(folder).iterdir()):
    data = os.path.join(run, "data-" + file.stem)
    os.makedirs(data)
    process, base = start(data)
    try:
        before = cpu(process.pid)
        body = file.read_bytes()
        status, answer = call(base, "/api/images/upload?name=" + file.stem, "PUT", body)
        id = json.loads(answer)["id"]
        analysis = wait(base, id, ("done", "failed"), 300)
        spent, most = cpu(process.pid) - before, peak(process.pid)
        ended = analysis["state"] + (" " + analysis["error"]["code"] if analysis.get("error") else "")
        sizes = {}
        if analysis["state"] == "done":
            sizes = {path: len(call(base, f"/api/analyses/{id}{path}")[1]) for path in ANSWERS}
            call(base, f"/images/{id}")
        with_pages = peak(process.pid)
        database = sum(f.stat().st_size for f in pathlib.Path(data).glob("*.db*")) / 1e6
        # Once more, to cancel it as soon as it runs.
        status, answer = call(base, "/api/images/upload?name=again", "PUT", body)
        id = json.loads(answer)["id"]
        wait(base, id, ("running", "done", "failed"), 60)
        call(base, f"/api/analyses/{id}/cancel", "POST", b"")
        began = time.time()
        wait(base, id, ("done", "failed"), 120)
        cancel = time.time() - began
        answer, biggest = max(((s, p) for p, s in sizes.items()), default=(0, ""))
        broken = [w for w, b in (("CPU", spent > 20), ("memory", with_pages > 512), ("answer " + biggest, answer > 20e6),
                                 ("cancel", cancel > 5), ("not ended", "ed" not in ended and "done" not in ended)) if b]
        failed |= bool(broken)
        print(f"| {file.stem} | {len(body) / 1e6:.1f} | {ended} | {spent:.1f} | {most:.0f} | {with_pages:.0f} | {database:.1f} "
              f"| {answer / 1e6:.1f} | {cancel:.1f} | {'**' + ', '.join(broken) + '**' if broken else ''} |", flush=True)
    except (OSError, http.client.HTTPException, ValueError) as e:
        failed = True
        print(f"| {file.stem} | | **{'the process died' if process.poll() is not None else repr(e)}** | | | | | | | |", flush=True)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        shutil.rmtree(data)
sys.exit(1 if failed else 0)
P
rm -rf "$run"
