// A process as deploys and chat servers see it: FLAGS_URL and FLAGS_API_KEY say where and who, FLAGS_WORKER_ROLE, FLAGS_WORKER_VERSION and FLAGS_READY_FILE what it is.
//   job FEATURE TIME          a worker that does one job of that length
//   told FEATURE TIME         the same, but the job ends with its input, and with that time at the latest
//   claim KEY TTL             claims, and never completes
//   connection FEATURE TTL    has the one connection until somebody takes over
using Flags.Client;
using Flags.Core;
using Flags.SampleWorker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

if (args is not [var kind, var name, var text] || !Duration.TryParse(text, out Duration time))
{
    Console.Error.WriteLine("job FEATURE TIME | told FEATURE TIME | claim KEY TTL | connection FEATURE TTL");
    return 64; // EX_USAGE
}

if (kind is "job" or "told")
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { Configuration = Settings.OfHost() });
    builder.Services.AddFlagsWorker(options => options.Heartbeat = TimeSpan.FromSeconds(0.2));
    Func<CancellationToken, Task> work = kind == "told" ? ends => Task.Run(Console.In.ReadLine, ends).WaitAsync(time.Value, ends) : ends => Task.Delay(time.Value, ends);
    builder.Services.AddHostedService(provider => new Job(provider.GetRequiredService<FlagsClient>(), name, work));
    using IHost host = builder.Build();
    FlagsWorker worker = host.Services.GetRequiredService<FlagsWorker>();
    worker.Quiet.Register(() => Console.WriteLine("quiet"));
    await host.RunAsync();
    Console.WriteLine("stopped");
    return 0;
}

await using FlagsClient flags = FlagsClient.Create();
if (kind == "claim")
{
    await using Claim claim = (await flags.ClaimAsync(name, time.Value)).EnsureClaimed();
    Console.WriteLine("claimed");
    await Task.Delay(Timeout.Infinite, claim.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    Console.WriteLine("lost");
    return 1;
}

await using Lease lease = (await flags.TakeOverAsync(name, options: new EnterOptions { Ttl = time.Value })).EnsureEntered();
Console.WriteLine("connected");
using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(lease.TakeoverRequested, lease.Lost);
await Task.Delay(Timeout.Infinite, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
Console.WriteLine(lease.Lost.IsCancellationRequested ? "lost" : "closed");
return 0;
