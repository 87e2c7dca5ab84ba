using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Tests.Findings;

public sealed class SecretTests
{
    private const string Value = "s3cr3t-value-0123456789";

    [Theory]
    [InlineData("srv/.env", Severity.High)]
    [InlineData("srv/.env.production", Severity.High)]
    [InlineData("root/.ssh/id_ed25519", Severity.High)]
    [InlineData("root/.aws/credentials", Severity.High)]
    [InlineData("root/.docker/config.json", Severity.High)]
    [InlineData("root/.kube/config", Severity.High)]
    [InlineData("root/.netrc", Severity.High)]
    [InlineData("root/.git-credentials", Severity.High)]
    [InlineData("root/.cargo/credentials.toml", Severity.High)]
    [InlineData("root/.composer/auth.json", Severity.High)]
    [InlineData("etc/app/server.jks", Severity.High)]
    [InlineData("etc/openvpn/client.ovpn", Severity.High)]
    [InlineData("srv/secrets.yml", Severity.Medium)]
    [InlineData("etc/tls/privkey.pem", Severity.High)]
    [InlineData("etc/tls/server.key", Severity.Medium)]
    public async Task Secrets_are_found_by_name(string path, Severity severity)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File(path, 300), "COPY . / # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "secret-file");
        Assert.Equal((severity, "/" + path), (finding.Severity, Assert.Single(finding.Paths).Path));
    }

    [Theory]
    [InlineData("srv/.env.example")]
    [InlineData("srv/node_modules/x/test/id_rsa")]
    [InlineData("usr/lib/python3/dist-packages/x/tests/id_rsa")]
    [InlineData("root/.ssh/id_rsa.pub")]
    [InlineData("srv/credentials.py")]
    [InlineData("etc/tls/cert.pem")]
    [InlineData("srv/config.json")]
    [InlineData("srv/environment")]
    public async Task Templates_and_published_keys_are_no_secrets(string path) =>
        Assert.DoesNotContain(
            (await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(l => l.File(path, 300)))).Findings,
            f => f.RuleId == "secret-file");

    [Theory]
    [InlineData("srv/.npmrc", "//registry.example/:_authToken=VALUE\n", "npm token")]
    [InlineData("srv/.npmrc", "registry=https://r.example\n _password = VALUE\n", "npm token")]
    [InlineData("srv/.yarnrc.yml", "npmAuthToken: \"VALUE\"\n", "npm token")]
    [InlineData("root/.pypirc", "[pypi]\nusername = me\npassword = VALUE\n", "PyPI credentials")]
    [InlineData("etc/pip.conf", "[global]\nindex-url = https://me:VALUE@pypi.example/simple\n", "PyPI credentials")]
    [InlineData("root/.docker/config.json", "{\"auths\": {\"r\": {\"auth\": \"VALUE\"}}}", "registry credentials")]
    [InlineData("srv/credentials.json", "{\"type\":\"service_account\",\"private_key\":\"VALUE\"}", "credentials")]
    [InlineData("srv/deploy", "-----BEGIN OPENSSH PRIVATE KEY-----\nVALUE\n", "private key")]
    [InlineData("srv/tls/all.pem",
        "subject=x\n-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE "
            + "KEY-----\nVALUE\n", "private key")]
    [InlineData("srv/site.key", "-----BEGIN EC PRIVATE KEY-----\nVALUE\n", "private key")]
    public async Task Secrets_are_found_by_content_and_their_value_is_never_kept(
        string path, string content, string kind)
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File(
                path, System.Text.Encoding.UTF8.GetBytes(content.Replace("VALUE", Value, StringComparison.Ordinal))),
                "COPY . / # buildkit")
            .WithLayer(l => l.Whiteout(path), "RUN /bin/sh -c rm it # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "secret-file");
        Assert.Equal((Severity.High, "/" + path, $"A secret: {kind}"),
            (finding.Severity, Assert.Single(finding.Paths).Path, finding.Title));
        Assert.All(result.Facts.Layers,
            l => Assert.All(
                l.Layer.Captures,
                c => Assert.DoesNotContain(
                    Value, System.Text.Encoding.UTF8.GetString(c.Bytes), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("srv/.npmrc", "registry=https://registry.example/\nfund=false\n")]
    [InlineData("srv/.npmrc", "//registry.example/:_authToken=${NPM_TOKEN}\n# _authToken=old\n")]
    [InlineData("srv/.yarnrc.yml", "nodeLinker: node-modules\nnpmAuthToken: \"${TOKEN}\"\n")]
    [InlineData("etc/pip.conf", "[global]\nindex-url = https://pypi.example/simple\n")]
    [InlineData("srv/credentials.json", "{\"token\": \"\", \"roles\": [\"token\"]}")]
    [InlineData("etc/ssl/certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n")]
    [InlineData("srv/pub.pem", "-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----\n")]
    [InlineData("srv/node_modules/x/key.pem", "-----BEGIN PRIVATE KEY-----\nMII\n")]
    [InlineData("usr/lib/python3.12/test/certdata/k.pem", "-----BEGIN PRIVATE KEY-----\nMII\n")]
    public async Task A_settings_file_without_a_value_is_no_secret(string path, string content) =>
        Assert.DoesNotContain(
        (await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File(path, System.Text.Encoding.UTF8.GetBytes(content))))).Findings,
        f => f.RuleId == "secret-file");

    [Fact]
    public async Task An_encrypted_key_has_medium_severity() => Assert.Equal(
        Severity.Medium,
        Assert.Single(
            (await Images.AnalyzeAsync(new ArchiveBuilder().WithLayer(
                l => l.File(
                    "srv/k.pem",
                    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0\n\nMII\n"u8
                        .ToArray()),
                "COPY . /srv # buildkit"))).Findings,
            f => f.RuleId == "secret-file").Severity);

    [Fact]
    public async Task A_deleted_secret_names_the_layer_that_stores_it_and_the_one_that_removed_it()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/id_rsa", 300), "COPY id_rsa /srv/ # buildkit")
            .WithLayer(l => l.File("srv/app", 10))
            .WithLayer(l => l.Whiteout("srv/id_rsa"), "RUN /bin/sh -c rm /srv/id_rsa # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "secret-file");
        var place = Assert.Single(finding.Paths);
        Assert.Equal((0, 0, 2), (finding.Layer!.Value, place.Layer, place.HiddenBy!.Value));
        Assert.Contains("layer 0, removed by layer 2, but still", finding.Fix.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_a_later_layer_stores_again_is_replaced_and_not_removed()
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder()
            .WithLayer(l => l.File("srv/id_rsa", 300), "COPY id_rsa /srv/ # buildkit")
            .WithLayer(l => l.File("srv/id_rsa", 300, uid: 5), "RUN /bin/sh -c chown app /srv/id_rsa # buildkit"));
        var finding = Assert.Single(result.Findings, f => f.RuleId == "secret-file");
        Assert.Contains("layer 0, replaced by layer 1, but still", finding.Fix.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/sh -c #(nop)  ENV API_TOKEN=" + Value, "API_TOKEN")]
    [InlineData("ENV DB_PASSWORD=\"" + Value + " x\" A=1", "DB_PASSWORD")]
    [InlineData("ENV SECRET_KEY " + Value, "SECRET_KEY")]
    [InlineData("|1 NPM_TOKEN=" + Value + " /bin/sh -c npm ci", "NPM_TOKEN")]
    [InlineData("RUN |1 NPM_TOKEN=" + Value + " /bin/sh -c npm ci # buildkit", "NPM_TOKEN")]
    [InlineData("RUN /bin/sh -c curl --password='" + Value + "' x # buildkit", "password")]
    public async Task A_secret_in_the_history_is_reported_by_name_and_its_value_never_kept(
        string createdBy, string name)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app", 10)).WithEmptyHistory(createdBy));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("secret-variable-history", Severity.High), (finding.Id, finding.Severity));
        Assert.Contains(name, finding.Title, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Value, System.Text.Json.JsonSerializer.Serialize(
                new { result.Facts.History, result.Findings, result.Facts.Environment }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN /bin/sh -c git clone https://robot:" + Value + "@github.com/a/b # buildkit",
        "A password in a URL")]
    [InlineData("RUN /bin/sh -c git clone https://ghp_AAAABBBBCCCCDDDDEEEEFFFF0123456789ab@github.com/a/b # buildkit",
        "An access token")]
    [InlineData("RUN /bin/sh -c curl -H \"Authorization: Bearer " + Value + "\" https://x # buildkit",
        "An Authorization header")]
    [InlineData("RUN /bin/sh -c echo '{\"auths\":{\"ghcr.io\":{\"auth\":\"" + Value
        + "\"}}}' > /root/.docker/config.json # buildkit", "A registry login")]
    [InlineData("RUN /bin/sh -c echo \"{\\\"auth\\\":\\\"" + Value + "\\\"}\" > a # buildkit", "A registry login")]
    [InlineData("RUN /bin/sh -c echo glpat-0123456789abcdefghij-npm_AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH12 "
        + "glpat-0123456789abcdefghij # buildkit", "An access token")]
    [InlineData("RUN /bin/sh -c aws configure set aws_id AKIAABCDEFGHIJKLMNOP # buildkit", "An access token")]
    [InlineData("ENV DATABASE_URL=postgres://me:" + Value + "@db/app", "A password in a URL")]
    public async Task A_secret_recognised_by_its_form_is_reported_in_words_and_never_kept(
        string createdBy, string words)
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = ["U=https://me:" + Value + "@h/"] }.WithLayer(l => l.File("app", 10))
                .WithEmptyHistory(createdBy));
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("secret-variable-history", words + " readable in the image's history"),
            (finding.Id, finding.Title));
        var kept = System.Text.Json.JsonSerializer.Serialize(
            new { result.Facts.History, result.Findings, result.Facts.Environment });
        Assert.DoesNotContain(Value, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_A", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIAA", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN /bin/sh -c git clone https://$USER:$TOKEN@github.com/a/b # buildkit")]
    [InlineData("RUN /bin/sh -c curl http://localhost:8080/a@b https://github.com/a/b.git # buildkit")]
    [InlineData("RUN /bin/sh -c npm_config_registry=https://r/ npm ci; pip install pypi-simple hf_transfer # buildkit")]
    public async Task Text_that_only_looks_like_a_secret_is_not_reported(string createdBy) =>
        Assert.Empty((await Images.AnalyzeAsync(
            new ArchiveBuilder().WithLayer(l => l.File("app", 10)).WithEmptyHistory(createdBy))).Findings);

    [Fact]
    public async Task A_secret_in_the_environment_is_reported_by_name_and_its_value_never_kept()
    {
        var result = await Images.AnalyzeAsync(
            new ArchiveBuilder { Environment = ["PATH=/bin", "API_TOKEN=" + Value + " and more"] }
                .WithLayer(l => l.File("app", 10)));
        Assert.Equal("secret-variable-env", Assert.Single(result.Findings).Id);
        Assert.Equal(["PATH=/bin", "API_TOKEN=***"], result.Facts.Environment);
    }

    [Theory]
    [InlineData("GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305")]
    [InlineData("KEYCLOAK_VERSION=26")]
    [InlineData("TOKENIZERS_PARALLELISM=false")]
    [InlineData("API_KEY_FILE=/run/secrets/key")]
    [InlineData("DB_PASSWORD=")]
    [InlineData("DB_PASSWORD=$OTHER")]
    [InlineData("MONKEY=banana")]
    [InlineData("PWD=/srv")]
    public async Task Names_that_only_sound_like_a_secret_are_not_reported(string variable)
    {
        var result = await Images.AnalyzeAsync(new ArchiveBuilder { Environment = [variable] }
            .WithLayer(l => l.File("app", 10)).WithEmptyHistory("ENV " + variable));
        Assert.Empty(result.Findings);
        Assert.Equal([variable], result.Facts.Environment);
    }
}
