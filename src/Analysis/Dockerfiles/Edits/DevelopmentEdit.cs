using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>The install leaves out what only development needs, unless a build in the image needs just that.</summary>
internal sealed class DevelopmentEdit : IEdit
{
    /// <summary>They are mostly dependencies for development themselves, or run some.</summary>
    private static readonly string[] Builders =
        ["npx", "tsc", "webpack", "vite", "next", "ng", "jest", "mocha", "vitest", "eslint", "rollup", "esbuild",
            "parcel", "gulp", "grunt", "phpunit", "pnpx", "bunx", "turbo", "nx"];

    private static readonly string[] Managers = ["npm", "pnpm", "yarn", "composer"];

    private static readonly string[] Harmless =
    [
        "ci", "install", "i", "add", "cache", "config", "set", "--version", "-v", "prune", "clean-install", "global",
        "version", "store"
    ];

    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.OmitDevelopment remedy || draft.StepOf(finding.Layer) is not { } origin)
            return false;
        var install = origin.IsCopy ? draft.After(origin).FirstOrDefault(s => Installs(s) >= 0) : origin;
        if (install?.Script() is not { } script || Installs(install) is not (>= 0 and var at)
            || draft.Last.Find("builds", IsBuild)?.Order >= install.Order)
            return false;
        var command = script.Commands[at];
        var folder = install.Directory;
        var changed = command.Name switch
        {
            "npm" => command.Verb is "ci" || draft.Tree.Find(folder + "/package-lock.json") < 0
                ? command.Insert(command.VerbAt, "--omit=dev")
                // The lock file is there, so the install can follow it.
                : command.Insert(
                    command.VerbAt, "--omit=dev").Replace($"npm {command.Verb} ", "npm ci ", StringComparison.Ordinal),
            "pnpm" => command.Insert(command.VerbAt, "--prod"),
            "yarn" when command.VerbAt < 0 => command.Text + " install --production",
            "yarn" => command.Insert(command.VerbAt, "--production"),
            _ => command.Insert(command.VerbAt, "--no-dev"),
        };
        install.Text = script.Replace(at, changed).ToString();
        if (origin.IsCopy && remedy.Folder is { } copied)
            draft.Ignore("**/" + copied, finding);
        draft.Answer(finding, install);
        return true;
    }

    /// <summary>
    /// The command that installs what a lock or a manifest lists, with no package named; -1 when there is none.
    /// </summary>
    internal static int Installs(Step step)
    {
        var commands = step.Script()?.Commands ?? [];
        for (var i = 0; i < commands.Count; i++)
        {
            var c = commands[i];
            var plain = !c.IsPipe && Managers.Contains(c.Name)
                && c.Words.Skip(Math.Max(c.VerbAt, c.NameAt) + 1).All(w => w.Raw.StartsWith('-'))
                && !c.HasOption("--omit") && !c.HasOption("--prod") && !c.HasOption("--production")
                && !c.HasOption("--no-dev") && !c.HasOption("-g")
                && !c.HasOption("--global");
            if (plain && (c.Verb is "install" or "i" or "ci" || (c.Name == "yarn" && c.VerbAt < 0)))
                return i;
        }

        return -1;
    }

    private static bool IsBuild(Step step) =>
        Options.Runs(step, Builders)
        || (step.IsRun && (step.Script()?.Commands.Any(c => Managers.Contains(c.Name) && c.VerbAt >= 0
            && !Harmless.Contains(c.Verb))
            ?? Options.Runs(step, Managers)));
}
