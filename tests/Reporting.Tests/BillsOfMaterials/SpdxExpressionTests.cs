using ImageInsight.Reporting.BillsOfMaterials;

namespace ImageInsight.Reporting.Tests.BillsOfMaterials;

public sealed class SpdxExpressionTests
{
    [Theory]
    [InlineData("MIT", "MIT", "MIT")]
    [InlineData("apache-2.0", "Apache-2.0", "Apache-2.0")]
    [InlineData("GPL-2.0+", "GPL-2.0+", "GPL-2.0+")]
    [InlineData("Apache-2.0+", "Apache-2.0+", null)]
    [InlineData("(MIT)", "(MIT)", null)]
    [InlineData("MIT and (bsd-2-clause or GPL-2.0-only with classpath-exception-2.0)",
        "MIT AND (BSD-2-Clause OR GPL-2.0-only WITH Classpath-exception-2.0)", null)]
    [InlineData("LicenseRef-Fedora-Public-Domain AND MIT", "LicenseRef-Fedora-Public-Domain AND MIT", null)]
    public void An_expression_is_written_as_the_list_has_it(string stated, string text, string? id)
    {
        var expression = SpdxExpression.Parse(stated)!;
        Assert.Equal((text, id), (expression.Text, expression.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GPLv2+ and MIT")]
    [InlineData("Apache License 2.0")]
    [InlineData("MIT Apache-2.0")]
    [InlineData("MIT AND")]
    [InlineData("AND MIT")]
    [InlineData("(MIT")]
    [InlineData("MIT)")]
    [InlineData("MIT WITH MIT")]
    [InlineData("(MIT OR ISC) WITH LLVM-exception")]
    [InlineData("LicenseRef-")]
    [InlineData("LicenseRef-a_b")]
    [InlineData("MIT; ISC")]
    public void What_is_none_is_none(string stated) => Assert.Null(SpdxExpression.Parse(stated));

    [Fact]
    public void Brackets_in_brackets_end()
    {
        Assert.NotNull(SpdxExpression.Parse(new string('(', 16) + "MIT" + new string(')', 16)));
        Assert.Null(SpdxExpression.Parse(new string('(', 100_000) + "MIT"));
    }

    [Fact]
    public void References_are_told() =>
        Assert.Equal(["LicenseRef-a", "LicenseRef-b.1"], SpdxExpression.Parse(
            "LicenseRef-a OR (MIT AND LicenseRef-b.1)")!.References);
}
