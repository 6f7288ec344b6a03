namespace Flags.Api;

/// <summary>A query parameter for the description: handlers read the query themselves, so the framework does not see it.</summary>
internal sealed record QueryParameter(string Name, string Description, bool Required = false)
{
    public static QueryParameter Wait { get; } = new("wait", "How long to wait for a better answer, such as 50s; more than 55s counts as 55s. Prefer: wait=50 says the same.");

    public static QueryParameter Refuse { get; } = new("refuse", "429 answers that status in place of 423; curl --retry repeats it by itself.");

    public static QueryParameter Limit { get; } = new("limit", "Rows of a page, 1 to 200; default 50.");

    public static QueryParameter Cursor { get; } = new("cursor", "The nextCursor of the page before.");
}
