using System.Text;
using Flags.Store;

namespace Flags.Api;

/// <summary>Keys in the headers that other protocols put them in.</summary>
internal static class WireKey
{
    private const string Bearer = "Bearer ", Basic = "Basic ";

    /// <summary>Bearer, then <c>X-API-Key</c>.</summary>
    public static string? Of(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : Header(request, "X-API-Key");
    }

    /// <summary>What Flipper's clients can send: also Basic, whose password is the key, or its name without one, and the Cloud client's token.</summary>
    public static string? OfFlipper(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? OfBasic(authorization[Basic.Length..].Trim()) : null)
            ?? Of(request) ?? Header(request, "Flipper-Cloud-Token");
    }

    /// <summary>Finds the caller and keeps it with the request; null when there is no good key.</summary>
    public static async ValueTask<Caller?> FindAsync(HttpContext context, KeyRing keys, string? key, string? origin = null)
    {
        if (key is null)
            return null;
        string? address = context.Connection.RemoteIpAddress?.ToString();
        if (await keys.FindAsync(key, new KeyOrigin(address, KeyAuthentication.Client(context.Request))) is not { } found)
            return null;
        Caller caller = found with { Address = origin is null ? address : $"{address} ({origin})", RequestId = context.TraceIdentifier };
        context.Features.Set(new CallerFeature(caller, key));
        return caller;
    }

    private static string? OfBasic(string encoded)
    {
        Span<byte> bytes = stackalloc byte[1024];
        if (encoded.Length > 1024 || !Convert.TryFromBase64String(encoded, bytes, out int length))
            return null;
        string pair = Encoding.UTF8.GetString(bytes[..length]);
        int colon = pair.IndexOf(':');
        return colon < 0 || colon == pair.Length - 1 ? pair.TrimEnd(':') : pair[(colon + 1)..];
    }

    private static string? Header(HttpRequest request, string name) => request.Headers[name].ToString() is { Length: > 0 } key ? key : null;
}
