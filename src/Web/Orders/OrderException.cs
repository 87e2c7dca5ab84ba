namespace ImageInsight.Web.Orders;

/// <summary>An order for a pull that cannot be taken; becomes a problem answer.</summary>
internal sealed class OrderException(string code, string detail) : Exception(detail)
{
    public string Code { get; } = code;
}
