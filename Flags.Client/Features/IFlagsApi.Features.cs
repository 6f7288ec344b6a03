using Flags.Core;

namespace Flags.Client;

/// <summary>
/// The REST API, one method a route; <see cref="FlagsClient"/> is the everyday way in. Names are given as they are and escaped here.
/// </summary>
/// <remarks>
/// Every method throws <see cref="FlagsProblemException"/> when the server refuses (a wrong key, a conflict, an invalid field),
/// <see cref="FlagsUnavailableException"/> when no usable answer came, <see cref="OperationCanceledException"/> when the token was cancelled, and
/// <see cref="ArgumentException"/> for a name that no feature can have.
/// </remarks>
public partial interface IFlagsApi
{
    /// <summary>A page of the features the key may see, sorted by name. Needs <c>read</c>.</summary>
    /// <param name="query">What to look for; null means the first 50.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features")]
    Task<FeatureList> ListFeaturesAsync([Query] FeatureQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Creates a feature. Needs <c>write</c>; 409 when it exists, 422 for an invalid field.</summary>
    /// <param name="feature">The name, stored without invisible characters and outer white space, and what else is known.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features")]
    Task<Feature> CreateFeatureAsync([Body] CreateFeature feature, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>One feature. Needs <c>read</c>; 404 when there is none.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features/{name}")]
    Task<Feature> GetFeatureAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Changes description, tags, owner, limit, protection or expiry date. Needs <c>write</c>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="patch">Members that are set; null clears one.</param>
    /// <param name="options">Reason and condition; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Patch("/api/v1/features/{name}")]
    Task<Feature> PatchFeatureAsync(string name, [Body] FeaturePatch patch, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a feature; its history stays, and a revert brings it back. Needs <c>write</c>; 428 for a protected one without its name in <see cref="WriteOptions.Confirm"/>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="options">Reason, condition, confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Delete("/api/v1/features/{name}")]
    Task DeleteFeatureAsync(string name, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>On for everyone; clears the other gates, not the deny lists. Needs <c>write</c>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="options">Reason and condition; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features/{name}/enable")]
    Task<Feature> EnableFeatureAsync(string name, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Off; clears the other gates, not the deny lists. Needs <c>write</c>; 428 for a protected feature without its name in <see cref="WriteOptions.Confirm"/>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="options">Reason, condition, confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features/{name}/disable")]
    Task<Feature> DisableFeatureAsync(string name, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds to, removes from and sets single gates. Needs <c>write</c>; 422 beyond a limit.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="patch">What changes.</param>
    /// <param name="options">Reason, condition, confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Patch("/api/v1/features/{name}/gates")]
    Task<Feature> PatchGatesAsync(string name, [Body] GatesPatch patch, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sets all gates at once, deny lists included. Needs <c>write</c>; 422 beyond a limit.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="gates">The whole set.</param>
    /// <param name="options">Reason, condition, confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Put("/api/v1/features/{name}/gates")]
    Task<Feature> PutGatesAsync(string name, [Body] Gates gates, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Who changed what, when and why, newest first. Needs <c>read</c>; also for deleted features.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="page">Which page; null means the newest 50.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features/{name}/history")]
    Task<HistoryList> GetHistoryAsync(string name, [Query] Page? page = null, CancellationToken cancellationToken = default);

    /// <summary>Back to an earlier version, as a new version. Needs <c>write</c>; 422 for a version the feature never had.</summary>
    /// <param name="name">The feature; also a deleted one.</param>
    /// <param name="revert">Which version.</param>
    /// <param name="options">Reason, condition, confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features/{name}/revert")]
    Task<Feature> RevertFeatureAsync(string name, [Body] RevertFeature revert, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);
}
