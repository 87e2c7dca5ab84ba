namespace ImageInsight.Analysis.Findings.Caches;

/// <summary>Caches by name: a part of the ids of findings, and what a proposal knows ways to leave out by.</summary>
internal static class CacheIds
{
    public const string Apk = "apk";
    public const string Apt = "apt";
    public const string Brew = "brew";
    public const string Bun = "bun";
    public const string Cargo = "cargo";
    public const string Compiler = "compiler";
    public const string Composer = "composer";
    public const string Conda = "conda";
    public const string Coursier = "coursier";
    public const string Cpan = "cpan";
    public const string Deno = "deno";
    public const string Dnf = "dnf";
    public const string Elixir = "elixir";
    public const string Gem = "gem";
    public const string Go = "go";
    public const string Gradle = "gradle";
    public const string Haskell = "haskell";
    public const string HaskellStore = "haskell-store";
    public const string Ivy = "ivy";
    public const string JavaScriptBuilds = "js-build";
    public const string Maven = "maven";
    public const string Npm = "npm";
    public const string NuGet = "nuget";
    public const string Opkg = "opkg";
    public const string Pacman = "pacman";
    public const string Pdm = "pdm";
    public const string Pip = "pip";
    public const string Pnpm = "pnpm";
    public const string Poetry = "poetry";
    public const string Portage = "portage";
    public const string Tdnf = "tdnf";
    public const string Uv = "uv";
    public const string Xbps = "xbps";
    public const string Yarn = "yarn";
    public const string YarnBerry = "yarn-berry";
    public const string YarnProject = "yarn-project";
    public const string Zypper = "zypper";
}
