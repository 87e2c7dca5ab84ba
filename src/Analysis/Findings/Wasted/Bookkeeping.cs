using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>
/// Files that package managers and their triggers rewrite with every install: only squashing
/// stores them once.
/// </summary>
internal static class Bookkeeping
{
    private static readonly string[] Paths =
    [
        // dpkg and apt
        "/var/lib/dpkg/*", "/var/lib/dpkg/*/*", "/var/lib/apt/extended_states", "/var/cache/debconf/*",
        "/var/log/apt/*", "/var/log/dpkg.log", "/var/log/alternatives.log", "/var/lib/ucf/*", "/var/lib/pam/*",
        // rpm, dnf, zypper
        "/var/lib/rpm/*", "/usr/lib/sysimage/rpm/*", "/usr/share/rpm/*", "/var/lib/dnf/*", "/var/lib/yum/*",
        "/var/log/dnf*", "/var/log/yum.log", "/var/log/hawkey.log", "/var/log/zypper.log", "/var/log/zypp/*",
        // apk, pacman
        "/lib/apk/db/*", "/usr/lib/apk/db/*", "/etc/apk/world", "/var/lib/pacman/local/*/*", "/var/log/pacman.log",
        // what adduser and triggers rewrite
        "/etc/passwd", "/etc/passwd-", "/etc/group", "/etc/group-", "/etc/shadow", "/etc/shadow-", "/etc/gshadow",
        "/etc/gshadow-", "/etc/subuid", "/etc/subuid-", "/etc/subgid", "/etc/subgid-", "/etc/ld.so.cache",
        "/var/cache/ldconfig/aux-cache", "/etc/shells", "/etc/ssl/certs/ca-certificates.crt",
        "/etc/ssl/certs/java/cacerts", "/usr/share/info/dir", "/var/cache/man/index.db", "/var/cache/fontconfig/*",
        "/usr/lib/locale/locale-archive", "/usr/share/mime/*", "/usr/share/mime/*/*",
        "/usr/share/glib-2.0/schemas/gschemas.compiled", "/usr/lib/*/gio/modules/giomodule.cache",
        "/usr/share/applications/mimeinfo.cache", "/usr/lib/*/gdk-pixbuf-2.0/*/loaders.cache",
        "/usr/share/icons/*/icon-theme.cache", "/var/lib/systemd/catalog/database", "/usr/lib/systemd/catalog/database",
        "/etc/pki/ca-trust/extracted/*/*", "/etc/machine-id", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname",
    ];

    public static HashSet<int> Nodes(FileTree tree, WorkBudget work) =>
        [.. Paths.SelectMany(p => PathPattern.Below(tree, [FileTree.Root], p, wastedToo: true, work))];
}
