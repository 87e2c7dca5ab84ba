using System.Reflection;
using NetArchTest.Rules;
using Xunit;

namespace ImageInsight.Architecture.Tests;

internal static class Arrows
{
    /// <summary>
    /// Fails and lists the offenders when a type whose namespace begins with <paramref name="room"/> uses any of the
    /// others.
    /// </summary>
    public static void NoneFrom(Assembly assembly, string room, params string[] forbidden)
    {
        var types = Types.InAssembly(assembly).That()
            .ResideInNamespaceMatching($"^{room.Replace(".", "\\.", StringComparison.Ordinal)}(\\.|$)");
        var found = types.ShouldNot().HaveDependencyOnAny(forbidden).GetResult();
        Assert.True(
            found.IsSuccessful,
            $"{room} may not use {string.Join(", ", forbidden)}, but these do: "
                + $"{string.Join(", ", found.FailingTypeNames ?? [])}");
    }

    /// <summary>How many types a room has; a rule over an empty room would hold without saying anything.</summary>
    public static int TypesIn(Assembly assembly, string room) =>
        Types.InAssembly(assembly).That()
            .ResideInNamespaceMatching($"^{room.Replace(".", "\\.", StringComparison.Ordinal)}(\\.|$)").GetTypes()
            .Count();
}
