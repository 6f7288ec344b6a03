using System.Net.Http.Headers;

namespace Flags.Client;

/// <summary>How connections are made, the same with and without dependency injection.</summary>
internal static class Connection
{
    private static readonly ProductInfoHeaderValue Agent = new("flags-dotnet", typeof(Connection).Assembly.GetName().Version?.ToString(3));

    /// <summary>A new connection every two minutes follows a changed DNS entry; redirects would carry the key elsewhere.</summary>
    public static void Apply(SocketsHttpHandler handler)
    {
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
    }

    public static void Apply(HttpClient http, FlagsOptions options)
    {
        http.BaseAddress = new Uri(options.Url);
        // Each call has its own limit: a wait may take a minute.
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.DefaultRequestHeaders.UserAgent.Add(Agent);
    }

    public static HttpClient Create(FlagsOptions options, KeySource keys)
    {
        var sockets = new SocketsHttpHandler();
        Apply(sockets);
        var http = new HttpClient(new KeyHandler(keys) { InnerHandler = sockets });
        Apply(http, options);
        return http;
    }
}
