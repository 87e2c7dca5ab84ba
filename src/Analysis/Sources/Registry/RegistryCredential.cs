namespace ImageInsight.Analysis.Sources.Registry;

/// <summary>
/// User and password, or a token in the place of the password: ECR <c>AWS</c>, Google <c>_json_key</c> or
/// <c>oauth2accesstoken</c>, Azure the null GUID. Docker's <c>&lt;token&gt;</c> user marks an identity token, which is
/// exchanged by OAuth.
/// </summary>
public sealed record RegistryCredential(string Username, string Password)
{
    private const string IdentityTokenUser = "<token>";

    public bool IsIdentityToken => Username == IdentityTokenUser;

    public static RegistryCredential OfIdentityToken(string token) => new(IdentityTokenUser, token);

    /// <summary>Never the password, wherever it is printed.</summary>
    public override string ToString() => "a credential";
}
