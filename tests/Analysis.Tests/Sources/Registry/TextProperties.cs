using System.Text;
using CsCheck;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;

namespace ImageInsight.Analysis.Tests.Sources.Registry;

/// <summary>
/// What anybody may type, paste or send in a header ends in a value or in the one error that is meant for it.
/// </summary>
public sealed class TextProperties
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String,
        Gen.OneOfConst("docker pull ", "--platform ", "https://", "hub.docker.com/r/", "ghcr.io/", "a/b", ":1",
            "@sha256:", "[::1]", "FROM ", " ", "A", "..", "Bearer ", "realm=", "\"", "\\", ",", "=")
            .Array[0, 12].Select(parts => string.Concat(parts)));

    [Fact]
    public void References() => Text.Sample(
        text =>
        {
            if (!PastedReference.TryParse(text, out var pasted, out var error))
                return error.Length > 0;
            // What was understood is understood again, and makes an address.
            return ImageReference.TryParse(pasted.Reference.ToString(), out var again, out _)
                && again == pasted.Reference
                && Uri.TryCreate($"https://{again.Registry}/v2/{again.Repository}/manifests/{again.TagOrDigest}",
                    UriKind.Absolute, out var uri)
                && uri.AbsolutePath == $"/v2/{again.Repository}/manifests/{again.TagOrDigest}";
        },
        iter: 100_000);

    [Fact]
    public void Challenges() => Text.Sample(
        text =>
        {
            try
            {
                return AuthChallenge.Parse(
                    text).All(c => c.Scheme.Length > 0 || text.Contains('"', StringComparison.Ordinal));
            }
            catch (FormatException)
            {
                return true;
            }
        },
        iter: 100_000);

    [Fact]
    public void Docker_configs() =>
        Gen.OneOf(Text,
            Text.Select(t =>
                $"{{\"auths\":{{\"a\":{{\"auth\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(t))}\"}}}}}}"))
            .Sample(
        text =>
        {
            try
            {
                return DockerConfig.Read(text).All(c => c.Value.Username.Length > 0);
            }
            catch (FormatException)
            {
                return true;
            }
        },
        iter: 100_000);
}
