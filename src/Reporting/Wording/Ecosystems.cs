namespace ImageInsight.Reporting.Wording;

/// <summary>The types of purls as people call them.</summary>
public static class Ecosystems
{
    public static string Name(string ecosystem) => ecosystem switch
    {
        "deb" => "Debian",
        "apk" => "Alpine",
        "rpm" => "RPM",
        "alpm" => "Arch",
        "opkg" => "opkg",
        "npm" => "npm",
        "pypi" => "Python",
        "conda" => "Conda",
        "gem" => "Ruby",
        "composer" => "PHP",
        "nuget" => ".NET",
        "maven" => "Java",
        "golang" => "Go",
        "cargo" => "Rust",
        _ => ecosystem,
    };
}
