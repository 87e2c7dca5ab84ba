using System.Text;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Tests.Packages;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>Where a second stage is the fix, both are written out, in the fix and in the proposal.</summary>
public sealed class StageTests
{
    private const int Size = 600_000;

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>On a base of one layer, as buildah writes its history.</summary>
    private static ArchiveBuilder Image(params string[] command) =>
        new ArchiveBuilder { Command = command, Folder = "/src" }
            .WithLayer(l => l.File("bin/sh", 9, mode: 0x1ed), "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
            .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
            .WithEmptyHistory("/bin/sh -c #(nop) WORKDIR /src");

    private static ArchiveBuilder Started(ArchiveBuilder image) => image
        .WithEmptyHistory("/bin/sh -c #(nop) EXPOSE 80")
        .WithEmptyHistory($"/bin/sh -c #(nop) CMD [{string.Join(',', image.Command.Select(w => $"\"{w}\""))}]");

    private static async Task<(string Last, Dockerfile Made)> SecondAsync(ArchiveBuilder image, string rule)
    {
        var analysed = await Images.AnalyzeAsync(Started(image));
        var found = analysed.Findings.First(f => f.RuleId == rule);
        var made = Dockerfile.Create(
            analysed.Tree, new BuildRecord(analysed.Facts.History, analysed.Facts.Settings), analysed.Facts.Base,
            "linux/amd64", analysed.Findings, Budgets.Default);
        var stages = made.ProposedText.Split("\nFROM ");
        Assert.Equal(3, stages.Length);
        Assert.Contains(found.Id, made.Applied);
        Assert.Contains(stages[2].TrimEnd(), found.Fix.Snippet, StringComparison.Ordinal);
        Assert.StartsWith("<base> AS build\n", stages[1], StringComparison.Ordinal);
        return (stages[2].TrimEnd(), made);
    }

    [Fact]
    public async Task A_Go_program_is_taken_over_with_what_it_may_read()
    {
        var (last, made) = await SecondAsync(Image("/src/server")
            .WithLayer(l => l.File("usr/local/go/pkg/tool/compile", Size), "RUN curl x | tar -xz -C /usr/local")
            .WithLayer(l => l.File("src/main.go", Size).File("src/go.mod", 9).File("src/views/a.html", 9)
                .File("src/README.md", 9), "COPY dir:0123456789abcdef in /src ")
            .WithLayer(l => l.File("src/server", CaptureTests.GoProgram(9000, "path\tx\n"), mode: 0x1ed),
                "RUN cd /src && go build -o server .")
            .WithLayer(l => l.File("etc/passwd", 9), "RUN useradd app")
            .WithEmptyHistory("/bin/sh -c #(nop) USER app"), "build-toolchain");
        Assert.Equal(
            "<base>\nWORKDIR /src\nCOPY --from=build /src/views /src/views/\nCOPY --from=build /src/server /src/\n"
                + "RUN useradd app\nUSER app\nEXPOSE 80\nCMD [\"/src/server\"]", last);
        // The toolchain, the sources and the notes stay behind.
        Assert.Equal((2L * Size) + 18, made.Now.DiskBytes - made.Predicted.DiskBytes);
    }

    [Fact]
    public async Task A_jar_runs_on_the_runtime_without_the_JDK()
    {
        var (last, _) = await SecondAsync(Image("java", "-jar", "/src/target/app.jar")
            .WithLayer(
                l => l.File("var/lib/dpkg/status", Text(
                    "Package: default-jdk\nStatus: install ok installed\nVersion: 1\nDepends: default-jre\n\n"
                    + "Package: default-jre\nStatus: install ok installed\nVersion: 1\n\n"))
                    .File("var/lib/apt/extended_states", Text("Package: default-jre\nAuto-Installed: 1\n\n"))
                    .File("var/lib/dpkg/info/default-jdk.list", Text("/usr/bin/javac\n"))
                    .File("var/lib/dpkg/info/default-jre.list", Text("/usr/bin/java\n"))
                    .File("usr/bin/javac", Size).File("usr/bin/java", Size, 'j', mode: 0x1ed),
                "RUN apt-get update && apt-get install -y default-jdk")
            .WithLayer(l => l.File("src/pom.xml", 9).File("src/src/A.java", 9), "COPY . /src # buildkit")
            .WithLayer(l => l.File("src/target/app.jar", 9), "RUN mvn package"), "build-toolchain");
        Assert.Contains("apt-get install -y default-jre", last, StringComparison.Ordinal);
        Assert.DoesNotContain("default-jdk", last, StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /src/target /src/target/\n", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node", "dist/a.js")]
    [InlineData("node", "a.js")]
    public async Task Node_runs_what_the_build_wrote_with_pruned_modules(params string[] command)
    {
        var (last, made) = await SecondAsync(Image(command)
            .WithLayer(l => l.File("src/package.json", Text("{\"name\":\"a\"}")).File("src/lib/a.ts", 9)
                .File("src/a.js", 9), "COPY . /src # buildkit")
            .WithLayer(l => l.File("src/node_modules/.package-lock.json", Text(
                    "{\"packages\":{\"node_modules/vite\":{\"dev\":true}}}"))
                .File("src/node_modules/vite/package.json", Text("{\"name\":\"vite\",\"version\":\"1.0.0\"}"))
                .File("src/node_modules/vite/a.js", Size), "RUN npm ci")
            .WithLayer(l => l.File("src/dist/a.js", 9), "RUN npm run build")
            .WithLayer(l => l.File("bin/x", 9), "RUN apt-get install -y x")
            .WithLayer(l => l.File("src/dist/a.js", 9, uid: 7).File("src/a.js", 9, uid: 7).Directory("src"),
                "RUN chown -R 7 /src"), "development-dependencies");
        Assert.Contains("RUN cd /src && npm prune --omit=dev", made.ProposedText, StringComparison.Ordinal);
        Assert.Contains(
            command[1] == "a.js" ? "COPY --from=build /src /src/"
                : "COPY --from=build --chown=7:0 /src/dist /src/dist/\n", last, StringComparison.Ordinal);
        Assert.DoesNotContain("chown -R", last, StringComparison.Ordinal);
        Assert.Equal(command[1] == "a.js", !last.Contains("/src/node_modules", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Python_takes_over_the_modules_that_pip_installed()
    {
        var (last, _) = await SecondAsync(Image("python3", "a.py")
            .WithLayer(l => l.File("usr/lib/gcc/x/12/cc1", Size).File("usr/bin/python3", 9000, mode: 0x1ed),
                "RUN apt-get install -y gcc python3")
            .WithLayer(l => l.File("src/a.py", 9), "COPY . /src # buildkit")
            .WithLayer(l => l.File("usr/local/lib/python3.11/dist-packages/m.so", 9).File("root/.cache/pip/x", 9),
                "RUN pip install m"), "build-toolchain");
        Assert.Contains(
            "COPY --from=build /usr/local/lib/python3.11 /usr/local/lib/python3.11/\n", last,
            StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /src /src/\n", last, StringComparison.Ordinal);
        Assert.DoesNotContain(".cache", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dotnet_takes_over_what_was_published_and_the_runtime_of_its_own_SDK()
    {
        var (last, _) = await SecondAsync(Image("dotnet", "/app/a.dll")
            .WithLayer(l => l.File("usr/share/dotnet/sdk/10/x.dll", Size).File("usr/share/dotnet/dotnet", 9)
                .File("usr/share/dotnet/shared/Microsoft.NETCore.App/10/a.dll", 9)
                .File("usr/share/dotnet/shared/Microsoft.AspNetCore.App/10/a.dll", Size, 'w')
                .File("usr/share/dotnet/host/fxr", 9), "COPY sdk /usr/share/dotnet # buildkit")
            .WithLayer(l => l.Symlink("usr/bin/dotnet", "/usr/share/dotnet/dotnet"),
                "RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet")
            .WithLayer(l => l.File("src/a.csproj", 9), "COPY . /src # buildkit")
            .WithLayer(l => l.File("app/a.dll", 9).File("app/a.runtimeconfig.json", 9), "RUN dotnet publish -o /app"),
            "build-toolchain");
        Assert.Equal(
            "<base>\nWORKDIR /src\nRUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet\n"
                + "COPY --from=build /app /app/\n"
                + "COPY --from=build /usr/share/dotnet/host /usr/share/dotnet/host/\n"
                + "COPY --from=build /usr/share/dotnet/shared/Microsoft.NETCore.App "
                + "/usr/share/dotnet/shared/Microsoft.NETCore.App/\n"
                + "COPY --from=build /usr/share/dotnet/dotnet /usr/share/dotnet/\n"
                + "EXPOSE 80\nCMD [\"dotnet\", \"/app/a.dll\"]", last);
    }

    [Fact]
    public async Task Where_the_base_has_the_toolchain_the_second_stage_stands_on_one_without()
    {
        var image = new ArchiveBuilder { Command = ["/src/server"], Folder = "/src" }
            .WithLayer(l => l.File("usr/local/go/pkg/tool/compile", Size)
                .File("etc/os-release", Text("ID=debian\nVERSION_ID=\"12\"\n")),
                "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ")
            .WithEmptyHistory("/bin/sh -c #(nop)  CMD [\"bash\"]")
            .WithLayer(l => l.File("src/main.go", 9), "COPY . /src # buildkit")
            .WithLayer(l => l.File("src/server", CaptureTests.GoProgram(9000, "path\tx\n"), mode: 0x1ed),
                "RUN cd /src && go build -o server .");
        var (last, _) = await SecondAsync(image, "build-toolchain");
        Assert.StartsWith("debian:12-slim\n", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("/missing/entrypoint.sh")]
    [InlineData("make", "serve")]
    public async Task What_is_started_is_not_known_and_nothing_is_invented(params string[] command)
    {
        var found = (await Images.AnalyzeAsync(Started(Image(command)
            .WithLayer(l => l.File("usr/local/go/pkg/tool/compile", Size), "RUN curl x | tar -xz -C /usr/local")
            .WithLayer(l => l.File("src/server", CaptureTests.GoProgram(9000, "path\tx\n"), mode: 0x1ed),
                "RUN go build -o /src/server .")))).Findings.First(f => f.RuleId == "build-toolchain");
        Assert.Null(found.Remedy);
        Assert.Contains("<the program>", found.Fix.Snippet, StringComparison.Ordinal);
    }
}
