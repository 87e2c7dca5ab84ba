using System.Text;

namespace ImageInsight.Tests.Hostile;

/// <summary>Trees and histories that are hard to judge.</summary>
internal static class HostileTrees
{
    /// <summary>One folder of very many, and very many look-ups in it.</summary>
    public static byte[] Siblings() => new ArchiveBuilder()
        .WithLayer(
            l =>
            {
                for (var i = 0; i < 60_000; i++)
                    l.File($"srv/node_modules/m{HostileImages.Number(i)}/.git/HEAD", 1)
                        .File($"srv/f{HostileImages.Number(i)}/package.json", "{}"u8.ToArray())
                        .File($"srv/f{HostileImages.Number(i)}/target/CACHEDIR.TAG", 1);
            },
            "COPY dir:" + new string('a', 64) + " in /srv ")
        .DockerArchive(ArchiveBuilder.Gzip);

    /// <summary>Files a thousand folders down, in all layers.</summary>
    public static byte[] DeepPaths()
    {
        var image = new ArchiveBuilder();
        for (var layer = 0; layer < 40; layer++)
            image.WithLayer(l =>
            {
                for (var i = 0; i < 200; i++)
                    l.File(string.Concat(Enumerable.Repeat("a/", 1000)) + $"tmp/{HostileImages.Number(i)}.log", 300);
            });
        return image.DockerArchive(ArchiveBuilder.Gzip);
    }

    /// <summary>A thousand paths of 4,000 bytes in each of a hundred layers, all deleted or stored again.</summary>
    public static byte[] Evidence()
    {
        var image = new ArchiveBuilder();
        var folder = string.Join('/', Enumerable.Repeat(new string('d', 250), 15));
        for (var layer = 0; layer < 100; layer++)
        {
            var number = layer;
            image.WithLayer(l =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    l.File(
                        $"{folder}/{number % 2}/{HostileImages.Number(i)}.pyc", 100 + (i % 7),
                        (char)('a' + (number % 20)));
                    if (number > 0)
                        l.Whiteout($"{folder}/{(number + 1) % 2}/{HostileImages.Number(i)}.pyc");
                }
            });
        }

        return image.DockerArchive(ArchiveBuilder.Gzip);
    }

    /// <summary>A thousand names of secrets, and a thousand steps that might name them.</summary>
    public static byte[] SecretNames()
    {
        var image = new ArchiveBuilder().WithLayer(l => l.File("a", 1));
        for (var i = 0; i < 1000; i++)
        {
            image.WithEmptyHistory($"ENV API_TOKEN_{HostileImages.Number(i)}=abcdefgh12345678");
            image.WithEmptyHistory("RUN /bin/sh -c echo " + string.Concat(Enumerable.Repeat("$API_TOKEN_ ", 200)));
        }

        return image.DockerArchive(ArchiveBuilder.Gzip);
    }

    /// <summary>Instructions of hundreds of kilobytes, each behind many findings.</summary>
    public static byte[] LongInstructions()
    {
        var image = new ArchiveBuilder();
        for (var layer = 0; layer < 6; layer++)
        {
            var number = layer;
            image.WithLayer(
                l => l.File("var/cache/apt/archives/a.deb", 500_000, (char)('a' + number))
                    .File("root/.cache/pip/http/a", 500_000, (char)('a' + number))
                    .File("tmp/a", 500_000, (char)('a' + number)).File("var/log/a.log", 500_000, (char)('a' + number))
                    .File("usr/share/doc/a/b", 500_000, (char)('a' + number)).File("root/.npm/_cacache/a", 400_000)
                    .File("root/.ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"u8.ToArray()),
                "RUN /bin/sh -c " + string.Concat(Enumerable.Repeat("<'\u00e9; a && ", 14_000)) + number);
        }

        return image.DockerArchive(ArchiveBuilder.Gzip);
    }
}
