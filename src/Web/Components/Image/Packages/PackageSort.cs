namespace ImageInsight.Web.Components.Image.Packages;

public enum PackageSort
{
    Size,
    Pull,
    Wasted,
    Name,
}
