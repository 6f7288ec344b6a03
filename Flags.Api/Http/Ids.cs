using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Ids of holds and leases in paths.</summary>
internal static class Ids
{
    /// <summary>Null when it is a UUID; otherwise the refusal.</summary>
    public static IResult? Read(string text, out Guid id) => Guid.TryParseExact(text, "D", out id) ? null
        : ProblemResult.Of(Problems.Invalid("Make one with uuidgen, or let the server choose with POST on the collection.", new FieldError("id", "must be a UUID such as 6f1c2f7e-4d0a-4f43-9b53-0f7f3f0c8a11")) with { Status = 400 });
}
