using Flags.Core;

namespace Flags.Store;

/// <summary>What the three roles may do.</summary>
public static class Roles
{
    public const string Viewer = "viewer", Operator = "operator", Admin = "admin";

    public static Permissions May(string role) => role switch
    {
        Viewer => Permissions.Evaluate | Permissions.Read,
        Operator => Permissions.Evaluate | Permissions.Read | Permissions.Write | Permissions.Hold | Permissions.Lease | Permissions.Claim | Permissions.Worker,
        Admin => Permissions.Admin,
        _ => Permissions.None,
    };
}
