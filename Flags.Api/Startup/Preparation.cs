using Flags.Store;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Flags.Api;

/// <summary>After the server listens: prepares the database, then prints the address and, while there is no admin, the one-time set-up link.</summary>
internal sealed class Preparation(StoreStartup startup, IServiceScopeFactory scopes, IServer server, ServerOptions options, IHostApplicationLifetime lifetime, IKeyManager keys, Database database) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.PrepareAsync(stoppingToken);
        await UntilDoneAsync(async () =>
        {
            await StoreStartup.PrepareKeysAsync(database, keys, stoppingToken);
            return true;
        }, stoppingToken);
        await WaitUntilListeningAsync(stoppingToken);
        string address = options.PublicUrl ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5180";
        address = address.Replace("://[::]", "://localhost", StringComparison.Ordinal).Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        string? code = await UntilDoneAsync(() => scope.ServiceProvider.GetRequiredService<SetupStore>().NewCodeAsync(stoppingToken), stoppingToken);
        Print(address, code);
    }

    /// <summary>A database that goes away between two steps of the start must not end the server.</summary>
    private static async Task<T> UntilDoneAsync<T>(Func<Task<T>> step, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (StoreUnavailableException)
            {
                // The change feed says so in the log.
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    private static void Print(string address, string? code)
    {
        string[] lines = code is null
            ? [$"Flags is ready: {address}"]
            : [$"Flags is ready: {address}", "", "Set it up once with this link (24 hours, one use):", $"{address}/admin/setup#{code}"];
        int width = lines.Max(line => line.Length);
        string rule = "+" + new string('-', width + 2) + "+";
        Console.WriteLine(string.Join(Environment.NewLine, [rule, .. lines.Select(line => $"| {line.PadRight(width)} |"), rule]));
    }

    private async Task WaitUntilListeningAsync(CancellationToken stopping)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration started = lifetime.ApplicationStarted.Register(() => listening.TrySetResult());
        await listening.Task.WaitAsync(stopping);
    }
}
