using System.Diagnostics;
using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>The sample job as a process of its own.</summary>
public sealed class SampleJobTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_waits_until_the_feature_is_on_and_then_runs()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "sample_job" }, null, Cancellation);
        using Process job = Start("sample_job", "30s");
        Assert.Equal("waiting", await job.StandardOutput.ReadLineAsync(Cancellation));
        // Counted by the server: the job asked and was turned away.
        await Eventually.TrueAsync(async () => (await server.Api.GetUsageAsync("sample_job", Cancellation)).Off > 0, "the job was turned away");

        await server.Api.EnableFeatureAsync("sample_job", null, Cancellation);

        Assert.Equal("running", await job.StandardOutput.ReadLineAsync(Cancellation));
        Assert.Equal("done", await job.StandardOutput.ReadLineAsync(Cancellation));
        await job.WaitForExitAsync(Cancellation);
        Assert.Equal(0, job.ExitCode);
    }

    [Fact]
    public async Task A_job_that_waited_in_vain_says_so_and_asks_to_be_tried_again()
    {
        using Process job = Start("sample_job_never", "0s");
        string output = await job.StandardOutput.ReadToEndAsync(Cancellation), error = await job.StandardError.ReadToEndAsync(Cancellation);
        await job.WaitForExitAsync(Cancellation);

        Assert.Equal("waiting\n", output.ReplaceLineEndings("\n"));
        Assert.Equal("sample_job_never was not on within 0 s.\n", error.ReplaceLineEndings("\n"));
        Assert.Equal(75, job.ExitCode);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Its own output folder: what a console program finds beside itself, a test with the web framework does not copy.
        string folder = AppContext.BaseDirectory.Replace("Flags.Client.Tests", "Flags.SampleJob", StringComparison.Ordinal);
        start.ArgumentList.Add(Path.Combine(folder, "Flags.SampleJob.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["FLAGS_URL"] = server.Url;
        start.Environment["FLAGS_TIMEOUT"] = "30s";
        start.Environment["FLAGS_API_KEY"] = FlagsServer.AdminKey;
        return Process.Start(start)!;
    }
}
