namespace ImageInsight.Web.Configuration;

/// <summary>A setting that the program cannot start with; the message names its key.</summary>
public sealed class SettingException(string message) : Exception(message);
