using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

/// <summary>A remedy is stored with its finding as JSON, and read back the same.</summary>
public sealed class RemedyTests
{
    // The text as it is stored: a change of it needs a migration.
    public static TheoryData<string> Stored =>
    [
        """{"$type":"store-once","change":"Moved"}""",
        """{"$type":"empty-cache","cache":"yarn-berry"}""",
        """{"$type":"remove-files","paths":["/tmp/a","/var/log/b"],"readBy":["git"],"anyRunMayRead":true}""",
        """{"$type":"keep-out-of-context","names":[".git"],"readBy":["git","svn"]}""",
        """{"$type":"keep-secrets-out-of-context","names":["id_rsa"]}""",
        """{"$type":"mount-secrets","variables":["API_TOKEN"]}""",
        """{"$type":"add-options","options":[{"programs":"""
            + """["apt-get","apt"],"verb":"install","option":"--no-install-recommends"}]}""",
        """{"$type":"omit-development","folder":"node_modules","stage":null}""",
        """{"$type":"omit-development","folder":null,"stage":null}""",
        """{"$type":"second-stage","language":"Go","again":[1]"""
            + ""","copies":[{"path":"/app","isFolder":true,"owner":"9:9"}]"""
            + ""","base":null,"finish":["x"],"without":["gcc"],"with":[]"""
            + ""","unneeded":[{"layer":1,"first":2,"last":3}],"folders":[],"notes":[]}""",
        """{"$type":"join-install","manager":"apt-get"}""",
    ];

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_stored_remedy_is_read_back_the_same(string json) =>
        Assert.Equal(json, RemedyJson.Write(RemedyJson.Read(json)!));

    [Fact]
    public void Every_kind_of_remedy_can_be_stored()
    {
        var kinds = typeof(Remedy).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Remedy))).ToHashSet();
        Assert.Equal(kinds, Stored.Select(s => RemedyJson.Read(s.Data)!.GetType()).ToHashSet());
    }

    [Fact]
    public void A_file_name_of_any_characters_survives()
    {
        var names = new Remedy.KeepOutOfContext(["a\0b\"\n\\ü😀"], []);
        Assert.Equal(names.Names, Assert.IsType<Remedy.KeepOutOfContext>(
            RemedyJson.Read(RemedyJson.Write(names))).Names);
    }

    [Fact]
    public async Task A_rule_states_the_remedy_of_its_finding()
    {
        var found = (await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("var/lib/apt/lists/p", 9000).File("srv/.git/HEAD", 900),
                "RUN /bin/sh -c apt-get update && git clone x /srv # buildkit")
            .WithLayer(l => l.File("app/.git/HEAD", 9000).File("app/.git/objects/x", 9000, 'x'),
                "COPY . /app # buildkit"))).Findings;
        Assert.Equal("apt", Assert.IsType<Remedy.EmptyCache>(Remedy("package-cache-apt-0")).Cache);
        Assert.Equal(["/srv/.git"], Assert.IsType<Remedy.RemoveFiles>(Remedy("version-control-0")).Paths);
        Assert.Equal([".git"], Assert.IsType<Remedy.KeepOutOfContext>(Remedy("version-control-1")).Names);

        Remedy? Remedy(string id) => Assert.Single(found, f => f.Id == id).Remedy;
    }
}
