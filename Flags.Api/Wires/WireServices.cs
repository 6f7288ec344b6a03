namespace Flags.Api;

/// <summary>The wires that others defined: Flipper's API and OFREP.</summary>
internal static class WireServices
{
    public static void AddWires(this IServiceCollection services, WireOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FlipperReads>();
        services.AddSingleton<FlipperWrites>();
        services.AddSingleton<FlipperImport>();
        services.AddSingleton<OfrepEvaluations>();
        services.AddSingleton<OfrepStreams>();
        services.AddSingleton<OfrepRates>();
        services.AddSingleton<OfrepOrigins>();
    }

    /// <summary>Before routing and authorization, which they do themselves.</summary>
    public static void UseWires(this IApplicationBuilder app)
    {
        app.UseMiddleware<FlipperMount>();
        app.UseMiddleware<OfrepMount>();
    }
}
