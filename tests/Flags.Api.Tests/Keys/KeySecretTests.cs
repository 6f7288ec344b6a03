using System.Net;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flags.Api.Tests;

/// <summary>Whatever happens to a key, its text is nowhere but in the answer that made it.</summary>
public sealed class KeySecretTests
{
    [Fact]
    public async Task No_log_line_audit_row_or_table_has_the_text_of_a_key()
    {
        var log = new LogLines();
        var everything = new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft"] = "Trace", ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Trace", ["Logging:LogLevel:Npgsql"] = "Trace" };
        await using TestServer server = await TestServer.StartAsync(settings: everything, configure: services => services.AddSingleton<ILoggerProvider>(log));
        MintedKey minted = await server.MintAsync("admin");
        using HttpClient client = server.Client(minted.Key);
        using HttpResponseMessage rotate = await client.PostAsync(new Uri($"/api/v1/keys/{minted.Info.Id}/rotate", UriKind.Relative), null);
        MintedKey rotated = System.Text.Json.JsonSerializer.Deserialize(await rotate.Content.ReadAsStringAsync(), FlagsJson.Default.MintedKey)!;
        foreach (string key in (string[])[minted.Key, rotated.Key, minted.Key[..^1] + "!", "flg_nobodys0_" + minted.Key[13..]])
        {
            using HttpClient caller = server.Client(key);
            foreach (string path in (string[])["features", "keys", "nowhere", "features/%zz", "audit?who=%00"])
                using ((await caller.GetAsync(new Uri(server.Address, "/api/v1/" + path)))) { }
        }

        using HttpResponseMessage revoke = await client.DeleteAsync(new Uri($"/api/v1/keys/{minted.Info.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoke.StatusCode);
        Assert.True(log.Lines.Count > 100, $"only {log.Lines.Count} lines were captured");
        string tables = await server.SqlAsync<string>("select (select string_agg(a::text, ' ') from flags.audit a) || (select string_agg(k::text, ' ') from auth.keys k)");
        Assert.Contains(minted.Info.Id, tables);
        foreach (string secret in (string[])[minted.Key[13..45], rotated.Key[13..45], TestServer.AdminKey])
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, tables);
        }
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception} {(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(v => v.Value)) : "")}");

        public void Dispose()
        {
        }
    }
}
