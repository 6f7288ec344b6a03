using Flags.Store;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>The admin pages: registration, headers, routes.</summary>
public static class AdminPages
{
    private const string Prefix = "/admin";

    /// <param name="services">Where to.</param>
    /// <param name="publicUrl">The address people use; https makes the session cookie Secure.</param>
    public static IServiceCollection AddFlagsAdmin(this IServiceCollection services, string? publicUrl)
    {
        var address = new PublicAddress(publicUrl);
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options => Configure(options, address.IsHttps));
        services.AddPageCompression();
        services.AddRateLimiter(_ => { });
        services.AddSession(address.IsHttps);
        Passkeys.Add(services, address);
        AdminOnlyAttribute.AddPolicy(services);
        services.AddSingleton(address);
        services.AddSingleton<AssetFiles>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<DrainStore>();
        services.AddSingleton<DeployFeed>().AddHostedService(provider => provider.GetRequiredService<DeployFeed>());
        services.AddSingleton<WorkerFeed>().AddHostedService(provider => provider.GetRequiredService<WorkerFeed>());
        services.AddSingleton<FailedSignIns>();
        services.AddScoped<SignIn>();
        services.AddScoped<MeForms>();
        services.AddScoped<Visit>();
        services.AddScoped<PageActions>();
        services.AddScoped<HoldActions>();
        services.AddScoped<KeyActions>();
        services.AddScoped<WorkerActions>();
        services.AddScoped<ClaimActions>();
        services.AddScoped<OtherActions>();
        return services;
    }

    /// <summary>What every answer under <c>/admin</c> has; stands before routing.</summary>
    public static void UseFlagsAdmin(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), pages =>
        {
            pages.UseMiddleware<PageHeaders>();
            pages.UseResponseCompression();
            pages.UsePageFailures();
            pages.UseMiddleware<CrossSitePosts>();
            pages.UseRateLimiter(PageRates.Options());
            pages.UseMiddleware<SessionUser>();
        });

    /// <summary>Pages, posts, events, assets.</summary>
    public static void MapFlagsAdmin(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], Home).AllowAnonymous().ExcludeFromDescription();
        RouteGroupBuilder admin = routes.MapGroup(Prefix);
        admin.ExcludeFromDescription();
        admin.MapGet("", Home).RequireAuthorization(Session.Policy);
        admin.MapAssets();
        admin.MapActions();
        admin.MapLiveStreams();
        // A path without a page is a 404 page, not the refusal that the deny-by-default policy would give it.
        admin.MapFallback("{**rest}", () => Results.NotFound()).RequireAuthorization(Session.Policy);
        routes.MapRazorComponents<App>().Finally(StaleForms.Answer);
    }

    private static SeeOther Home(HttpContext context) => new SeeOther(context.Request.PathBase + "/admin/features");

    private static void Configure(AntiforgeryOptions options, bool secure)
    {
        options.Cookie.Name = secure ? "__Host-flags-form" : "flags-form";
        options.Cookie.Path = "/";
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        // frame-ancestors says it already.
        options.SuppressXFrameOptionsHeader = true;
    }
}
