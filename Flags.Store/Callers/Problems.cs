using Flags.Core;

namespace Flags.Store;

/// <summary>Every refusal, in one place: the pages print the same words as the API.</summary>
public static class Problems
{
    public const string Prefix = "urn:flags:problem:";

    public static Problem NotFound(string name) => Of("not-found", 404, "No such feature", $"There is no feature \"{name}\"; it counts as off.",
        "Check the name, or create it with POST /api/v1/features.");

    public static Problem NoSuch(string what, string next) => Of("not-found", 404, "Not found", $"There is no {what}.", next);

    public static Problem Exists(string name) => Of("exists", 409, "The feature exists", $"There is a feature \"{name}\" already.",
        "Change it with PATCH, or choose another name.");

    public static Problem Forbidden(Caller caller, Permissions needed) => Of("forbidden", 403, "Not allowed",
        $"{Described(caller)} has no permission \"{PermissionNames.Name(needed)}\".", $"Use a key that may {PermissionNames.Name(needed)}, or ask an admin for one.");

    /// <param name="caller">Who asks.</param>
    /// <param name="name">What it may not see.</param>
    /// <param name="what">What that names: the pattern holds for features, keys of claims and roles of workers alike.</param>
    public static Problem OutsidePattern(Caller caller, string name, string what = "features") => Of("forbidden", 403, "Not allowed",
        $"{Described(caller)} is limited to {what} named {caller.Pattern}; \"{name}\" is not one.", "Use a key without that limit, or ask an admin for one.");

    public static Problem Conflict(Feature now) => Of("conflict", 412, "Changed in the meantime",
        $"Not changed: {now.UpdatedBy} changed \"{now.Name}\" at {UtcTimeConverter.Format(now.UpdatedAt)}; it is at version {now.Version}.",
        "Read it again and repeat the change with the new ETag if it is still right.") with
    {
        CurrentVersion = now.Version,
        ChangedBy = now.UpdatedBy,
        ChangedAt = now.UpdatedAt,
    };

    public static Problem ConfirmationNeeded(IReadOnlyCollection<string> names) => Of("confirmation-needed", 428, "Protected",
        names.Count == 1 ? $"\"{names.First()}\" is protected and would be off afterwards." : $"{names.Count} protected features would be off afterwards: {string.Join(", ", names)}.",
        $"If that is what you want, send the header Flags-Confirm: {string.Join(",", names.Select(Uri.EscapeDataString))}");

    public static Problem Invalid(string next, params IReadOnlyList<FieldError> errors) => Of("invalid", 422, "Invalid",
        string.Join(" ", errors.Select(e => $"{e.Field}: {e.Message}.")), next) with
    { Errors = errors };

    public static Problem NoSuchVersion(string name, long version) => Of("no-such-version", 422, "No such version",
        $"\"{name}\" never had version {version}.", $"Choose one of GET /api/v1/features/{Uri.EscapeDataString(name)}/history.") with
    { Errors = [new FieldError("version", "must be a version from the feature's history")] };

    public static Problem Unavailable(string detail) => Of("unavailable", 503, "The database is not answering", detail,
        "Nothing was changed. Try again in a moment; the server recovers by itself.") with
    { RetryAfterSeconds = 2 };

    public static Problem Of(string slug, int status, string title, string detail, string next) =>
        new() { Type = Prefix + slug, Status = status, Title = title, Detail = detail, Next = next };

    private static string Described(Caller caller) => caller.Kind == CallerKind.Key ? $"The key \"{caller.Name}\"" : caller.Name;
}
