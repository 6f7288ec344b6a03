using Microsoft.AspNetCore.Identity;

namespace Flags.Store;

/// <summary>Somebody who signs in to the pages; ASP.NET Core Identity keeps passphrase hash, stamp and lock-out.</summary>
public sealed class Person : IdentityUser<Guid>
{
    /// <summary>The name shown in history and audit.</summary>
    public string Name { get; set; } = "";
}

/// <summary>A role of people: viewer, operator or admin.</summary>
public sealed class Role : IdentityRole<Guid>;
