using System.Net;
using Flags.Core;

namespace Flags.Api;

/// <summary><c>--healthcheck</c>: asks the server of this machine whether it is ready, for images that hold no curl.</summary>
internal static class HealthCheck
{
    public const string Switch = "--healthcheck";

    /// <summary>0 when it is ready, else 1, with a line that says why.</summary>
    public static async Task<int> RunAsync()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables().Build();
        string asked = configuration["Flags:HealthPatience"] ?? "2s";
        if (!Duration.TryParse(asked, out Duration patience) || patience.Value < TimeSpan.FromMilliseconds(1) || patience.Value > TimeSpan.FromMinutes(1))
        {
            Console.WriteLine($"Flags__HealthPatience is \"{asked}\". Set it to a duration from 1ms to 1m.");
            return 1;
        }

        Uri address = Address(configuration["urls"], configuration["http_ports"]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = patience.Value };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(address, "readyz"));
            Console.WriteLine((await answer.Content.ReadAsStringAsync()).Trim());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            Console.WriteLine($"{address} does not answer: {failure.Message}");
            return 1;
        }
    }

    /// <summary>Where this machine reaches the server: a wildcard listens on the loopback address too.</summary>
    internal static Uri Address(string? urls, string? ports)
    {
        string first = urls?.Split(';')[0] ?? (ports is { Length: > 0 } ? $"http://127.0.0.1:{ports.Split(';')[0]}" : Server.DefaultUrl);
        foreach (string wildcard in new[] { "//*", "//+", "//0.0.0.0", "//[::]" })
            first = first.Replace(wildcard, "//" + IPAddress.Loopback, StringComparison.Ordinal);
        return new Uri(first);
    }
}
