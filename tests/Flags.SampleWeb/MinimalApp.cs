using Flags.Client;
using Microsoft.FeatureManagement;

namespace Flags.SampleWeb;

/// <summary>A minimal API that asks in its handlers, in both ways.</summary>
public static class MinimalApp
{
    public static WebApplication Build(string feature, Action<FlagsOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddFlagsFeatureManagement(configure);
        WebApplication app = builder.Build();
        app.MapGet("/sdk", (FlagsClient flags, string? who) => flags.IsEnabled(feature, who) ? "new" : "old");
        app.MapGet("/microsoft", async (IFeatureManager features) => await features.IsEnabledAsync(feature) ? "new" : "old");
        return app;
    }
}
