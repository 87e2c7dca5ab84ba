namespace ImageInsight.Web.Components.Display;

/// <summary>Blazor leaves an attribute out for false; ARIA wants the word.</summary>
public static class Aria
{
    public static string State(bool value) => value ? "true" : "false";
}
