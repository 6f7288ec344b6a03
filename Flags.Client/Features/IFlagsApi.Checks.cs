using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>Whether a feature is on; off, held and missing are answers. Needs <c>evaluate</c>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="actors">Ids of actors; null asks without one. At most <see cref="Limits.ActorsPerCheck"/> with the groups.</param>
    /// <param name="groups">Groups the caller says the actors are in; null means none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features/{name}/check")]
    Task<CheckAnswer> CheckAsync(
        string name,
        [AliasAs("actor"), Query(CollectionFormat.Multi)] IReadOnlyList<string>? actors = null,
        [AliasAs("group"), Query(CollectionFormat.Multi)] IReadOnlyList<string>? groups = null,
        CancellationToken cancellationToken = default);

    /// <summary>Whether a feature is on for actors with properties, and why; a missing one is off with <see cref="Reason.NotFound"/>. Needs <c>evaluate</c>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="actors">Who asks, at most <see cref="Limits.ActorsPerCheck"/>.</param>
    /// <param name="explain">Whether the answer has a line for each gate.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features/{name}/evaluate")]
    Task<EvaluateAnswer> EvaluateAsync(string name, [Body] EvaluateFeature actors, [Query] bool explain = false, CancellationToken cancellationToken = default);

    /// <summary>How often a feature was asked, when last and by whom. Needs <c>read</c>; 404 when there is no such feature.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features/{name}/usage")]
    Task<UsageInfo> GetUsageAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Adds checks that were made elsewhere. Needs <c>evaluate</c>.</summary>
    /// <param name="report">At most <see cref="Limits.UsageCounts"/> counts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/usage")]
    Task ReportUsageAsync([Body] UsageReport report, CancellationToken cancellationToken = default);

    /// <summary>Everything the key may see, to evaluate locally. Needs <c>evaluate</c>.</summary>
    /// <param name="ifNoneMatch">The tag of the last answer: if nothing changed, the answer has no body. Null asks for the body.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/snapshot")]
    Task<SnapshotAnswer> GetSnapshotAsync([Header("If-None-Match")] string? ifNoneMatch = null, CancellationToken cancellationToken = default);
}
