using System.Security.Cryptography;
using System.Text;
using ImageInsight.Web.Configuration;
using Microsoft.AspNetCore.DataProtection;

namespace ImageInsight.Web.Access;

/// <summary>
/// Compares what a request brings with the configured token, without telling by its time how much was right.
/// </summary>
internal sealed class AccessToken(InsightSettings settings, IDataProtectionProvider protection)
{
    public const string Cookie = "insight_access";

    private readonly IDataProtector protector = protection.CreateProtector("ImageInsight.Access.v1");

    public bool IsGiven(HttpRequest request)
    {
        if (settings.AccessToken is null)
            return true;
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Matches(authorization["Bearer ".Length..].Trim());
        if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return Matches(PasswordOf(authorization["Basic ".Length..].Trim()));
        return request.Cookies[Cookie] is { } cookie && MatchesCookie(cookie);
    }

    public bool Matches(string token) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(token)),
        SHA256.HashData(Encoding.UTF8.GetBytes(settings.AccessToken ?? "")));

    /// <summary>Holds a hash of the token, so that a changed token signs everybody out.</summary>
    public string MakeCookie() => protector.Protect(Fingerprint());

    private bool MatchesCookie(string cookie)
    {
        try
        {
            return protector.Unprotect(cookie) == Fingerprint();
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private string Fingerprint() =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("cookie:" + settings.AccessToken)));

    private static string PasswordOf(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return "";
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
