using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>The admin pages: registration, headers, routes.</summary>
public static class AdminPages
{
    /// <param name="services">Where to.</param>
    /// <param name="publicUrl">The address people use; https makes the session cookie Secure.</param>
    public static IServiceCollection AddFlagsAdmin(this IServiceCollection services, string? publicUrl)
    {
        services.AddAntiforgery();
        return services;
    }

    public static void UseFlagsAdmin(this IApplicationBuilder app)
    {
    }

    public static void MapFlagsAdmin(this IEndpointRouteBuilder routes)
    {
    }
}
