using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>Every change of features, keys and people, newest first. Needs <c>read</c>.</summary>
    /// <param name="query">What to look for; null means the newest 50.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/audit")]
    Task<AuditList> ListAuditAsync([Query] AuditQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>All features the key may see, for an import elsewhere. Needs <c>read</c>.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/export")]
    Task<ExportBody> ExportAsync(CancellationToken cancellationToken = default);

    /// <summary>Imports an export of Flags or of Flipper, all or nothing. Needs <c>admin</c>; 422 names the first wrong place.</summary>
    /// <param name="export">The export's JSON, at most 16 MiB; of an <see cref="ExportBody"/>: <c>JsonSerializer.SerializeToElement(body, FlagsJson.Relaxed.ExportBody)</c>.</param>
    /// <param name="query">Merge or replace, and whether to write; null merges and writes.</param>
    /// <param name="options">Reason and confirmation; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/import")]
    Task<ImportAnswer> ImportAsync([Body] JsonElement export, [Query] ImportQuery? query = null, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);
}
