using ImageInsight.Web.Problems;

namespace ImageInsight.Web.Orders;

/// <summary>An order that cannot be taken.</summary>
internal sealed class OrderException(ProblemKind kind, string detail) : ProblemException(kind, detail);
