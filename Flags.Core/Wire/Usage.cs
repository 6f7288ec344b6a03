namespace Flags.Core;

/// <summary>How often one feature was asked since the last report.</summary>
/// <param name="Feature">The feature's name; unknown names are ignored.</param>
/// <param name="On">Checks answered on.</param>
/// <param name="Off">Checks answered off.</param>
public sealed record UsageCount(string Feature, long On, long Off);

/// <summary>Body of <c>POST /api/v1/usage</c>: at most <see cref="Limits.UsageCounts"/> counts.</summary>
public sealed record UsageReport(IReadOnlyList<UsageCount> Counts);

/// <summary>Answer of <c>GET …/usage</c>: checks made through the server and reported by clients.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="On">Checks answered on.</param>
/// <param name="Off">Checks answered off.</param>
/// <param name="LastEvaluatedAt">When it was last asked, to about 10 s; null means never.</param>
/// <param name="LastEvaluatedBy">The key that asked last.</param>
public sealed record UsageInfo(string Feature, long On, long Off, DateTimeOffset? LastEvaluatedAt, string? LastEvaluatedBy);
