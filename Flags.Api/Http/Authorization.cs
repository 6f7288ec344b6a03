using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Authorization;

namespace Flags.Api;

/// <summary>One policy a permission; whatever has no policy is refused.</summary>
internal static class Authorization
{
    public static void AddPolicies(this IServiceCollection services)
    {
        AuthorizationBuilder builder = services.AddAuthorizationBuilder();
        foreach (Permissions permission in Enum.GetValues<Permissions>().Where(p => p != Permissions.None))
        {
            builder.AddPolicy(Name(permission), policy => policy.AddAuthenticationSchemes(KeyAuthentication.Name).RequireAuthenticatedUser()
                .RequireAssertion(context => context.Resource is HttpContext http && http.Caller().May(permission)));
        }

        // An endpoint of ours without a policy is refused. Without an endpoint, or with one that only says 405 or 415, there is nothing to guard.
        builder.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint).Build());
    }

    public static TBuilder Needs<TBuilder>(this TBuilder builder, Permissions permission) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(Name(permission)).WithMetadata(new NeedsPermission(permission));

    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<CallerFeature>()?.Caller ?? new Caller("nobody", "nobody", CallerKind.Key, Permissions.None);

    private static string Name(Permissions permission) => "may-" + PermissionNames.Name(permission);
}
