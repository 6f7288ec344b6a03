using Flags.Core;

namespace Flags.Admin;

/// <summary>Which workers the page shows: all of it is in the address. Without a state, those that stopped are left out.</summary>
internal sealed record WorkerQuery(string Role, string Version, string State, int Page)
{
    public const int PageSize = 50;

    private const string Path = "/admin/workers";

    public static WorkerQuery Read(string? role, string? version, string? state, string? page) => new(
        role ?? "", version ?? "", WorkerWords.Kinds.Any(k => k.Value == state) ? state! : "", int.TryParse(page, out int number) ? Math.Max(1, number) : 1);

    public bool IsFiltered => Role.Length + Version.Length + State.Length > 0;

    /// <summary>Those of the role and version, in any state.</summary>
    public IReadOnlyList<WorkerInfo> Of(IEnumerable<WorkerInfo> all) => [.. all.Where(w => (Role.Length == 0 || w.Role == Role) && (Version.Length == 0 || w.Version == Version))];

    /// <summary>One page of them: who reports comes before who is late.</summary>
    public WorkerPage Run(IReadOnlyList<WorkerInfo> those)
    {
        WorkerInfo[] found = [.. those.Where(w => State.Length == 0 ? w.State != "stopped" : WorkerWords.Kind(w) == State).OrderBy(w => !WorkerWords.Reports(w))];
        int page = Math.Clamp(Page, 1, Math.Max(1, (found.Length + PageSize - 1) / PageSize));
        return new WorkerPage([.. found.Skip((page - 1) * PageSize).Take(PageSize)], found.Length, page);
    }

    public string Url(int page) => LocalPath.With(Path, ("role", Some(Role)), ("version", Some(Version)), ("state", Some(State)), ("page", page > 1 ? page.ToString() : null));

    /// <summary>The address with only those in one state.</summary>
    public string In(string kind) => (this with { State = kind }).Url(1);

    /// <summary>The address of a role's workers.</summary>
    public static string OfRole(string role) => LocalPath.With(Path, ("role", role));

    private static string? Some(string text) => text.Length > 0 ? text : null;
}

/// <summary>One page of the list.</summary>
internal sealed record WorkerPage(IReadOnlyList<WorkerInfo> Rows, int Total, int Page)
{
    public int First => Total == 0 ? 0 : (Page - 1) * WorkerQuery.PageSize + 1;

    public int Last => Math.Min(Page * WorkerQuery.PageSize, Total);
}
