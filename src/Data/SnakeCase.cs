using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ImageInsight.Data;

/// <summary>Column names as people type them in psql: lower case, no quotes needed.</summary>
internal static class SnakeCase
{
    public static void Apply(IMutableModel model)
    {
        foreach (var entity in model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
                property.SetColumnName(Of(property.Name));
    }

    private static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        // Reserved in SQL.
        return text.ToString() is "index" ? "position" : text.ToString();
    }
}
