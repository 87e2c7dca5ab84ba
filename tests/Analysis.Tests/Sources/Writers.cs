using System.Diagnostics;

namespace ImageInsight.Analysis.Tests.Sources;

/// <summary>Runs the programs that write archives, each with a store of its own below a scratch folder.</summary>
internal sealed class Writers : IDisposable
{
    /// <summary>What a command exits with when its daemon does not start here.</summary>
    private const int CannotRun = 77;

    /// <summary>
    /// SK, BU, PO, DK and CT are skopeo, buildah, podman, docker and ctr; PL loads in.tar into podman's store.
    /// </summary>
    private const string Prelude = """
        set -e
        SK() { skopeo --insecure-policy "$@"; }
        BU() { verb=$1; shift; buildah --storage-driver vfs --root $PWD/store --runroot $PWD/run $verb \
          --signature-policy $PWD/policy.json "$@"; }
        PO() { podman --storage-driver vfs --root $PWD/store --runroot $PWD/run "$@"; }
        PL() { PO load -q --signature-policy policy.json -i in.tar; }
        STOP() { kill $daemon; wait $daemon || true; umount d/exec/netns/* 2>/dev/null || true; }
        START() { mkdir d; "$@" >d/log 2>&1 & daemon=$!; trap STOP EXIT; }
        UP() {
          for i in $(seq 150); do
            if "$@" >/dev/null 2>&1; then return 0; fi
            kill -0 $daemon 2>/dev/null || break
            sleep 0.2
          done
          tail -n 3 d/log
          exit 77
        }
        DK() {
          [ -d d ] || START dockerd --data-root $PWD/d/data --exec-root $PWD/d/exec -p $PWD/d/pid \
            -H unix://$PWD/d/sock \
            --storage-driver vfs --iptables=false --ip6tables=false --bridge=none
          UP docker -H unix://$PWD/d/sock version
          docker -H unix://$PWD/d/sock "$@"
        }
        CT() {
          if [ ! -d d ]; then
            printf '%s\n' 'version = 2' "root = \"$PWD/d/data\"" "state = \"$PWD/d/state\"" \
              'disabled_plugins = ["io.containerd.grpc.v1.cri"]' '[grpc]' "  address = \"$PWD/d/sock\"" \
              > containerd.toml
            START containerd -c $PWD/containerd.toml
          fi
          UP ctr -a $PWD/d/sock version
          ctr -a $PWD/d/sock "$@"
        }

        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("insight-writer.");

    public string Input => Path.Combine(folder.FullName, "in.tar");

    public string Output => Path.Combine(folder.FullName, "OUT");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Skips the test when the program is not there, and when it is and cannot run.</summary>
    public async Task RunAsync(string writer, string command, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(f => File.Exists(Path.Combine(f, writer))),
            $"{writer} is not installed; scripts/test.sh installs it.");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""",
            cancellationToken);
        using var process = Process.Start(new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", Prelude + command },
            WorkingDirectory = folder.FullName,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.SkipWhen(process.ExitCode == CannotRun, $"{writer} does not start here: {await output}");
        Assert.True(process.ExitCode == 0, $"{command}\n{await output}{error}");
    }
}
