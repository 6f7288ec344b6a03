using System.Security.Claims;
using Flags.Store;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Flags.Admin;

/// <summary>What the session cookie says of a person: id, stamp, role and the name that history shows.</summary>
internal sealed class PersonClaims(UserManager<Person> people, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Person>(people, options)
{
    public const string Shown = "shown-name";

    /// <summary>Not the base's, which also looks for claims of the person and of each role: nobody has any, and every page that looks again by itself comes here.</summary>
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
    {
        ClaimsIdentityOptions types = Options.ClaimsIdentity;
        var identity = new ClaimsIdentity(Session.Scheme, types.UserNameClaimType, types.RoleClaimType);
        identity.AddClaim(new Claim(types.UserIdClaimType, await UserManager.GetUserIdAsync(user)));
        identity.AddClaim(new Claim(types.SecurityStampClaimType, await UserManager.GetSecurityStampAsync(user)));
        identity.AddClaim(new Claim(Shown, user.Name));
        identity.AddClaims((await UserManager.GetRolesAsync(user)).Select(role => new Claim(types.RoleClaimType, role)));
        return identity;
    }
}
