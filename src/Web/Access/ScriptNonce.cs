using System.Security.Cryptography;

namespace ImageInsight.Web.Access;

/// <summary>
/// The number used once that a page's own scripts carry and its policy names: a script that got into a page some other
/// way does not run, not even one that this server would serve.
/// </summary>
internal static class ScriptNonce
{
    private static readonly object Key = new();

    public static string For(HttpContext context)
    {
        if (context.Items[Key] is string known)
            return known;
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        context.Items[Key] = nonce;
        return nonce;
    }
}
