// A worker for blue-green deploys: it is healthy only while it takes jobs, and leaves only when those it runs are done.
//
//   FLAGS_URL, FLAGS_API_KEY (permissions "worker" and "lease")
//   FLAGS_READY_FILE=/tmp/ready     its container's health check:  flags health --file /tmp/ready --max-age 20s
//   worker VERSION FOLDER           FOLDER/queue/*: one job a file; FOLDER/done/*: "name VERSION"
//
// On "quiet", from the deploy or by SIGTERM, it takes no new jobs; those that run finish within HostOptions.ShutdownTimeout less two seconds.
using Flags.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Services.AddFlags();
builder.Services.AddFlagsWorker(worker =>
{
    worker.Role = "mailer";
    worker.Version = args[0];
    worker.Heartbeat = TimeSpan.FromSeconds(1);
    // Caches, connections: until then it is "starting", and no health check is green.
    worker.ReadyWhen = ends => Task.Delay(TimeSpan.FromSeconds(1), ends);
});
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
builder.Services.AddHealthChecks().AddFlagsWorker();
builder.Services.AddHostedService(services => new Mailer(services.GetRequiredService<FlagsWorker>(), services.GetRequiredService<FlagsClient>(), args[0], args[1]));
WebApplication app = builder.Build();
app.MapHealthChecks("/healthz");
app.Run();

/// <summary>Takes jobs from a folder while the worker is not quiet.</summary>
internal sealed class Mailer(FlagsWorker worker, FlagsClient flags, string version, string folder) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string mine = Directory.CreateDirectory(Path.Combine(folder, worker.Id)).FullName;
        while (!worker.IsQuiet)
        {
            if (worker.State != WorkerState.Ready || Directory.EnumerateFiles(Path.Combine(folder, "queue")).Order().FirstOrDefault() is not { } job)
            {
                await Task.Delay(50, worker.Quiet).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            await using EnterResult entry = await flags.EnterAsync("mails", TimeSpan.FromMinutes(1), cancellationToken: worker.Quiet);
            if (entry is Lease lease && Take(job, mine))
                await SendAsync(Path.GetFileName(job), lease);
        }
    }

    /// <summary>A file is renamed once; in a queue this is the queue's business.</summary>
    private static bool Take(string job, string mine)
    {
        try
        {
            File.Move(job, Path.Combine(mine, Path.GetFileName(job)));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private async Task SendAsync(string name, Lease lease)
    {
        await Task.Delay(200, lease.Lost);
        await File.WriteAllTextAsync(Path.Combine(folder, "done", $"{name} {version}"), "sent", lease.Lost);
    }
}
