using Flags.Client;
using Microsoft.FeatureManagement;

namespace Flags.SampleWeb;

/// <summary>MVC with the attribute and the tag, for whoever the header <c>X-Who</c> names.</summary>
public static class MvcApp
{
    public static WebApplication Build(Action<FlagsOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddControllersWithViews().AddApplicationPart(typeof(HomeController).Assembly);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddFlagsFeatureManagement(configure).WithTargeting<WhoAccessor>();
        WebApplication app = builder.Build();
        app.MapControllers();
        return app;
    }
}
