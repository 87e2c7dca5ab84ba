namespace ImageInsight.Analysis.Treemaps;

/// <summary>Where a tile lies, in pixels from the upper left corner of the map.</summary>
public readonly record struct TileBox(double X0, double Y0, double X1, double Y1)
{
    public double Width => X1 - X0;

    public double Height => Y1 - Y0;

    /// <summary>Smaller on each side; where nothing is left, a line or a point in the middle.</summary>
    internal TileBox Inset(double left, double top, double right, double bottom)
    {
        var (x0, y0, x1, y1) = (X0 + left, Y0 + top, X1 - right, Y1 - bottom);
        if (x1 < x0)
            x0 = x1 = (x0 + x1) / 2;
        if (y1 < y0)
            y0 = y1 = (y0 + y1) / 2;
        return new TileBox(x0, y0, x1, y1);
    }
}
