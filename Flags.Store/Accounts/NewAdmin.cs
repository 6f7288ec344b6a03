using Microsoft.AspNetCore.Identity;

namespace Flags.Store;

/// <summary>Who sets the server up: with a passphrase, a passkey, or both.</summary>
public sealed record NewAdmin(string Code, string Name, string Email, string Passphrase)
{
    /// <summary>The passkey that was just made, and the id it was made for; null without one.</summary>
    public (Guid Person, UserPasskeyInfo Info)? Passkey { get; init; }
}
