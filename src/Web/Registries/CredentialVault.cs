using System.Security.Cryptography;
using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Web.Problems;
using Microsoft.AspNetCore.DataProtection;

namespace ImageInsight.Web.Registries;

/// <summary>
/// Encrypts logins for the database with keys that lie elsewhere (Insight__KeysDirectory), each bound to its row.
/// </summary>
internal sealed class CredentialVault(IDataProtectionProvider protection)
{
    private readonly IDataProtector root = protection.CreateProtector("ImageInsight.Registries.Credential.v1");

    public byte[] Protect(Guid id, RegistryCredential credential) =>
        root.CreateProtector(id.ToString("N"))
            .Protect(JsonSerializer.SerializeToUtf8Bytes(new Stored(credential.Username, credential.Password)));

    public RegistryCredential Unprotect(Guid id, byte[] encrypted)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(
                root.CreateProtector(id.ToString("N")).Unprotect(encrypted))!;
            return new RegistryCredential(stored.Username, stored.Password);
        }
        catch (CryptographicException e)
        {
            throw new ImageException(
                ProblemKinds.CredentialUnreadableCode,
                "The login was encrypted with keys that this process does not have. "
                + "All processes of one service share Insight__KeysDirectory; if the keys are lost, "
                + "save the login again.",
                e);
        }
    }

    private sealed record Stored(string Username, string Password);
}
