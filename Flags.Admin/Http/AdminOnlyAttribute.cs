using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>A page for admins. Others get the page for 403, which says so; their posts are refused before anything reads them.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AdminOnlyAttribute() : AuthorizeAttribute(Name)
{
    private const string Name = "page-admin";

    public static void AddPolicy(IServiceCollection services) => services.AddAuthorizationBuilder()
        .AddPolicy(Name, new AuthorizationPolicyBuilder(Session.Scheme).RequireAuthenticatedUser().RequireRole(Store.Roles.Admin).Build());
}
