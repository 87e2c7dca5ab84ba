using ImageInsight.Analysis;
using ImageInsight.Reporting.Errors;

namespace ImageInsight.Reporting.Tests.Errors;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData(null, "Too big.")]
    [InlineData("MaxLayers", "Too big. Raise --max-layers if this is expected.")]
    [InlineData("Insecure", "Too big. If the host is trusted, list it in --insecure.")]
    [InlineData("Allow", "Too big. Whoever runs this server can allow it in --allow.")]
    [InlineData("TokenHosts", "Too big. If that is right, list the host in --token-hosts.")]
    public void The_option_is_named_as_it_is_called_where_the_text_is_read(string? option, string expected) =>
        Assert.Equal(expected, ErrorText.Describe(
            new ImageException(ImageErrors.LimitExceeded, "Too big.") { Option = option },
            name => "--" + string.Concat(
                name.Select((c, i) => i > 0 && char.IsUpper(c) ? "-" + c : $"{c}")).ToLowerInvariant()));
}
