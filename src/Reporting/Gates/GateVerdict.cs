namespace ImageInsight.Reporting.Gates;

/// <param name="Passed">True when every check has passed.</param>
/// <param name="Of">all, base or yours.</param>
/// <param name="Name">Of the image, as people gave it.</param>
public sealed record GateVerdict(bool Passed, string Of, string Name, string Url, IReadOnlyList<GateCheck> Checks);

/// <param name="Name">The parameter that asked for it.</param>
/// <param name="Limit">Bytes; an efficiency (visible bytes / bytes on disk); for failOn a number of findings. A share
/// is told as the bytes that it comes to.</param>
/// <param name="Actual">In the same unit. Growth is below zero when the image shrank.</param>
/// <param name="Detail">The same in words.</param>
public sealed record GateCheck(string Name, decimal Limit, decimal Actual, bool Passed, string Detail);
