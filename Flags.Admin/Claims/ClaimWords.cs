using System.Text.Encodings.Web;
using System.Text.Json;
using Flags.Core;

namespace Flags.Admin;

/// <summary>Claims in a few words.</summary>
internal static class ClaimWords
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string State(ClaimInfo claim) => claim.State switch { "claimed" => "Claimed", "done" => "Done", "expired" => "Expired", _ => "Given back" };

    public static string Class(ClaimInfo claim) => claim.State switch { "claimed" => "partly", "done" => "on", "expired" => "held", _ => "off" };

    /// <summary>A result for people; a long one as it was sent, since what is nested deep grows many times when it is indented.</summary>
    public static string Readable(JsonElement result, int most)
    {
        string sent = result.GetRawText();
        return sent.Length <= most && JsonSerializer.Serialize(result, Indented) is { } lines && lines.Length <= most ? lines : sent;
    }

    /// <summary>What happened, said to the person who did it.</summary>
    public static string Told(AuditEntry entry) => $"{entry.Target}: given back. The next attempt may start.";

    public static string Url(string key) => LocalPath.With("/admin/claims", ("key", key));
}
