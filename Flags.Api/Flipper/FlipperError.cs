using System.Globalization;
using System.Text;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>A refusal in Flipper's shape. Codes below 100 are Flipper's own and have its exact words; the others are ours and say what to do.</summary>
internal sealed record FlipperError(int Code, int Status, string Message, string? Slug = null)
{
    private const string Reference = "https://flippercloud.io/docs/api#error-code-reference";

    private const int MostDetail = 1_000;

    public static FlipperError NotFound { get; } = new(1, 404, "Feature not found.");

    public static FlipperError GroupNotRegistered { get; } = new(2, 404, "Group not registered.");

    public static FlipperError Percentage { get; } = new(3, 422, "Percentage must be a positive number less than or equal to 100.");

    public static FlipperError ActorMissing { get; } = new(4, 422, "Required parameter flipper_id is missing.");

    public static FlipperError NameMissing { get; } = new(5, 422, "Required parameter name is missing.");

    public static FlipperError Import { get; } = new(6, 422, "Import invalid.");

    public static FlipperError Expression { get; } = new(7, 422, "The provided expression was not valid.");

    public static FlipperError Invalid { get; } = new(8, 400, "Request invalid.");

    public static FlipperError Unauthorized { get; } = new(101, 401, "The key is missing, unknown, revoked, expired or mistyped; send Authorization: Bearer flg_... or Flipper-Cloud-Token.", "unauthorized");

    /// <summary>Why, for the codes whose bodies are fixed; travels as <c>Flags-Detail</c>.</summary>
    public string? Detail { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public static FlipperError Forbidden(Caller caller, Permissions needed) => Of(Problems.Forbidden(caller, needed));

    public static FlipperError TooLarge(int most) =>
        new(113, 413, string.Create(CultureInfo.InvariantCulture, $"A body of this request has at most {most} bytes, also before it was compressed; send less at once."), "too-large");

    public static FlipperError TooMany(string message) => new(113, 422, message, "invalid");

    /// <summary>Null when the body was read.</summary>
    public static FlipperError? Of(BodyFault fault, int most) => fault switch
    {
        BodyFault.TooLarge => TooLarge(most),
        BodyFault.UnknownEncoding => Invalid with { Status = 415, Detail = "Content-Encoding may be gzip or nothing" },
        BodyFault.BrokenEncoding => Invalid with { Detail = "The body is no gzip" },
        _ => null,
    };

    /// <summary>A refusal of the store, whose words are the same on every wire.</summary>
    public static FlipperError Of(Problem problem) => new(CodeOf(problem.Status), problem.Status, $"{problem.Detail} {problem.Next}", problem.Type[Problems.Prefix.Length..])
    {
        RetryAfterSeconds = problem.RetryAfterSeconds,
    };

    public byte[] Body()
    {
        var json = new StringBuilder("{\"code\":").Append(CultureInfo.InvariantCulture, $"{Code}").Append(",\"message\":");
        JsonText.AppendString(json, Message);
        json.Append(",\"more_info\":");
        JsonText.AppendString(json, Slug is null ? Reference : Problems.Prefix + Slug);
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    public string? DetailHeader => Detail is null ? null : Uri.EscapeDataString(Detail.Length > MostDetail ? Detail[..MostDetail] : Detail);

    private static int CodeOf(int status) => status switch
    {
        403 => 103,
        412 => 112,
        413 or 422 => 113,
        428 => 128,
        503 => 150,
        500 => 199,
        _ => Invalid.Code,
    };
}
