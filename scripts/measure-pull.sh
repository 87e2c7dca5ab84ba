#!/usr/bin/env bash
# The figures of pulls in docs/performance.md, in one run, as a Markdown table on stdout (progress on stderr).
#   CORPUS=/big/disk bash scripts/measure-pull.sh [IMAGE]    default j-big; needs what the corpus pushed to its registry
# Three times in turn: skopeo to a directory, a first pull into an empty service, a second tag with one changed layer.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
image=${1:-j-big}
run=$(mktemp -d "${TMPDIR:-/tmp}/insight-pull.XXXXXX")
registry='' service=''
trap 'stop_process "$service"; stop_process "$registry"; rm -rf "$run"' EXIT
trap 'exit 1' INT TERM

cp -r "$CORPUS/work/registry/data" "$run/data"
port=$(free_port)
printf 'version: 0.1\nlog: {level: warn}\nstorage:\n  filesystem:\n    rootdirectory: %s/data\nhttp:\n  addr: 127.0.0.1:%s\n' "$run" "$port" >"$run/registry.yml"
docker-registry serve "$run/registry.yml" >"$run/registry.log" 2>&1 &
registry=$!
dotnet build src/Web -c Release -v quiet >&2
python3 - "$port" "$run" "$image" "$root/artifacts/bin/Web/release" <<'P'
import gzip, hashlib, io, json, os, shutil, signal, socket, subprocess, sys, tarfile, time, urllib.request

port, run, image, program = sys.argv[1:]
registry, repository = f"127.0.0.1:{port}", f"corpus/{image}"
TYPES = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"

def call(url, method="GET", body=None, **headers):
    request = urllib.request.Request(url, data=body, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request) as answer:
        return answer.read(), answer.headers

def blob(content):
    location = call(f"http://{registry}/v2/{repository}/blobs/uploads/", "POST", b"")[1]["Location"]
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    call(location + ("&" if "?" in location else "?") + "digest=" + digest, "PUT", content, Content_Type="application/octet-stream")
    return {"digest": digest, "size": len(content)}

for _ in range(100):
    try:
        manifest_bytes, headers = call(f"http://{registry}/v2/{repository}/manifests/latest", Accept=TYPES)
        break
    except OSError:
        time.sleep(0.1)
manifest = json.loads(manifest_bytes)
config = json.loads(call(f"http://{registry}/v2/{repository}/blobs/{manifest['config']['digest']}")[0])
# The second tag: the same image with its last layer changed to one of a megabyte.
tar = io.BytesIO()
with tarfile.open(fileobj=tar, mode="w") as out:
    entry = tarfile.TarInfo("app/changed.bin")
    entry.size = 1_000_000
    out.addfile(entry, io.BytesIO(os.urandom(entry.size)))
layer = gzip.compress(tar.getvalue())
config["rootfs"]["diff_ids"][-1] = "sha256:" + hashlib.sha256(tar.getvalue()).hexdigest()
manifest["layers"][-1].update(blob(layer))
manifest["config"].update(blob(json.dumps(config).encode()))
call(f"http://{registry}/v2/{repository}/manifests/second", "PUT", json.dumps(manifest).encode(), Content_Type=headers["Content-Type"])

def skopeo():
    target = f"{run}/copy"
    shutil.rmtree(target, ignore_errors=True)
    start = time.monotonic()
    subprocess.run(["skopeo", "--insecure-policy", "copy", "-q", "--src-tls-verify=false", f"docker://{registry}/{repository}", f"dir:{target}"], check=True)
    seconds = time.monotonic() - start
    return seconds, sum(e.stat().st_size for e in os.scandir(target))

def pull(base, tag):
    body = json.dumps({"reference": f"{registry}/{repository}:{tag}"}).encode()
    start = time.monotonic()
    url = json.loads(call(f"{base}/api/images/pull", "POST", body, Content_Type="application/json")[0])["id"]
    while True:
        analysis = json.loads(call(f"{base}/api/analyses/{url}")[0])
        if analysis["state"] == "done":
            seconds = time.monotonic() - start
            break
        assert analysis["state"] != "failed", analysis
        time.sleep(0.02)
    travelled = sum(l["bytesTotal"] for l in analysis["progress"]["layers"] if not l["known"])
    return seconds, travelled, analysis["progress"]["layersKnown"], analysis["progress"]["layersTotal"]

results = {"skopeo": [], "first": [], "second": []}
for turn in range(3):
    print("turn", turn + 1, file=sys.stderr)
    results["skopeo"].append(skopeo())
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        own = s.getsockname()[1]
    data = f"{run}/service{turn}"
    environment = dict(os.environ, Insight__DataDirectory=data, Insight__Outbound__Allow="127.0.0.0/8", Insight__Registries__Insecure="127.0.0.0/8")
    service = subprocess.Popen(["dotnet", "ImageInsight.Web.dll", "--urls", f"http://127.0.0.1:{own}"], cwd=program, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                call(f"http://127.0.0.1:{own}/health/ready")
                break
            except OSError:
                time.sleep(0.1)
        results["first"].append(pull(f"http://127.0.0.1:{own}", "latest"))
        results["second"].append(pull(f"http://127.0.0.1:{own}", "second"))
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait()
        shutil.rmtree(data, ignore_errors=True)

best = {k: min(v) for k, v in results.items()}
every = lambda k: ", ".join(f"{r[0]:.2f}" for r in results[k])
print("| what | seconds (each turn) | bytes of layers that travelled |\n|---|---|--:|")
print(f"| `skopeo copy docker://… dir:…` | **{best['skopeo'][0]:.2f}** ({every('skopeo')}) | {best['skopeo'][1]:,} (config and manifest too) |")
print(f"| first pull, analysed and stored (SQLite) | **{best['first'][0]:.2f}** ({every('first')}) | {best['first'][1]:,} |")
print(f"| second tag, {best['second'][2]} of {best['second'][3]} layers known | **{best['second'][0]:.2f}** ({every('second')}) | {best['second'][1]:,} |")
P
