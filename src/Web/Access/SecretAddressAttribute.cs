namespace ImageInsight.Web.Access;

/// <summary>On a component: its address is a secret (a shared link), so it is not stored, indexed or sent on.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SecretAddressAttribute : Attribute;
