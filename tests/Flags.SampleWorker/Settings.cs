using Microsoft.Extensions.Configuration;

namespace Flags.SampleWorker;

/// <summary>What the host itself reads: <c>DOTNET_SHUTDOWNTIMEOUTSECONDS</c>.</summary>
internal static class Settings
{
    public static ConfigurationManager OfHost()
    {
        var settings = new ConfigurationManager();
        settings.AddEnvironmentVariables("DOTNET_");
        return settings;
    }
}
