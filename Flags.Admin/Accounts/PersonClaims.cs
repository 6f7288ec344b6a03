using System.Security.Claims;
using Flags.Store;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Flags.Admin;

/// <summary>What the session cookie says of a person: id, stamp, role and the name that history shows.</summary>
internal sealed class PersonClaims(UserManager<Person> people, RoleManager<Role> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<Person, Role>(people, roles, options)
{
    public const string Shown = "shown-name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Shown, user.Name));
        return identity;
    }
}
