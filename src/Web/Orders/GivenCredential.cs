namespace ImageInsight.Web.Orders;

/// <summary>
/// A login as somebody gives it with an order: the name of a kept one, or user and password for this order alone.
/// </summary>
internal sealed record GivenCredential(string? Name = null, string? Username = null, string? Password = null);
