namespace ImageInsight.Analysis.Treemaps;

/// <summary>
/// Where tiles lie: squarified (Bruls, Huizing and van Wijk), as d3-hierarchy does it with ratio 1, which plotly.js
/// uses. What the server draws and what plotly.js draws are therefore the same.
/// </summary>
public static class TreemapLayout
{
    /// <summary>Height of a directory's own label.</summary>
    public const double Header = 20;

    public const double Side = 3;

    public const double Gap = 2;

    /// <returns>A box for each tile, in the map's order.</returns>
    public static IReadOnlyList<TileBox> Place(Treemap map, double width, double height)
    {
        var tiles = map.Tiles;
        var boxes = new TileBox[tiles.Count];
        var children = Children(tiles);
        boxes[0] = new TileBox(0, 0, width, height);
        // Parents come before their children.
        for (var i = 0; i < tiles.Count; i++)
        {
            if (i > 0)
                boxes[i] = boxes[i].Inset(Gap / 2, Gap / 2, Gap / 2, Gap / 2);
            if (children[i] is { } below)
                Fill(tiles, boxes, i, below);
        }

        return boxes;
    }

    private static void Fill(IReadOnlyList<Tile> tiles, TileBox[] boxes, int parent, List<int> children)
    {
        const double half = Gap / 2;
        var room = boxes[parent].Inset(Side - half, Header - half, Side - half, Side - half);
        var left = (double)tiles[parent].Value;
        for (var from = 0; from < children.Count;)
        {
            var (to, sum) = Row(tiles, children, from, room, left);
            if (room.Width < room.Height)
            {
                var bottom = left > 0 ? room.Y0 + (room.Height * sum / left) : room.Y1;
                var each = sum > 0 ? room.Width / sum : 0;
                var x = room.X0;
                for (var i = from; i < to; i++)
                    boxes[children[i]] = new TileBox(x, room.Y0, x += tiles[children[i]].Value * each, bottom);
                room = room with { Y0 = left > 0 ? bottom : room.Y0 };
            }
            else
            {
                var right = left > 0 ? room.X0 + (room.Width * sum / left) : room.X1;
                var each = sum > 0 ? room.Height / sum : 0;
                var y = room.Y0;
                for (var i = from; i < to; i++)
                    boxes[children[i]] = new TileBox(room.X0, y, right, y += tiles[children[i]].Value * each);
                room = room with { X0 = left > 0 ? right : room.X0 };
            }

            left -= sum;
            from = to;
        }
    }

    /// <summary>Children from one on, as long as their proportions get no worse.</summary>
    private static (int To, double Sum) Row(
        IReadOnlyList<Tile> tiles, List<int> children, int from, TileBox room, double left)
    {
        double sum = tiles[children[from]].Value;
        var (least, most) = (sum, sum);
        var alpha = Math.Max(room.Height / room.Width, room.Width / room.Height) / left;
        var ratio = Worst(sum);
        var to = from + 1;
        for (; to < children.Count; to++)
        {
            double value = tiles[children[to]].Value;
            var (low, high) = (least, most);
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
            var next = Worst(sum + value);
            if (next > ratio)
            {
                (least, most) = (low, high);
                break;
            }

            sum += value;
            ratio = next;
        }

        return (to, sum);

        double Worst(double total) => Math.Max(most / (total * total * alpha), total * total * alpha / least);
    }

    /// <summary>Of each tile, biggest first; equal ones as they came.</summary>
    private static List<int>?[] Children(IReadOnlyList<Tile> tiles)
    {
        var byId = new Dictionary<string, int>(tiles.Count, StringComparer.Ordinal);
        var children = new List<int>?[tiles.Count];
        for (var i = 0; i < tiles.Count; i++)
        {
            byId[tiles[i].Id] = i;
            if (i > 0)
                (children[byId[tiles[i].ParentId]] ??= []).Add(i);
        }

        for (var i = 0; i < children.Length; i++)
            children[i] = children[i]?.OrderByDescending(c => tiles[c].Value).ToList();
        return children;
    }
}
