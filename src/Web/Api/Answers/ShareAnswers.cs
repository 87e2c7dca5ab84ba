using System.Text.Json.Serialization;

namespace ImageInsight.Web.Api.Answers;

/// <param name="ExpiresInHours">1 to 87600; 168 (a week) when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ShareRequest(int? ExpiresInHours);

/// <param name="Url">Path of the shared page, token included; answered this once only.</param>
public sealed record ShareAnswer(Guid Id, string Url, DateTime ExpiresAt);

public sealed record ShareListItem(Guid Id, DateTime CreatedAt, DateTime ExpiresAt);
